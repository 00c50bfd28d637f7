"""An invoice that fails a rule stays a draft, on whatever way it is posted."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools.gate import PASS_KEY
from .common_goods import GoodsCase


@tagged("post_install", "-at_install")
class TestInvoiceGate(GoodsCase):
    checkpoint = "invoice"

    def _invoice(self, amount=1500, kind="out_invoice", user=None, **vals):
        moves = self.env["account.move"].with_user(user or self.bill)
        return moves.create(
            {
                "move_type": kind,
                "partner_id": self.debtor.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )

    def assertHeldDraft(self, move):
        self.assertRecordValues(
            move.sudo(), [{"state": "draft", "credit_state": "held"}]
        )
        self.assertEqual(self._hold(move).checkpoint, "invoice")

    def test_nothing_happens_without_a_rule(self):
        self.rule.active = False
        move = self._invoice()
        self.assertIs(move.action_post(), False)
        self.assertEqual(move.state, "posted")

    def test_the_clerk_sees_the_sentence(self):
        move = self._invoice()
        action = move.action_post()
        self.assertHeldDraft(move)
        self.assertIn("500.00", action["params"]["message"])
        self.assertIn("500.00", move.credit_message)
        self.assertRecordValues(
            self._hold(move), [{"amount": 1500, "requested_by": self.bill.id}]
        )
        with self.assertRaises(AccessError):
            move.read(["credit_hold_id"])

    def test_what_fits_is_posted(self):
        move = self._invoice(1000)
        self.assertIs(move.action_post(), False)
        self.assertRecordValues(move, [{"state": "posted", "credit_state": "clear"}])

    def test_credit_notes_bills_and_entries_are_not_asked(self):
        self._grant(self.account, 0)
        for kind in ("out_refund", "in_invoice", "in_refund"):
            move = self._invoice(kind=kind)
            move.action_post()
            self.assertEqual(move.state, "posted")

    def test_a_receipt_is_asked(self):
        move = self._invoice(kind="out_receipt")
        move.action_post()
        self.assertHeldDraft(move)

    def test_one_of_a_batch_waits(self):
        bad = self._invoice()
        good = self._invoice(partner_id=self._debtor().id, amount=900)
        (bad + good).action_post()
        self.assertHeldDraft(bad)
        self.assertEqual(good.state, "posted")

    def test_the_wizard(self):
        bad = self._invoice()
        good = self._invoice(partner_id=self._debtor().id, amount=900)
        wizard = self.env["validate.account.move"].with_user(self.bill)
        wizard = wizard.with_context(
            active_model="account.move", active_ids=(bad + good).ids
        )
        wizard.create({"force_post": True}).validate_move()
        self.assertHeldDraft(bad)
        self.assertEqual(good.state, "posted")

    def test_the_list_action(self):
        bad = self._invoice()
        good = self._invoice(partner_id=self._debtor().id, amount=900)
        (bad + good).action_validate_moves_with_confirmation()
        self.assertHeldDraft(bad)
        self.assertEqual(good.state, "posted")

    def test_post_answers_what_was_posted(self):
        bad = self._invoice().sudo()
        good = self._invoice(partner_id=self._debtor().id, amount=900).sudo()
        self.assertEqual((bad + good)._post(), good)
        self.assertFalse(bad._post())

    def test_rpc_write(self):
        bad = self._invoice()
        good = self._invoice(partner_id=self._debtor().id, amount=900)
        (bad + good).write({"state": "posted", "ref": "R"})
        self.assertHeldDraft(bad)
        self.assertEqual(bad.ref, "R")
        self.assertEqual(good.state, "posted")

    def test_rpc_create(self):
        with self.assertRaises(UserError):
            self._invoice(state="posted")
        moves = self.env["account.move"].with_user(self.bill)
        with self.assertRaises(UserError):
            moves.with_context(default_state="posted").create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.debtor.id,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 1500})
                    ],
                }
            )

    def test_no_key_opens_the_gate(self):
        move = self._invoice()
        keys = {
            PASS_KEY: {"model": "account.move", "ids": move.ids},
            "move_reverse_cancel": True,
            "skip_credit_check": True,
            "force_post": True,
            "validate_analytic": False,
        }
        move.with_context(**keys).action_post()
        self.assertHeldDraft(move)
        self.assertFalse(move.sudo().with_context(**keys)._post(soft=False))
        move.with_context(**keys).write({"state": "posted"})
        self.assertHeldDraft(move)

    def test_nobody_writes_the_state(self):
        move = self._invoice()
        move.action_post()
        for vals in ({"credit_state": "clear"}, {"credit_auto_post": "no"}):
            with self.assertRaises(AccessError):
                move.write(vals)

    def test_who_may_not_post_holds_nothing(self):
        move = self._invoice()
        with self.assertRaises(AccessError):
            move.with_user(self.sara).action_post()

    def test_the_nightly_posting(self):
        day = fields.Date.today()
        bad = self._invoice(auto_post="at_date", date=day)
        good = self._invoice(
            partner_id=self._debtor().id, amount=900, auto_post="at_date", date=day
        )
        with self.enter_registry_test_mode():
            self.env.ref(
                "account.ir_cron_auto_post_draft_entry"
            ).method_direct_trigger()
        self.assertHeldDraft(bad)
        self.assertEqual(bad.auto_post, "no")
        self.assertEqual(good.state, "posted")
        self._grant(self.account, 1500)
        self._release(self._hold(bad))
        self.assertEqual(bad.state, "posted")
        self.assertEqual(bad.auto_post, "at_date")

    def test_a_later_day_is_judged_on_that_day(self):
        later = fields.Date.today() + timedelta(days=5)
        move = self._invoice(invoice_date=later, date=later)
        move.sudo()._post(soft=True)
        self.assertRecordValues(
            move, [{"credit_state": "clear", "state": "draft", "auto_post": "at_date"}]
        )

    def test_release_posts_as_who_asked(self):
        move = self._invoice()
        move.action_post()
        self._release(self._hold(move))
        self.assertRecordValues(move, [{"state": "posted", "credit_state": "released"}])
        self.assertEqual(move.write_uid, self.bill)

    def test_a_higher_amount_is_judged_again(self):
        move = self._invoice()
        move.action_post()
        self._release(self._hold(move))
        move.button_draft()
        move.invoice_line_ids.price_unit = 1400
        move.action_post()
        self.assertEqual(move.state, "posted")
        move.button_draft()
        move.invoice_line_ids.price_unit = 1501
        move.action_post()
        self.assertHeldDraft(move)

    def test_the_order_release_covers_its_invoice(self):
        self.rule.write({"at_order": True})
        order = self._order(1500, 15)
        order.action_confirm()
        self._release(self._hold(order))
        order = order.sudo()
        order.order_line.qty_delivered = 15
        invoice = order._create_invoices()
        invoice.with_user(self.bill).action_post()
        self.assertRecordValues(
            invoice, [{"state": "posted", "credit_state": "released"}]
        )

    def test_cancel_and_delete_forget(self):
        moves = self._invoice() + self._invoice()
        moves.action_post()
        holds = moves.sudo().credit_hold_id
        moves[0].button_cancel()
        moves[1].unlink()
        self.assertEqual(set(holds.mapped("state")), {"cancelled"})

    def test_two_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rule.company_id = other
        move = self._invoice()
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_an_online_payment_makes_it_fit(self):
        order, tx = self._pay_online()
        self.assertEqual(tx.payment_id.state, "paid")
        self.assertRecordValues(
            order.invoice_ids, [{"state": "posted", "credit_state": "clear"}]
        )
        self.assertEqual(self.account.exposure, 0)

    def test_an_online_payment_for_a_held_invoice_is_booked(self):
        self._rule("status_stop", at_order=False, at_invoice=True)
        self.account.status = "stop"
        order, tx = self._pay_online()
        self.assertEqual(tx.payment_id.state, "paid")
        self.assertHeldDraft(order.invoice_ids)
        self._release(self._hold(order.invoice_ids))
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(self.account.exposure, 0)

    def _pay_online(self):
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", True)
        order = self._confirmed(1500, 15)
        tx = self._paid(order)
        tx._post_process()
        return order, tx

    def _paid(self, order):
        """A transaction that arrived, at a provider that books it."""
        provider = self.env["payment.provider"].create(
            {"name": "Desk", "code": "none", "state": "test"}
        )
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.env.company.id)], limit=1
        )
        line = journal.inbound_payment_method_line_ids[0]
        account = journal.default_account_id.copy({"reconcile": True})
        line.write({"payment_provider_id": provider.id, "payment_account_id": account})
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": order.name,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.link(order.id)],
                "operation": "online_direct",
                "state": "done",
            }
        )

    def test_the_form_shows_why(self):
        view = (
            self.env["account.move"]
            .with_user(self.bill)
            .get_view(self.env.ref("account.view_move_form").id)
        )
        self.assertIn("credit_message", view["arch"])
        self.assertNotIn("action_open_credit_hold", view["arch"])
