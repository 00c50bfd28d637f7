from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_exposure import ExposureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class TestExposureStoriesChanges(ExposureCase):
    """The order changes after it was confirmed; and lines that are not goods."""

    def test_a_quotation_is_no_debt(self):
        order = self.quote((self.goods, 10))
        self.assertExposure()
        order.action_confirm()
        self.assertExposure(ordered=1150)

    def test_cancelled_order(self):
        order = self.sell((self.goods, 10))
        order._action_cancel()
        self.assertExposure()
        order.action_draft()
        self.assertExposure()
        order.action_confirm()
        self.assertExposure(ordered=1150)

    def test_cancelled_order_takes_its_draft_invoice_along(self):
        order = self.sell((self.prepaid, 10))
        self.invoice(order, 4, post=False)
        self.assertExposure(ordered=690, draft=460)
        order._action_cancel()
        self.assertExposure()

    def test_cancelled_order_leaves_its_posted_invoice(self):
        order = self.sell((self.prepaid, 10))
        self.invoice(order, 4)
        self.assertExposure(ordered=690, not_due=460)
        order._action_cancel()
        self.assertExposure(not_due=460)

    def test_price_raised_and_cut(self):
        order = self.sell((self.goods, 10))
        order.order_line.price_unit = 120
        self.assertExposure(ordered=1380)
        self.deliver(order, 4)
        self.assertExposure(ordered=828, delivered=552)
        order.order_line.price_unit = 80
        self.assertExposure(ordered=552, delivered=368)

    def test_price_raised_after_a_part_was_invoiced(self):
        """The new price holds for what is not invoiced; the ledger keeps the old."""
        order = self.sell((self.prepaid, 10))
        self.invoice(order, 4)
        order.order_line.price_unit = 150
        self.assertExposure(ordered=1035, not_due=460)
        self.deliver(order)
        self.assertExposure(delivered=1035, not_due=460)

    def test_quantity_raised_and_cut(self):
        order = self.sell((self.goods, 10))
        order.order_line.product_uom_qty = 12
        self.assertExposure(ordered=1380)
        order.order_line.product_uom_qty = 5
        self.assertExposure(ordered=575)
        self.deliver(order, 2)
        self.assertExposure(ordered=345, delivered=230)
        order.order_line.product_uom_qty = 2
        self.assertExposure(delivered=230)

    def test_quantity_cut_below_what_is_invoiced(self):
        order = self.sell((self.prepaid, 10))
        self.invoice(order)
        order.order_line.product_uom_qty = 6
        self.assertExposure(not_due=1150)

    def test_lines_come_and_go(self):
        order = self.sell((self.goods, 10))
        order.order_line = [Command.create(self.line(self.work, 3, 50))]
        self.assertExposure(ordered=1322.5)
        with self.assertRaises(UserError):
            order.order_line[1].unlink()
        order.order_line[1].product_uom_qty = 0
        self.assertExposure(ordered=1150)

    def test_taxes_of_a_line(self):
        order = self.sell((self.goods, 10))
        order.order_line.tax_ids = False
        self.assertExposure(ordered=1000)
        order.order_line.tax_ids = self.tax
        self.assertExposure(ordered=1150)

    def test_tax_included_in_the_price(self):
        included = self.tax.copy(
            {"name": "15% within", "price_include_override": "tax_included"}
        )
        order = self.quote((self.goods, 3, 99.99))
        order.order_line.tax_ids = included
        order.action_confirm()
        self.assertExposure(ordered=299.97)
        self.deliver(order, 1)
        self.assertExposure(ordered=199.98, delivered=99.99)
        self.invoice(order)
        self.assertExposure(ordered=199.98, not_due=99.99)

    def test_cents_of_each_line_and_of_the_whole(self):
        """3 x 33.33 = 99.99, with tax 114.9885; three such lines: 344.97 by line, and
        299.97 + 45.00 = 344.97 by document. 0.33: 0.3795 each, 1.14 by line, and
        0.99 + 0.15 = 1.14 by document; 0.10 x 3: 0.345 with 0.05 or 0.015 of tax."""
        self.company.tax_calculation_rounding_method = "round_globally"
        for lines, total in (
            ([(self.goods, 3, 33.33)] * 3, 344.97),
            ([(self.goods, 1, 0.33)] * 3, 1.14),
            ([(self.goods, 1, 0.10)] * 3, 0.35),
        ):
            with self.subTest(total=total):
                partner, account = self.new_debtor("Cents")
                order = self.sell(*lines, partner=partner)
                self.assertEqual(order.amount_total, total)
                self.assertExposure(account, ordered=total)
                order.order_line.qty_delivered = 0
                self.deliver(order)
                self.invoice(order)
                self.assertExposure(account, not_due=total)

    def test_locked_order(self):
        order = self.sell((self.goods, 10))
        order.action_lock()
        self.assertExposure(ordered=1150)
        self.deliver(order, 4)
        self.invoice(order)
        self.assertExposure(ordered=690, not_due=460)
        order.action_unlock()
        order.order_line.price_unit = 200
        self.assertExposure(ordered=1380, not_due=460)

    def test_service_invoiced_on_order(self):
        order = self.sell((self.service, 8, 75))
        self.assertExposure(ordered=690)
        self.invoice(order, 2, post=False)
        self.assertExposure(ordered=517.5, draft=172.5)
        order.order_line.qty_delivered = 5
        self.assertExposure(ordered=258.75, delivered=258.75, draft=172.5)

    def test_service_invoiced_as_it_is_done(self):
        order = self.sell((self.work, 8, 75))
        order.order_line.qty_delivered = 3
        self.assertExposure(ordered=431.25, delivered=258.75)
        self.invoice(order)
        self.assertExposure(ordered=431.25, not_due=258.75)
        order.order_line.qty_delivered = 10
        self.assertExposure(delivered=603.75, not_due=258.75)

    def test_percent_discount(self):
        order = self.sell((self.goods, 10, 100, 25))
        self.assertExposure(ordered=862.5)
        self.deliver(order, 4)
        self.assertExposure(ordered=517.5, delivered=345)
        order.order_line.discount = 50
        self.assertExposure(ordered=345, delivered=230)
        self.invoice(order)
        self.assertExposure(ordered=345, not_due=230)

    def test_free_line(self):
        order = self.sell((self.goods, 10, 100, 100), (self.goods, 1))
        self.assertExposure(ordered=115)
        self.deliver(order)
        self.assertExposure(delivered=115)

    def test_discount_line_with_a_negative_price(self):
        order = self.sell((self.goods, 10), (self.service, 1, -100))
        self.assertExposure(ordered=1035)
        self.deliver(order, 4)
        self.assertExposure(ordered=575, delivered=460)
        self.deliver(order)
        self.assertExposure(delivered=1035)
        self.invoice(order)
        self.assertExposure(not_due=1035)

    def test_discount_line_taken_off_the_first_invoice(self):
        order = self.sell((self.goods, 10), (self.service, 1, -100))
        self.deliver(order, 4)
        self.invoice(order, post=False)
        self.assertExposure(ordered=690, draft=345)

    def test_discount_of_the_whole_order(self):
        order = self.sell((self.goods, 10))
        self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "so_discount",
                "discount_percentage": 0.1,
            }
        ).action_apply_discount()
        self.assertEqual(order.amount_total, 1035)
        self.assertExposure(ordered=1035)
        self.deliver(order)
        self.assertExposure(delivered=1035)
        self.invoice(order)
        self.assertExposure(not_due=1035)

    def test_negative_quantity_counts_less_until_it_is_credited(self):
        order = self.sell((self.goods, 10), (self.work, -2))
        self.assertExposure(ordered=920)
        order.order_line[1].qty_delivered = -2
        self.assertExposure(ordered=920)

    def test_an_order_of_credits_only_frees_nothing(self):
        self.sell((self.service, 1, -100))
        self.assertExposure()

    def test_sections_and_notes_weigh_nothing(self):
        order = self.quote((self.goods, 10))
        order.order_line = [
            Command.create({"display_type": kind, "name": kind})
            for kind in ("line_section", "line_note")
        ]
        order.action_confirm()
        self.assertExposure(ordered=1150)
