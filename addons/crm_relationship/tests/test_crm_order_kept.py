from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_trace import TraceCommon


@tagged("post_install", "-at_install")
class TestCrmOrderKept(TraceCommon):
    """Which promises were kept, counted from lines whose day has come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair = cls._product("Chair", cls._route_buy(), delay=5)
        cls.env.cr.flush()

    def _kept(self, groupby=(), user=None):
        self.env.flush_all()
        return (
            self.env["crm.order.kept"]
            .with_user(user or self.seller)
            ._read_group(
                [("product_id", "=", self.chair.id)],
                groupby,
                ["kept:avg", "first_kept:avg", "line_count:sum", "late_count:sum"],
            )
        )

    def _delivered(self, order, days):
        """The order's goods left so many days from today."""
        self._stock(self.chair, 1)
        order.sudo().picking_ids.action_assign()
        self._transfer(order.sudo().picking_ids)
        order.sudo().picking_ids.move_ids.date = self._noon(days)

    def test_kept_broken_overdue_and_not_due_yet(self):
        self._delivered(self._order((self.chair, 1), promise=-3), -3)
        self._delivered(self._order((self.chair, 1), promise=-3), -5)
        self._delivered(self._order((self.chair, 1), promise=-3), -2)
        self._order((self.chair, 1), promise=-1)
        self._order((self.chair, 1), promise=1)
        gone = self._order((self.chair, 1), promise=-1)
        gone.action_cancel()
        [[kept, first, lines, late]] = self._kept()
        self.assertEqual((kept, first, lines, late), (0.5, 0.5, 4, 2))

    def test_the_supplier_is_the_one_that_made_it_late(self):
        order = self._order((self.chair, 1), promise=-1)
        [[supplier, *figures]] = self._kept(["supplier_id"])
        self.assertEqual((supplier, figures[3]), (self.supplier, 1))
        other = self.env["res.partner"].create({"name": "Other Supplier"})
        purchase = self._purchase(self.chair, 1, days=4, confirm=False)
        purchase.partner_id = other
        purchase.button_confirm()
        [[supplier, *_figures]] = self._kept(["supplier_id"])
        self.assertEqual(supplier, other)
        self._transfer(purchase.picking_ids)
        self._transfer(order.sudo().picking_ids)
        [[supplier, kind, *_figures]] = self._kept(["supplier_id", "cause_kind"])
        self.assertEqual((supplier, kind), (other, "receipt"))

    def test_a_second_promise_that_is_kept_does_not_mend_the_first(self):
        order = self._order((self.chair, 1), promise=-4)
        line = order.order_line
        self.env.flush_all()
        self.env["crm.order.trace"]._settle()
        line.sudo()._promise(self.today, "again", "Told by phone")
        self._delivered(order, 0)
        [[kept, first, *_counts]] = self._kept()
        self.assertEqual((kept, first), (1, 0))

    def test_by_tier(self):
        tier = self.env.ref("crm_relationship.tier_gold")
        self.customer.with_company(self.company)._override_tier(
            tier, "Contract", self._day(90), self.env.user
        )
        self._order((self.chair, 1), promise=-1)
        self.assertEqual(self._kept(["tier_id"]), [(tier, 0, 0, 1, 1)])

    def test_only_ones_own_and_none_for_the_warehouse(self):
        self._order((self.chair, 1), promise=-1).sudo().user_id = self.buyer
        [[*_shares, lines, late]] = self._kept()
        self.assertFalse(lines)
        self.assertFalse(late)
        [[*_shares, lines, late]] = self._kept(user=self.buyer)
        self.assertEqual((lines, late), (1, 1))
        with self.assertRaises(AccessError):
            self._kept(user=self.worker)
