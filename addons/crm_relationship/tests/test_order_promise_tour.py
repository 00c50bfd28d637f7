from odoo.tests import HttpCase, new_test_user, tagged

from .common_trace import TraceCommon


@tagged("post_install", "-at_install", "crm_tour")
class TestOrderPromiseTour(HttpCase, TraceCommon):
    """One order as four people see it: promised, delayed, explained, told."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = False
        cls.customer.name = "Tour Customer"
        cls.table = cls._product(
            "Tour Table", cls._route_buy(), cls._route_mto(), delay=5
        )
        user = new_test_user(
            cls.env,
            "trace_customer",
            "base.group_portal",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        user.partner_id.parent_id = cls.customer
        cls.env.cr.flush()

    def _go(self, url, tour, user):
        self.start_tour(url, f"crm_relationship_{tour}", login=user)

    def test_promise_delay_cause_and_what_the_customer_sees(self):
        order = self._order((self.table, 2), confirm=False)
        line = order.order_line
        url = f"/odoo/action-sale.action_quotations/{order.id}"
        self._go(url, "promise_and_confirm", self.seller.login)
        self.assertEqual(line.promise_date, self._day(5))
        self.assertTrace(line, promise=5, reason="request", stage="to_source")

        purchase = self._purchase_for(order)
        url = f"/odoo/action-purchase.purchase_rfq/{purchase.id}"
        self._go(url, "buyer_delays", self.buyer.login)
        self.assertEqual(purchase.state, "purchase")
        self.assertTrace(
            line, promise=5, expected=37, days_late=32, cause=purchase, is_late=True
        )

        url = "/odoo/action-crm_relationship.crm_order_trace_action"
        self._go(url, "why_late", self.seller.login)
        self._go("/my/order-tracking", "portal_new_date", "trace_customer")
        self.assertEqual(line.promise_date, self._day(5), "a promise stays as it was")
