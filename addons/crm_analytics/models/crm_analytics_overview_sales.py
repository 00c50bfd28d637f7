from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools import growth
from .crm_analytics_overview import AT_RISK, CUSTOMERS, GROWTH, LATE

TOP = 10


class CrmAnalyticsOverview(models.AbstractModel):
    """Sales: where did revenue come from and go to, and who is about to leave?"""

    _name = "crm.analytics.overview"
    _inherit = ["crm.analytics.overview"]

    @api.model
    def _role_sales(self, facts):
        months = self._months()
        return {
            "tiles": [
                self._revenue_tile(facts, months),
                self._stake_tile(facts, months),
                self._late_tile(facts),
                self._retention_tile(facts, months),
            ],
            "bridge": self._bridge(facts),
            "risks": self._risks(facts),
        }

    @api.model
    def _stake_tile(self, facts, months):
        figures = self.env["crm.analytics.customer"]
        domain = figures._stake_domain()
        count, amount = self._select(
            [SQL("COUNT(*)"), SQL("COALESCE(SUM(value_at_stake), 0)")], domain
        )[0]
        noted = [month for month in months if "stake" in month and month["stake_known"]]
        tile = self._tile(
            "stake",
            self.env._("Value at Stake"),
            float(amount),
            "amount",
            before=noted[-2]["stake"] if len(noted) > 1 else None,
            better="less",
            text=self.env._("a year, of %(count)s customers", count=count),
            trend=self._trend(noted, lambda month: month["stake"]),
            open=self._open(AT_RISK, self.env._("Customers at Risk"), domain),
            since=self.env._("at the end of last month"),
        )
        if not facts["clv_date"]:
            tile["empty"] = self._no_values()
        return tile

    @api.model
    def _no_values(self):
        is_manager = self.env["crm.analytics.clv.run"].has_access("create")
        return self._empty(
            self.env._("A lifetime value run says who may be leaving."),
            is_manager and "crm_analytics.crm_analytics_clv_run_action",
            self.env._("Open Runs"),
        )

    @api.model
    def _late_tile(self, facts):
        return self._tile(
            "late",
            self.env._("Purchase Overdue"),
            facts["late"],
            "count",
            text=self.env._("later than 1.5 times their own rhythm"),
            open=self._open(
                CUSTOMERS,
                self.env._("Purchase Overdue"),
                domain=[("overdue_factor", ">", LATE)],
            ),
        )

    @api.model
    def _bridge(self, facts):
        """The bars from the revenue of the twelve months before to that of the last."""
        rows = self._select(
            [SQL("COUNT(*)"), SQL("SUM(growth_amount)")], keys=[SQL("growth")]
        )
        counts = {code: count for code, count, _amount in rows}
        bars = growth.bridge(
            self._exact(facts["revenue_before"]),
            [(code, self._exact(amount)) for code, _count, amount in rows],
        )
        counts |= {"before": facts["buyers_before"], "now": facts["buyers"]}
        return {
            "bars": [
                {
                    "code": bar.code,
                    "label": self._bar_labels()[bar.code],
                    "start": float(bar.start),
                    "end": float(bar.end),
                    "amount": float(bar.amount),
                    "customers": counts.get(bar.code, 0),
                    "open": self._open_bar(bar.code),
                }
                for bar in bars
            ],
            "empty": not any(bar.amount for bar in bars)
            and self._empty(
                self.env._("Nothing was invoiced in the last 24 months."),
                "sale.action_quotations_with_onboarding",
                self.env._("Open Quotations"),
            ),
        }

    @api.model
    def _exact(self, amount):
        """An amount that adds up to the cent."""
        places = self.env.company.currency_id.decimal_places
        return Decimal(f"{amount or 0:.{places}f}")

    @api.model
    def _bar_labels(self):
        return {
            "before": self.env._("Before"),
            "new": self.env._("New"),
            "won_back": self.env._("Won back"),
            "grown": self.env._("Grown"),
            "shrunk": self.env._("Shrunk"),
            "lost": self.env._("Lost"),
            "now": self.env._("Now"),
        }

    @api.model
    def _open_bar(self, code):
        column = {"before": "revenue_prev_12m", "now": "revenue_12m"}.get(code)
        domain = [(column, "!=", 0)] if column else [("growth", "=", code)]
        names = {
            "before": self.env._("Revenue of the 12 Months Before"),
            "now": self.env._("Revenue of the Last 12 Months"),
        }
        return self._open(GROWTH, names.get(code, self._bar_labels()[code]), domain)

    @api.model
    def _risks(self, facts):
        """Whom to look after first."""
        figures = self.env["crm.analytics.customer"]
        domain = figures._stake_domain() & figures._here_domain(self.env.company)
        rows = figures.search_fetch(
            domain,
            ["partner_id", "value_at_stake", "churn_risk", "clv_source", "last_day"]
            + ["overdue_factor"],
            order="value_at_stake desc, id",
            limit=TOP,
        )
        # names of customers whose figures the reader may see
        names = {partner.id: partner.name for partner in rows.partner_id.sudo()}
        return {
            "rows": [
                {
                    "id": row.id,
                    "name": names[row.partner_id.id],
                    "stake": row.value_at_stake,
                    "risk": row.churn_risk if row.clv_source != "history" else None,
                    "last_day": row.last_day,
                    "overdue": row.overdue_factor,
                }
                for row in rows
            ],
            "empty": not rows
            and (
                self._empty(self.env._("Nobody is at risk of leaving."))
                if facts["clv_date"]
                else self._no_values()
            ),
            "open": self._open(AT_RISK),
        }
