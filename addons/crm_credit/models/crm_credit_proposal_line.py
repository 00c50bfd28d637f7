from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.proposals import History, Policy, propose


class CrmCreditProposalLine(models.Model):
    """The limit proposed for one customer, its reasons and what became of it."""

    _name = "crm.credit.proposal.line"
    _description = "Proposed Credit Limit"
    _order = "proposal_id, proposed_limit desc, id"

    proposal_id = fields.Many2one(
        "crm.credit.proposal", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="proposal_id.company_id", store=True)
    currency_id = fields.Many2one(related="proposal_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    peak_exposure = fields.Monetary(
        readonly=True, help="Highest open balance at the end of a day in 12 months."
    )
    monthly_billing = fields.Monetary(
        readonly=True, help="Invoiced per month, taxes included, less credit notes."
    )
    days_late = fields.Float(
        "Average Days Late",
        readonly=True,
        aggregator=None,
        help="Average over the amounts paid in 12 months and those overdue now.",
    )
    late_share = fields.Float(string="Paid Late", readonly=True, aggregator=None)
    months = fields.Integer(string="Months as Customer", readonly=True, aggregator=None)
    current_limit = fields.Monetary(readonly=True)
    pending_amount = fields.Monetary(
        string="Waiting for Approval", readonly=True, help="Draft lines of the file."
    )
    unlimited = fields.Boolean(readonly=True)
    proposed_limit = fields.Monetary(readonly=True)
    reason = fields.Char(readonly=True)
    decision = fields.Selection(
        [("review", "To Review"), ("accept", "Accept"), ("skip", "Skip")],
        required=True,
        default="review",
    )
    limit = fields.Monetary(string="Accepted Limit", help="Change it as you see fit.")
    is_adjusted = fields.Boolean(string="Adjusted", compute="_compute_is_adjusted")
    amount_to_add = fields.Monetary(
        compute="_compute_amount_to_add",
        help="What a new line must add to the lines there are, drafts included.",
    )
    line_id = fields.Many2one(
        "crm.credit.line",
        string="Credit Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [("open", "Open"), ("applied", "Applied")], default="open", readonly=True
    )

    _partner_uniq = models.UniqueIndex("(proposal_id, partner_id)")
    _limit_positive = models.Constraint(
        'CHECK ("limit" >= 0)', "A credit limit can't be negative."
    )

    @api.depends("limit", "proposed_limit")
    def _compute_is_adjusted(self):
        for line in self:
            line.is_adjusted = bool(
                line.currency_id.compare_amounts(line.limit, line.proposed_limit)
            )

    @api.depends("limit", "current_limit", "pending_amount")
    def _compute_amount_to_add(self):
        for line in self:
            there = line.current_limit + line.pending_amount
            line.amount_to_add = max(line.limit - there, 0)

    @api.onchange("limit")
    def _onchange_limit(self):
        if self.is_adjusted:
            self.decision = "accept"

    def write(self, vals):
        if {"limit", "decision"} & set(vals) and "applied" in self.mapped("state"):
            raise UserError(
                self.env._("An applied limit is changed in the customer's credit file.")
            )
        return super().write(vals)

    def action_accept(self):
        self.filtered(lambda line: line.state == "open").decision = "accept"

    def action_skip(self):
        self.filtered(lambda line: line.state == "open").decision = "skip"

    def _create_credit_lines(self):
        """Draft credit lines for what is missing to the accepted limits."""
        proposal = self.proposal_id
        missing = self.filtered(
            lambda line: (
                line.currency_id.compare_amounts(line.amount_to_add, 0) > 0
                and not line.unlimited
            )
        )
        accounts = self.env["crm.credit.account"]._for(
            missing.partner_id, proposal.company_id, create=True
        )
        credit_lines = self.env["crm.credit.line"].create(
            [
                {
                    "account_id": accounts[line.partner_id.id].id,
                    "kind": "unsecured",
                    "amount": line.amount_to_add,
                    "currency_id": proposal.currency_id.id,
                    "date_to": proposal.date_to,
                }
                for line in missing
            ]
        )
        for line, credit_line in zip(missing, credit_lines, strict=True):
            line.line_id = credit_line
        self.state = "applied"

    @api.model
    def _prepare_line_vals(self, proposal, facts):
        """Values of a line from a row of `history_sql`."""
        history = History(
            float(facts["peak_exposure"]),
            float(facts["monthly_billing"]),
            facts["days_late"],
            facts["late_share"],
            facts["months"],
        )
        policy = Policy(proposal.headroom, proposal.cover_months)
        verdict = propose(history, policy)
        limit = proposal.currency_id.round(verdict.limit)
        return {
            **facts,
            "proposal_id": proposal.id,
            "proposed_limit": limit,
            "limit": limit,
            "reason": self._reason(proposal, history, verdict),
        }

    @api.model
    def _reason(self, proposal, history, verdict):
        """Why this much, in a sentence with the figures it rests on."""
        money = proposal.currency_id.format
        if verdict.basis == "none":
            return self.env._("Nothing was invoiced yet, so there is nothing to go by.")
        if verdict.basis == "peak":
            start = self.env._(
                "Owed up to %(peak)s in 12 months, plus %(headroom)s %%",
                peak=money(history.peak),
                headroom=f"{proposal.headroom * 100:g}",
            )
        else:
            start = self.env._(
                "%(months)s months of %(billing)s billing",
                months=f"{proposal.cover_months:g}",
                billing=money(history.billing),
            )
        return "; ".join([start, *self._reason_cuts(history, verdict)]) + "."

    @api.model
    def _reason_cuts(self, history, verdict):
        if history.days_late is not None:
            yield self.env._(
                "pays %(days)s days late on average, so %(share)s %% of it",
                days=f"{history.days_late:.0f}",
                share=f"{verdict.pays * 100:g}",
            )
        if verdict.known < 1:
            yield self.env._(
                "a customer for %(months)s months, so %(share)s %% of that",
                months=history.months,
                share=f"{verdict.known * 100:g}",
            )
