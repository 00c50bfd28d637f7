from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmAnalyticsActivity(models.TransientModel):
    """Plans the same activity with each of many customers."""

    _name = "crm.analytics.activity"
    _description = "Create Activities with Customers"

    customer_ids = fields.Many2many(
        "crm.analytics.customer",
        string="Customers",
        required=True,
        default=lambda self: self._default_customer_ids(),
    )
    customer_count = fields.Integer(compute="_compute_customer_count")
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        required=True,
        domain=[("res_model", "in", (False, "res.partner"))],
        default=lambda self: self.env.ref("mail.mail_activity_data_call", False),
    )
    summary = fields.Char()
    date_deadline = fields.Date(
        "Due Date",
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=7),
    )
    note = fields.Html()
    assign = fields.Selection(
        [
            ("salesperson", "Each customer's salesperson"),
            ("key_account_manager", "Each customer's key account manager"),
            ("user", "One person"),
        ],
        string="Assigned to",
        required=True,
        default="salesperson",
        help="A customer without one is yours.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )

    @api.model
    def _default_customer_ids(self):
        figures = self.env["crm.analytics.customer"]
        if self.env.context.get("active_model") != figures._name:
            return figures
        return figures.browse(self.env.context.get("active_ids", []))

    @api.depends("customer_ids")
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard.customer_ids.partner_id)

    def action_create(self):
        """One activity for each customer, however many companies deal with it."""
        self.ensure_one()
        if not self.customer_ids:
            raise UserError(self.env._("Choose at least one customer."))
        activities = self._create_activities()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s activities created.", count=len(activities)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _create_activities(self):
        """Without a mail for each: who gets many finds them in the activity menu."""
        model_id = self.env["ir.model"]._get_id("res.partner")
        customers = self.customer_ids.grouped("partner_id")
        return (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    {
                        "activity_type_id": self.activity_type_id.id,
                        "date_deadline": self.date_deadline,
                        "note": self.note,
                        "res_id": partner.id,
                        "res_model_id": model_id,
                        "summary": self.summary,
                        "user_id": self._assigned(rows).id,
                    }
                    for partner, rows in customers.items()
                ]
            )
        )

    def _assigned(self, rows):
        """`rows`: the customer's, one for each company."""
        people = {
            "salesperson": rows.user_id,
            "key_account_manager": rows.key_account_manager_id,
            "user": self.user_id,
        }[self.assign]
        return people[:1] or self.env.user
