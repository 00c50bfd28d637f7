from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_analytics_customer import FINANCE, MANAGER
from .crm_analytics_overview import AT_RISK, GROWTH, LATE
from .crm_analytics_segment import UNREADABLE

MONTHS = 24
UNLIKELY = 0.5  # more likely gone than not


class CrmAnalyticsCustomer(models.Model):
    """What the analyses say of one customer: the panel on its form."""

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    @api.model
    @api.readonly
    def get_panel(self, partner_id):
        """The figures of a contact's customer in the current company.

        :return: False where the reader may not see any; or dict with ``id``,
            ``currency_id``, ``as_of``, ``facts`` (code, label, value, unit, text, tone,
            change, trend, open) and ``segments`` (id, name)
        """
        if not self.has_access("read"):
            return False
        partner = self.env["res.partner"].browse(partner_id)
        row = self.search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        if not row:
            return False
        return {
            "id": row.id,
            "currency_id": row.currency_id.id,
            "as_of": row.as_of,
            "facts": row._panel_facts(),
            "segments": row._panel_segments(),
        }

    def _panel_facts(self):
        user = self.env.user
        facts = [
            self._panel_rfm(),
            self._panel_rhythm(),
            self._panel_revenue(),
            self._panel_alive(),
        ]
        if user.has_group(MANAGER):
            facts.append(self._panel_value())
        if user.has_group(FINANCE):
            facts.append(self._panel_profit())
        return [fact for fact in facts if fact]

    def _panel_fact(self, code, label, value, unit, text="", **more):
        return {
            "code": code,
            "label": label,
            "value": value,
            "unit": unit,
            "text": text,
            "tone": "",
            "change": False,
            "trend": [],
            "open": {"res_model": self._name, "res_id": self.id},
            **more,
        }

    def _panel_open(self, action, name=""):
        """An analysis, of this customer only."""
        return {"action": action, "name": name, "domain": [("id", "=", self.id)]}

    def _panel_rfm(self):
        labels = dict(self._fields["rfm_segment"]._description_selection(self.env))
        scores = (self.r_score, self.f_score, self.m_score)
        return self._panel_fact(
            "rfm",
            self.env._("RFM Segment"),
            labels.get(self.rfm_segment),
            "text",
            self.env._(
                "scores %(r)s, %(f)s and %(m)s of 5",
                r=scores[0],
                f=scores[1],
                m=scores[2],
            )
            if self.rfm_segment
            else self.env._("has not bought yet"),
        )

    def _panel_rhythm(self):
        late = self.overdue_factor > LATE
        text = ""
        if self.rhythm_days:
            text = self.env._(
                "every %(days)s days; next expected %(day)s",
                days=round(self.rhythm_days),
                day=self._panel_day(self.next_purchase_date),
            )
        return self._panel_fact(
            "last",
            self.env._("Last Purchase"),
            self.last_day or None,
            "day",
            text,
            tone="danger" if late else "",
        )

    def _panel_day(self, day):
        lang = self.env["res.lang"]._lang_get(self.env.user.lang or "en_US")
        return day.strftime(lang.date_format) if day else ""

    def _panel_revenue(self):
        overview = self.env["crm.analytics.overview"]
        return self._panel_fact(
            "revenue",
            self.env._("Revenue, 12 Months"),
            self.revenue_12m,
            "amount",
            self.env._(
                "%(amount)s in the 12 before",
                amount=self.currency_id.format(self.revenue_prev_12m),
            ),
            change=overview._change(
                self.revenue_12m, self.revenue_prev_12m, "amount", "more"
            ),
            trend=self._panel_trend(),
            open=self._panel_open(GROWTH, self.env._("Growth")),
        )

    def _panel_trend(self):
        months = self.env["crm.analytics.month"]._months(self.as_of, MONTHS)
        rows = self.env.execute_query(
            SQL(
                """SELECT DATE_TRUNC('month', day)::date, SUM(revenue)
                FROM crm_customer_day WHERE partner_id = %s AND company_id = %s
                AND day BETWEEN %s AND %s GROUP BY 1""",
                self.partner_id.id,
                self.company_id.id,
                months[0],
                self.as_of,
            )
        )
        found = dict(rows)
        return [
            {"month": month, "value": float(found.get(month) or 0)} for month in months
        ]

    def _panel_alive(self):
        """How likely it stays, and what is at stake; nothing before the first run."""
        if not self.clv_date:
            return False
        stake = self.currency_id.format(self.value_at_stake)
        history = self.clv_source == "history"
        return self._panel_fact(
            "alive",
            self.env._("Value at Stake") if history else self.env._("Still a Customer"),
            self.value_at_stake if history else self.p_alive,
            "amount" if history else "share",
            self._panel_late()
            if history
            else self.env._("likely; %(amount)s a year at stake", amount=stake),
            tone="danger"
            if (self.value_at_stake if history else self.p_alive < UNLIKELY)
            else "",
            open=self._panel_open(AT_RISK, self.env._("Customers at Risk")),
        )

    def _panel_late(self):
        """Why so much is at stake, if anything is."""
        if not self.value_at_stake:
            return ""
        return self.env._("a year, as it is later than usual")

    def _panel_value(self):
        if not self.clv_date:
            return False
        return self._panel_fact(
            "clv",
            self.env._("Lifetime Value"),
            self.clv,
            "amount",
            self.env._("earned so far")
            if self.clv_source != "model"
            else self.env._("expected; run of %s", self._panel_day(self.clv_date)),
            open=self._panel_open(
                "crm_analytics.crm_analytics_customer_value_action",
                self.env._("Customers by Value"),
            ),
        )

    def _panel_profit(self):
        """Of the frozen runs; nothing where they leave gaps, so that it is unknown."""
        runs = self.env["crm.cost.run"]._filling(
            self.company_id, self._today(self.company_id), 12
        )
        if not runs:
            return False
        return self._panel_fact(
            "profit",
            self.env._("Profit, 12 Months"),
            self.profit_12m,
            "amount",
            self.env._("until %s", self._panel_day(max(runs.mapped("date_to")))),
            tone="danger" if self.profit_12m < 0 else "",
            open={
                "action": "crm_analytics.crm_analytics_profit_action",
                "name": self.partner_id.display_name,
                "domain": [
                    ("run_id", "in", runs.ids),
                    ("partner_id", "=", self.partner_id.id),
                ],
            },
        )

    def _panel_segments(self):
        """The saved segments that the customer is in, in one query."""
        segments = self.env["crm.analytics.segment"].search(
            [("company_id", "=", self.company_id.id)]
        )
        parts = []
        for segment in segments:
            try:
                query = self._search(
                    segment._customers_domain() & Domain("id", "=", self.id)
                )
            except UNREADABLE:
                continue
            parts.append(
                SQL("SELECT %s WHERE EXISTS %s", segment.id, query.subselect())
            )
        if not parts:
            return []
        rows = self.env.execute_query(SQL(" UNION ALL ").join(parts))
        found = {id_ for (id_,) in rows}
        return [
            {"id": segment.id, "name": segment.name}
            for segment in segments
            if segment.id in found
        ]
