"""What the checks take from the database: companies, currencies, each kind of rule."""

from datetime import datetime, time, timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_checks import ChecksCase


@tagged("post_install", "-at_install")
class TestCreditChecks(ChecksCase):
    def _fails(self, order, kind):
        order.action_confirm()
        self.assertHeld(order)
        failure = self._hold(order).failure_ids.filtered(lambda f: f.kind == kind)
        self.assertTrue(failure)
        return failure.name

    def _invoice(self, amount, days_late):
        day = fields.Date.context_today(self.account) - timedelta(days=days_late)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.debtor.id,
                "invoice_date": day,
                "invoice_date_due": day,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Old", "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def test_an_order_of_another_company_than_the_active_one(self):
        other = self.env["res.company"].create({"name": "Other company"})
        user = new_test_user(
            self.env,
            "checks two",
            "sales_team.group_sale_salesman_all_leads",
            company_ids=[Command.set((self.env.company | other).ids)],
        )
        file = self.env["crm.credit.account"].create(
            {"partner_id": self.debtor.id, "company_id": other.id}
        )
        self._grant(file, 50)
        orders = self.env["sale.order"].with_user(user)
        mine = orders.create(self._order_vals(900))
        theirs = orders.with_company(other).create(self._order_vals(60))
        both = (mine | theirs).with_company(self.env.company)
        both.action_confirm()
        self.assertConfirmed(mine)
        self.assertHeld(theirs)
        hold = self._hold(theirs)
        self.assertEqual((hold.company_id, hold.account_id), (other, file))
        self._grant(file, 100)
        self._recheck()
        self.assertConfirmed(theirs)
        self.assertEqual(theirs.picking_ids.company_id, other)
        self.assertEqual((file.exposure, self.account.exposure), (60, 900))

    def test_a_rule_of_another_company(self):
        self.rule.company_id = self.env["res.company"].create({"name": "Other company"})
        order = self._order(1250)
        order.action_confirm()
        self.assertConfirmed(order)

    def test_foreign_currency(self):
        euro = self.env.ref("base.EUR")
        if euro == self.env.company.currency_id:
            euro = self.env.ref("base.USD")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2000-01-01", "rate": 0.5}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": euro.id}
        )
        good, bad = (
            self._order(amount, pricelist_id=pricelist.id) for amount in (500, 500.01)
        )
        bad.action_confirm()
        self.assertHeld(bad)
        self.assertEqual(self._hold(bad).amount, 500.01)
        self.assertEqual(self._hold(bad).amount_account, 1000.02)
        good.action_confirm()
        self.assertConfirmed(good)
        self.assertEqual(self.account.exposure, 1000)

    def test_overdue(self):
        self.rule.active = False
        self._rule("overdue_days", days=30, grace_days=5)
        self._invoice(100, 35)
        order = self._order(10)
        order.action_confirm()
        self.assertConfirmed(order)
        self._invoice(100, 43)
        self.assertIn("43 days late", self._fails(self._order(10), "overdue_days"))

    def test_overdue_is_paid(self):
        self.rule.active = False
        self._rule("overdue_amount", amount=50)
        invoice = self._invoice(100, 3)
        order = self._order(10)
        self.assertIn("100.00 overdue", self._fails(order, "overdue_amount"))
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertEqual(self.account.exposure_receivable_due, 0)
        self._recheck()
        self.assertConfirmed(order)

    def test_average_days_late(self):
        self.rule.active = False
        self._rule("average_days_late", days=10)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self._invoice(100, 40).ids
        ).create({})._create_payments()
        self.assertIn("40 days", self._fails(self._order(10), "average_days_late"))

    def test_payment_term(self):
        self.rule.active = False
        self._rule("payment_term")
        month = self.env.ref("account.account_payment_term_30days")
        self.debtor.property_payment_term_id = month
        order = self._order(10)
        order.action_confirm()
        self.assertConfirmed(order)
        later = self.env["account.payment.term"].create(
            {
                "name": "60 days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 60}
                    )
                ],
            }
        )
        sentence = self._fails(
            self._order(10, payment_term_id=later.id), "payment_term"
        )
        self.assertEqual(sentence, "payment term of 60 days, 30 agreed")

    def test_discount_grade_status_and_review(self):
        self.rule.active = False
        for kind, vals in (
            ("grade", {"grade": "C"}),
            ("status_stop", {}),
            ("review_overdue", {"days": 7}),
        ):
            self._rule(kind, **vals)
        good = self._order(10)
        good.action_confirm()
        self.assertConfirmed(good)
        self.account.write(
            {
                "grade": "D",
                "status": "stop",
                "next_review_date": fields.Date.context_today(good) - timedelta(days=8),
            }
        )
        order = self._order(10)
        self._fails(order, "grade")
        self.assertEqual(
            self._hold(order).message,
            "Held: grade D, worse than C; the credit file is stopped; "
            "review overdue by 8 days.",
        )
        self.account.write({"grade": "C", "status": "watch", "next_review_date": False})
        self._recheck()
        self.assertConfirmed(order)

    def test_filters(self):
        segment = self.env["crm.credit.segment"].create({"name": "Builders"})
        self.rule.segment_ids = segment
        order = self._order(1250)
        order.action_confirm()
        self.assertConfirmed(order)
        self.account.segment_id = segment
        other = self._order(10)
        other.action_confirm()
        self.assertHeld(other)

    def test_no_limit_and_no_credit(self):
        stranger = self.env["crm.credit.account"].create(
            {"partner_id": self.env["res.partner"].create({"name": "Trusted"}).id}
        )
        stranger.limit_type = "unlimited"
        order = self._order(99999, partner_id=stranger.partner_id.id)
        order.action_confirm()
        self.assertConfirmed(order)
        self._rule("no_line")
        self._grant(self.account, 0)
        self.assertEqual(
            self._fails(self._order(10), "no_line"), "no effective credit line"
        )

    def test_the_limit_of_the_group(self):
        self.rule.active = False
        self._rule("group_limit")
        child = self.env["res.partner"].create({"name": "Child", "is_company": True})
        self.env["crm.partner.relation"].create(
            {
                "partner_id": self.debtor.id,
                "other_partner_id": child.id,
                "type_id": self.env.ref("crm_relationship.relation_type_parent").id,
            }
        )
        self.account.write({"group_limited": True, "group_limit": 500})
        file = self.env["crm.credit.account"].create({"partner_id": child.id})
        orders = self._order(300) | self._order(300, partner_id=child.id)
        orders.action_confirm()
        self.assertEqual(orders.mapped("credit_state"), ["clear", "held"])
        self.assertIn("100.00", self._hold(orders[1]).message)
        self.assertEqual(self._hold(orders[1]).account_id, file)
        self.assertEqual(self.account.exposure, 300)
        orders[0]._action_cancel()
        self.assertEqual(self.account.exposure, 0)
        self._recheck()
        self.assertConfirmed(orders[1])

    def test_counted_quotations_are_not_counted_twice(self):
        self.env.company.credit_count_quotations = True
        good, bad = self._order(700), self._order(400)
        self.assertEqual(self.account.exposure, 1100)
        bad.action_cancel()
        good.action_confirm()
        self.assertConfirmed(good)

    def test_beyond_the_horizon(self):
        self.env.company.credit_horizon_days = 30
        far = fields.Datetime.now() + timedelta(days=40)
        order = self._order(1250, commitment_date=far)
        order.action_confirm()
        self.assertConfirmed(order)
        self.assertEqual(self.account.exposure, 0)

    def test_the_horizon_counts_the_days_of_the_company(self):
        """Half past midnight in Shanghai is still the day before in Greenwich."""
        self.env.company.credit_horizon_days = 30
        self.env.company.partner_id.tz = "Asia/Shanghai"
        self.env.flush_all()
        orders = self.env["sale.order"]
        for days in (30, 31):
            day = self.account._credit_today() + timedelta(days=days)
            promised = datetime.combine(day, time(0, 30)) - timedelta(hours=8)
            orders |= self._order(1250, commitment_date=promised)
        orders.action_confirm()
        self.assertEqual(orders.mapped("credit_state"), ["held", "clear"])
        self.assertEqual(self.account.exposure, 0)

    def test_the_cost_of_a_batch(self):
        orders = (
            self.env["sale.order"]
            .sudo()
            .concat(*(self._order(1) for _count in range(20)))
        )
        files = self.account
        first, rest = orders[:2], orders[2:]
        for batch in (first, rest):
            self.env.flush_all()
            self.env.invalidate_all()
            files._settle()
            batch.mapped("order_line.discount")
            before = self.env.cr.sql_log_count
            batch._credit_judge("order")
            cost = self.env.cr.sql_log_count - before
            if batch == first:
                allowed = cost
        self.assertLessEqual(cost, allowed)
