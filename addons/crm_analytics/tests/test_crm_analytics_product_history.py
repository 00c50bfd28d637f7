import unittest
from collections import defaultdict

from odoo.tests import tagged

from odoo.addons.crm_relationship.tests import test_crm_customer_day_history as base
from odoo.addons.crm_relationship.tests.mart_history import MartHistoryCase

FIGURES = ("quantity", "revenue", "refunds", "margin", "line_count")
STEPS = (
    "change_country",
    "change_product",
    "change_product_of_draft",
    "change_quantity_unit",
)


@tagged("post_install", "-at_install")
@unittest.skipUnless(base.hypothesis, "hypothesis is not installed")
class TestProductMonthHistory(base.HistoryPlay, MartHistoryCase):
    """Random histories, with customers that move abroad and lines that change."""

    steps = (*base.STEPS, *STEPS)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.article.copy({"name": "Other article", "taxes_id": False})
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.places = [
            (False, False),
            ("base.us", "base.state_us_5"),
            ("base.us", "base.state_us_1"),
            ("base.cn", False),
        ]

    def setUp(self):
        super().setUp()
        self.months = self.env["crm.analytics.product.month"]
        self.months.rebuild()  # what the database had before, too
        for number in range(6):
            self.tick()
            self.do_order(number, number)
            self.do_invoice(number, number)
            self.do_change_country(number, number)
        self.check()
        self.assertTrue(all(any(row[n] for row in self.rows()) for n in FIGURES))

    # -- what can happen ---------------------------------------------------------------

    def do_change_country(self, one, two):
        country, state = self.places[two % len(self.places)]
        self.pick(self.partners, one).write(
            {
                "country_id": country and self.env.ref(country).id,
                "state_id": state and self.env.ref(state).id,
            }
        )

    def article_line(self, number):
        move = self.pick(self.moves, number)
        return move.invoice_line_ids.filtered("product_id")[:1]

    def do_change_product(self, one, two):
        """Of a posted line, by hand; the customer's day stays the same."""
        line = self.article_line(one)
        before = line.balance
        line.write(
            {
                "product_id": (self.article, self.other)[two % 2].id,
                **{name: line[name] for name in ("name", "price_unit", "discount")},
                "tax_ids": False,
            }
        )
        self.assertEqual(line.balance, before)

    def do_change_product_of_draft(self, one, two):
        line = self.article_line(one)
        move = line.move_id
        if move.state == "posted":
            move.button_draft()
        if move.state == "draft":
            line.product_id = (self.article, self.other)[two % 2]
            move.action_post()

    def do_change_quantity_unit(self, one, two):
        line = self.article_line(one)
        if line.move_id.state == "posted":
            line.move_id.button_draft()
            line.product_uom_id = (self.dozen, self.article.uom_id)[two % 2]
            line.move_id.action_post()

    # -- what the figures say, and what they should say --------------------------------

    def check(self):
        res = super().check()
        self.months.refresh()
        refreshed = self.rows()
        self.assert_rows(refreshed)
        self.assert_sum()
        try:
            with self.env.cr.savepoint():
                self.months.rebuild()
                self.assertEqual(self.rows(), refreshed, "rebuilt")
                raise base.Undo
        except base.Undo:
            self.env.invalidate_all(flush=False)
        return res

    def rows(self):
        """All stored columns but the id, as the database has them."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(sold) - 'id' FROM crm_analytics_product_month sold"
            " ORDER BY company_id, month, product_id, country_id, state_id"
        )
        return [row for (row,) in self.env.cr.fetchall()]

    def assert_rows(self, rows):
        expected = self.expected_months()
        self.assertEqual(len(rows), len(expected))
        for row in rows:
            names = ("company_id", "month", "product_id", "country_id", "state_id")
            month = expected[tuple(row[name] for name in names)]
            for name in FIGURES:
                self.assertAlmostEqual(row[name], month[name], 5, f"{row} {name}")
            self.assertEqual(row["customer_count"], len(month["customers"]), row)

    def expected_months(self):
        """From the records, one by one."""
        months = defaultdict(lambda: defaultdict(float, customers=set()))
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("state", "=", "posted"),
                    ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                    ("partner_id", "!=", False),
                ]
            )
        )
        for line in moves.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ):
            self.add_line(months, line)
        return months

    def add_line(self, months, line):
        move, product = line.move_id, line.product_id
        entity = self.entity(move.partner_id)
        day = (move.invoice_date or move.date).replace(day=1)
        month = months[
            move.company_id.id,
            str(day),
            product.id or None,
            entity.country_id.id or None,
            entity.state_id.id or None,
        ]
        back = move.move_type == "out_refund"
        month["line_count"] += 1
        month["revenue"] -= line.balance
        month["refunds"] += line.balance if back else 0
        month["margin"] -= line.balance + line.crm_cost
        if product:
            ratio = line.product_uom_id.factor / product.uom_id.factor
            month["quantity"] += (-1 if back else 1) * line.quantity * ratio
        if not back:
            month["customers"].add(entity)

    def assert_sum(self):
        """What was sold by product is what was sold by customer."""
        self.env.cr.execute(
            """SELECT company_id, DATE_TRUNC('month', day::timestamp)::date,
                SUM(revenue), SUM(refunds), SUM(margin)
            FROM crm_customer_day GROUP BY 1, 2 HAVING
                BOOL_OR(revenue <> 0 OR refunds <> 0 OR margin <> 0) ORDER BY 1, 2"""
        )
        by_customer = self.env.cr.fetchall()
        self.env.cr.execute(
            """SELECT company_id, month, SUM(revenue), SUM(refunds), SUM(margin)
            FROM crm_analytics_product_month GROUP BY 1, 2 HAVING
                BOOL_OR(revenue <> 0 OR refunds <> 0 OR margin <> 0) ORDER BY 1, 2"""
        )
        self.assertEqual(self.env.cr.fetchall(), by_customer)
