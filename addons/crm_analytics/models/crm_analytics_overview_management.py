from odoo import api, fields, models
from odoo.tools import SQL

from .crm_analytics_customer import FINANCE
from .crm_analytics_month import DSO_DAYS
from .crm_analytics_overview import CUSTOMERS, TREND

POINTS = 60  # of the small whale curve


class CrmAnalyticsOverview(models.AbstractModel):
    """Management: do customers stay, earn money and pay, and do we deliver?"""

    _name = "crm.analytics.overview"
    _inherit = ["crm.analytics.overview"]

    @api.model
    def _role_management(self, facts):
        months = self._months()
        tiles = [
            self._revenue_tile(facts, months),
            self._retention_tile(facts, months),
            self._dso_tile(months),
            self._kept_tile(),
        ]
        return {
            "tiles": [tile for tile in tiles if tile],
            "tiers": self._tiers(facts),
            "whale": self._whale(),
        }

    # -- days sales outstanding --------------------------------------------------------

    @api.model
    def _dso_tile(self, months):
        """From the ledger, of the whole company: for finance, nobody else has it."""
        if not self.env.user.has_group(FINANCE) or not self._sees_all(
            "crm.analytics.customer"
        ):
            return False
        dso = self.env["crm.analytics.month"]._dso
        values = [dso(month["receivable"], month["billed"]) for month in months]
        tile = self._tile(
            "dso",
            self.env._("Days Sales Outstanding"),
            values[-1],
            "days",
            before=values[0],
            better="less",
            text=self.env._("of the last %(days)s days' invoices", days=DSO_DAYS),
            trend=self._trend(
                months, lambda month: dso(month["receivable"], month["billed"])
            ),
            open=self._open_receivable(),
        )
        if values[-1] is None:
            tile["empty"] = self._empty(
                self.env._("Nothing was invoiced in the last %(days)s days.", days=90)
            )
        return tile

    @api.model
    def _open_receivable(self):
        """The invoices that are not paid, if the reader may open them."""
        if not self.env["account.move"].has_access("read"):
            return False
        return self._open(
            "account.action_move_out_invoice_type",
            self.env._("Unpaid Invoices"),
            domain=[
                ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial", "in_payment")),
            ],
        )

    # -- promises ----------------------------------------------------------------------

    @api.model
    def _kept_tile(self):
        """Share of the order lines that were complete on the promised day or before."""
        if not self.env["crm.order.kept"].has_access("read"):
            return False
        months = self._promises()
        due, kept = self._promised(months[-12:])
        before, kept_before = self._promised(months[-24:-12])
        tile = self._tile(
            "kept",
            self.env._("Kept Promises"),
            kept / due if due else None,
            "share",
            before=kept_before / before if before else None,
            text=self.env._("%(kept)s of %(due)s lines on time", kept=kept, due=due),
            trend=self._trend(
                months[-TREND:],
                lambda month: (
                    month["kept_count"] / month["promise_count"]
                    if month["promise_count"]
                    else None
                ),
            ),
            open=self._open(
                "crm_relationship.crm_order_kept_action",
                self.env._("Kept Promises"),
                domain=[("promise_date", ">=", months[-12]["month"])],
            ),
        )
        if not due:
            tile["empty"] = self._empty(
                self.env._("No promise was due in the last twelve months."),
                "sale.action_quotations_with_onboarding",
                self.env._("Open Quotations"),
            )
        return tile

    @api.model
    def _promised(self, months):
        return (
            sum(month["promise_count"] for month in months),
            sum(month["kept_count"] for month in months),
        )

    @api.model
    def _promises(self):
        """The last 24 months' promises, of the orders that the reader may see."""
        company = self.env.company
        today = self.env["crm.analytics.customer"]._today(company)
        months = self.env["crm.analytics.month"].sudo()
        wanted = months._months(today, 24)
        if self._sees_all("crm.order.kept"):
            rows = months.search_fetch(
                [("company_id", "=", company.id), ("month", ">=", wanted[0])],
                ["month", "promise_count", "kept_count"],
            )
            found = {row.month: row for row in rows}
        else:
            lines = self.env["crm.order.kept"]._search(
                [("company_id", "=", company.id), ("promise_date", ">=", wanted[0])],
                order=None,
            )
            found = months._kept(company, today, 24, lines.subselect())
        nothing = {"promise_count": 0, "kept_count": 0}
        return [
            {
                "month": month,
                **{name: found.get(month, nothing)[name] for name in nothing},
            }
            for month in wanted
        ]

    # -- tiers -------------------------------------------------------------------------

    @api.model
    def _tiers(self, facts):
        """Revenue of each tier's customers, now and in the twelve months before."""
        assignments = self.env["crm.tier.assignment"].sudo()
        assignments.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT tier_id, COUNT(*) FILTER (WHERE revenue_12m > 0),
                    SUM(revenue_12m), SUM(revenue_prev_12m)
                FROM (%s) figures LEFT JOIN crm_tier_assignment tiered
                    ON tiered.partner_id = figures.partner_id
                    AND tiered.company_id = %s AND tiered.date_to IS NULL
                GROUP BY tier_id""",
                self._visible().select(SQL("crm_analytics_customer.*")),
                self.env.company.id,
            )
        )
        found = {tier: values for tier, *values in rows}
        tiers = self.env["crm.tier"].browse([id_ for id_ in found if id_]).sudo()
        total = float(facts["revenue"])
        return {
            "rows": [
                self._tier_row(tier, *found[tier.id], total)
                for tier in tiers.sorted("sequence")
            ]
            + [
                self._tier_row(tiers.browse(), *values, total)
                for tier, values in found.items()
                if not tier and tiers
            ],
            "empty": not tiers
            and self._empty(
                self.env._("No customer has a tier yet. A policy gives them out."),
                "crm_relationship.crm_tier_policy_action"
                if self.env["crm.tier.policy"].has_access("write")
                else False,
                self.env._("Open Tier Policies"),
            ),
            "open": self._open("crm_relationship.crm_tier_pyramid_action"),
        }

    @api.model
    def _tier_row(self, tier, customers, revenue, before, total):
        name = tier.name or self.env._("No tier")
        return {
            "id": tier.id,
            "name": name,
            "color": tier.color,
            "customers": customers,
            "amount": float(revenue),
            "share": float(revenue) / total if total > 0 else 0.0,
            "change": self._change(float(revenue), float(before), "amount", "more"),
            "open": self._open(
                CUSTOMERS, name, [("tier_id", "=", tier.id), ("revenue_12m", "!=", 0)]
            ),
        }

    # -- whale curve -------------------------------------------------------------------

    @api.model
    def _whale(self):
        """The last run's curve, in few points; nothing for who may not see profit."""
        runs = self.env["crm.cost.run"]
        if not runs.has_access("read"):
            return False
        run = runs.search(
            [("company_id", "=", self.env.company.id), ("computed_at", "!=", False)],
            order="state desc, date_to desc, id desc",
            limit=1,
        )
        if not run.customer_count:
            return {
                "empty": self._empty(
                    self.env._("A cost run shows which customers earn money."),
                    "crm_analytics.crm_cost_run_action",
                    self.env._("Open Cost Runs"),
                )
            }
        return {"empty": False} | self._whale_points(run)

    @api.model
    def _whale_points(self, run):
        points = self.env.execute_query(
            SQL(
                """WITH curve AS (
                    SELECT ROW_NUMBER() OVER whale AS place, profit,
                        SUM(profit) OVER whale AS total
                    FROM (SELECT place, profit::float8 AS profit
                        FROM crm_analytics_profit WHERE run_id = %(run)s) placed
                    WINDOW whale AS (ORDER BY place ROWS UNBOUNDED PRECEDING)
                ), whole AS (
                    SELECT COUNT(*) AS size, GREATEST(COUNT(*) / %(most)s, 1) AS step,
                        COALESCE(MAX(total), 0) AS peak,
                        COUNT(*) FILTER (WHERE profit < 0) AS losing,
                        -COALESCE(SUM(profit) FILTER (WHERE profit < 0), 0) AS lost
                    FROM curve
                )
                SELECT curve.place::float8 / size, total, curve.place, size, losing,
                    lost
                FROM curve, whole
                WHERE curve.place %% step = 0 OR curve.place = size
                    OR total = peak
                ORDER BY curve.place""",
                run=run.id,
                most=POINTS,
            )
        )
        size, losing, lost = points[-1][3:]
        return {
            "run": run.id,
            "name": run.name,
            "state": run.state,
            "computed_at": fields.Datetime.to_string(run.computed_at),
            "customers": size,
            "points": [[0, 0, 0], *([share, sum_, n] for share, sum_, n, *_ in points)],
            "peak": max(max(sum_ for _share, sum_, *_ in points), 0),
            "total": points[-1][1],
            "losing": losing,
            "lost": lost,
        }
