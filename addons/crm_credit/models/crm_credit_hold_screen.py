from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_amount

from ..tools import checks
from .crm_credit_account_pictures import INSIDERS
from .crm_credit_hold import WAITING

MOST_LINES = 8
SOON = timedelta(days=14)


class CrmCreditHold(models.Model):
    """What who decides on a hold wants to see."""

    _inherit = "crm.credit.hold"

    tier_color = fields.Integer(related="tier_id.color")
    credit_gauge = fields.Json(related="account_id.credit_gauge")
    then_now = fields.Json(
        "Failed Rules, Then and Now",
        compute="_compute_then_now",
        compute_sudo=True,
        help="What the check found when the document was held, and what it would find "
        "today.",
    )
    content = fields.Json(
        "Ordered", compute="_compute_content", compute_sudo=True, help="What waits."
    )

    payments_expected = fields.Char(
        compute="_compute_payments_expected",
        compute_sudo=True,
        groups=INSIDERS,
        help="What this customer should pay next, and what it paid already.",
    )

    @api.depends("failure_ids", "state", "account_id.exposure")
    @api.depends_context("lang")
    def _compute_then_now(self):
        waiting = self.filtered(lambda h: h.state in WAITING and h._document())
        now = waiting._failures_now()
        for hold in self:
            today = now.get(hold.id)
            hold.then_now = [
                hold._then_now_row(failure, today) for failure in hold.failure_ids
            ]

    @api.depends("order_id.order_line")
    def _compute_content(self):
        for hold in self:
            lines = hold._document_order().order_line
            lines = lines.filtered(lambda line: not line.display_type)
            hold.content = {
                "currency_id": hold.currency_id.id,
                "more": max(len(lines) - MOST_LINES, 0),
                "lines": [
                    {
                        "id": line.id,
                        "name": line.product_id.display_name or line.name,
                        "quantity": line.product_uom_qty,
                        "unit": line.product_uom_id.name or "",
                        "amount": line.price_total,
                    }
                    for line in lines[:MOST_LINES]
                ],
            }

    @api.depends("account_id.exposure")
    @api.depends_context("lang")
    def _compute_payments_expected(self):
        by_account = self._payments_by_account()
        for hold in self:
            hold.payments_expected = hold._payments_sentence(
                *by_account[hold.account_id]
            )

    def action_release_until(self):
        return self._decide_or_ask("release_until")

    def action_ask_question(self):
        return self._decide_or_ask("ask_sales")

    def action_open_next(self):
        """The next hold to decide on; the list of holds when none waits."""
        following = self.search(
            [("state", "in", WAITING), ("id", "not in", self.ids)],
            order="state desc, priority desc, promise_date, id",
            limit=1,
        )
        if following:
            return following.get_formview_action()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_credit.crm_credit_hold_action"
        )

    def _amount_not_exposed(self):
        """What passing the held order would add, in the currency of the file."""
        self.ensure_one()
        order = self.order_id
        if not order.amount_total or order._credit_is_counted_quotation():
            return 0.0
        open_share = 1 - order.credit_amount_accepted / order.amount_total
        return self.amount_account * max(open_share, 0.0)

    def _document_order(self):
        return self.order_id or self.picking_id.sale_id

    def _payments_by_account(self):
        """`{file: [overdue, due soon, paid and not allocated]}`."""
        found = defaultdict(lambda: [0.0, 0.0, 0.0])
        groups = self.env["crm.credit.exposure"]._read_group(
            [
                ("account_id", "in", self.account_id.ids),
                ("component", "in", ("receivable", "unallocated")),
            ],
            ["account_id", "component", "date_due:day"],
            ["amount:sum"],
        )
        for account, component, due, amount in groups:
            today = account._credit_today()
            if component == "unallocated":
                found[account][2] -= amount
            elif due and due < today:
                found[account][0] += amount
            elif due and due <= today + SOON:
                found[account][1] += amount
        return found

    def _payments_sentence(self, overdue, soon, unallocated):
        currency = self.account_id.currency_id
        if not (overdue or soon or unallocated):
            return self.env._("Nothing is due within %(days)s days.", days=SOON.days)
        return self.env._(
            "%(overdue)s overdue, %(soon)s due within %(days)s days, "
            "%(unallocated)s paid but not allocated.",
            overdue=format_amount(self.env, overdue, currency),
            soon=format_amount(self.env, soon, currency),
            unallocated=format_amount(self.env, unallocated, currency),
            days=SOON.days,
        )

    def _failures_now(self):
        """`{hold id: {(rule id, kind): what a check would find today}}`.

        Looks without the lock that a decision takes: nothing follows from it.
        """
        found = {}
        for checkpoint, holds in self.grouped("checkpoint").items():
            for model, named in holds.grouped(lambda h: h._document()._name).items():
                by_document = {hold._document().id: hold for hold in named}
                documents = self.env[model].browse(by_document)
                accounts = {id_: by_document[id_].account_id for id_ in by_document}
                needs = documents._credit_needs(checkpoint)
                batch = documents._credit_facts(accounts, checkpoint, needs)
                for document in documents:
                    found[by_document[document.id].id] = document._credit_failures(
                        batch[document.id], accounts[document.id], checkpoint
                    )
        return found

    def _then_now_row(self, failure, today):
        """One failed rule: what was found, and what would be found today."""
        now = ""
        if today is not None:
            key = (failure.rule_id.id, failure.kind)
            now = self._sentence(today[key]) if key in today else ""
        return {
            "id": failure.id,
            "rule": failure.rule_id.name or failure.kind,
            "warning": failure.outcome == checks.WARN,
            "then": failure.name,
            "now": now,
            "waiting": today is not None,
        }

    def _sentence(self, failure):
        rows = self.env["crm.credit.hold.failure"]
        return rows.new({**rows._prepare(failure), "hold_id": self.id}).name


class CrmCreditDocumentMixin(models.AbstractModel):
    _inherit = "crm.credit.document.mixin"

    def _credit_failures(self, facts, account, checkpoint):
        rules = self.env["crm.credit.rule"]
        specs = rules._specs_at(self._credit_company(), checkpoint, account)
        verdict = checks.evaluate(facts, specs)
        return {(failure.rule, failure.kind): failure for failure in verdict.failures}
