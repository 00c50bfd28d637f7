from odoo.tests import TransactionCase, tagged

from .common_access import AccessTableMixin

USER = "crm_relationship.group_crm_relationship_user"
MANAGER = "crm_relationship.group_crm_relationship_manager"
EMPLOYEE = "base.group_user"
PURCHASE = "purchase.group_purchase_user"
STOCK = "stock.group_stock_user"
SYSTEM = "base.group_system"


@tagged("post_install", "-at_install")
class TestAccess(AccessTableMixin, TransactionCase):
    access_module = "crm_relationship"
    access_groups = (USER, MANAGER, STOCK)
    access_table = {
        "crm.customer.day": {USER: "r", MANAGER: "r"},
        "crm.customer.day.touch": {SYSTEM: "r"},
        "crm.customer.event": {USER: "r", MANAGER: "r"},
        "crm.order.board": {USER: "r", MANAGER: "r", STOCK: "r"},
        "crm.order.kept": {USER: "r", MANAGER: "r", PURCHASE: "r"},
        "crm.order.claim": {SYSTEM: "r"},
        "crm.order.promise": {USER: "r", MANAGER: "r", STOCK: "r", PURCHASE: "r"},
        "crm.order.repromise": {USER: "crud", MANAGER: "crud"},
        "crm.order.repromise.line": {USER: "crud", MANAGER: "crud"},
        "crm.order.trace": {USER: "r", MANAGER: "r", STOCK: "r", PURCHASE: "r"},
        "crm.order.trace.touch": {SYSTEM: "r"},
        "crm.partner.relation": {USER: "cru", MANAGER: "crud"},
        "crm.partner.relation.all": {USER: "r", MANAGER: "r"},
        "crm.partner.relation.type": {USER: "r", MANAGER: "crud"},
        "crm.pass": {MANAGER: "r", SYSTEM: "r"},
        "crm.pass.error": {MANAGER: "r", SYSTEM: "r"},
        "crm.spreadsheet.import": {MANAGER: "crud"},
        "crm.spreadsheet.import.column": {MANAGER: "crud"},
        "crm.spreadsheet.import.row": {MANAGER: "crud"},
        "crm.spreadsheet.import.target": {MANAGER: "crud"},
        "crm.tier": {
            EMPLOYEE: "r",
            USER: "r",
            MANAGER: "crud",
            STOCK: "r",
            PURCHASE: "r",
            SYSTEM: "r",
        },
        "crm.tier.assignment": {USER: "r", MANAGER: "r"},
        "crm.tier.override": {MANAGER: "crud"},
        "crm.tier.policy": {MANAGER: "crud"},
        "crm.tier.policy.cut": {MANAGER: "crud"},
        "crm.tier.run": {MANAGER: "r"},
        "crm.tier.run.line": {MANAGER: "r"},
    }
