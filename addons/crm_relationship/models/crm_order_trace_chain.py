from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmOrderTrace(models.Model):
    """The way from the order to its supplier and its payment, as a picture."""

    _name = "crm.order.trace"
    _inherit = ["crm.order.trace"]

    @api.model
    @api.readonly
    def chain(self, line_id):
        """The documents of an order line and what leads to what, as this user may see
        it. The trace must be readable; the names of documents are then, too.
        """
        trace = self.search([("sale_line_id", "=", line_id)])
        if not trace:
            raise UserError(
                self.env._(
                    "There is nothing to follow: the line is not of a confirmed order, "
                    "or the order is not one of yours."
                )
            )
        chain = self.env["crm.order.chain"].sudo()._follow(trace.sudo())
        return self.env["crm.order.chain.card"]._draw(chain)

    def action_open_chain(self):
        self.ensure_one()
        return self._chain_action(self.sale_line_id.id)

    @api.model
    def _chain_action(self, line_id):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_relationship.crm_order_chain_action"
        )
        action["context"] = {"active_id": line_id, "active_model": "sale.order.line"}
        return action

    def _today(self):
        """The day it is where the order's company is."""
        return self._company_day(fields.Datetime.now(), self.company_id)
