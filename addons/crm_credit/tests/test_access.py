from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_relationship.tests.common_access import AccessTableMixin

VIEWER = "crm_credit.group_crm_credit_viewer"
LEGAL = "crm_credit.group_crm_credit_legal"
USER = "crm_credit.group_crm_credit_user"
MANAGER = "crm_credit.group_crm_credit_manager"


@tagged("post_install", "-at_install")
class TestAccess(AccessTableMixin, TransactionCase):
    access_module = "crm_credit"
    access_groups = (VIEWER, LEGAL, USER, MANAGER, "stock.group_stock_user")
    access_table = {
        "crm.credit.account": {
            VIEWER: "r",
            LEGAL: "r",
            USER: "cru",
            MANAGER: "cru",
        },
        "crm.credit.exposure": {LEGAL: "r", USER: "r", MANAGER: "r"},
        "crm.credit.segment": {VIEWER: "r", LEGAL: "r", USER: "r", MANAGER: "crud"},
    }
