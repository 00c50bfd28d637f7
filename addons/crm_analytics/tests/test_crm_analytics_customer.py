from odoo.fields import Date
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCrmAnalyticsCustomer(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})
        cls.mona = new_test_user(
            cls.env, "analytics mona", "crm_analytics.group_crm_analytics_user"
        )
        cls.customer, cls.once = cls.env["res.partner"].create(
            [{"name": "Customer"}, {"name": "Bought once"}]
        )
        cls.rows = cls.env["crm.analytics.customer"]
        cls.rows.refresh()

    def day(self, partner, day, company=None, **figures):
        return self.env["crm.customer.day"].create(
            {
                "partner_id": partner.id,
                "company_id": (company or self.env.company).id,
                "day": day,
                **figures,
            }
        )

    def refresh(self):
        self.env.flush_all()
        return self.rows.refresh().rows

    def found(self, partner):
        return self.rows.search([("partner_id", "=", partner.id)]).sorted(
            lambda row: row.company_id.id
        )

    def test_one_row_per_customer_and_company(self):
        self.day(self.customer, "2026-01-05", order_count=1, revenue=100, margin=40)
        self.day(self.customer, "2026-03-01", order_count=2, revenue=-30, margin=-10)
        self.day(self.customer, "2026-02-02", self.other_company, revenue=7)
        self.refresh()
        self.assertRecordValues(
            self.found(self.customer),
            [
                {
                    "company_id": self.env.company.id,
                    "first_day": self._date("2026-01-05"),
                    "last_day": self._date("2026-03-01"),
                    "order_count": 3,
                    "revenue": 70,
                    "margin": 30,
                },
                {
                    "company_id": self.other_company.id,
                    "first_day": self._date("2026-02-02"),
                    "last_day": self._date("2026-02-02"),
                    "order_count": 0,
                    "revenue": 7,
                    "margin": 0,
                },
            ],
        )
        seen = self.found(self.customer).with_user(self.mona).search([])
        self.assertEqual(
            seen.filtered(lambda row: row.partner_id == self.customer).company_id,
            self.env.company,
        )

    def test_only_what_differs_is_written(self):
        first = self.day(self.customer, "2026-01-05", revenue=100)
        gone = self.day(self.once, "2026-01-05", revenue=5)
        self.assertEqual(self.refresh(), 2)
        row = self.found(self.customer)
        self.assertEqual(self.refresh(), 0)
        first.revenue = 90
        gone.unlink()
        self.assertEqual(self.refresh(), 2)
        self.assertEqual(self.found(self.customer), row)
        self.assertEqual(row.revenue, 90)
        self.assertFalse(self.found(self.once))

    def test_merging_customers_keeps_one_row(self):
        self.day(self.customer, "2026-01-05", revenue=100)
        self.day(self.once, "2026-01-06", revenue=5)
        self.refresh()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | self.once).ids, self.customer
        )
        self.assertEqual(len(self.found(self.customer)), 1)

    @staticmethod
    def _date(text):
        return Date.to_date(text)
