from odoo import api, fields, models
from odoo.tools import SQL

COLUMNS = (
    "partner_id",
    "contact_id",
    "company_id",
    "kind",
    "date",
    "name",
    "user_id",
    "res_model",
    "res_id",
)


class CrmCustomerEvent(models.Model):
    """The stream of what happened with a customer, for its timeline.

    Written only through `res.partner._log_customer_event` or, for sets, `_insert_from`.
    A higher addon adds kinds with `selection_add`.
    """

    _name = "crm.customer.event"
    _description = "Customer Event"
    _order = "date desc, id desc"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        "res.partner",
        "With",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Whom it was about. The event follows this contact to another customer.",
    )
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        ondelete="cascade",
        help="Empty: it concerns all companies.",
    )
    kind = fields.Selection(
        [
            ("tier", "Tier"),
            ("key_account_manager", "Key Account Manager"),
            ("relation", "Relation"),
            ("merge", "Merge"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
    )
    date = fields.Datetime(required=True, readonly=True)
    name = fields.Char("What Happened", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="set null")
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", readonly=True
    )

    _partner_date_idx = models.Index("(partner_id, date DESC)")

    def action_open_document(self):
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    @api.model
    def _insert_from(self, query):
        """Insert the rows that `query` selects: the columns of COLUMNS, in that order.

        `partner_id` must be a commercial entity. Returns the number of events.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_customer_event (%s) %s",
                SQL(", ").join(map(SQL.identifier, COLUMNS)),
                query,
            )
        )
        count = self.env.cr.rowcount
        self.invalidate_model()
        return count

    @api.model
    def _follow_contact(self, moves):
        """`moves`: rows (contact, new commercial entity); their events go along."""
        self.flush_model(["partner_id", "contact_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE crm_customer_event event SET partner_id = move.entity_id
                FROM (VALUES %s) AS move (contact_id, entity_id)
                WHERE event.contact_id = move.contact_id""",
                SQL(", ").join(SQL("(%s, %s)", *move) for move in moves),
            )
        )
        self.invalidate_model(["partner_id"])
