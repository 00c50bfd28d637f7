from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount

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
        found = SQL(
            """SELECT c.id FROM crm_analytics_customer c
            JOIN crm_analytics_loss l USING (partner_id, company_id)
            WHERE c.last_day IS NULL OR l.date >= c.last_day"""
        )
        return Domain("id", "any!", found)

    def action_create_activities(self):
        """Ask the salesperson of each customer to look after it.

        A customer with such an activity already gets no second one.
        """
        if not self:
            raise UserError(self.env._("Choose the customers first."))
        self.check_access("read")
        busy = self._busy_partners()
        rows = self.filtered(lambda row: row.partner_id not in busy)
        for row in rows:
            row._create_activity()
        return self._tell_activities(len(rows), len(self) - len(rows))

    def _busy_partners(self):
        """Customers whom somebody looks after already, whoever may see it."""
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "in", self.partner_id.ids),
                    ("activity_type_id", "=", self.env.ref(ACTIVITY).id),
                ]
            )
        )
        return self.env["res.partner"].browse(activities.mapped("res_id"))

    def _create_activity(self):
        partner = self.partner_id.with_company(self.company_id)
        users = partner.user_id | partner.key_account_manager_id
        user = users.filtered("active")[:1] or self.env.user
        # who sees the figures may ask for a visit; changing the partner is not needed
        partner.sudo().activity_schedule(
            ACTIVITY,
            user_id=user.id,
            summary=self.env._("May be leaving"),
            note=self._activity_note(),
        )

    def _activity_note(self):
        stake = format_amount(self.env, self.value_at_stake, self.currency_id)
        if self.clv_source == "history":
            return self.env._(
                "It is later than its own rhythm; the last purchase was on %(day)s. "
                "%(amount)s a year are at stake.",
                day=fields.Date.to_string(self.last_day),
                amount=stake,
            )
        return self.env._(
            "It has left with a probability of %(risk).0f %%; the last purchase was on "
            "%(day)s. %(amount)s a year are at stake.",
            risk=100 * self.churn_risk,
            day=fields.Date.to_string(self.last_day),
            amount=stake,
        )

    def _tell_activities(self, made, left):
        message = self.env._("%s activities created.", made)
        if left:
            message = self.env._(
                "%(made)s activities created; %(left)s customers have one already.",
                made=made,
                left=left,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if made else "warning",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

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
