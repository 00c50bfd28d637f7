from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_relationship.tests.common_access import AccessTableMixin

USER = "crm_analytics.group_crm_analytics_user"
ALL = "sales_team.group_sale_salesman_all_leads"
FINANCE = "crm_analytics.group_crm_analytics_finance"
MANAGER = "crm_analytics.group_crm_analytics_manager"


@tagged("post_install", "-at_install")
class TestAccess(AccessTableMixin, TransactionCase):
    access_module = "crm_analytics"
    access_groups = (USER, FINANCE, MANAGER)
    # Finance is a user who keeps the costs: it reads the figures, the profit and why
    # customers left of all of them; segments and losses it changes as any user does.
    access_table = {
        "crm.analytics.activity": {
            USER: "crud",
            ALL: "crud",
            FINANCE: "crud",
            MANAGER: "crud",
        },
        "crm.analytics.basket.rule": {USER: "r", ALL: "r", FINANCE: "r", MANAGER: "r"},
        "crm.analytics.basket.run": {MANAGER: "crud"},
        "crm.analytics.clv.run": {MANAGER: "crud"},
        "crm.analytics.compare": {
            USER: "crud",
            ALL: "crud",
            FINANCE: "crud",
            MANAGER: "crud",
        },
        "crm.analytics.compare.line": {
            USER: "crud",
            ALL: "crud",
            FINANCE: "crud",
            MANAGER: "crud",
        },
        "crm.analytics.customer": {USER: "r", ALL: "r", FINANCE: "r", MANAGER: "r"},
        "crm.analytics.customer.touch": {"base.group_system": "r"},
        "crm.analytics.loss": {
            USER: "cru",
            ALL: "cru",
            FINANCE: "cru",
            MANAGER: "crud",
        },
        "crm.analytics.loss.reason": {
            USER: "r",
            ALL: "r",
            FINANCE: "r",
            MANAGER: "crud",
        },
        "crm.analytics.cohort": {ALL: "r", MANAGER: "r"},
        "crm.analytics.month": {ALL: "r", FINANCE: "r", MANAGER: "r"},
        "crm.analytics.portfolio": {MANAGER: "ru"},
        "crm.analytics.product.month": {ALL: "r", FINANCE: "r", MANAGER: "r"},
        "crm.analytics.product.touch": {"base.group_system": "r"},
        "crm.analytics.upsell": {USER: "r", ALL: "r", FINANCE: "r", MANAGER: "r"},
        "crm.analytics.strategy": {
            USER: "cr",
            ALL: "cr",
            FINANCE: "cr",
            MANAGER: "cr",
        },
        "crm.analytics.profit": {FINANCE: "r", MANAGER: "r"},
        "crm.analytics.segment": {USER: "r", ALL: "r", FINANCE: "r", MANAGER: "crud"},
        "crm.analytics.segment.count": {ALL: "r", MANAGER: "r"},
        "crm.analytics.stopped": {USER: "r", ALL: "r", FINANCE: "r", MANAGER: "r"},
        "crm.cost.pool": {FINANCE: "crud", MANAGER: "crud"},
        "crm.cost.run": {FINANCE: "crud", MANAGER: "crud"},
        "crm.cost.run.line": {FINANCE: "r", MANAGER: "r"},
        "crm.cost.run.pool": {FINANCE: "r", MANAGER: "r"},
    }

    def test_margin_is_for_managers(self):
        rows = self.env["crm.analytics.customer"]
        self.assertNotIn("margin", rows.with_user(self._access_user(USER)).fields_get())
        self.assertIn("margin", rows.with_user(self._access_user(MANAGER)).fields_get())

    def test_finance_sees_all_customers(self):
        """Profit is of all; but what others say of their customers stays theirs."""
        company = self.env.company
        partner = self.env["res.partner"].create(
            {"name": "Of a colleague", "user_id": self.env.ref("base.user_admin").id}
        )
        self.env["crm.customer.day"].create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "day": "2026-01-05",
                "order_count": 1,
                "ordered": 5,
                "revenue": 5,
            }
        )
        self.env["crm.analytics.customer"].refresh()
        loss = self.env["crm.analytics.loss"].create(
            {
                "partner_id": partner.id,
                "reason_id": self.env.ref("crm_analytics.loss_reason_price").id,
            }
        )
        for group, count in ((USER, 0), (FINANCE, 1), (MANAGER, 1)):
            user = self._access_user(group)
            for model in ("crm.analytics.customer", "crm.analytics.loss"):
                records = self.env[model].with_user(user)
                found = records.search([("partner_id", "=", partner.id)])
                self.assertEqual(len(found), count, f"{group} {model}")
            figures = self.env["crm.analytics.customer"].with_user(user).fields_get()
            self.assertEqual("profit_12m" in figures, bool(count), group)
            changes = loss.with_user(user).has_access("write")
            self.assertEqual(changes, group == MANAGER, group)
