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
    access_table = {
        "crm.analytics.activity": {USER: "crud", ALL: "crud", MANAGER: "crud"},
        "crm.analytics.clv.run": {MANAGER: "crud"},
        "crm.analytics.compare": {USER: "crud", ALL: "crud", MANAGER: "crud"},
        "crm.analytics.compare.line": {USER: "crud", ALL: "crud", MANAGER: "crud"},
        "crm.analytics.customer": {USER: "r", ALL: "r", MANAGER: "r"},
        "crm.analytics.customer.touch": {"base.group_system": "r"},
        "crm.analytics.loss": {USER: "cru", ALL: "cru", MANAGER: "crud"},
        "crm.analytics.loss.reason": {USER: "r", ALL: "r", MANAGER: "crud"},
        "crm.analytics.segment": {USER: "r", ALL: "r", MANAGER: "crud"},
        "crm.analytics.segment.count": {ALL: "r", MANAGER: "r"},
        "crm.analytics.customer": {USER: "r", FINANCE: "r", MANAGER: "r"},
        "crm.analytics.customer.touch": {"base.group_system": "r"},
        "crm.analytics.profit": {FINANCE: "r", MANAGER: "r"},
        "crm.cost.pool": {FINANCE: "crud", MANAGER: "crud"},
        "crm.cost.run": {FINANCE: "crud", MANAGER: "crud"},
        "crm.cost.run.line": {FINANCE: "r", MANAGER: "r"},
        "crm.cost.run.pool": {FINANCE: "r", MANAGER: "r"},
    }

    def test_margin_is_for_managers(self):
        rows = self.env["crm.analytics.customer"]
        self.assertNotIn("margin", rows.with_user(self._access_user(USER)).fields_get())
        self.assertIn("margin", rows.with_user(self._access_user(MANAGER)).fields_get())
