from odoo.tests import freeze_time, tagged

from ..models.crm_credit_account_figures import FIGURES
from .common_exposure import ExposureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class TestExposureQueries(ExposureCase):
    """What figures cost does not grow with files or documents."""

    def count_queries(self, do):
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        do()
        self.env.flush_all()
        self.env.cr.precommit.run()
        return self.env.cr.sql_log_count - before

    def test_a_list_of_files(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Debtor {number}", "is_company": True} for number in range(80)]
        )
        files = self.env["crm.credit.account"].create(
            [{"partner_id": partner.id} for partner in partners]
        )
        for partner in partners[:3]:
            self.sell((self.service, 1), partner=partner)
        names = ["partner_id", "currency_id", *FIGURES]

        def read(count):
            domain = [("id", "in", files[:count].ids)]
            return lambda: files.web_search_read(
                domain,
                {name: {} for name in names},
                order="utilisation desc",
                limit=100,  # at the limit Odoo counts the rest
            )

        read(1)()
        one = self.count_queries(read(1))
        self.assertEqual(self.count_queries(read(80)), one)

    def test_confirming_an_order(self):
        """Plain orders and an open invoice each; the next one costs the same."""

        def confirm():
            order = self.quote((self.service, 1))
            return self.count_queries(order.action_confirm)

        confirm()
        one = confirm()
        for _number in range(15):
            self.sell((self.service, 1))
            self.bill(10)
        self.assertEqual(len(self.account.exposure_ids), 32)
        self.assertEqual(confirm(), one)
        self.assertExposure(ordered=18 * 115, not_due=15 * 11.5)

    def test_settling_a_batch(self):
        """Twenty orders of twenty debtors are settled as one order is."""
        orders = self.env["sale.order"]
        for number in range(20):
            partner, _account = self.new_debtor(f"Debtor {number}")
            orders |= self.sell((self.service, 1), partner=partner)
        lines = orders.order_line

        def settle(lines, price):
            lines.price_unit = price
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env.cr.precommit.run()
            return self.env.cr.sql_log_count - before

        settle(lines[0], 101)
        one = settle(lines[0], 102)
        self.assertEqual(settle(lines, 103), one)
