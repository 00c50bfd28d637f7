from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import promising


class CrmOrderRepromise(models.TransientModel):
    """Promises other dates for lines of an order, and drafts the customer's message.

    A line with several rows is split; their quantities must be what is still to be
    delivered.
    """

    _name = "crm.order.repromise"
    _description = "Promise Again"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    state = fields.Selection(related="order_id.state")
    line_ids = fields.One2many("crm.order.repromise.line", "wizard_id")
    reason = fields.Char(
        help="Needed for a date before the earliest one. It is kept with the promise."
    )
    tell_customer = fields.Boolean(
        "Write to the Customer",
        help="Opens a message with the new dates, which you can change before you send "
        "it.",
    )

    @api.model
    def _prepare_for(self, order, lines):
        """A dialog that proposes the earliest dates."""
        if not lines:
            raise UserError(
                self.env._(
                    "Everything on %s is delivered; there is nothing to promise.",
                    order.name,
                )
            )
        order.check_access("write")
        offers = lines._repromise_offers()
        rows = [
            {
                "sale_line_id": line.id,
                "quantity": line.product_uom_qty - line.qty_delivered,
                "promised_date": line.promise_date,
                **self._proposal(line, offers.get(line)),
            }
            for line in lines
        ]
        return self.create(
            {
                "order_id": order.id,
                "tell_customer": order.state == "sale",
                "line_ids": [fields.Command.create(row) for row in rows],
            }
        )

    def _proposal(self, line, offer):
        if not offer:
            return {"date": line.promise_date}
        late = not line.promise_date or (offer.date and offer.date > line.promise_date)
        return {
            "date": offer.date if late else line.promise_date,
            "earliest_date": offer.date,
            "sentence": offer.sentence,
            "split": [
                [quantity, fields.Date.to_string(day)] for quantity, day in offer.parts
            ],
        }

    def action_promise(self):
        """Write what was entered, all or nothing."""
        self.ensure_one()
        self.order_id.check_access("write")
        before = {row.sale_line_id: row.promised_date for row in self.line_ids}
        offers = self.line_ids.sale_line_id._repromise_offers()
        changed = self.env["sale.order.line"]
        for line, rows in self.line_ids.grouped("sale_line_id").items():
            changed |= self._promise_rows(line, rows, offers.get(line))
        self.order_id._commit_to_promises()
        if self.tell_customer and changed:
            return self._compose(changed, before)
        return {"type": "ir.actions.act_window_close"}

    def _promise_rows(self, line, rows, offer):
        """Promise, or split, one line; return the lines whose date is another now."""
        if line.order_id != self.order_id:
            raise UserError(
                self.env._("%s belongs to another order.", line._promise_name())
            )
        parts = sorted((row.date or False, row.quantity) for row in rows if row.date)
        if len(parts) < len(rows):
            line._check_promise(False)
        parts = [(quantity, date) for date, quantity in parts]
        opened = line.product_uom_qty - line.qty_delivered
        if len(parts) == 1 and parts[0][1] == line.promise_date:
            if line.product_uom_id.compare(parts[0][0], opened) == 0:
                return line.browse()
        line._check_split(parts)
        self._check_early(line, parts, offer)
        if len(parts) > 1:
            return line._split_promise(parts, self.reason)
        line._promise(parts[0][1], "again", self.reason)
        return line

    def _check_early(self, line, parts, offer):
        """A line that needs no goods can be done on any day."""
        total = 0.0
        for quantity, date in parts:
            line._check_promise(date)
            total += quantity
            if offer:
                first = promising.earliest(offer.batches, total)
                line._check_early(date, first, self.reason)
        if line.state != "sale":
            line.promise_reason = self.reason

    def _compose(self, lines, before):
        """A message to the customer, ready to be read through and sent."""
        order = self.order_id
        lang = order.partner_id.lang or self.env.lang
        body = self.env["ir.qweb"]._render(
            "crm_relationship.order_repromise_message",
            {
                "order": order.with_context(lang=lang),
                "rows": [
                    (line.with_context(lang=lang), before.get(line)) for line in lines
                ],
            },
            lang=lang,
        )
        subject = self.with_context(lang=lang).env._(
            "New delivery dates for %s", order.name
        )
        return order._message_to_customer(subject, body)

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise Again"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
