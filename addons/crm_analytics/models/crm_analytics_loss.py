from odoo import api, fields, models
from odoo.tools import SQL


class CrmAnalyticsLoss(models.Model):
    """A customer that somebody says is lost, and why.

    A later purchase takes it back by itself: what counts is a loss since the last one.
    """

    _name = "crm.analytics.loss"
    _description = "Lost Customer"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('commercial_partner_id', '=', id)]",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    reason_id = fields.Many2one(
        "crm.analytics.loss.reason", required=True, index=True, ondelete="restrict"
    )
    yearly_value = fields.Monetary(
        "Value per Year",
        compute="_compute_yearly_value",
        store=True,
        readonly=False,
        precompute=True,
        help="What the customer bought in the year up to its last purchase.",
    )
    note = fields.Text()
    user_id = fields.Many2one(
        "res.users",
        "Recorded By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    @api.depends("partner_id", "company_id")
    def _compute_yearly_value(self):
        rows = self.env["crm.analytics.customer"].search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        values = {(row.partner_id, row.company_id): row.yearly_value for row in rows}
        for loss in self:
            loss.yearly_value = values.get((loss.partner_id, loss.company_id), 0)

    @api.model_create_multi
    def create(self, vals_list):
        """A contact's loss is that of the commercial entity."""
        for vals in vals_list:
            if vals.get("partner_id"):
                partner = self.env["res.partner"].browse(vals["partner_id"])
                vals["partner_id"] = partner.commercial_partner_id.id
        return super().create(vals_list)

    @api.model
    def _recorded_sql(self, company):
        """partner_id and lost_on: the last loss of each customer of a company.

        A customer that became part of another one takes its loss there.
        """
        self.flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL(
            """SELECT partner.commercial_partner_id AS partner_id,
                MAX(loss.date) AS lost_on
            FROM crm_analytics_loss loss
            JOIN res_partner partner ON partner.id = loss.partner_id
            WHERE loss.company_id = %s GROUP BY partner.commercial_partner_id""",
            company,
        )
