import unittest

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_relationship.tests.trace_history import (
    TraceHistoryCase,
    hypothesis,
)


@tagged("post_install", "-at_install")
@unittest.skipUnless(hypothesis, "hypothesis is not installed")
class TestCrmOrderTraceMrpHistory(TraceHistoryCase):
    """Random histories with goods that are made, over two levels, and a kit."""

    examples = 12

    @classmethod
    def _products(cls):
        make = cls.env.ref("mrp.route_warehouse0_manufacture")
        mto = cls._route_mto()
        screw = cls._product("Screw", cls._route_buy(), delay=4)
        leg = cls._product("Leg", make, mto)
        desk = cls._product("Desk", make, mto)
        kit = cls._product("Kit")
        cls._bom(leg, (screw, 2))
        cls._bom(desk, (leg, 2), (screw, 1))
        cls._bom(kit, (screw, 3), (leg, 1), type="phantom")
        return desk | kit | screw

    @classmethod
    def _bom(cls, product, *components, **vals):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "company_id": cls.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in components
                ],
                **vals,
            }
        )

    def _productions(self):
        return self._open("mrp.production", ("state", "not in", ("done", "cancel")))

    def do_buy(self, one, two):
        return super().do_buy(2, two + one)  # only screws are bought

    def do_cancel_production(self, one, _two):
        self._one(self._productions(), one).action_cancel()

    def do_change_production(self, one, two):
        self._one(self._productions(), one).date_start = self._noon(two * 2 - 4)

    def do_count(self, one, two):
        return super().do_count(one % 2 * 2, two)  # a kit lies nowhere

    def do_make_for_stock(self, one, two):
        production = self.env["mrp.production"].create(
            {
                "product_id": self.products[0].id,
                "product_qty": 1 + one % 3,
                "company_id": self.company.id,
                "picking_type_id": self._one(self.warehouses, two).manu_type_id.id,
                "date_start": self._noon(two),
            }
        )
        if two % 2:
            production.action_confirm()

    def do_produce(self, one, _two):
        production = self._one(self._productions(), one)
        if production:
            production.qty_producing = production.product_qty
            production.with_context(skip_consumption=True).button_mark_done()

    def test_random_histories(self):
        self.play_random()
