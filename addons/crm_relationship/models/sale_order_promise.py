from odoo import fields, models

from .sale_order_line_promise import PROMISING


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order"]

    def action_confirm(self):
        self._check_promises()
        return super().action_confirm()

    def _check_promises(self):
        """Tell a salesperson which accepted dates cannot be kept any more.

        A customer who signs or pays is not stopped: see `_keep_promises`.
        """
        if self.env.su or not self.env.user._is_internal():
            return
        orders = self.filtered(lambda order: order.state in ("draft", "sent"))
        lines = orders.order_line.filtered(lambda line: not line.display_type)
        if not lines.filtered("promise_date"):
            return
        lines._claim_goods()
        broken = lines._broken_promises()
        if broken:
            lines._refuse_broken(broken)

    def write(self, vals):
        res = super().write(vals)
        if (
            vals.get("commitment_date")
            and self.env.context.get("promising") is not PROMISING
        ):
            self._promise_commitment()
        if vals.get("state") == "draft":
            self._forget_promises()
        return res

    def _forget_promises(self):
        """A cancelled order that starts anew is promised anew; the history stays."""
        promised = self.sudo().order_line.filtered("promise_date")
        promised.with_context(promising=PROMISING).write(
            {"promise_date": False, "promise_reason": False}
        )

    def _promise_commitment(self):
        """A confirmed order's new delivery date is a promise for what is open."""
        for order in self.filtered(lambda order: order.state == "sale"):
            zone = order.company_id.sudo().partner_id.tz or "UTC"
            date = fields.Datetime.context_timestamp(
                self.with_context(tz=zone), order.commitment_date
            ).date()
            lines = order.order_line.filtered("promise_date")
            if not self.env.su:
                moved = lines._promisable().filtered(
                    lambda line, date=date: line.promise_date != date
                )
                moved._check_promise(date)
            lines._promise_open(date)

    def _commit_to_promises(self):
        """Once accepted, the latest promise is the delivery date of the order."""
        for order in self:
            dates = order.order_line.filtered("promise_date").mapped("promise_date")
            if not dates:
                continue
            line = order.order_line[:1]
            time = line._promise_time(max(dates), order.company_id)
            if order.commitment_date != time:
                order.with_context(promising=PROMISING).commitment_date = time
                order.order_line.filtered("promise_date")._set_deadlines()

    def action_repromise(self, lines=None):
        """Open the dialog that promises other dates."""
        self.ensure_one()
        lines = (lines or self.order_line)._promisable()
        return self.env["crm.order.repromise"]._prepare_for(self, lines)._open()

    def _message_to_customer(self, subject, body, **defaults):
        """A message that the user reads through and sends."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Message to the Customer"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": "sale.order",
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": subject,
                "default_body": body,
                **defaults,
            },
        }
