from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

ACTIVITY = "crm_analytics.mail_activity_type_at_risk"


class CrmAnalyticsCustomer(models.Model):
    """What to do about customers who may be leaving."""

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    loss_recorded = fields.Boolean(
        compute="_compute_loss_recorded",
        search="_search_loss_recorded",
        help="Somebody has recorded it as lost since its last purchase.",
    )

    def _compute_loss_recorded(self):
        found = self.search([("id", "in", self.ids), ("loss_recorded", "=", True)])
        for row in self:
            row.loss_recorded = row in found

    def _search_loss_recorded(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["crm.analytics.loss"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        found = SQL(
            """SELECT c.id FROM crm_analytics_customer c
            JOIN res_partner p ON p.commercial_partner_id = c.partner_id
            JOIN crm_analytics_loss l
                ON l.partner_id = p.id AND l.company_id = c.company_id
            WHERE c.last_day IS NULL OR l.date >= c.last_day"""
        )
        return Domain("id", "any!", found)

    def action_create_activities(self):
        """Ask the salesperson of each customer to look after it."""
        if not self:
            raise UserError(self.env._("Choose the customers first."))
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_activity_action"
        )
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        return action | {
            "context": {
                "default_customer_ids": self.ids,
                "default_activity_type_id": (kind or self._default_kind()).id,
                "default_summary": self.env._("May be leaving"),
                "default_with_stake": True,
            },
        }

    @api.model
    def _default_kind(self):
        kinds = self.env["mail.activity.type"]
        return kinds.search([("res_model", "in", (False, "res.partner"))], limit=1)

    def _stake_note(self):
        """Why the customer should be looked after; empty if nothing is at stake."""
        if not self.value_at_stake:
            return ""
        stake = format_amount(self.env, self.value_at_stake, self.currency_id)
        if self.clv_source == "history":
            return self.env._(
                "It is later than its own rhythm; the last purchase was on %(day)s. "
                "%(amount)s a year are at stake.",
                day=format_date(self.env, self.last_day),
                amount=stake,
            )
        return self.env._(
            "It has left with a probability of %(risk).0f %%; the last purchase was on "
            "%(day)s. %(amount)s a year are at stake.",
            risk=100 * self.churn_risk,
            day=format_date(self.env, self.last_day),
            amount=stake,
        )

    def action_record_loss(self):
        """Say why the customer is lost."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lost Customer"),
            "res_model": "crm.analytics.loss",
            "view_mode": "form",
            "views": [
                (self.env.ref("crm_analytics.crm_analytics_loss_view_form").id, "form")
            ],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }

    @api.model
    @api.readonly
    def get_persistency_filters(self):
        """The tiers and salespeople of the reader's customers: id and name."""
        self.check_access("read")
        visible = self._search([("company_id", "=", self.env.company.id)], order=None)
        partners = visible.subselect("partner_id")
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT user_id FROM res_partner WHERE id IN %s", partners)
        )
        users = self.env["res.users"].browse([user for (user,) in rows if user])
        return {
            "tiers": self.env["crm.tier"].search([], limit=200).read(["name"]),
            # names of colleagues, who may be archived
            "users": users.sudo().read(["name"]),
        }
