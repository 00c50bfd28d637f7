"""The customer confirms: by signature, by payment; it sees no error and no figures."""

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.payment.tests.common import PaymentCommon

from .common_checks import ChecksCase

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestOrderGatePortal(ChecksCase, HttpCase):
    def test_signature(self):
        buyer = new_test_user(self.env, "checks buyer", "base.group_portal")
        buyer.partner_id.parent_id = self.debtor
        order = self._order(
            1250, state="sent", require_signature=True, require_payment=False
        )
        order.message_subscribe(buyer.partner_id.ids)
        mails = order.message_ids
        self.authenticate("checks buyer", "checks buyer")
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "name": "Buyer",
                "signature": SIGNATURE,
            },
        )
        self.assertNotIn("error", result)
        order.invalidate_recordset()
        self.assertHeld(order, "sent")
        self.assertEqual(order.signed_by, "Buyer")
        hold = self._hold(order)
        self.assertTrue(hold.send_email)
        self.assertTrue(hold.requested_by._is_superuser(), "so does plain Odoo")
        page = self.url_open(order.get_portal_url()).text
        self.assertIn("awaiting confirmation", page)
        self.assertNotIn("over the limit", page)
        told = (order.message_ids - mails).filtered(
            lambda message: buyer.partner_id in message.notified_partner_ids
        )
        self.assertFalse(
            told.filtered(lambda message: "confirm" in (message.subject or ""))
        )
        self._release(hold)
        self.assertConfirmed(order, "released")


@tagged("post_install", "-at_install")
class TestOrderGatePayment(ChecksCase, PaymentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.env["sale.order"].create(
            cls._order_vals(1250, require_payment=True, state="sent")
        )
        cls.amount = cls.order.amount_total
        cls.currency = cls.order.currency_id
        cls.partner = cls.order.partner_invoice_id

    def _pay(self, state="done"):
        tx = self._create_transaction(
            flow="redirect",
            sale_order_ids=[Command.set(self.order.ids)],
            state=state,
        )
        tx._post_process()
        return tx

    def test_paid_online(self):
        """The money that pays for the order is credit enough."""
        self._pay()
        self.assertConfirmed(self.order)

    def test_authorized_only(self):
        self.provider.support_manual_capture = "full_only"
        self._pay("authorized")
        self.assertHeld(self.order, "sent")

    def test_paid_online_by_a_stopped_customer(self):
        self._rule("status_stop", sequence=1)
        self.account.status = "stop"
        self._pay()
        self.assertHeld(self.order, "sent")
        self._rule("paid_in_advance", sequence=2)
        self._recheck()
        self.assertConfirmed(self.order)
