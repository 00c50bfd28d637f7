from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_exposure import ExposureCase


@tagged("post_install", "-at_install", "-standard", "crm_also")
@freeze_time("2026-03-16 10:00:00")
class TestExposureStoriesKits(ExposureCase):
    """A kit at 100 is two bolts and one plate in the transfer; needs `sale_mrp`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = cls.new_product("Bolt", "consu", "delivery")
        cls.plate = cls.new_product("Plate", "consu", "delivery")

    def kit(self, *parts, policy="delivery"):
        kit = self.new_product("Kit", "consu", policy)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in parts
                ],
            }
        )
        return kit

    def test_whole_kits_count_as_delivered(self):
        order = self.sell((self.kit((self.bolt, 2), (self.plate, 1)), 10))
        self.assertExposure(ordered=1150)
        self.deliver(order, 8, 4)
        self.assertExposure(ordered=690, delivered=460)
        self.invoice(order)
        self.assertExposure(ordered=690, not_due=460)
        self.deliver(order, 5, 6)
        self.assertExposure(ordered=460, delivered=230, not_due=460)
        self.deliver(order)
        self.assertExposure(delivered=690, not_due=460)

    def test_cancelled_remainder_of_kits(self):
        order = self.sell((self.kit((self.bolt, 2), (self.plate, 1)), 10))
        self.deliver(order, 8, 4, backorder=False)
        self.assertExposure(delivered=460)

    def test_kit_of_one_part(self):
        order = self.sell((self.kit((self.bolt, 3)), 10))
        self.assertExposure(ordered=1150)
        self.deliver(order, 12)
        self.assertExposure(ordered=690, delivered=460)

    def test_prepaid_kits(self):
        order = self.sell((self.kit((self.bolt, 2), policy="order"), 10))
        self.invoice(order, 6)
        self.assertExposure(ordered=460, not_due=690)
        self.deliver(order, 16)
        self.assertExposure(ordered=230, delivered=230, not_due=690)

    def test_returned_kits(self):
        order = self.sell((self.kit((self.bolt, 2)), 10))
        picking = self.deliver(order)
        self.take_back(picking, 8)
        self.assertExposure(delivered=690)

    def test_made_to_order_article_of_a_bill_of_materials(self):
        """An article that is made is no kit: it moves itself."""
        made = self.new_product("Made", "consu", "delivery")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": made.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": self.bolt.id})],
            }
        )
        order = self.sell((made, 10))
        self.deliver(order, 4)
        self.assertExposure(ordered=690, delivered=460)
