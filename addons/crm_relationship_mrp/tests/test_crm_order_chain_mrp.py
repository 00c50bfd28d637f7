from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_relationship.tests.test_crm_order_chain import ChainCommon


@tagged("post_install", "-at_install")
class TestCrmOrderChainMrp(ChainCommon):
    """The picture of a line for goods that are made, over two levels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make = cls.env.ref("mrp.route_warehouse0_manufacture")
        mto = cls._route_mto()
        cls.screw = cls._product("Screw", cls._route_buy(), mto, delay=2)
        cls.board = cls._product("Board", cls._route_buy(), mto, delay=2)
        cls.leg = cls._product("Leg", make, mto)
        cls.desk = cls._product("Desk", make, mto)
        cls._bom(cls.leg, cls.screw, 4)
        cls._bom(cls.desk, cls.leg, 4, cls.board, 1)
        cls.env.cr.flush()

    @classmethod
    def _bom(cls, product, *parts):
        lines = zip(parts[::2], parts[1::2], strict=True)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "company_id": cls.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in lines
                ],
            }
        )

    def _production(self, product):
        return self.env["mrp.production"].search(
            [("product_id", "=", product.id), ("company_id", "=", self.company.id)]
        )

    def test_the_component_of_a_component(self):
        line = self._order((self.desk, 1), promise=10).order_line
        purchases = self.env["purchase.order"].search(
            [("order_line.product_id", "in", (self.screw | self.board).ids)]
        )
        purchases.button_confirm()
        screws = purchases.order_line.filtered(
            lambda bought: bought.product_id == self.screw
        )
        screws.date_planned = self._noon(40)
        picture = self._draw(line)
        made = [node["goods"] for node in self._cards(picture, "production")]
        self.assertEqual(made, ["4 Units Leg", "1 Units Desk"])
        ways = self._ways(picture)
        self.assertIn(("production", "production"), ways)
        self.assertIn(("production", "delivery"), ways)
        causes = [node["goods"] for node in picture["nodes"] if node["cause"]]
        self.assertEqual(len(causes), 1)
        self.assertIn(screws.order_id.name, str(picture))
        for user in (self.worker, self.seller):
            self.assertNotIn(
                "amount", str(self._cards(self._draw(line, user), "purchase"))
            )

    def test_goods_that_were_made(self):
        plank = self._product("Plank")
        stool = self._product("Stool", *self.desk.route_ids)
        self._bom(stool, plank, 2)
        self._stock(plank, 2)
        line = self._order((stool, 1), promise=10).order_line
        production = self._production(stool)
        production.action_assign()
        production.qty_producing = 1
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        production.button_mark_done()
        self.assertEqual(production.state, "done")
        picture = self._draw(line)
        self.assertEqual(
            self._columns(picture),
            ["order", "production", "delivery", "invoice", "payment"],
        )
        card = self._cards(picture, "production")[0]
        self.assertEqual((card["status"], card["goods"]), ("done", "1 Units Stool"))
