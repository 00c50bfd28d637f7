from datetime import date

from odoo.tests import Form, new_test_user, tagged

from .test_crm_analytics_overview import OverviewCommon


@tagged("post_install", "-at_install")
class TestPartnerPanel(OverviewCommon):
    """The panel on a customer's form says what its reader may know."""

    def panel(self, user, partner, company=None):
        figures = self.figures.with_user(user).with_company(company or self.company)
        return figures.get_panel(partner.id)

    def codes(self, user, partner):
        return {fact["code"] for fact in self.panel(user, partner)["facts"]}

    def setUp(self):
        super().setUp()
        for partner in (self.alpha, self.beta):
            self.sell(partner, date(2026, 1, 1), 60)
            self.sell(partner, date(2025, 1, 1), 40)
        self.refresh()

    def test_contacts_show_their_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.alpha.id}
        )
        found = self.panel(self.sara, contact)
        self.assertEqual(found["id"], self.of(self.alpha).id)
        revenue = next(f for f in found["facts"] if f["code"] == "revenue")
        self.assertEqual(revenue["value"], 60)
        self.assertEqual(revenue["change"]["value"], 0.5)
        self.assertEqual(sum(point["value"] for point in revenue["trend"]), 100)
        self.assertTrue(self.panel(self.sara, self.alpha))

    def test_a_colleagues_customer_shows_nothing(self):
        self.assertFalse(self.panel(self.sara, self.beta))
        self.assertTrue(self.panel(self.karim, self.beta))

    def test_nothing_for_who_has_no_analytics(self):
        stranger = new_test_user(
            self.env,
            "panel stranger",
            "base.group_user,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertFalse(self.panel(stranger, self.alpha))
        view = self.env["res.partner"].with_user(stranger).get_view(view_type="form")
        self.assertNotIn("analytics_partner_panel", view["arch"])
        self.assertIn(
            "analytics_partner_panel",
            self.env["res.partner"]
            .with_user(self.sara)
            .get_view(view_type="form")["arch"],
        )

    def test_profit_and_lifetime_value_by_right(self):
        self.run_().action_freeze()
        self.refresh()
        self.of(self.alpha).write({"clv_date": "2026-03-31", "clv_source": "model"})
        self.assertNotIn("profit", self.codes(self.sara, self.alpha))
        self.assertNotIn("clv", self.codes(self.sara, self.alpha))
        self.assertIn("profit", self.codes(self.fiona, self.alpha))
        self.assertNotIn("clv", self.codes(self.fiona, self.alpha))
        self.assertLessEqual({"profit", "clv"}, self.codes(self.mona, self.alpha))

    def test_saved_segments_open_their_customers(self):
        segments = self.env["crm.analytics.segment"]
        vals = {"company_id": self.company.id}
        inside = segments.create(
            {**vals, "name": "In", "domain": "[('revenue', '>', 50)]"}
        )
        segments.create({**vals, "name": "Out", "domain": "[('revenue', '<', 50)]"})
        broken = segments.create({**vals, "name": "Broken"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_analytics_segment SET domain = '[(1' WHERE id = %s",
            [broken.id],
        )
        self.env.invalidate_all()
        found = self.panel(self.mona, self.alpha)["segments"]
        self.assertEqual(found, [{"id": inside.id, "name": "In"}])

    def test_who_only_got_a_refund(self):
        self.sell(self.gamma, date(2026, 3, 1), -5, refunds=5, invoice_count=0)
        self.refresh()
        facts = self.panel(self.mona, self.gamma)["facts"]
        self.assertEqual(facts[0]["value"], None)

    def test_the_form_itself_reads_no_figures(self):
        """Opening a customer costs no more than before; the panel asks later."""
        with Form(self.env["res.partner"].with_user(self.karim)) as form:
            form.name = "New"
        fields = self.env["res.partner"].fields_get()
        self.assertFalse([name for name in fields if "analytics" in name])
