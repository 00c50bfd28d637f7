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
        "crm.credit.drift": {MANAGER: "r"},
        "crm.credit.decision": dict.fromkeys((VIEWER, LEGAL, USER, MANAGER), "r"),
        "crm.credit.exposure": {LEGAL: "r", USER: "r", MANAGER: "r"},
        "crm.credit.hold": {VIEWER: "r", LEGAL: "r", USER: "ru", MANAGER: "ru"},
        "crm.credit.hold.failure": dict.fromkeys((VIEWER, LEGAL, USER, MANAGER), "r"),
        "crm.credit.hold.release": {USER: "crud", MANAGER: "crud"},
        "crm.credit.reason": {VIEWER: "r", LEGAL: "r", USER: "r", MANAGER: "crud"},
        "crm.credit.rule": {VIEWER: "r", LEGAL: "r", USER: "r", MANAGER: "crud"},
        "crm.credit.segment": {VIEWER: "r", LEGAL: "r", USER: "r", MANAGER: "crud"},
        "crm.credit.application": {
            VIEWER: "cru",
            LEGAL: "cru",
            USER: "cru",
            MANAGER: "cru",
        },
        "crm.credit.approval": {LEGAL: "r", USER: "r", MANAGER: "r"},
        "crm.credit.band": {VIEWER: "r", LEGAL: "r", USER: "r", MANAGER: "crud"},
        "crm.credit.checklist.item": {LEGAL: "cru", USER: "r", MANAGER: "cru"},
        "crm.credit.decide": {USER: "cru", MANAGER: "cru"},
        "crm.credit.options": {MANAGER: "cru"},
        "crm.credit.line": {LEGAL: "r", USER: "crud", MANAGER: "crud"},
        "crm.credit.dry.run": {USER: "crud", MANAGER: "crud"},
        "crm.credit.dry.run.line": {USER: "crud", MANAGER: "crud"},
        "crm.credit.proposal": {USER: "crud", MANAGER: "crud"},
        "crm.credit.proposal.line": {USER: "crud", MANAGER: "crud"},
        "crm.credit.security": {LEGAL: "cru", USER: "crud", MANAGER: "crud"},
        "crm.credit.security.item": {LEGAL: "crud", USER: "r", MANAGER: "r"},
        "crm.credit.security.review": {LEGAL: "r", USER: "r", MANAGER: "r"},
    }
