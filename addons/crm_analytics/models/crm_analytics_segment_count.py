from odoo import api, fields, models
from odoo.tools import SQL


class CrmAnalyticsSegmentCount(models.Model):
    """How many customers a segment had on a day, and what they bought in a year."""

    _name = "crm.analytics.segment.count"
    _description = "Customers of a Segment by Day"
    _order = "day desc, id desc"
    _rec_name = "segment_id"
    _log_access = False

    segment_id = fields.Many2one(
        "crm.analytics.segment",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="segment_id.company_id")
    currency_id = fields.Many2one(related="segment_id.company_id.currency_id")
    day = fields.Date(required=True, readonly=True)
    count = fields.Integer("Customers", readonly=True)
    revenue_12m = fields.Monetary(readonly=True)

    _segment_day_uniq = models.Constraint(
        "UNIQUE (segment_id, day)", "A segment is counted once a day."
    )

    @api.model
    def _note(self, day, counts):
        """`counts`: `{segment id: (customers, revenue)}`; the last of a day stays."""
        values = SQL(", ").join(
            SQL("(%s, %s::date, %s, %s)", id_, day, *figures)
            for id_, figures in counts.items()
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_analytics_segment_count AS old
                    (segment_id, day, count, revenue_12m)
                VALUES %s
                ON CONFLICT (segment_id, day) DO UPDATE
                SET count = EXCLUDED.count, revenue_12m = EXCLUDED.revenue_12m
                WHERE (old.count, old.revenue_12m)
                    IS DISTINCT FROM (EXCLUDED.count, EXCLUDED.revenue_12m)""",
                values,
            )
        )
        self.invalidate_model()
