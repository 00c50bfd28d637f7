from odoo.tests import HttpCase, tagged

from .test_screens import ScreenCase

HOLDS = "/odoo/action-crm_credit.crm_credit_dashboard_action"
APPLICATIONS = "/odoo/action-crm_credit.crm_credit_application_action"
TRANSFERS = "/odoo/action-stock.action_picking_tree_all"


@tagged("post_install", "-at_install", "crm_tour")
class TestTours(HttpCase, ScreenCase):
    def test_held_released_shipped(self):
        self._rule()
        self.order._action_cancel()
        self._user("screens_wendy", "stock.group_stock_user")
        order = self._order(900)
        self.start_tour(
            f"/odoo/sales/{order.id}",
            "crm_credit_salesperson_held",
            login="screens_sara",
        )
        self.assertRecordValues(order, [{"state": "draft", "credit_state": "held"}])
        self.assertFalse(order.picking_ids)
        self.start_tour(HOLDS, "crm_credit_controller_releases", login="screens_carl")
        self.assertRecordValues(order, [{"state": "sale", "credit_state": "released"}])
        (decision,) = order.credit_hold_ids.decision_ids
        self.assertRecordValues(
            decision,
            [
                {
                    "kind": "release",
                    "user_id": self.carl.id,
                    "reason_id": self.env.ref("crm_credit.reason_contract").id,
                    "comment": "Frame contract, page 4",
                    "amount_seen": 900,
                }
            ],
        )
        self.start_tour(TRANSFERS, "crm_credit_warehouse_ships", login="screens_wendy")
        self.assertEqual(order.picking_ids.state, "done")

    def test_application_needs_two_people(self):
        self.start_tour(
            APPLICATIONS, "crm_credit_application_asked", login="screens_sara"
        )
        application = self.env["crm.credit.application"].search(
            [("partner_id", "=", self.debtor.id)]
        )
        self.assertEqual(application.requested_by_id, self.sara)
        self.start_tour(
            f"{APPLICATIONS}/{application.id}",
            "crm_credit_application_granted",
            login="screens_boss",
        )
        self.assertRecordValues(
            application.line_id,
            [{"amount": 5000, "is_effective": True, "approved_by_id": self.boss.id}],
        )
        self.assertEqual(self.file.credit_limit, 6000)

    def test_nobody_decides_on_an_own_request(self):
        application = self.env["crm.credit.application"].with_user(self.boss)
        application = application.create(
            {"partner_id": self.debtor.id, "amount": 5000, "reason": "I need it"}
        )
        application.action_submit()
        self.start_tour(
            f"{APPLICATIONS}/{application.id}",
            "crm_credit_application_own_refused",
            login="screens_boss",
        )
        self.assertEqual(application.state, "submitted")
