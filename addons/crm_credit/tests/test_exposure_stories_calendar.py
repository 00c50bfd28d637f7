from odoo.exceptions import ValidationError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from .common_exposure import ExposureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class TestExposureStoriesCalendar(ExposureCase):
    """What becomes due, and what counts only until or from a day."""

    def at(self, moment):
        """A new day, and somebody has to decide: nothing else has happened."""
        return freeze_time(moment)

    def decide(self, account=None):
        (account or self.account)._lock_figures()

    def test_due_after_the_due_date(self):
        """30 days from 16 March is 15 April: due from the 16th on."""
        self.bill(1000)
        self.assertExposure(not_due=1150)
        self.assertEqual(self.account.oldest_due_date, Date.to_date("2026-04-15"))
        with self.at("2026-04-15 23:00:00"):
            self.decide()
            self.assertExposure(not_due=1150)
        with self.at("2026-04-16 00:30:00"):
            self.decide()
            self.assertExposure(due=1150)
            self.assertEqual(self.account.figures_date, Date.to_date("2026-04-16"))

    def test_figures_stay_those_of_their_day_until_somebody_decides(self):
        self.bill(1000)
        self.assertExposure(not_due=1150)
        with self.at("2026-05-01 10:00:00"):
            self.assertExposure(not_due=1150)
            self.assertEqual(self.account.figures_date, Date.to_date("2026-03-16"))
            self.decide()
            self.assertExposure(due=1150)

    def test_a_new_document_brings_all_figures_to_its_day(self):
        self.bill(1000)
        with self.at("2026-05-01 10:00:00"):
            self.sell((self.goods, 1))
            self.assertExposure(due=1150, ordered=115)
            self.assertEqual(self.account.figures_date, Date.to_date("2026-05-01"))

    def test_the_day_of_the_company_counts(self):
        """20:00 of 15 April in Greenwich is 16 April in Shanghai."""
        self.bill(1000)
        self.company.partner_id.tz = "Asia/Shanghai"
        self.env.flush_all()
        with self.at("2026-04-15 15:59:00"):
            self.decide()
            self.assertExposure(not_due=1150)
        with self.at("2026-04-15 20:00:00"):
            self.decide()
            self.assertExposure(due=1150)
        self.company.partner_id.tz = "America/New_York"
        self.env.flush_all()
        with self.at("2026-04-16 03:00:00"):
            self.account._refresh_figures()
            self.assertExposure(not_due=1150)

    def test_instalments_fall_due_one_after_the_other(self):
        """30 % at once, 30 % after 30 days, the rest after 60 days."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Three instalments",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": part, "nb_days": days})
                    for part, days in ((30, 0), (30, 30), (40, 60))
                ],
            }
        )
        invoice = self.bill(1000, invoice_payment_term_id=term.id)
        self.assertExposure(not_due=1150)
        with self.at("2026-03-17 10:00:00"):
            self.decide()
            self.assertExposure(not_due=805, due=345)
        with self.at("2026-04-16 10:00:00"):
            self.decide()
            self.assertExposure(not_due=460, due=690)
            self.pay(invoice, 445)
            self.assertExposure(not_due=460, due=245)
            self.assertEqual(self.account.oldest_due_date, Date.to_date("2026-04-15"))
        with self.at("2026-05-16 10:00:00"):
            self.decide()
            self.assertExposure(due=705)
            self.pay(invoice, 705)
            self.assertExposure()
            self.assertFalse(self.account.oldest_due_date)

    def test_due_date_put_off(self):
        invoice = self.bill(1000)
        with self.at("2026-05-01 10:00:00"):
            self.decide()
            self.assertExposure(due=1150)
            line = invoice.line_ids.filtered("date_maturity")
            line.date_maturity = "2026-06-01"
            self.assertExposure(not_due=1150)

    def test_old_invoice_entered_late(self):
        self.bill(1000, invoice_date="2026-01-01")
        self.assertExposure(due=1150)

    def test_money_is_never_due(self):
        self.receive(500, date="2026-01-01")
        self.assertExposure(unallocated=-500)

    def test_horizon_leaves_out_what_is_promised_late(self):
        """30 days from 16 March is 15 April."""
        self.company.credit_horizon_days = 30
        near, _far, _open = [
            self.sell((self.prepaid, quantity), commitment_date=day)
            for quantity, day in (
                (1, "2026-04-15 08:00:00"),
                (10, "2026-04-16 08:00:00"),
                (4, False),
            )
        ]
        self.assertExposure(ordered=575)
        with self.at("2026-03-17 10:00:00"):
            self.decide()
            self.assertExposure(ordered=1725)
        near.commitment_date = "2026-08-01 08:00:00"
        self.assertExposure(ordered=460)
        self.company.credit_horizon_days = 0
        self.assertExposure(ordered=1725)

    def test_horizon_does_not_hide_what_is_delivered_or_invoiced(self):
        self.company.credit_horizon_days = 30
        order = self.sell((self.prepaid, 10), commitment_date="2026-08-01 08:00:00")
        self.assertExposure()
        self.invoice(order, 2)
        self.assertExposure(not_due=230)
        self.deliver(order, 4)
        self.assertExposure(not_due=230, delivered=230)

    def test_horizon_counts_the_days_of_the_company(self):
        """22:00 of 14 April in Greenwich is 15 April in Shanghai: the 30th day."""
        self.company.partner_id.tz = "Asia/Shanghai"
        self.env.flush_all()
        self.company.credit_horizon_days = 29
        self.sell((self.prepaid, 10), commitment_date="2026-04-14 22:00:00")
        self.assertExposure()

    def test_horizon_is_never_negative(self):
        with self.assertRaises(ValidationError):
            self.company.credit_horizon_days = -1

    def test_quotations_count_where_the_company_says_so(self):
        order = self.quote((self.goods, 10))
        self.assertExposure()
        self.company.credit_count_quotations = True
        self.assertExposure(quotation=1150)
        order.action_quotation_sent()
        order.order_line.product_uom_qty = 4
        self.assertExposure(quotation=460)
        order.action_confirm()
        self.assertExposure(ordered=460)
        order._action_cancel()
        self.assertExposure()
        order.action_draft()
        self.assertExposure(quotation=460)
        order.unlink()
        self.assertExposure()
        self.quote((self.goods, 1))
        self.company.credit_count_quotations = False
        self.assertExposure()

    def test_an_expired_quotation_does_not_count(self):
        self.company.credit_count_quotations = True
        order = self.quote((self.goods, 10), validity_date="2026-03-16")
        self.assertExposure(quotation=1150)
        with self.at("2026-03-17 10:00:00"):
            self.decide()
            self.assertExposure()
            order.validity_date = "2026-03-17"
            self.assertExposure(quotation=1150)
