from odoo.tests import TransactionCase, tagged

from .common_access import AccessTableMixin

USER = "crm_relationship.group_crm_relationship_user"
MANAGER = "crm_relationship.group_crm_relationship_manager"
SYSTEM = "base.group_system"


@tagged("post_install", "-at_install")
class TestAccess(AccessTableMixin, TransactionCase):
    access_module = "crm_relationship"
    access_groups = (USER, MANAGER, "stock.group_stock_user")
    access_table = {
        "crm.customer.day": {USER: "r", MANAGER: "r"},
        "crm.customer.day.touch": {SYSTEM: "r"},
        "crm.customer.event": {USER: "r", MANAGER: "r"},
        "crm.partner.relation": {USER: "cru", MANAGER: "crud"},
        "crm.partner.relation.all": {USER: "r", MANAGER: "r"},
        "crm.partner.relation.type": {USER: "r", MANAGER: "crud"},
        "crm.pass": {MANAGER: "r", SYSTEM: "r"},
        "crm.pass.error": {MANAGER: "r", SYSTEM: "r"},
    }
