from markupsafe import Markup

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
        help="If a customer has no such person, the activity goes to the other one, "
        "or else to you.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )

    with_stake = fields.Boolean(
        "Say What Is at Stake",
        help="Adds to each note why that customer may be leaving, and its value.",
    )
    stopped_ids = fields.Many2many(
        "crm.analytics.stopped",
        help="Adds to each note which of these the customer no longer buys.",
    )
    again = fields.Boolean(
        "Also with an Open Activity",
        help="Otherwise customers with an open activity of this type get no second "
        "one.",
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
        self.customer_ids.check_access("read")
        self.stopped_ids.check_access("read")
        made = len(self._create_activities())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if made else "warning",
                "message": self._told(made, self.customer_count - made),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _told(self, made, left):
        if not left:
            return self.env._("%(count)s activities created.", count=made)
        return self.env._(
            "%(made)s activities created; %(left)s customers have one already.",
            made=made,
            left=left,
        )

    def _create_activities(self):
        """Without a mail for each: who gets many finds them in the activity menu."""
        model_id = self.env["ir.model"]._get_id("res.partner")
        customers = self.customer_ids.grouped("partner_id")
        busy = set() if self.again else self._busy_ids()
        # who sees the figures may ask for a visit; changing the partner is not needed
        return (
            self.env["mail.activity"]
            .sudo()
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    {
                        "activity_type_id": self.activity_type_id.id,
                        "date_deadline": self.date_deadline,
                        "note": self._note(rows),
                        "res_id": partner.id,
                        "res_model_id": model_id,
                        "summary": self.summary,
                        "user_id": self._assigned(rows).id,
                    }
                    for partner, rows in customers.items()
                    if partner.id not in busy
                ]
            )
        )

    def _busy_ids(self):
        """Customers whom somebody looks after already, whoever may see that."""
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "in", self.customer_ids.partner_id.ids),
                    ("activity_type_id", "=", self.activity_type_id.id),
                ]
            )
        )
        return set(activities.mapped("res_id"))

    def _note(self, rows):
        """What the user typed, and what is at stake with each company."""
        stakes = [row._stake_note() for row in rows] if self.with_stake else []
        stopped = self.stopped_ids.filtered(lambda s: s.partner_id in rows.partner_id)
        stakes += [row._activity_note() for row in stopped]
        lines = (Markup("<p>%s</p>") % stake for stake in stakes if stake)
        return (self.note or Markup()) + Markup().join(lines)

    def _assigned(self, rows):
        """`rows`: the customer's, one for each company."""
        sellers, managers = rows.user_id, rows.key_account_manager_id
        people = {
            "salesperson": [*sellers, *managers],
            "key_account_manager": [*managers, *sellers],
            "user": [self.user_id],
        }[self.assign]
        return next((user for user in people if user.active), self.env.user)
