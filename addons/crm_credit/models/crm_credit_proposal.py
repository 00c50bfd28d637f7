import ast

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .crm_credit_proposal_history import history_sql

WINDOW_MONTHS = 12
MAX_CUSTOMERS = 50_000


class CrmCreditProposal(models.Model):
    """Proposes a limit for each of many customers from its own history, for review.

    Nothing applies by itself: what a person accepts becomes a draft credit line, and a
    draft line counts once another person has approved it.
    """

    _name = "crm.credit.proposal"
    _description = "Credit Limit Proposal"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"

    name = fields.Char(required=True, default=lambda self: self._default_name())
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.root_id,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    partner_domain = fields.Char(
        string="Customers", default="[('customer_rank', '>', 0)]", required=True
    )
    headroom = fields.Float(
        default=0.2, help="Room to grow over the highest balance of the past year."
    )
    cover_months = fields.Float(
        string="Months to Cover",
        default=2,
        help="How many months of billing a customer may owe at the same time.",
    )
    date_to = fields.Date(
        string="Lines Valid Until", help="Empty: until further notice."
    )
    state = fields.Selection(
        [("draft", "New"), ("review", "Review"), ("done", "Applied")],
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many("crm.credit.proposal.line", "proposal_id")
    customer_count = fields.Integer(string="Customers Found", compute="_compute_counts")
    open_count = fields.Integer(string="To Review", compute="_compute_counts")
    accepted_count = fields.Integer(string="Accepted", compute="_compute_counts")

    _headroom_positive = models.Constraint(
        "CHECK (headroom >= 0 AND cover_months >= 0)",
        "Headroom and months to cover can't be negative.",
    )

    @api.model
    def _default_name(self):
        return self.env._(
            "Limits of %(date)s",
            date=format_date(self.env, fields.Date.context_today(self)),
        )

    @api.depends("line_ids.decision")
    def _compute_counts(self):
        groups = self.env["crm.credit.proposal.line"]._read_group(
            [("proposal_id", "in", self.ids)], ["proposal_id", "decision"], ["__count"]
        )
        counts = {(proposal, decision): count for proposal, decision, count in groups}
        for proposal in self:
            found = [counts.get((proposal, d), 0) for d in ("review", "accept", "skip")]
            proposal.customer_count = sum(found)
            proposal.open_count, proposal.accepted_count, _skipped = found

    def action_compute(self):
        """Compute the proposals; what was decided or adjusted before is forgotten."""
        self.ensure_one()
        self.check_access("write")
        if "applied" in self.line_ids.mapped("state"):
            raise UserError(
                self.env._("This proposal has been applied in part; start a new one.")
            )
        self.line_ids.unlink()
        self.date = self.company_id._credit_days()[self.company_id]
        lines = self.env["crm.credit.proposal.line"]
        vals_list = [lines._prepare_line_vals(self, row) for row in self._facts()]
        if not vals_list:
            raise UserError(
                self.env._("No customer matches; choose others and compute again.")
            )
        self._add_current(vals_list)
        lines.create(vals_list)
        self.state = "review"
        return True

    def action_apply(self):
        """Make draft credit lines of what was accepted; others approve them."""
        self.ensure_one()
        self.env["crm.credit.line"].check_access("create")
        lines = self.line_ids.filtered(
            lambda line: line.decision == "accept" and line.state == "open"
        )
        if not lines:
            raise UserError(self.env._("Accept the limits that you want first."))
        self._refresh_current(lines)
        lines._create_credit_lines()
        if not self.line_ids.filtered(
            lambda line: line.state == "open" and line.decision == "review"
        ):
            self.state = "done"
        return self.action_open_credit_lines()

    def action_open_lines(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "crm_credit.crm_credit_proposal_line_action"
            ),
            "domain": [("proposal_id", "=", self.id)],
        }

    def action_open_credit_lines(self):
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "crm_credit.crm_credit_line_action"
            ),
            "domain": [("id", "in", self.line_ids.line_id.ids)],
        }

    # ------------------------------------------------------------------ facts

    def _facts(self):
        """A dict of facts for each customer, in one statement."""
        self.env.flush_all()
        today = self.date
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("id", "child_of", self.company_id.id)])
        )
        query = history_sql(
            self._partners_sql(),
            companies.ids,
            today,
            today - relativedelta(months=WINDOW_MONTHS),
        )
        return self.env.execute_query_dict(query)

    def _partners_sql(self):
        """The legal entities of the chosen customers, as the user may see them."""
        partners = self.env["res.partner"]
        company = [("company_id", "in", [False, self.company_id.id])]
        query = partners._search(self._chosen() & Domain(company), limit=MAX_CUSTOMERS)
        return SQL(
            """SELECT DISTINCT commercial_partner_id AS partner_id FROM res_partner
                WHERE id IN %s AND commercial_partner_id IS NOT NULL""",
            query.subselect(),
        )

    def _chosen(self):
        try:
            domain = Domain(ast.literal_eval(self.partner_domain))
            domain.validate(self.env["res.partner"])
        except (ValueError, SyntaxError, TypeError, KeyError) as error:
            raise UserError(
                self.env._("The choice of customers is not valid; choose them again.")
            ) from error
        return domain

    def _add_current(self, vals_list):
        """Tell each line what the customer's file grants today and has waiting."""
        partners = self.env["res.partner"].browse(v["partner_id"] for v in vals_list)
        current = self._current(partners)
        for vals in vals_list:
            vals.update(current[vals["partner_id"]])
            if vals["unlimited"]:
                vals["decision"] = "skip"

    def _refresh_current(self, lines):
        """Other lines may have come since the proposal was computed."""
        current = self._current(lines.partner_id)
        for line in lines:
            line.update(current[line.partner_id.id])

    def _current(self, partners):
        """{partner id: current_limit, pending_amount, unlimited}, company currency."""
        found = self.env["crm.credit.account"]._for(partners, self.company_id)
        grants = self.env["crm.credit.account"].union(*found.values())._grants_today()
        current = {}
        for partner in partners:
            limit, drafts = grants.get(found[partner.id].id, (0, 0))
            current[partner.id] = {
                "current_limit": limit or 0,
                "pending_amount": drafts,
                "unlimited": limit is None,
            }
        return current
