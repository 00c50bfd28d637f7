from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .history_many2one import HistoryMany2one

KINDS = [
    ("confirmed", "Promised at confirmation"),
    ("order", "Delivery date of the order changed"),
    ("again", "Promised again"),
    ("split", "Split"),
]


class CrmOrderPromise(models.Model):
    """Each day that was promised for an order line, by whom and why.

    Nobody changes or deletes a promise. The one that holds is on the line.
    """

    _name = "crm.order.promise"
    _description = "Promised Date"
    _order = "id desc"
    _rec_name = "date"

    sale_line_id = HistoryMany2one(
        "sale.order.line", "Order Line", required=True, readonly=True, index=True
    )
    order_id = HistoryMany2one("sale.order", "Order", readonly=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id")
    previous_date = fields.Date("Before", readonly=True)
    date = fields.Date("Promised", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    reason = fields.Char(readonly=True)

    @api.model
    def _note(self, promises, kind, reason=None):
        """Write promises: (line id, order id, date before or None, date) each."""
        lines, orders, before, dates = zip(*promises, strict=True)
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_order_promise (sale_line_id, order_id,
                    previous_date, date, kind, reason,
                    create_uid, write_uid, create_date, write_date)
                SELECT *, %(kind)s, %(reason)s, %(uid)s, %(uid)s, %(now)s, %(now)s
                FROM UNNEST(%(lines)s::int[], %(orders)s::int[], %(before)s::date[],
                    %(dates)s::date[])""",
                kind=kind,
                reason=reason,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                lines=list(lines),
                orders=list(orders),
                before=list(before),
                dates=list(dates),
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _last_dates(self, line_ids):
        """The day promised last, by id of those lines among these that have one."""
        promises = self.search([("sale_line_id", "in", line_ids)], order="id")
        return {promise.sale_line_id.id: promise.date for promise in promises}

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        if self and vals:
            self._refuse()
        return super().write(vals)

    def unlink(self):
        if self:
            self._refuse()
        return super().unlink()

    def _refuse(self):
        raise UserError(
            self.env._(
                "What was promised stays as it was written. Promise another day on the "
                "order line."
            )
        )
