from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools import SQL, babel_locale_parse
from odoo.tools.misc import get_lang

from .crm_order_network_query import day


class CrmOrderTrace(models.Model):
    """Says in one sentence where a line stands and why."""

    _name = "crm.order.trace"
    _inherit = ["crm.order.trace"]

    cause_sentence = fields.Char(
        "When and Why",
        compute="_compute_cause_sentence",
        help="How late the line is, and the document that decides its date.",
    )

    @api.depends(
        "cause_id",
        "cause_model",
        "cause_partner_id",
        "cause_reason",
        "days_late",
        "expected_date",
        "is_finished",
        "is_late",
        "promise_date",
        "stage",
    )
    @api.depends_context("lang")
    def _compute_cause_sentence(self):
        traces = (
            self.sudo()
        )  # names and dates of documents that the reader may not open
        days = traces._cause_days()
        for trace in traces:
            head = trace._sentence_head()
            if trace.is_finished or not trace.cause_model:
                trace.cause_sentence = head
                continue
            tail = trace._cause_phrase(*days.get(trace._cause_key(), (None, None)))
            trace.cause_sentence = self.env._("%(when)s — %(why)s", when=head, why=tail)

    def _sentence_head(self):
        if self.stage == "cancelled":
            return self.env._("Nothing was delivered, the rest is cancelled")
        if self.is_finished:
            return self._delivered_head()
        if not self.expected_date:
            return self.env._("Nobody can say when")
        return self._days_late_head() if self.is_late else self.env._("In time")

    def _days_late_head(self):
        if self.days_late == 1:
            return self.env._("1 day late")
        return self.env._("%(days)s days late", days=self.days_late)

    def _delivered_head(self):
        date = self._short_date(self.expected_date)
        if not self.is_late:
            return self.env._("Delivered on %(date)s, in time", date=date)
        return self.env._(
            "Delivered on %(date)s instead of %(promise)s",
            date=date,
            promise=self._short_date(self.promise_date),
        )

    def _short_date(self, date):
        """Day and month, and the year if it is not this one."""
        if not date:
            return self.env._("an unknown day")
        today = fields.Date.context_today(self)
        skeleton = "MMMd" if date.year == today.year else "yMMMd"
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton(skeleton, date, locale=locale)

    def _cause_key(self):
        return (self.cause_model, self.cause_id, self.product_id.id)

    def _cause_days(self):
        """`{cause key: (day, first day or None)}` of the documents that decide; for
        other addons too.
        """
        return {**self._purchase_days(), **self._transfer_days()}

    def _caused_by(self, model):
        return self.filtered(lambda trace: trace.cause_model == model)

    def _purchase_days(self):
        """The latest arrival among the lines that bring the product, or any."""
        traces = self._caused_by("purchase.order")
        if not traces:
            return {}
        lines = self.env["purchase.order.line"]
        lines.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT line.order_id, line.product_id, %s, %s
                FROM purchase_order_line line
                JOIN res_company company ON company.id = line.company_id
                JOIN res_partner contact ON contact.id = company.partner_id
                WHERE line.order_id = ANY(%s) AND line.product_id IS NOT NULL
                AND line.qty_received < line.product_qty
                ORDER BY line.date_planned""",
                day(SQL("line.date_planned")),
                day(SQL("line.first_planned")),
                traces.mapped("cause_id"),
            )
        )
        by_product = {row[:2]: row[2:] for row in rows}
        by_order = {row[0]: row[2:] for row in rows}
        nothing = (None, None)
        return {
            trace._cause_key(): by_product.get(
                (trace.cause_id, trace.product_id.id),
                by_order.get(trace.cause_id, nothing),
            )
            for trace in traces
        }

    def _transfer_days(self):
        traces = self._caused_by("stock.picking")
        transfers = self.env["stock.picking"].browse(set(traces.mapped("cause_id")))
        days = {
            transfer.id: self._company_day(transfer.scheduled_date, transfer.company_id)
            for transfer in transfers.exists()
        }
        return {
            trace._cause_key(): (days.get(trace.cause_id), None) for trace in traces
        }

    def _company_day(self, moment, company):
        if not moment:
            return None
        zone = self.with_context(tz=company.partner_id.tz or "UTC")
        return fields.Datetime.context_timestamp(zone, moment).date()

    def _cause_phrase(self, now, first):
        """What a line waits for; `now` and `first` are days of its cause, or None."""
        phrases = {
            "purchase.order": self._purchase_phrase,
            "stock.picking": self._transfer_phrase,
        }
        if self.cause_reason == "circular":
            return self.env._("its route goes in a circle")
        if self.cause_model in phrases:
            return phrases[self.cause_model](now, first)
        return self._plain_phrase()

    def _purchase_phrase(self, now, first):
        words = {
            "name": self.cause_name,
            "supplier": self.cause_partner_id.name or "",
            "date": self._short_date(now),
            "before": self._short_date(first),
        }
        if self.cause_reason == "request":
            return self.env._(
                "purchase %(name)s from %(supplier)s is not confirmed yet", **words
            )
        if self.cause_reason == "overdue":
            return self.env._(
                "purchase %(name)s from %(supplier)s is overdue since %(date)s", **words
            )
        if now and first and now != first:
            return self.env._(
                "purchase %(name)s from %(supplier)s now %(date)s (was %(before)s)",
                **words,
            )
        return self.env._("purchase %(name)s from %(supplier)s, %(date)s", **words)

    def _transfer_phrase(self, now, _first):
        words = {"name": self.cause_name, "date": self._short_date(now)}
        if self.cause_reason == "overdue":
            return self.env._("transfer %(name)s is overdue since %(date)s", **words)
        return self.env._("transfer %(name)s, planned for %(date)s", **words)

    def _plain_phrase(self):
        words = {"name": self.cause_name or ""}
        if self.cause_model == "product.product":
            return self.env._("nobody has ordered %(name)s", **words)
        if self.cause_model == "sale.order":
            if self.cause_reason == "no_supply":
                return self.env._("no transfer delivers it")
            return self.env._("to be done by us")
        labels = dict(self._fields["cause_reason"]._description_selection(self.env))
        words["reason"] = labels.get(self.cause_reason, "")
        return self.env._("%(name)s: %(reason)s", **words)
