from odoo.fields import Command
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestExposureSmoke(TransactionCase):
    def test_life_of_an_order(self):
        partner = self.env["res.partner"].create({"name": "D", "is_company": True})
        account = self.env["crm.credit.account"].create({"partner_id": partner.id})
        product = self.env["product.product"].create(
            {
                "name": "P",
                "type": "consu",
                "is_storable": False,
                "list_price": 100,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 10})
                ],
            }
        )
        self.assertEqual(account.exposure, 0)
        order.action_confirm()
        self.assertEqual(account.exposure_ordered, 1000)
        picking = order.picking_ids
        picking.move_ids.quantity = 4
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(
            (account.exposure_ordered, account.exposure_delivered), (600, 400)
        )
        invoice = order._create_invoices()
        self.assertEqual(
            (
                account.exposure_ordered,
                account.exposure_delivered,
                account.exposure_draft_invoice,
            ),
            (600, 0, 400),
        )
        invoice.action_post()
        self.assertEqual(
            (
                account.exposure_ordered,
                account.exposure_draft_invoice,
                account.exposure_receivable_not_due,
            ),
            (600, 0, 400),
        )
        self.assertEqual(account.exposure, 1000)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertEqual(account.exposure, 600)
        backorder = order.picking_ids - picking
        backorder.action_cancel()
        self.assertEqual(account.exposure, 0)
