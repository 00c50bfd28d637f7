from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import clean_context

from ..tools import checks
from ..tools.gate import pass_in

VIEWER = "crm_credit.group_crm_credit_viewer"


class CrmCreditDocumentMixin(models.AbstractModel):
    """A document that passes credit checkpoints: order, transfer or invoice.

    `documents._credit_check(checkpoint)` returns those that may go on. The others have
    a waiting hold afterwards, somebody is told, and nothing is raised.
    """

    _name = "crm.credit.document.mixin"
    _description = "Document Under Credit Control"

    _credit_hold_field = ""  # the hold's field for documents of this model
    _credit_own_fields = {"credit_state": "clear"}

    credit_state = fields.Selection(
        [("clear", "Clear"), ("held", "Held"), ("released", "Released")],
        string="Credit",
        default="clear",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        help="Held: waits for a decision of credit control. Released: a decision lets "
        "it go on.",
    )
    credit_hold_id = fields.Many2one(
        "crm.credit.hold",
        compute="_compute_credit_hold_id",
        compute_sudo=True,
        groups=VIEWER,
        help="The hold that waits for a decision.",
    )
    credit_message = fields.Char(
        compute="_compute_credit_message",
        compute_sudo=True,
        groups=VIEWER,
        help="Why the document is held, with the figures of the last check.",
    )

    @api.depends("credit_state")
    def _compute_credit_hold_id(self):
        holds = self.env["crm.credit.hold"]._waiting_for(self)
        for document in self:
            document.credit_hold_id = holds.get(document.id)

    @api.depends("credit_hold_id")
    def _compute_credit_message(self):
        for document in self:
            document.credit_message = document.credit_hold_id.message

    @api.model_create_multi
    def create(self, vals_list):
        own = self._credit_own_fields
        for vals in vals_list:
            if any(vals.get(name, own[name]) != own[name] for name in own):
                self._credit_refuse()
        return super().create([{**vals, **own} for vals in vals_list])

    def write(self, vals):
        if not self._credit_own_fields.keys().isdisjoint(vals):
            self._credit_refuse()
        return super().write(vals)

    @api.model
    def _credit_refuse(self):
        raise AccessError(
            self.env._("Only a credit check or a documented decision may set this.")
        )

    def _credit_store(self, vals):
        """The only way to the fields above: past this model's own `write`."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    # What the check asks of a document; each kind of document answers for itself.

    def _credit_partner(self):
        """Who will owe; the check takes its commercial entity."""
        return self.partner_id

    def _credit_company(self):
        return self.company_id

    def _credit_today(self):
        """The calendar day at the company whose credit files count."""
        return self.env["res.company"]._credit_day(self._credit_company().id)

    def _credit_currency(self):
        return self.currency_id

    def _credit_amount(self):
        """The whole document, tax included, in its currency."""
        raise NotImplementedError

    def _credit_amount_to_add(self, checkpoint):
        """What passing adds to the exposure, in the document's currency."""
        return 0.0

    def _credit_amount_counted(self, checkpoint):
        """The part of it that the stored exposure contains already."""
        return 0.0

    def _credit_paid(self):
        """What the customer has paid in advance, in the document's currency."""
        return 0.0

    def _credit_term_days(self):
        return 0

    def _credit_discount(self):
        return 0.0

    def _credit_promise_date(self):
        return False

    def _credit_priority(self):
        return self.tier_id.sudo().delivery_priority or "0"

    def _credit_team(self):
        return self.env["crm.team"]

    def _credit_salesperson(self):
        return self._credit_partner().commercial_partner_id.user_id

    def _credit_on_pass(self, checkpoint):
        """Keep what the check accepted."""

    def _credit_on_hold(self, hold):
        """Keep what the hold leaves out."""

    def _credit_on_release(self, hold):
        """Go on where the hold stopped the document."""

    def _credit_hold_values(self, checkpoint):
        """What the hold has to remember of the request."""
        return {}

    def _credit_note(self, hold):
        """What everybody who opens the document may know of its hold."""
        rules = ", ".join(hold.failure_ids.rule_id.mapped("name"))
        return self.env._("Waits for credit control: %(rules)s.", rules=rules)

    def _credit_tell_person(self, res=True, *, beside=False, also=()):
        """Tell the person at the screen that these wait.

        :param res: what the call answers if there is nobody to tell, or beside it
        :param beside: other documents went on, and `res` is what came of them
        :param also: sentences to add
        """
        if self.env.su or not self.env.user._is_internal():
            return res
        notice = {
            "type": "warning",
            "sticky": True,
            "title": self.env._("Waits for credit control"),
            "message": "\n".join([*self._credit_sentences(), *also]),
        }
        if beside:
            self.env.user._bus_send("simple_notification", notice)
            return res
        notice["next"] = {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": notice,
        }

    def _credit_sentences(self):
        """Why each waits; figures only for those who may see them."""
        figures = self._credit_shows_figures()
        for document in self.sudo():
            hold = document.credit_hold_id
            if figures and hold:
                yield f"{document._credit_name()}: {hold.message}"
            else:
                yield document._credit_sentence()

    def _credit_sentence(self):
        return self.env._(
            "%(document)s waits for credit control.", document=self._credit_name()
        )

    def _credit_name(self):
        return self.display_name

    @api.model
    def _credit_shows_figures(self):
        return self.env.user.has_group(VIEWER)

    def _credit_forget(self):
        """The request is withdrawn: nothing waits any more."""
        holds = self.env["crm.credit.hold"].sudo()
        holds.union(*holds._waiting_for(self).values())._cancel()
        self.sudo()._credit_set_state("clear")

    def _credit_set_state(self, state):
        changed = self.filtered(lambda document: document.credit_state != state)
        if changed:
            changed._credit_store({"credit_state": state})

    # The check

    def _credit_check(self, checkpoint):
        """The documents that pass, or that a release covers; the others are held.

        Documents are judged in the order of the recordset: each that passes uses up
        what the next one needs.
        """
        asked = self._credit_unopened(checkpoint)
        ruled = asked._credit_asked(checkpoint)
        free = (asked - ruled).filtered(lambda d: d.credit_state == "held")
        if free:
            freed = free.sudo()
            freed._credit_pass(checkpoint, {}, freed._credit_covered(checkpoint))
        if not ruled:
            return self
        defaults_gone = clean_context(self.env.context)
        judged = ruled.sudo().with_env(self.env(su=True, context=defaults_gone))
        covered = judged._credit_covered(checkpoint)
        verdicts = judged._credit_judge(checkpoint, covered)
        judged._credit_settle_verdicts(checkpoint, verdicts, covered)
        return self - ruled.filtered(lambda document: verdicts[document.id].held)

    def _credit_unopened(self, checkpoint):
        """The documents that the call has not judged yet."""
        gate_pass = pass_in(self.env.context)
        if not gate_pass:
            return self
        return self.filtered(
            lambda document: not gate_pass.opens(self._name, checkpoint, document.id)
        )

    def _credit_asked(self, checkpoint):
        """Those that rules are for."""
        rules = self.env["crm.credit.rule"]
        return self.filtered(
            lambda document: rules._ids_at(
                document.sudo()._credit_company().id, checkpoint
            )
        )

    def _credit_judge(self, checkpoint, covered=frozenset()):
        """The verdict on each document, by its id. Locks the credit files.

        :param covered: ids of those that a release covers: no rule is for them
        """
        accounts = self._credit_accounts()
        needs = self._credit_needs(checkpoint)
        files = self.env["crm.credit.account"].union(*accounts.values())
        (files._group_accounts() if "group_limit" in needs else files)._lock_figures()
        batch = self._credit_facts(accounts, checkpoint, needs)
        specs = self.env["crm.credit.rule"]._specs_at
        verdicts = checks.judge_batch(
            (
                batch[document.id],
                ()
                if document.id in covered
                else specs(
                    document._credit_company(), checkpoint, accounts[document.id]
                ),
            )
            for document in self
        )
        return dict(zip(self.ids, verdicts, strict=True))

    def _credit_needs(self, checkpoint):
        """What the rules for these documents look at: see `checks.needs`."""
        rules = self.env["crm.credit.rule"]
        companies = {document._credit_company().id for document in self}
        return frozenset().union(
            *(rules._needs_at(company_id, checkpoint) for company_id in companies)
        )

    def _credit_accounts(self):
        """The credit file of each document, by the document's id."""
        found = {}
        files = self.env["crm.credit.account"].sudo()
        for company, documents in self.grouped(lambda d: d._credit_company()).items():
            partners = self.env["res.partner"].union(
                *(document._credit_partner() for document in documents)
            )
            by_partner = files._for(partners, company, create=True)
            for document in documents:
                found[document.id] = by_partner[document._credit_partner().id]
        return found

    def _credit_covered(self, checkpoint):
        """Ids of the documents that a release covers as they are now."""
        decisions = self.env["crm.credit.decision"]._in_force(self)
        return {
            document.id
            for document in self
            if document.id in decisions and decisions[document.id]._covers(document)
        }

    def _credit_settle_verdicts(self, checkpoint, verdicts, covered):
        """Write down what was found: holds, messages, states."""
        held = self.filtered(lambda document: verdicts[document.id].held)
        passed = self - held
        passed._credit_pass(checkpoint, verdicts, covered)
        if held:
            self.env["crm.credit.hold"]._hold(held, checkpoint, verdicts)

    def _credit_pass(self, checkpoint, verdicts, covered):
        waiting = self.filtered(lambda document: document.credit_state == "held")
        if waiting:
            self.env["crm.credit.hold"]._pass(waiting, checkpoint)
        released = self.filtered(lambda document: document.id in covered)
        released._credit_set_state("released")
        (self - released)._credit_set_state("clear")
        for document in self:
            document._credit_on_pass(checkpoint)
        warned = {
            document.id: document._credit_warning(verdicts[document.id])
            for document in self
            if document.id in verdicts and verdicts[document.id].outcome == checks.WARN
        }
        if warned:
            self.browse(warned)._message_log_batch(warned)

    def _credit_warning(self, verdict):
        """Which rules the document passed with a warning, without amounts."""
        rules = self.env["crm.credit.rule"].browse(
            failure.rule for failure in verdict.failures
        )
        return self.env._(
            "Credit check passed with a warning: %(rules)s.",
            rules=", ".join(rules.mapped("name")),
        )
