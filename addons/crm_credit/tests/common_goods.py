from odoo.tests import new_test_user

from .common_checks import ChecksCase


class GoodsCase(ChecksCase):
    """Goods in stock, orders that were confirmed in good times, a warehouse user."""

    checkpoint = "transfer"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wanda = new_test_user(cls.env, "goods wanda", "stock.group_stock_user")
        cls.bill = new_test_user(cls.env, "goods bill", "account.group_account_invoice")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls._stock(cls.product, 100)
        cls.rule.write(
            {
                "at_order": False,
                "at_growth": False,
                f"at_{cls.checkpoint}": True,
            }
        )

    @classmethod
    def _stock(cls, product, quantity):
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.warehouse.lot_stock_id, quantity
        )

    def _confirmed(self, amount=800, quantity=8, **vals):
        order = self._order(amount, quantity, **vals)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        return order.sudo()

    def _debtor(self, name="Good debtor", limit=1000):
        debtor = self.env["res.partner"].create({"name": name, "is_company": True})
        account = self.env["crm.credit.account"].create({"partner_id": debtor.id})
        self._grant(account, limit)
        return debtor

    def _validate(self, pickings, user=None, **context):
        pickings = pickings.with_user(user or self.wanda).with_context(**context)
        return pickings.button_validate()

    def assertWaits(self, picking):
        self.assertNotIn(picking.state, ("done", "cancel"))
        self.assertEqual(picking.credit_state, "held")
        self.assertTrue(picking.is_credit_hold)
        self.assertEqual(self._hold(picking).checkpoint, "transfer")
