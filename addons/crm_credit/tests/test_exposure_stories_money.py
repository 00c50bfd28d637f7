from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common_exposure import ExposureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class TestExposureStoriesMoney(ExposureCase):
    """Down payments, credit notes, payments."""

    # -- down payments: part of the order, never on top of it ------------------------

    def test_down_payment_percentage_paid_and_taken_off_at_the_end(self):
        order = self.sell((self.goods, 10))
        advance = self.down_payment(order, post=False, amount=30)
        self.assertExposure(ordered=805, draft=345)
        self.post(advance)
        self.assertExposure(ordered=805, not_due=345)
        self.pay(advance)
        self.assertExposure(ordered=805)
        self.deliver(order)
        self.assertExposure(delivered=805)
        final = self.invoice(order, post=False)
        self.assertEqual(final.amount_total, 805)
        self.assertExposure(draft=805)
        self.post(final)
        self.assertExposure(not_due=805)
        self.pay(final)
        self.assertExposure()

    def test_down_payment_fixed_and_never_paid(self):
        order = self.sell((self.goods, 10))
        self.down_payment(order, fixed_amount=200)
        self.assertExposure(ordered=950, not_due=200)
        self.deliver(order, 4)
        self.assertExposure(ordered=490, delivered=460, not_due=200)
        self.invoice(order)
        self.assertExposure(ordered=690, not_due=460)

    def test_down_payment_comes_off_what_is_to_deliver_then_off_what_is_delivered(self):
        order = self.sell((self.goods, 10))
        self.pay(self.down_payment(order, amount=50))
        self.assertExposure(ordered=575)
        self.deliver(order, 6)
        self.assertExposure(delivered=575)
        self.deliver(order, 4)
        self.assertExposure(delivered=575)

    def test_down_payment_of_prepaid_goods(self):
        order = self.sell((self.prepaid, 10))
        self.down_payment(order, amount=100)
        self.assertExposure(not_due=1150)
        self.deliver(order)
        self.assertExposure(not_due=1150)
        final = self.invoice(order)
        self.assertEqual(final.amount_total, 0)
        self.assertExposure(not_due=1150)

    def test_two_down_payments(self):
        order = self.sell((self.goods, 10))
        self.down_payment(order, fixed_amount=200)
        self.down_payment(order, post=False, amount=10)
        self.assertExposure(ordered=835, draft=115, not_due=200)

    def test_down_payment_deleted_or_cancelled(self):
        order = self.sell((self.goods, 10))
        self.down_payment(order, post=False, amount=30).unlink()
        self.assertExposure(ordered=1150)
        advance = self.down_payment(order, amount=30)
        advance.button_draft()
        self.assertExposure(ordered=805, draft=345)
        advance.button_cancel()
        self.assertExposure(ordered=1150)

    def test_down_payment_credited(self):
        order = self.sell((self.goods, 10))
        advance = self.down_payment(order, amount=30)
        note = self.credit_note(advance, post=False)
        self.assertExposure(ordered=805, not_due=345)
        self.post(note)
        self.match(advance, note)
        self.assertExposure(ordered=1150)

    def test_down_payment_of_a_cancelled_order(self):
        order = self.sell((self.goods, 10))
        self.down_payment(order, amount=30)
        order._action_cancel()
        self.assertExposure(not_due=345)

    def test_final_invoice_with_the_down_payment_is_cancelled(self):
        order = self.sell((self.goods, 10))
        self.down_payment(order, amount=30)
        self.deliver(order)
        final = self.invoice(order)
        self.assertExposure(not_due=1150)
        final.button_draft()
        self.assertExposure(draft=805, not_due=345)
        final.button_cancel()
        self.assertExposure(delivered=805, not_due=345)

    # -- credit notes: only a posted one frees ---------------------------------------

    def test_credit_note_from_the_invoice(self):
        invoice = self.bill(1000)
        self.assertExposure(not_due=1150)
        note = self.credit_note(invoice, post=False)
        self.assertExposure(not_due=1150)
        self.post(note)
        self.match(invoice, note)
        self.assertExposure()

    def test_credit_note_of_a_delivered_order_opens_it_again(self):
        """Nothing came back: the goods are to be invoiced again, as Odoo says too."""
        order = self.sell((self.goods, 10))
        self.deliver(order)
        invoice = self.invoice(order)
        note = self.credit_note(invoice, 4, post=False)
        self.assertExposure(not_due=1150)
        self.post(note)
        self.match(invoice, note)
        self.assertEqual(order.order_line.qty_to_invoice, 4)
        self.assertExposure(not_due=690, delivered=460)

    def test_draft_credit_note_deleted(self):
        order = self.sell((self.prepaid, 10))
        note = self.credit_note(self.invoice(order), post=False)
        self.assertExposure(not_due=1150)
        note.unlink()
        self.assertExposure(not_due=1150)

    def test_standalone_credit_note(self):
        self.bill(1000)
        note = self.bill(300, "out_refund", post=False)
        self.assertExposure(not_due=1150)
        self.post(note)
        self.assertExposure(not_due=1150, unallocated=-345)

    def test_draft_invoice_worth_less_than_nothing(self):
        """It frees no more than a draft credit note."""
        self.bill(-100, post=False)
        self.assertExposure()

    def test_receipt(self):
        receipt = self.bill(100, "out_receipt", post=False)
        self.assertExposure(draft=115)
        self.post(receipt)
        self.assertExposure(due=0, not_due=115)

    def test_supplier_bill_of_the_debtor_is_no_exposure(self):
        self.bill(1000, "in_invoice", post=False)
        self.bill(1000, "in_invoice")
        self.assertExposure()

    # -- payments --------------------------------------------------------------------

    def test_payment_in_parts(self):
        invoice = self.bill(1000)
        self.pay(invoice, 400)
        self.assertExposure(not_due=750)
        self.pay(invoice, 750)
        self.assertExposure()

    def test_unreconciled_payment_then_matched_and_unmatched(self):
        invoice = self.bill(1000)
        payment = self.receive(500)
        self.assertExposure(not_due=1150, unallocated=-500)
        self.match(invoice, payment.move_id)
        self.assertExposure(not_due=650)
        invoice.line_ids.remove_move_reconcile()
        self.assertExposure(not_due=1150, unallocated=-500)

    def test_overpayment(self):
        invoice = self.bill(1000)
        payment = self.receive(1200)
        self.match(invoice, payment.move_id)
        self.assertExposure(unallocated=-50)
        self.sell((self.goods, 10))
        self.assertExposure(unallocated=-50, ordered=1150)

    def test_payment_of_an_order_before_any_invoice(self):
        self.sell((self.goods, 10))
        self.receive(1150)
        self.assertExposure(ordered=1150, unallocated=-1150)

    def test_payment_cancelled(self):
        """A payment in draft stays matched in the ledger, which the figures follow."""
        invoice = self.bill(1000)
        payment = self.pay(invoice)
        self.assertExposure()
        payment.action_draft()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertExposure()
        payment.action_cancel()
        self.assertExposure(not_due=1150)

    def test_payment_that_the_ledger_does_not_know_yet(self):
        """With Odoo's accounting app the bank statement pays, not the payment."""
        invoice = self.bill(1000)
        method = self.inbound_payment_method_line
        method.payment_account_id = False
        with patch.object(
            type(invoice), "_get_invoice_in_payment_state", lambda move: "in_payment"
        ):
            payment = self._register_payment(
                invoice,
                journal_id=method.journal_id.id,
                payment_method_line_id=method.id,
            )
        self.assertFalse(payment.move_id)
        self.assertExposure(not_due=1150)

    def test_money_paid_back(self):
        note = self.bill(300, "out_refund")
        self.assertExposure(unallocated=-345)
        payment = self.receive(345, payment_type="outbound")
        self.assertExposure(unallocated=-345, not_due=345)
        self.match(note, payment.move_id)
        self.assertExposure()

    def test_uncleared_money_stays_exposure(self):
        self.company.credit_count_uncleared = True
        invoice = self.bill(1000)
        payment = self.pay(invoice)
        self.assertExposure(uncleared=1150)
        self.company.credit_count_uncleared = False
        self.assertExposure()
        self.company.credit_count_uncleared = True
        liquidity = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.outstanding_account_id
        )
        bank = self.company_data["default_journal_bank"]
        cleared = self.env["account.move"].create(
            {
                "journal_id": bank.id,
                "line_ids": [
                    (0, 0, {"account_id": liquidity.account_id.id, "credit": 1150}),
                    (0, 0, {"account_id": bank.default_account_id.id, "debit": 1150}),
                ],
            }
        )
        cleared.action_post()
        (liquidity + cleared.line_ids[0]).reconcile()
        self.assertExposure()

    def test_uncleared_money_without_an_invoice(self):
        self.company.credit_count_uncleared = True
        self.receive(500)
        self.assertExposure(unallocated=-500, uncleared=500)

    # -- the invoice's own life ------------------------------------------------------

    def test_draft_invoice_deleted(self):
        order = self.sell((self.prepaid, 10))
        draft = self.invoice(order, 4, post=False)
        self.assertExposure(ordered=690, draft=460)
        draft.unlink()
        self.assertExposure(ordered=1150)

    def test_line_of_a_draft_invoice_deleted(self):
        order = self.sell((self.prepaid, 10), (self.service, 2))
        draft = self.invoice(order, post=False)
        self.assertExposure(draft=1380)
        draft.invoice_line_ids[0].unlink()
        self.assertExposure(ordered=1150, draft=230)

    def test_draft_invoice_changed_by_hand(self):
        order = self.sell((self.prepaid, 10))
        draft = self.invoice(order, post=False)
        draft.invoice_line_ids.quantity = 7
        self.assertExposure(ordered=345, draft=805)
        draft.invoice_line_ids.price_unit = 90
        self.assertExposure(ordered=345, draft=724.5)

    def test_invoice_reset_cancelled_and_made_again(self):
        order = self.sell((self.goods, 10))
        self.deliver(order)
        invoice = self.invoice(order)
        invoice.button_draft()
        self.assertExposure(draft=1150)
        invoice.button_cancel()
        self.assertExposure(delivered=1150)
        self.invoice(order)
        self.assertExposure(not_due=1150)

    def test_invoice_given_to_another_customer(self):
        other, account = self.new_debtor("Other")
        invoice = self.bill(1000, post=False)
        invoice.partner_id = other
        self.assertExposure()
        self.assertExposure(account, draft=1150)
