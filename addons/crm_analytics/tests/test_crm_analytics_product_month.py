from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_product import ProductCommon

MARCH = date(2026, 3, 1)
FIGURES = ("quantity", "revenue", "refunds", "margin", "line_count", "customer_count")


@tagged("post_install", "-at_install")
class TestProductMonth(ProductCommon):
    def rows(self, *domain):
        """{(product, country code): figures} of March, in the first company."""
        here = [("company_id", "=", self.company.id), ("month", "=", MARCH), *domain]
        return {
            (row.product_id.name, row.country_id.code): tuple(
                row[name] for name in FIGURES
            )
            for row in self.months.sudo().search(here)
        }

    def test_what_was_sold_where(self):
        """Two customers in two countries, a credit note, and a fee without product."""
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 5, 10), (self.tea, 1, 10))
        self.sell(self.alpha, date(2026, 3, 31), (self.tea, 2, 10), kind="out_refund")
        self.sell(self.beta, date(2026, 3, 9), (self.tea, 3, 12), (False, 1, 30))
        self.refresh()
        self.assertEqual(
            self.rows(),
            {
                ("Tea", "US"): (4, 40, 20, 40 - 16, 3, 1),
                ("Tea", "FR"): (3, 36, 0, 36 - 12, 1, 1),
                (False, "FR"): (0, 30, 0, 30, 1, 1),
            },
        )

    def test_months_are_written_as_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.sell(self.alpha, MARCH, (self.tea, 1, 10))
        self.refresh()
        row = self.months.search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual(row.with_context(lang="en_US").month_name, "Mar 2026")
        self.assertEqual(row.with_context(lang="zh_CN").month_name, "2026年3月")

    def test_more_credited_than_sold(self):
        self.sell(self.gamma, date(2026, 3, 2), (self.tea, 1, 10))
        self.sell(self.gamma, date(2026, 3, 3), (self.tea, 4, 10), kind="out_refund")
        self.refresh()
        self.assertEqual(self.rows(), {("Tea", False): (-3, -30, 40, -18, 2, 1)})

    def test_a_company_abroad_has_its_own_currency(self):
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 1, 10))
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 1, 7), company=self.abroad)
        self.refresh()
        rows = self.months.search([("month", "=", MARCH)]).sorted("revenue")
        self.assertEqual(rows.mapped("revenue"), [7, 10])
        self.assertEqual(
            rows.currency_id, self.abroad.currency_id | self.company.currency_id
        )
        seen = rows.with_user(self.mona).with_context(
            allowed_company_ids=self.company.ids
        )
        self.assertEqual(seen.search([("month", "=", MARCH)]).mapped("revenue"), [10])

    def test_a_dozen_counts_as_twelve(self):
        move = self.sell(self.alpha, date(2026, 3, 2), (self.tea, 2, 10))
        move.button_draft()
        line = move.invoice_line_ids
        line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        line.price_unit = 100
        move.action_post()
        self.refresh()
        self.assertEqual(self.rows()["Tea", "US"][:2], (24, 200))

    def test_a_line_gets_another_product(self):
        """The customer's day stays as it was; the products' months do not."""
        move = self.sell(self.alpha, date(2026, 3, 2), (self.tea, 2, 10))
        self.refresh()
        move.button_draft()
        move.invoice_line_ids.product_id = self.coffee
        move.invoice_line_ids.price_unit = 10
        move.invoice_line_ids.tax_ids = False
        move.action_post()
        self.refresh()
        self.assertEqual(list(self.rows()), [("Coffee", "US")])

    def test_a_customer_moves_abroad(self):
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 2, 10))
        self.refresh()
        self.alpha.write({"country_id": self.env.ref("base.de").id, "state_id": False})
        self.refresh()
        self.assertEqual(list(self.rows()), [("Tea", "DE")])

    def test_a_cancelled_invoice_leaves_nothing(self):
        move = self.sell(self.alpha, date(2026, 3, 2), (self.tea, 2, 10))
        self.refresh()
        move.button_draft()
        move.button_cancel()
        self.refresh()
        self.assertEqual(self.rows(), {})

    def test_what_is_right_is_not_written_again(self):
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 2, 10), (self.cup, 1, 3))
        self.refresh()
        self.assertEqual(self.months.rebuild().rows, 0)
        self.sell(self.beta, date(2026, 3, 2), (self.tea, 2, 10))
        self.days.refresh()
        self.assertEqual(self.months.refresh().rows, 1)

    def test_a_product_that_is_archived_keeps_its_sales(self):
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 2, 10))
        self.tea.action_archive()
        self.refresh()
        self.assertEqual(list(self.rows()), [("Tea", "US")])

    def test_a_product_that_is_deleted_takes_its_rows_along(self):
        """Its invoice was deleted before, and nobody refreshed in between."""
        move = self.sell(self.alpha, date(2026, 3, 2), (self.tea, 2, 10))
        self.refresh()
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.tea.unlink()
        self.assertEqual(self.rows(), {})
        self.refresh()
        self.assertEqual(self.rows(), {})

    def test_only_who_sees_all_customers_reads_it(self):
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 2, 10))
        self.refresh()
        with self.assertRaises(AccessError):
            self.months.with_user(self.sara).search([])
        self.assertNotIn("margin", self.months.with_user(self.karim).fields_get())
        with self.assertRaises(AccessError):
            self.months.with_user(self.karim).formatted_read_group(
                [], [], ["margin:sum"]
            )
        self.assertIn("margin", self.months.with_user(self.mona).fields_get())

    def test_a_list_takes_as_many_queries_for_two_as_for_many(self):
        spec = {
            name: {"fields": {"display_name": {}}}
            for name in ("product_id", "country_id", "state_id", "categ_id", "uom_id")
        } | {name: {} for name in ("month", *FIGURES)}
        products = self.env["product.product"].create(
            [{"name": f"Thing {number}"} for number in range(30)]
        )
        self.sell(
            self.alpha, date(2026, 3, 2), *[(product, 1, 9) for product in products]
        )
        self.refresh()
        months = self.months.with_user(self.mona)
        counts = []
        for limit in (2, 2, 30):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = months.web_search_read([], spec, limit=limit)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found["records"]), limit)
        self.assertEqual(counts[1], counts[2])

    def test_a_month_that_fails_is_set_aside_by_name(self):
        """The others are done, and the next refresh tries it again."""
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 2, 10))
        self.sell(self.alpha, date(2026, 2, 2), (self.tea, 1, 10))
        self.days.refresh()
        compute = type(self.months)._compute_sql

        def fail(months, keys):
            if (self.company.id, MARCH) in keys:
                raise ValueError("March is broken")
            return compute(months, keys)

        self.patch(type(self.months), "_compute_sql", fail)
        with self.assertLogs("odoo.addons.crm_relationship", "WARNING"):
            run = self.months.refresh()
        self.assertIn("2026-03", run.error_ids.message)
        self.assertEqual(self.rows(), {})
        self.assertTrue(self.months.search([("month", "=", "2026-02-01")]))
        self.patch(type(self.months), "_compute_sql", compute)
        self.months.refresh()
        self.assertEqual(list(self.rows()), [("Tea", "US")])
