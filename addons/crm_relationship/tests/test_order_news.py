from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_portal_order_tracking import PortalCommon


@tagged("post_install", "-at_install")
class TestOrderNews(PortalCommon):
    """Customers hear of dates that move: once, in one mail, beyond their tolerance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.order.trace"].sudo()._cron_tell()  # of what others ordered
        cls.customer.write({"email": "azure@example.com", "promise_tolerance_days": 3})

    def _bought(self, promise=7, **vals):
        order = self._order((self.to_order, 2), promise=promise, **vals)
        purchase = self._purchase_for(order)
        purchase.button_confirm()
        purchase.order_line.date_planned = self._noon(promise)
        return order, purchase.order_line

    def _tell(self):
        """The mails that the nightly job writes."""
        before = self.env["mail.mail"].sudo().search([])
        run = self.env["crm.order.trace"].sudo()._cron_tell()
        self.assertFalse(run.error_count)
        return self.env["mail.mail"].sudo().search([]) - before

    def test_one_mail_for_all_lines_and_only_once(self):
        first, one = self._bought()
        second, two = self._bought(promise=9)
        self.assertFalse(self._tell())
        one.date_planned, two.date_planned = self._noon(30), self._noon(40)
        mail = self._tell()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("Seller", mail.subject)
        for words in (first.name, second.name, "Table", "Our supplier delivers later"):
            self.assertIn(words, mail.body_html)
        for secret in (one.order_id.name, "Wood Corner", "10.0"):
            self.assertNotIn(secret, mail.body_html)
        self.assertEqual(self._trace(first.order_line).told_date, self._day(30))
        self.assertFalse(self._tell(), "it has been told")

    def test_within_the_tolerance_nothing_is_told(self):
        _order, bought = self._bought()
        bought.date_planned = self._noon(10)
        self.assertFalse(self._tell())
        bought.date_planned = self._noon(11)
        self.assertEqual(len(self._tell()), 1)
        bought.date_planned = self._noon(14)
        self.assertFalse(self._tell(), "three days from what was told")
        bought.date_planned = self._noon(15)
        self.assertEqual(len(self._tell()), 1)

    def test_good_news_are_told_too(self):
        order, bought = self._bought()
        bought.date_planned = self._noon(30)
        self._tell()
        bought.date_planned = self._noon(7)
        mail = self._tell()
        self.assertIn("earlier", mail.body_html)
        self.assertEqual(self._trace(order.order_line).told_date, self._day(7))

    def test_a_new_promise_has_been_heard(self):
        order, bought = self._bought()
        bought.date_planned = self._noon(30)
        self._tell()
        self.env.cr.execute(
            """UPDATE crm_order_trace SET told_at = told_at - interval '1 day'
            WHERE order_id = %s""",
            [order.id],
        )
        order.order_line._promise(self._day(37), "again", "The supplier is late")
        bought.date_planned = self._noon(37)
        self.assertFalse(self._tell())
        bought.date_planned = self._noon(41)
        self.assertEqual(len(self._tell()), 1)

    def test_the_contact_of_the_order_gets_it_in_its_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.portal.partner_id.write({"email": "jo@example.com", "lang": "fr_FR"})
        _order, bought = self._bought(partner_id=self.portal.partner_id.id)
        bought.date_planned = self._noon(30)
        mail = self._tell()
        self.assertEqual(mail.recipient_ids, self.portal.partner_id)
        self.assertIn("/my/order-tracking", mail.body_html)
        month = self.env["crm.order.trace"].with_context(lang="fr_FR")
        self.assertIn(month._short_date(self._day(30)), mail.body_html)

    def test_the_first_time_nobody_is_written_to(self):
        order, bought = self._bought()
        bought.date_planned = self._noon(30)
        self.env["crm.pass"].sudo().search([("code", "=", "trace.tell")]).unlink()
        self.assertFalse(self._tell())
        self.assertEqual(self._trace(order.order_line).told_date, self._day(30))
        bought.date_planned = self._noon(40)
        self.assertEqual(len(self._tell()), 1)

    def test_without_an_address_nothing_is_sent_and_others_are(self):
        mute = self.env["res.partner"].create({"name": "Mute"})
        _order, one = self._bought(partner_id=mute.id)
        _order, two = self._bought()
        one.date_planned, two.date_planned = self._noon(30), self._noon(30)
        self.assertEqual(self._tell().recipient_ids, self.customer)

    def test_delivered_lines_are_no_news(self):
        order, bought = self._bought(promise=-9)
        self._transfer(bought.order_id.picking_ids)
        self._transfer(order.picking_ids)
        self.assertFalse(self._tell())

    def test_the_tolerance_belongs_to_the_company(self):
        self.assertEqual(self.portal.partner_id.promise_tolerance_days, 3)
        with self.assertRaisesRegex(ValidationError, "below 0 days"):
            self.customer.promise_tolerance_days = -1
