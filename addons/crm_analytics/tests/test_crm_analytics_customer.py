from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCrmAnalyticsCustomer(TransactionCase):
    def test_companies_stay_apart(self):
        mona = new_test_user(
            self.env, "analytics mona", "crm_analytics.group_crm_analytics_user"
        )
        other = self.env["res.company"].create({"name": "Other company"})
        partner = self.env["res.partner"].create({"name": "Customer"})
        rows = self.env["crm.analytics.customer"].create(
            [
                {"partner_id": partner.id, "company_id": self.env.company.id},
                {"partner_id": partner.id, "company_id": other.id},
            ]
        )
        seen = rows.with_user(mona).search([("id", "in", rows.ids)])
        self.assertEqual(seen, rows[0])
