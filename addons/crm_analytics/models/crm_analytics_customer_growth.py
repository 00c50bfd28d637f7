from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import rfm


class CrmAnalyticsCustomer(models.Model):
    """What changed with a customer: in a year, and since a month ago."""

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    growth = fields.Selection(
        [
            ("new", "New"),
            ("won_back", "Won Back"),
            ("grown", "Grown"),
            ("shrunk", "Shrunk"),
            ("lost", "Lost"),
            ("steady", "Unchanged"),
        ],
        readonly=True,
        help="The revenue of the last twelve months beside the twelve before.\n"
        "New: none before, and the first purchase is not older than that.\n"
        "Won Back: none before, but bought in earlier years.\n"
        "Lost: none in the last twelve months.",
    )
    growth_amount = fields.Monetary(
        "Change of Revenue",
        readonly=True,
        help="Revenue of the last twelve months less that of the twelve before.",
    )
    revenue_third_12m = fields.Monetary(
        "Revenue 12M, Two Years Ago",
        readonly=True,
        help="Revenue of the twelve months that ended two years ago.",
    )
    rfm_segment_1m = fields.Selection(
        lambda self: self._fields["rfm_segment"]._description_selection(self.env),
        string="RFM Segment a Month Ago",
        readonly=True,
        help="From the same figures as of a month ago.",
    )
    # What the segment a month ago is made of.
    last_day_1m = fields.Date("Last Purchase a Month Ago", readonly=True)
    purchase_days_1m = fields.Integer("Purchase Days a Month Ago", readonly=True)
    revenue_1m = fields.Monetary("Revenue a Month Ago", readonly=True)

    @api.model
    def _windows(self):
        return super()._windows() | {1, 36}

    @api.model
    def _facts(self):
        now = self._window_sql("revenue", 0, 12)
        before = self._window_sql("revenue", 12, 24)
        return super()._facts() | {
            "growth": self._growth_sql(now, before),
            "growth_amount": SQL("%s - %s", now, before),
            "revenue_third_12m": self._window_sql("revenue", 24, 36),
            **self._month_ago_facts(),
        }

    @api.model
    def _growth_sql(self, now, before):
        """`tools.growth.kind`, of the sums of a customer."""
        return SQL(
            """CASE WHEN %(before)s <= 0 AND %(now)s > 0 THEN
                CASE WHEN %(first)s <= (scope.as_of - INTERVAL '24 months')::date
                    THEN 'won_back' ELSE 'new' END
            WHEN %(now)s <= 0 AND %(before)s > 0 THEN 'lost'
            WHEN %(now)s > %(before)s THEN 'grown'
            WHEN %(now)s < %(before)s THEN 'shrunk'
            WHEN %(now)s <> 0 THEN 'steady' END""",
            now=now,
            before=before,
            first=self._purchase_sql(SQL("MIN(mart.day)")),
        )

    @api.model
    def _month_ago_facts(self):
        past = SQL("mart.day <= (scope.as_of - INTERVAL '1 month')::date")
        return {
            "last_day_1m": self._purchase_sql(
                SQL("MAX(CASE WHEN %s THEN mart.day END)", past)
            ),
            "purchase_days_1m": self._purchase_sql(
                SQL("COUNT(CASE WHEN %s THEN 1 END)", past)
            ),
            "revenue_1m": SQL("COALESCE(SUM(mart.revenue) FILTER (WHERE %s), 0)", past),
        }

    @api.model
    def _after_refresh(self, company):
        result = super()._after_refresh(company)
        self._refresh_segments_1m(company)
        self.env["crm.analytics.month"]._note(company)
        return result

    @api.model
    def _refresh_segments_1m(self, company):
        """The segment that each customer was in a month ago."""
        today = fields.Date.to_date("1970-01-01")
        rows = self.env.execute_query(
            SQL(
                """SELECT id, %s - last_day_1m, purchase_days_1m, revenue_1m::float8
                FROM crm_analytics_customer
                WHERE company_id = %s AND last_day_1m IS NOT NULL ORDER BY id""",
                today,
                company.id,
            )
        )
        ids, *columns = zip(*rows, strict=True) if rows else ((), (), (), ())
        names = [segment.name for segment in rfm.SEGMENTS]
        places = rfm.segments(*rfm.scores(*columns)).tolist()
        found = [names[at] if at >= 0 else None for at in places]
        self._store(ids, {"rfm_segment_1m": found})
        self.env.cr.execute(
            SQL(
                """UPDATE crm_analytics_customer SET rfm_segment_1m = NULL
                WHERE company_id = %s AND last_day_1m IS NULL
                AND rfm_segment_1m IS NOT NULL""",
                company.id,
            )
        )
        self.invalidate_model(["rfm_segment_1m"])

    # -- which customers the overview counts -------------------------------------------

    @api.model
    def _here_domain(self, company):
        return Domain("company_id", "=", company.id)

    @api.model
    def _stake_domain(self):
        """Who may be leaving, and is not recorded as lost."""
        return Domain("value_at_stake", ">", 0) & Domain("loss_recorded", "=", False)
