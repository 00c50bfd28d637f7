"""Holds: who decides, what a release is bound to, and what passes by itself."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_checks import ChecksCase


@tagged("post_install", "-at_install")
class TestHold(ChecksCase):
    def _held(self, amount=1250.0, **vals):
        order = self._order(amount, **vals)
        order.action_confirm()
        return order, self._hold(order)

    def _break(self, order):
        """A line that keeps the order from being confirmed, at no price."""
        return self.env["sale.order.line"].create(
            {"order_id": order.id, "name": "No product", "price_unit": 0}
        )

    def test_release_confirms_as_the_person_who_asked(self):
        order, hold = self._held()
        self._release(hold)
        self.assertConfirmed(order, "released")
        self.assertTrue(order.picking_ids)
        self.assertEqual(order.picking_ids.create_uid, self.sara)
        self.assertRecordValues(
            hold.decision_ids,
            [
                {
                    "kind": "release",
                    "user_id": self.carl.id,
                    "reason_id": self.reason.id,
                    "amount": 1250,
                    "amount_seen": 1250,
                    "limit_seen": 1000,
                    "exposure_seen": 0,
                }
            ],
        )
        self.assertEqual(hold.state, "released")
        self.assertFalse(hold.activity_ids)
        self.assertEqual(self.account.exposure, 1250)

    def test_who_may_not_decide(self):
        order, hold = self._held()
        seller = new_test_user(
            self.env,
            "checks both",
            "crm_credit.group_crm_credit_manager,sales_team.group_sale_salesman",
        )
        viewer = new_test_user(self.env, "checks viewer", "stock.group_stock_user")
        for user in (self.sara, viewer):
            with self.assertRaises(AccessError):
                self._release(hold, user=user)
        order.sudo().user_id = seller
        with self.assertRaisesRegex(AccessError, "somebody else"):
            self._release(hold, user=seller)
        order.sudo().user_id = self.sara
        self.debtor.user_id = seller
        with self.assertRaisesRegex(AccessError, "somebody else"):
            self._release(hold, user=seller)
        self.debtor.user_id = self.sara
        self._release(hold, user=seller)
        self.assertConfirmed(order, "released")
        with self.assertRaisesRegex(UserError, "no longer waits"):
            self._release(hold)

    def test_nobody_releases_what_they_asked_for(self):
        boss = new_test_user(
            self.env,
            "checks boss",
            "crm_credit.group_crm_credit_manager,sales_team.group_sale_manager",
        )
        order = self._order(1250)
        order.with_user(boss).action_confirm()
        with self.assertRaisesRegex(AccessError, "somebody else"):
            self._release(self._hold(order), user=boss)

    def test_a_controller_of_another_company(self):
        _order, hold = self._held()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "checks stranger",
            "crm_credit.group_crm_credit_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self._release(hold, user=stranger)

    def test_decisions_are_append_only(self):
        _order, hold = self._held()
        self._release(hold)
        decision = hold.decision_ids
        for call in (
            lambda: decision.sudo().write({"comment": "never"}),
            lambda: decision.sudo().unlink(),
            lambda: hold.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                call()
        with self.assertRaises(AccessError):
            decision.with_user(self.carl).copy()
        with self.assertRaises(AccessError):
            hold.with_user(self.carl).write({"state": "released"})
        with self.assertRaises(AccessError):
            hold.with_user(self.sara).write({"controller_id": self.sara.id})
        hold.with_user(self.carl).write({"controller_id": self.env.user.id})

    def test_refuse(self):
        order, hold = self._held()
        self._release(hold, "refuse")
        self.assertEqual((hold.state, order.state), ("refused", "draft"))
        self.assertEqual(order.credit_state, "held")
        order.action_confirm()
        self.assertNotEqual(self._hold(order), hold)

    def test_ask_sales(self):
        _order, hold = self._held()
        hold.with_user(self.carl).action_ask_sales("Who signed?")
        self.assertEqual(hold.state, "asked")
        self.assertIn(self.sara, hold.activity_ids.user_id)
        self._release(hold)
        self.assertFalse(hold.activity_ids)

    def test_bound_to_the_amount(self):
        order, hold = self._held(2000, quantity=20)
        self._release(hold)
        order.order_line.product_uom_qty = 15
        order.order_line.product_uom_qty = 20
        self.assertConfirmed(order, "released")
        order.order_line.product_uom_qty = 21
        self.assertHeld(order, "sale")

    def test_bound_to_the_term(self):
        month = self.env.ref("account.account_payment_term_30days")
        later = self.env.ref("account.account_payment_term_end_following_month")
        order, hold = self._held(payment_term_id=month.id)
        self._release(hold)
        order.payment_term_id = False
        self.assertConfirmed(order, "released")
        order.payment_term_id = month
        self.assertConfirmed(order, "released")
        order.payment_term_id = later
        self.assertHeld(order, "sale")

    def test_bound_to_the_day(self):
        order, hold = self._held()
        until = fields.Date.context_today(order) + timedelta(days=3)
        order.partner_id = self.debtor  # still a quotation
        self._release(hold, "release_until", date_until=until)
        order.action_cancel()
        order.action_draft()
        with freeze_time(until + timedelta(days=1)):
            order.action_confirm()
        self.assertHeld(order)
        with freeze_time(until):
            order.action_confirm()
        self.assertConfirmed(order, "released")

    def test_bound_to_the_document(self):
        _order, hold = self._held()
        self._release(hold)
        other, _hold = self._held(10)
        self.assertHeld(other)

    def test_changed_while_it_waits(self):
        order, hold = self._held()
        order.order_line.price_unit = 3000
        self.assertEqual(hold.amount, 3000)
        self.assertEqual(hold.state, "waiting")

    def test_what_still_cannot_be_confirmed(self):
        order, hold = self._held()
        broken = self._break(order)
        action = hold.with_user(self.carl).action_release(self.reason.id)
        self.assertIn("missing a product", action["params"]["message"])
        self.assertEqual((hold.state, order.state), ("released", "draft"))
        broken.unlink()
        order.action_confirm()
        self.assertConfirmed(order, "released")

    def test_up_to_an_amount(self):
        order, hold = self._held()
        self._release(hold, "release_up_to", amount=400)
        self.assertConfirmed(order, "released")
        self.assertEqual(hold.decision_ids.amount, 400)
        self.assertEqual(hold.decision_ids.amount_seen, 1250)

    def test_the_wizard(self):
        order, hold = self._held()
        action = hold.with_user(self.carl).action_release()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.carl)
            .with_context(**action["context"])
            .create({})
        )
        with self.assertRaisesRegex(UserError, "reason"):
            wizard.action_decide()
        wizard.reason_id = self.reason
        with self.assertRaisesRegex(UserError, "comment"):
            wizard.action_decide()
        wizard.comment = "Agreed"
        wizard.action_decide()
        self.assertConfirmed(order, "released")

    def test_quick_from_the_board(self):
        """One click and one confirmation: the reason given last time is filled in."""
        order, hold = self._held()
        self.assertFalse(self._quick(hold, "release").reason_id, "nothing said before")
        usual = self.env.ref("crm_credit.reason_payment_announced")
        hold.with_user(self.carl)._decide("release", usual)
        self.assertConfirmed(order, "released")
        order, hold = self._held()
        self.assertFalse(self._quick(hold, "refuse").reason_id)
        plain = hold.with_user(self.carl).action_release()
        self.assertFalse(plain["context"]["default_reason_id"])
        wizard = self._quick(hold, "release")
        self.assertEqual(wizard.reason_id, usual)
        self.assertIn(order.name, wizard.summary)
        wizard.action_decide()
        self.assertConfirmed(order, "released")
        self.assertEqual(hold.decision_ids.reason_id, usual)

    def _quick(self, hold, kind):
        board = hold.with_user(self.carl).with_context(credit_quick=True)
        action = getattr(board, f"action_{kind}")()
        wizards = self.env[action["res_model"]].with_user(self.carl)
        wizard = wizards.with_context(**action["context"]).create({})
        self.assertEqual(wizard.kind, kind)
        return wizard

    def test_no_quick_way_for_sales(self):
        _order, hold = self._held()
        board = hold.with_user(self.sara).with_context(credit_quick=True)
        with self.assertRaises(AccessError):
            board.action_release()

    def test_oldest_promise_first(self):
        day = fields.Datetime.now()
        late, _hold = self._held(600, commitment_date=day + timedelta(days=9))
        self._grant(self.account, 0)
        orders = [
            self._held(600, commitment_date=day + timedelta(days=days))[0]
            for days in (9, 2, 5)
        ]
        self._grant(self.account, 1300)
        self.assertEqual(self.account.exposure, 600)
        self._recheck()
        self.assertEqual([order.state for order in orders], ["draft", "sale", "draft"])
        self.assertConfirmed(orders[1])
        self.assertEqual(orders[1].picking_ids.create_uid, self.sara)
        self.assertFalse(self._hold(orders[0]).recheck)
        self.assertConfirmed(late)

    def test_one_that_fails_does_not_stop_the_others(self):
        broken, broken_hold = self._held(1250)
        good, _hold = self._held(1250)
        self._break(broken)
        self._grant(self.account, 5000)
        self._recheck()
        self.assertConfirmed(good)
        self.assertEqual(broken.state, "draft")
        self.assertIn("missing a product", broken_hold.problem)

    def test_a_rule_taken_out_of_force(self):
        order, _hold = self._held()
        self.rule.active = False
        self._recheck()
        self.assertConfirmed(order)
