from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..tools.checks import PASS, Facts, evaluate
from ..tools.replay import Replayed, at, cleared_on, summary
from .crm_credit_dry_run_replay import Replay

MAX_DAYS = 731


class CrmCreditDryRun(models.Model):
    """Replays the orders of the last days against rules before these count.

    Only reads: it writes nothing but its own lines.
    """

    _name = "crm.credit.dry.run"
    _description = "Credit Dry Run"
    _order = "date desc, id desc"

    name = fields.Char(required=True, default=lambda self: self.env._("Dry run"))
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.root_id,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    window_days = fields.Integer(string="Days Back", default=90, required=True)
    rule_ids = fields.Many2many(
        "crm.credit.rule",
        string="Rules",
        context={"active_test": False},
        default=lambda self: self._default_rule_ids(),
        help="In force or not. To try a change, duplicate the rule, change the copy "
        "and choose the copy instead.",
    )
    with_drafts = fields.Boolean(
        string="Count Draft Lines",
        help="Assume that the credit lines waiting for approval are approved.",
    )
    state = fields.Selection(
        [("draft", "New"), ("done", "Done")], default="draft", readonly=True, copy=False
    )
    line_ids = fields.One2many("crm.credit.dry.run.line", "run_id", readonly=True)
    order_count = fields.Integer(string="Orders Replayed", readonly=True, copy=False)
    held_count = fields.Integer(string="Held", readonly=True, copy=False)
    held_amount = fields.Monetary(string="Worth", readonly=True, copy=False)
    still_count = fields.Integer(string="Still Waiting", readonly=True, copy=False)
    average_days = fields.Float(
        string="Days Held on Average", readonly=True, copy=False
    )
    warned_count = fields.Integer(string="Warned About", readonly=True, copy=False)

    @api.model
    def _default_rule_ids(self):
        return self.env["crm.credit.rule"].search(
            [("company_id", "in", [False, *self.env.company.parent_ids.ids])]
        )

    @api.constrains("window_days")
    def _check_window_days(self):
        for run in self:
            if not 0 < run.window_days <= MAX_DAYS:
                raise ValidationError(
                    self.env._(
                        "A dry run looks back 1 to %(days)s days.", days=MAX_DAYS
                    )
                )

    def action_run(self):
        """Replay; a second time with the figures of today."""
        self.ensure_one()
        self.check_access("write")
        rules = self.with_context(active_test=False).rule_ids
        if not rules:
            raise UserError(self.env._("Choose the rules to try first."))
        self.line_ids.unlink()
        today = self.company_id._credit_days()[self.company_id]
        replay = Replay(
            self.env,
            self.company_id,
            today - timedelta(days=self.window_days),
            today,
            "average_days_late" in rules.mapped("kind"),
        )
        figures = self._replay(replay, self._specs(rules), today)
        self.write(
            {
                "state": "done",
                "date": today,
                "order_count": figures.orders,
                "held_count": figures.held,
                "held_amount": figures.amount,
                "still_count": figures.still,
                "average_days": figures.days,
                "warned_count": figures.warned,
            }
        )
        return True

    def action_open_lines(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "crm_credit.crm_credit_dry_run_line_action"
            ),
            "domain": [("run_id", "=", self.id)],
        }

    # ----------------------------------------------------------------- replay

    def _specs(self, rules):
        """The rules with amounts in the company's currency, in their order."""
        file = self.env["crm.credit.account"].new(
            {
                "company_id": self.company_id.id,
                "currency_id": self.company_id.currency_id.id,
            }
        )
        return rules.sudo().sorted(lambda r: (r.sequence, r.id))._specs(file)

    def _replay(self, replay, specs, today):
        """Judge every order; keep those that do not pass. Returns the summary."""
        rows = replay.orders()
        facts = self._facts(rows)
        verdicts = {row["id"]: evaluate(facts[row["id"]], specs) for row in rows}
        moments = replay.later([row for row in rows if verdicts[row["id"]].held])
        replayed, vals_list = [], []
        for row in rows:
            verdict = verdicts[row["id"]]
            result = Replayed(verdict.outcome, row["amount"])
            if verdict.held:
                cleared = cleared_on(facts[row["id"]], specs, moments[row["id"]])
                days = ((cleared or today) - row["day"]).days
                result = result._replace(cleared_on=cleared, days=days)
            replayed.append(result)
            if verdict.outcome != PASS:
                vals_list.append(
                    self._prepare_line_vals(row, facts[row["id"]], verdict, result)
                )
        self.env["crm.credit.dry.run.line"].create(vals_list)
        return summary(replayed)

    def _facts(self, rows):
        """{order id: Facts} with what the customers' files and orders say today."""
        orders = self.env["sale.order"].sudo().browse(row["id"] for row in rows)
        partners = self.env["res.partner"].browse(row["partner_id"] for row in rows)
        accounts = self.env["crm.credit.account"]._for(partners, self.company_id)
        files = self.env["crm.credit.account"].union(*accounts.values())
        grants = files.sudo()._grants_today()
        terms = orders._credit_agreed_terms()
        days = {t: t._credit_days() for t in orders.payment_term_id}
        days[self.env["account.payment.term"]] = 0
        found = {}
        for row, order in zip(rows, orders, strict=True):
            account = accounts[row["partner_id"]]
            facts = Facts(
                amount=row["amount"],
                to_add=row["amount"],
                limit=self._limit(grants.get(account.id, (0.0, 0.0))),
                paid=order.amount_paid * row["amount"] / (order.amount_total or 1),
                discount=row["discount"],
                term=days[order.payment_term_id],
                agreed_term=terms[order.id],
                agreed_discount=order.tier_id.max_discount or None,
                tier=order.tier_id.id or None,
                team=order.team_id.id or None,
                **self._file_facts(account, row["day"]),
            )
            found[order.id] = at(facts, row["moment"])
        return found

    def _limit(self, grant):
        limit, drafts = grant
        if limit is None or not self.with_drafts:
            return limit
        return limit + drafts

    def _file_facts(self, account, day):
        review = account.next_review_date
        return {
            "segment": account.segment_id.id or None,
            "grade": account.grade or None,
            "status": account.status or "active",
            "review_overdue": (day - review).days if review else None,
            "digits": self.currency_id.decimal_places,
        }

    def _prepare_line_vals(self, row, facts, verdict, result):
        lines = self.env["crm.credit.dry.run.line"]
        order = self.env["sale.order"].sudo().browse(row["id"])
        return {
            "run_id": self.id,
            "order_id": order.id,
            "partner_id": row["partner_id"],
            "user_id": order.user_id.id,
            "date": row["day"],
            "amount": facts.amount,
            "exposure": facts.exposure,
            "limit": facts.limit or 0.0,
            "unlimited": facts.limit is None,
            "overdue": facts.overdue,
            "oldest_overdue": facts.oldest_overdue,
            "outcome": verdict.outcome,
            "reason": lines._reason(verdict.failures, self.currency_id),
            "rule_ids": [Command.set({f.rule for f in verdict.failures})],
            "cleared_on": result.cleared_on,
            "days": result.days,
            "is_waiting": verdict.held and result.cleared_on is None,
        }
