from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_portfolio import PortfolioCommon


@tagged("post_install", "-at_install")
class TestPortfolioRights(PortfolioCommon):
    """Sara sells to some, Karim sees all, Mona manages and sees margins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_allow_export").sudo().user_ids |= cls.mona
        cls.hers = cls.four(user_id=cls.sara.id)
        cls.his = cls.customer("Karim's", 900, 900, user_id=cls.karim.id)
        cls.refresh()

    def test_a_salesperson_sees_own_customers_only(self):
        for user, count, total in ((self.sara, 1, 300), (self.karim, 2, 1200)):
            found = self.matrix(user)
            invest = found["strategies"][0]
            self.assertEqual((invest["customers"], invest["value"]), (count, total))
            self.assertEqual(sum(bin_[3] for bin_ in found["bins"]), 3 + count)
            self.assertEqual(len(invest["cards"]), count)
        tried = self.figures.with_user(self.sara).what_if_cuts(1, 1)
        self.assertEqual(self.counts(tried)["invest"], 4)
        guessed = self.matrix(self.sara, domain=[("partner_id", "=", self.his.id)])
        self.assertEqual((guessed["customers"], guessed["bins"]), (0, []))

    def test_an_export_has_what_the_picture_has(self):
        export = self.env["crm.analytics.export"]
        names = {
            user: [
                row[0]
                for row in export.with_user(user)._book("portfolio", {}).sheets[0].rows
            ]
            for user in (self.sara, self.karim)
        }
        self.assertEqual(
            names[self.sara], ["Restructure", "Invest", "Let", "Cultivate"]
        )
        self.assertIn("Karim's", names[self.karim])

    def test_a_hidden_measure_is_shown_as_revenue(self):
        self.portfolio().write({"value_measure": "margin_12m"})
        self.cut(100, 200)
        found = self.matrix(self.sara)
        self.assertTrue(found["substituted"])
        self.assertEqual(found["value_label"], "Revenue of 12 months")
        self.assertEqual(found["cuts"], {"potential": 110, "value": 160})
        self.assertEqual(self.counts(found)["restructure"], 1, "Still by margin")
        self.assertEqual(found["strategies"][0]["value"], 0)
        with self.assertRaises(UserError):
            self.figures.with_user(self.sara).what_if_cuts(1, 1)
        book = (
            self.env["crm.analytics.export"].with_user(self.sara)._book("portfolio", {})
        )
        self.assertEqual(book.sheets[0].rows[0][-1], 500)
        managed = self.matrix(self.mona)
        self.assertFalse(managed["substituted"])
        self.assertEqual(managed["cuts"]["value"], 200)

    def test_a_lifetime_value_is_no_potential_to_salespeople(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_analytics_customer SET clv = 7")
        self.portfolio().write({"potential_measure": "clv"})
        found = self.matrix(self.sara)
        self.assertTrue(found["substituted"])
        self.assertNotIn(7, [bin_[0] for bin_ in found["bins"]])
        self.assertEqual({bin_[0] for bin_ in self.matrix(self.mona)["bins"]}, {7})

    def test_a_salesperson_chooses_for_own_customers(self):
        self.choose(self.sara, self.hers[3], "invest")
        self.assertEqual(self.strategy(self.hers[3]), "invest")
        with self.assertRaises(AccessError):
            self.choose(self.sara, self.his, "let_go")
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.his.id, "user_id": self.sara.id}
        )
        with self.assertRaises(AccessError):
            self.choose(self.sara, contact, "let_go")
        with self.assertRaises(AccessError):
            self.choose(self.sara, self.hers[0], "let_go", company_id=self.abroad.id)
        self.assertEqual(self.strategy(self.his), "invest")

    def test_the_settings_are_for_managers(self):
        settings = self.portfolio()
        for user in (self.sara, self.karim):
            with self.assertRaises(AccessError):
                settings.with_user(user).read(["value_cut"])
            self.assertFalse(self.matrix(user)["editable"])
        settings.with_user(self.mona).value_cut = 5
        self.sara.company_ids = self.company
        with self.assertRaises(AccessError):
            self.matrix(self.sara, self.abroad)

    def test_queries_do_not_grow_with_customers(self):
        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.matrix(self.sara)
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(50):
            self.customer(f"More {number}", 50 + number, number, user_id=self.sara.id)
        self.refresh()
        queries()
        self.assertEqual(queries(), few)
