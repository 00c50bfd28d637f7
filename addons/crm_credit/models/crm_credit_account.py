from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KEY = ("active", "company_id", "partner_id")


class CrmCreditAccount(models.Model):
    """Credit file: what one company grants one legal debtor, and who watches it."""

    _name = "crm.credit.account"
    _description = "Credit File"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.settled.mixin"]
    _rec_name = "partner_id"
    _order = "next_review_date, id"
    _check_company_auto = True

    active = fields.Boolean(default=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The legal entity that owes. A contact or an address is replaced by "
        "the company it belongs to.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company.root_id,
        help="The branches of a company share its credit files.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    status = fields.Selection(
        [("active", "Active"), ("watch", "Watch"), ("stop", "Stop")],
        required=True,
        default="active",
        tracking=True,
        help="Watch: somebody keeps an eye on this debtor. Stop: no more credit.",
    )
    segment_id = fields.Many2one(
        "crm.credit.segment",
        "Risk Segment",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    grade = fields.Selection(
        [(letter, letter) for letter in "ABCDE"],
        tracking=True,
        help="A: pays whatever happens. E: will probably not pay.",
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    controller_id = fields.Many2one(
        "res.users",
        string="Credit Controller",
        index="btree_not_null",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
        tracking=True,
    )
    next_review_date = fields.Date(string="Next Review", tracking=True)
    note = fields.Text(string="Notes", groups="crm_credit.group_crm_credit_user")

    _partner_company_uniq = models.UniqueIndex(
        "(partner_id, company_id) WHERE active",
        "This customer already has a credit file in this company. Open that one.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for account in self:
            account.currency_id = account.currency_id or account.company_id.currency_id

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        self.partner_id = self.partner_id.commercial_partner_id

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_legal_entity(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_legal_entity(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "The credit file of %(customers)s is kept as evidence. Archive it.",
                customers=", ".join(self.sudo().partner_id.mapped("display_name")),
            )
        )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Only who may write a file reads its chatter: it holds internal notes."""
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        return dict.fromkeys(operations, "write")

    @api.model
    def _before_partner_merge(self, sources, destination):
        """Leave one open file per company: the destination's, or else the oldest."""
        files = self.sudo().search([("partner_id", "in", (sources | destination).ids)])
        for company_files in files.grouped("company_id").values():
            kept, *closed = company_files.sorted(
                lambda account: (account.partner_id != destination, account.id)
            )
            for account in closed:
                account.message_post(
                    body=self.env._(
                        "Archived: %(customer)s was merged into %(other)s, which has "
                        "its own credit file.",
                        customer=account.partner_id.display_name,
                        other=kept.partner_id.display_name,
                    )
                )
                account.active = False

    @api.model
    def _for(self, partners, company, create=False):
        """Open files of the legal entities of these partners: `{partner id: file}`.

        With `create`, a customer without a file gets one.
        """
        root = company.sudo().root_id
        found = self._files_of_partners(partners, root)
        missing = {
            entity for entity, account in found.values() if create and not account
        }
        if missing:
            self.sudo()._open_files(missing, root)
            found = self._files_of_partners(partners, root)
        accounts = self.sudo().browse(
            account for _entity, account in found.values() if account
        )
        return {
            id_: accounts.browse(found[id_][1]) if found[id_][1] else accounts.browse()
            for id_ in partners.ids
        }

    @api.model
    def _files_of_partners(self, partners, company):
        """`{partner id: (id of its legal entity, id of that one's open file)}`."""
        entity = self.env["res.partner"]._fields["commercial_partner_id"]
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.id, partner.commercial_partner_id, account.id
                FROM res_partner partner
                LEFT JOIN crm_credit_account account
                    ON account.partner_id = partner.commercial_partner_id
                    AND account.company_id = %s AND account.active
                WHERE partner.id = ANY(%s)""",
                company.id,
                partners.ids,
                to_flush=(entity, *map(self._fields.get, KEY)),
            )
        )
        return {id_: (entity_id, account_id) for id_, entity_id, account_id in rows}

    @api.model
    def _open_files(self, entity_ids, company):
        """Open what is missing. Two at the same moment: PostgreSQL fails one, which is
        run again and finds the other's file."""
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO crm_credit_account (partner_id, company_id, currency_id,
                    controller_id, status, limit_type, active, version,
                    create_uid, create_date, write_uid, write_date)
                SELECT UNNEST(%(partners)s), %(company)s, %(currency)s, %(controller)s,
                    'active', 'lines', TRUE, 0, %(user)s, %(now)s, %(user)s, %(now)s
                ON CONFLICT (partner_id, company_id) WHERE active DO NOTHING
                RETURNING id""",
                partners=sorted(entity_ids),
                company=company.id,
                currency=company.currency_id.id,
                controller=company.credit_controller_id.id or None,
                user=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        opened = self.browse(id_ for (id_,) in rows)
        opened.invalidate_recordset(flush=False)
        self._touch("account", opened.ids)

    def _credit_today(self):
        """The calendar day at the company."""
        return self.env["res.company"]._credit_day(self.company_id.id)

    @api.model
    def _with_legal_entity(self, vals):
        """Credit is granted by a root company to a legal entity."""
        vals = dict(vals)
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id
        if vals.get("company_id"):
            company = self.env["res.company"].browse(vals["company_id"])
            vals["company_id"] = company.sudo().root_id.id
        return vals
