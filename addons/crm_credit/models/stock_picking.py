from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.gate import PASS_KEY, GatePass, without_pass

VIEWER = "crm_credit.group_crm_credit_viewer"


class StockPicking(models.Model):
    """The gate of the warehouse: goods under credit control do not leave.

    Who works in the warehouse learns that a transfer waits, and nothing else.
    """

    _name = "stock.picking"
    _inherit = ["stock.picking", "crm.credit.document.mixin"]

    _credit_hold_field = "picking_id"

    credit_hold_ids = fields.One2many(
        "crm.credit.hold", "picking_id", "Credit Holds", readonly=True, groups=VIEWER
    )
    is_credit_hold = fields.Boolean(
        "On Credit Hold",
        compute="_compute_is_credit_hold",
        compute_sudo=True,
        search="_search_is_credit_hold",
        help="Credit control decides first: nothing is reserved or shipped until then.",
    )

    @api.depends("credit_state", "state", "move_ids.sale_line_id.order_id.credit_state")
    def _compute_is_credit_hold(self):
        of_held_orders = self._credit_of_held_orders()
        for picking in self:
            picking.is_credit_hold = picking.state not in ("done", "cancel") and (
                picking.credit_state == "held" or picking in of_held_orders
            )

    @api.model
    def _search_is_credit_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        moves = (
            self.env["stock.move"]
            .sudo()
            ._search(
                [
                    ("sale_line_id.order_id.credit_state", "=", "held"),
                    ("picking_id.state", "not in", ("done", "cancel")),
                ]
            )
        )
        held = Domain("state", "not in", ("done", "cancel")) & (
            Domain("credit_state", "=", "held") | Domain("move_ids", "in", moves)
        )
        return held if True in value else ~held

    @api.depends("credit_state")
    def _compute_credit_message(self):
        for picking in self:
            picking.credit_message = (
                picking.is_credit_hold and picking._credit_sentence()
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_cancel_credit_holds(self):
        self._credit_forget()

    def action_cancel(self):
        res = super().action_cancel()
        self.filtered(lambda picking: picking.state == "cancel")._credit_forget()
        return res

    def action_assign(self):
        """A transfer on hold reserves nothing; the person is told instead."""
        held = self.filtered("is_credit_hold")
        if not held:
            return super().action_assign()
        if self - held:
            super(StockPicking, self - held).action_assign()
        return held._credit_tell_person(beside=bool(self - held))

    def button_validate(self):
        """Validate those that pass; the others wait, and the person is told."""
        todo = self.filtered(lambda picking: picking.state not in ("done", "cancel"))
        held = todo - todo._credit_gate()
        if held:
            held.check_access("write")
        going = self - held
        res = True
        if going or not held:
            res = super(StockPicking, going._credit_opened(going)).button_validate()
        told = held._credit_tell_person(beside=bool(going)) if held else None
        return without_pass(told if held and not going else res)

    def action_open_credit_hold(self):
        self.ensure_one()
        return self.credit_hold_id.get_formview_action()

    # The gate

    def _credit_gate(self):
        """Those whose goods may leave. A held order keeps back all its transfers."""
        return (self - self._credit_of_held_orders())._credit_check("transfer")

    def _credit_opened(self, passed):
        gate_pass = GatePass(self._name, "transfer", frozenset(passed.ids))
        return self.with_context(**{PASS_KEY: gate_pass})

    def _credit_of_held_orders(self):
        """Steps of a delivery whose order waits for credit control."""
        return self.filtered(
            lambda picking: any(
                move.sale_line_id.order_id.credit_state == "held"
                for move in picking.sudo().move_ids
                if move._credit_heads_out()
            )
        )
