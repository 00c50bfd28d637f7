from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..tools import pictures
from .crm_credit_account_figures import COMPONENTS
from .crm_credit_hold import WAITING
from .crm_credit_proposal_history import months_sql

INSIDERS = "crm_credit.group_crm_credit_user,crm_credit.group_crm_credit_legal"
LOG_LENGTH = 12
STRIP_MONTHS = 12


class CrmCreditAccount(models.Model):
    """What the pictures on a credit file show, as plain data.

    The gauge is the summary that a salesperson sees, too; the rest is for insiders.
    """

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    credit_gauge = fields.Json("Utilisation Gauge", compute="_compute_credit_gauge")
    credit_waterfall = fields.Json(
        "Gross to Net", compute="_compute_credit_waterfall", groups=INSIDERS
    )
    credit_line_bars = fields.Json(
        "Credit Lines in Time", compute="_compute_credit_line_bars", groups=INSIDERS
    )
    credit_strip = fields.Json(
        "Behaviour Month by Month", compute="_compute_credit_strip", groups=INSIDERS
    )
    credit_log = fields.Json(
        "Decisions", compute="_compute_credit_log", groups=INSIDERS
    )
    open_document_count = fields.Integer(
        "Documents", compute="_compute_counts", groups=INSIDERS
    )
    line_count = fields.Integer(
        "Credit Lines in Force", compute="_compute_counts", groups=INSIDERS
    )
    hold_count = fields.Integer("Holds Waiting", compute="_compute_counts")
    application_count = fields.Integer("Applications", compute="_compute_counts")

    @api.depends("exposure", "credit_limit", "limit_type", "currency_id")
    def _compute_credit_gauge(self):
        held = self._held_amounts()
        for account in self:
            account.credit_gauge = account._gauge_data(held.get(account.id, 0.0))

    @api.depends(*COMPONENTS, "exposure_covered", "currency_id")
    @api.depends_context("lang")
    def _compute_credit_waterfall(self):
        for account in self:
            account.credit_waterfall = account._waterfall_data()

    @api.depends(
        "line_ids.amount",
        "line_ids.date_from",
        "line_ids.date_to",
        "line_ids.is_effective",
    )
    @api.depends_context("lang")
    def _compute_credit_line_bars(self):
        for account in self:
            account.credit_line_bars = account._line_bars_data()

    @api.depends("exposure", "credit_limit", "limit_type", "currency_id")
    def _compute_credit_strip(self):
        for account in self:
            account.credit_strip = account._strip_data()

    @api.depends("line_ids.approval_state", "exposure")
    @api.depends_context("lang")
    def _compute_credit_log(self):
        for account in self:
            entries = account._log_entries()
            entries.sort(key=lambda entry: entry["date"], reverse=True)
            account.credit_log = entries[:LOG_LENGTH]

    @api.depends("exposure", "line_ids.is_effective")
    def _compute_counts(self):
        documents, lines, holds, applications = (
            self._count_of(*source) for source in self._count_sources()
        )
        for account in self:
            account.open_document_count = documents.get(account, 0)
            account.line_count = lines.get(account, 0)
            account.hold_count = holds.get(account, 0)
            account.application_count = applications.get(account, 0)

    def action_open_component(self):
        """The documents of the component that the context names, or all."""
        component = self.env.context.get("component")
        if component == "covered":
            return self._action_open_cover()
        action = super().action_open_component()
        if component:
            exposures = self.env["crm.credit.exposure"]
            domain = exposures._domain_figure(component, self._credit_today())
            action["domain"] = [("account_id", "=", self.id), *domain]
        return action

    def action_open_lines(self):
        return self._action_open("crm.credit.line", self.env._("Credit Lines"))

    def action_open_holds(self):
        action = self._action_open("crm.credit.hold", self.env._("Holds"))
        return {**action, "view_mode": "kanban,list,form"}

    def action_open_applications(self):
        return self._action_open("crm.credit.application", self.env._("Applications"))

    def _action_open_cover(self):
        action = self._action_open("crm.credit.security", self.env._("Securities"))
        action["domain"] += [("line_id.is_effective", "=", True)]
        return action

    def _action_open(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("account_id", "=", self.id)],
            "context": {"default_account_id": self.id},
        }

    def _count_sources(self):
        return (
            ("crm.credit.exposure", []),
            ("crm.credit.line", [("is_effective", "=", True)]),
            ("crm.credit.hold", [("state", "in", WAITING)]),
            ("crm.credit.application", [("state", "in", ("submitted", "checked"))]),
        )

    def _count_of(self, model, domain):
        if not self.env[model].has_access("read"):
            return {}
        rows = self.env[model]._read_group(
            [("account_id", "in", self.ids), *domain], ["account_id"], ["__count"]
        )
        return dict(rows)

    def _held_amounts(self):
        """`{account id: amount of held orders that is not yet exposure}`."""
        held = defaultdict(float)
        # a sum is part of the summary, whoever may see the holds
        for hold in (
            self.env["crm.credit.hold"]
            .sudo()
            .search(
                [
                    ("account_id", "in", self.ids),
                    ("state", "in", WAITING),
                    ("order_id", "!=", False),
                ]
            )
        ):
            held[hold.account_id.id] += hold._amount_not_exposed()
        return held

    @api.model
    def _readable_of(self, files):
        """Of `{partner id: file}`, only the files that the user may read."""
        found = self.union(*files.values()).with_env(self.env)
        readable = found._filtered_access("read")
        return {
            id_: file.with_env(self.env)
            for id_, file in files.items()
            if file and file.with_env(self.env) in readable
        }

    def _tone(self):
        return pictures.tone(self._limit_or_none(), self.exposure)

    def _limit_or_none(self):
        """The limit of one file; None where it has no limit."""
        return None if self.limit_type == "unlimited" else self.credit_limit

    def _gauge_data(self, held):
        limit = self._limit_or_none()
        return {
            "currency_id": self.currency_id.id,
            "limit": self.credit_limit,
            "unlimited": limit is None,
            "exposure": self.exposure,
            "available": self.available,
            "utilisation": self.utilisation,
            "held": held,
            "shares": pictures.gauge(limit, self.exposure, held),
            "tone": self._tone(),
        }

    def _waterfall_data(self):
        steps = [
            (name.removeprefix("exposure_"), self[name])
            for name in self._waterfall_order()
            if self[name]
        ]
        covered = [("covered", -self.exposure_covered)] if self.exposure_covered else []
        bars = pictures.waterfall(steps, [("exposure", covered), ("exposure_net", [])])
        for bar in bars:
            bar["label"] = self._figure_label(bar["code"])
        return {"currency_id": self.currency_id.id, "bars": bars if steps else []}

    def _waterfall_order(self):
        """What is owed longest comes first; what lowers the exposure comes last."""
        last = "exposure_unallocated"
        overdue = "exposure_receivable_due"
        others = [name for name in COMPONENTS if name not in (overdue, last)]
        return [overdue, *others, last]

    def _figure_label(self, code):
        name = code if code.startswith("exposure") else f"exposure_{code}"
        return self._fields[name]._description_string(self.env)

    def _line_bars_data(self):
        shown = self.line_ids.filtered(
            lambda line: line.approval_state in ("draft", "approved")
        ).sorted(lambda line: (not line.is_effective, line.date_from, line.id))
        kinds = dict(self.env["crm.credit.line"]._selection_kind())
        axis = pictures.time_axis(
            [(line.date_from, line.date_to or None) for line in shown],
            self._credit_today(),
        )
        return {
            "today": axis["today"],
            "ticks": axis["ticks"],
            "lines": [
                {
                    "id": line.id,
                    "kind": kinds[line.kind],
                    "amount": line.amount,
                    "currency_id": line.currency_id.id,
                    "date_from": line.date_from,
                    "date_to": line.date_to,
                    "effective": line.is_effective,
                    "why": line.reason_not_effective,
                    **pictures.time_bar((line.date_from, line.date_to or None), axis),
                }
                for line in shown
            ],
        }

    def _strip_data(self):
        """The last months: days late of what was paid, highest balance."""
        company = self.company_id.sudo()
        today = self._credit_today()
        rate = company.currency_id._get_conversion_rate(
            company.currency_id, self.currency_id, company, today
        )
        months = [
            (row["first"], row["days_late"], (row["peak"] or 0.0) * rate)
            for row in self._month_rows(company, today)
        ]
        laid_out = pictures.strip(months, self._limit_or_none())
        return {"currency_id": self.currency_id.id, **laid_out}

    def _month_rows(self, company, today):
        """Figures of each month, in the currency of the company."""
        since = today.replace(day=1) - relativedelta(months=STRIP_MONTHS - 1)
        companies = self.env["res.company"].sudo()
        companies = companies.search([("id", "child_of", company.id)])
        self.env.flush_all()
        return self.env.execute_query_dict(
            months_sql(self.partner_id.ids, companies.ids, today, since)
        )

    def _log_entries(self):
        """Decisions on this debtor: dicts of date, what, who, about and comment."""
        self.ensure_one()
        return [
            record._log_entry()
            for model in ("crm.credit.approval", "crm.credit.decision")
            if self.env[model].has_access("read")
            for record in self.env[model].search(
                [("account_id", "in", self.ids)], limit=LOG_LENGTH
            )
        ]
