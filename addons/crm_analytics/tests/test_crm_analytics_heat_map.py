from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_product import ProductCommon

MARCH = 2026 * 12 + 2
APRIL = MARCH + 1


@tagged("post_install", "-at_install")
class TestHeatMap(ProductCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sell(cls.alpha, date(2026, 3, 2), (cls.tea, 5, 10), (cls.cup, 2, 3))
        cls.sell(cls.alpha, date(2026, 4, 2), (cls.coffee, 1, 20))
        cls.sell(cls.beta, date(2026, 3, 9), (cls.tea, 3, 12), (False, 1, 30))
        cls.sell(cls.gamma, date(2026, 4, 9), (cls.tea, 1, 12), kind="out_refund")
        cls.sell(cls.beta, date(2024, 1, 9), (cls.tea, 100, 12))
        cls.refresh()

    def heat(self, user, **options):
        figures = self.figures.with_user(user).with_company(self.company)
        return figures.get_heat_map(options)

    def table(self, user, **options):
        """{row name: its values that are not empty, by column name}."""
        found = self.heat(user, **options)
        names = [column["name"] for column in found["columns"]]
        return {
            row["name"]: {
                name: value
                for name, value in zip(names, row["cells"], strict=True)
                if value is not None
            }
            for row in found["rows"]
        }

    def opened(self, user, row, column, **options):
        figures = self.figures.with_user(user).with_company(self.company)
        action = figures.action_open_heat_cell(options, row, column)
        return figures.env[action["res_model"]].search(action["domain"])

    def test_regions_by_month(self):
        found = self.heat(self.mona)
        self.assertEqual(len(found["columns"]), 12)
        self.assertEqual(found["columns"][-1], {"key": APRIL, "name": "2026-04"})
        self.assertEqual(found["span"], "2025-05 – 2026-04")
        self.assertEqual(
            self.table(self.mona),
            {
                "United States": {"2026-03": 56, "2026-04": 20},
                "France": {"2026-03": 66},
                "No country": {"2026-04": -12},
            },
        )
        self.assertEqual(found["total"][-2:], [122, 8])

    def test_a_salesperson_sees_own_customers_only(self):
        """In the picture, and in what a cell opens."""
        self.assertEqual(
            self.table(self.sara), {"United States": {"2026-03": 56, "2026-04": 20}}
        )
        us = self.env.ref("base.us").id
        customers = self.opened(self.sara, us, MARCH)
        self.assertEqual(customers._name, "crm.analytics.customer")
        self.assertEqual(customers.partner_id, self.alpha)
        self.assertFalse(self.opened(self.sara, self.env.ref("base.fr").id, MARCH))

    def test_the_same_from_invoices_as_from_the_table(self):
        """Who chooses all customers by a filter sees what the table says."""
        everybody = [("partner_id", "!=", False)]
        for options in (
            {},
            {"columns": "quarter"},
            {"rows": "product"},
            {"rows": "product", "columns": "region", "measure": "margin"},
            {"country": self.env.ref("base.us").id, "measure": "quantity"},
            {"category": self.drinks.id},
            {"product": self.tea.id, "page": 2},
        ):
            table = self.heat(self.mona, **options)
            lines = self.heat(self.mona, domain=everybody, **options)
            self.assertEqual(lines, table, options)

    def test_products_by_region_and_states_of_a_country(self):
        self.assertEqual(
            self.table(self.mona, rows="product", columns="region"),
            {
                "Tea": {"United States": 50, "France": 36, "No country": -12},
                "No product": {"France": 30},
                "Coffee": {"United States": 20},
                "Cup": {"United States": 6},
            },
        )
        found = self.table(self.mona, country=self.env.ref("base.us").id)
        self.assertEqual(list(found), ["California (US)"])

    def test_a_category_and_a_product(self):
        found = self.table(self.mona, category=self.drinks.id, rows="product")
        self.assertEqual(set(found), {"Tea", "Coffee"})
        found = self.heat(self.mona, product=self.tea.id, measure="quantity")
        self.assertEqual(found["unit"], "Units")
        self.assertEqual(sum(value or 0 for value in found["total"]), 7)

    def test_units_that_differ_have_no_name(self):
        dozen = self.env.ref("uom.product_uom_dozen").id
        egg = self.env["product.product"].create({"name": "Egg", "uom_id": dozen})
        self.sell(self.alpha, date(2026, 4, 2), (egg, 1, 2))
        self.refresh()
        self.assertFalse(self.heat(self.mona, measure="quantity")["unit"])

    def test_margins_are_for_managers(self):
        self.assertEqual(
            self.table(self.mona, measure="margin")["United States"]["2026-03"],
            56 - 20 - 2,
        )
        for user in (self.sara, self.karim):
            self.assertNotIn("margin", self.heat(user)["measures"])
            with self.assertRaises(AccessError):
                self.heat(user, measure="margin")

    def test_a_cell_opens_what_it_is_made_of(self):
        us = self.env.ref("base.us").id
        rows = self.opened(self.karim, us, MARCH)
        self.assertEqual(rows._name, "crm.analytics.product.month")
        self.assertEqual(sum(rows.mapped("revenue")), 56)
        self.assertEqual(rows.product_id, self.tea | self.cup)
        rows = self.opened(self.karim, 0, None)
        self.assertEqual(sum(rows.mapped("revenue")), -12)
        rows = self.opened(self.karim, self.tea.id, 0, rows="product", columns="region")
        self.assertEqual(sum(rows.mapped("revenue")), -12)
        rows = self.opened(self.karim, None, 2026 * 4 + 1, columns="quarter")
        self.assertEqual(sum(rows.mapped("revenue")), 8)
        filtered = [("partner_id", "=", self.beta.id)]
        customers = self.opened(
            self.karim, self.env.ref("base.fr").id, MARCH, domain=filtered
        )
        self.assertEqual(customers.partner_id, self.beta)

    def test_a_row_of_the_list_opens_its_customers(self):
        row = self.months.search(
            [("product_id", "=", self.tea.id), ("revenue", "=", 36)]
        )
        action = row.with_user(self.karim).action_open_customers()
        found = self.figures.with_user(self.karim).search(action["domain"])
        self.assertEqual(found.partner_id, self.beta)

    def test_companies_apart(self):
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 1, 7), company=self.abroad)
        self.refresh()
        figures = self.figures.with_user(self.karim).with_company(self.abroad)
        found = figures.get_heat_map()
        self.assertEqual([row["cells"][-2] for row in found["rows"]], [7])
        self.assertEqual(found["currency_id"], self.abroad.currency_id.id)

    def test_no_sales_at_all(self):
        found = self.heat(self.mona, page=5)
        self.assertEqual((found["rows"], found["others"]), ([], None))
        self.assertEqual(set(found["total"]), {None})

    def test_many_products_and_regions(self):
        """The largest are shown, the others summed up: the totals stay true."""
        products = self.env["product.product"].create(
            [{"name": f"Thing {number}"} for number in range(40)]
        )
        countries = self.env["res.country"].search([], limit=15)
        for country in countries:
            customer = self.alpha.copy({"country_id": country.id, "state_id": False})
            lines = [(product, 1, 9) for product in products]
            self.sell(customer, date(2026, 4, 2), *lines)
        self.refresh()
        found = self.heat(self.mona, rows="product", columns="region")
        self.assertEqual((len(found["rows"]), found["hidden"]), (25, 19))
        self.assertEqual(found["columns"][-1], {"key": -1, "name": "Others"})
        values = [value or 0 for value in found["total"]]
        self.assertAlmostEqual(sum(values), 40 * 15 * 9 + 130)

    def test_bad_options(self):
        for options in (
            {"rows": "customer"},
            {"columns": "day"},
            {"rows": "region", "columns": "region"},
            {"measure": "revenue, margin"},
        ):
            with self.assertRaises(ValidationError, msg=options):
                self.heat(self.mona, **options)

    def test_no_right_no_map(self):
        worker = new_test_user(self.env, "product worker", "base.group_user")
        with self.assertRaises(AccessError):
            self.heat(worker)

    def test_the_export_has_the_numbers_of_the_picture(self):
        export = self.env["crm.analytics.export"].with_company(self.company)
        params = {"options": {"rows": "product", "columns": "region"}}
        book = export.with_user(self.mona)._book("heat_map", params)
        (sheet,) = book.sheets
        self.assertEqual(
            [column.label for column in sheet.columns],
            ["Product", "United States", "France", "No country"],
        )
        self.assertEqual(tuple(sheet.rows[0]), ("Tea", 50, 36, -12))
        book = export.with_user(self.sara)._book("heat_map", params)
        self.assertEqual(tuple(book.sheets[0].rows[0]), ("Tea", 50))
        params["options"]["measure"] = "margin"
        with self.assertRaises(AccessError):
            export.with_user(self.sara)._book("heat_map", params)
