"""A little world with random histories, and what the mart should say of them."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

AMOUNTS = ("ordered", "revenue", "refunds", "cost", "margin")
COUNTS = ("order_count", "line_count", "invoice_count")
FIRST_DAY = date(2024, 2, 26)


class MartHistoryCase(AccountTestInvoicingCommon):
    """Two companies with zones and currencies of their own, a third currency.

    `counts` and `amounts`: the mart's columns that `expected` knows.
    """

    counts = COUNTS
    amounts = AMOUNTS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.8)])
        cls.abroad = cls.setup_other_company(name="Abroad", currency_id=euro.id)[
            "company"
        ]
        cls.companies = cls.env.company | cls.abroad
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.abroad.partner_id.tz = "America/New_York"
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.companies.ids}
        )
        cls.foreign = cls.setup_other_currency(
            "GBP", rates=[("2020-01-01", 3.0), ("2024-03-01", 1.7)]
        )
        cls.article = cls.env["product.product"].create(
            {
                "name": "Article",
                "list_price": 99.99,
                "taxes_id": False,
                "supplier_taxes_id": False,
                "invoice_policy": "order",
            }
        )
        for company, cost in zip(cls.companies, (33.33, 41.07), strict=True):
            cls.article.with_company(company).standard_price = cost

    def setUp(self):
        super().setUp()
        self.days = self.env["crm.customer.day"]
        self.passes = self.env["crm.pass"]
        self.env.flush_all()
        self.clock = self.env.cr.now()
        self.pending_since = None
        self.orders = self.env["sale.order"]
        self.moves = self.env["account.move"]
        # Whatever else is connected to the test server's database is not our business.
        self.startPatcher(
            patch.object(type(self.passes), "_horizon", lambda passes: self.horizon())
        )
        self.partners = self.create_partners()

    # -- time: each step is a transaction of its own --------------------------------

    def horizon(self):
        return min(self.pending_since or self.clock, self.clock) - timedelta(seconds=5)

    def tick(self):
        """A new transaction begins a minute later."""
        self.env.flush_all()
        self.clock += timedelta(minutes=1)
        self.env.cr._now = self.clock

    def begin_long_transaction(self):
        self.pending_since = self.pending_since or self.clock

    def commit_long_transaction(self, write):
        """What was written since then becomes visible only now."""
        self.env.flush_all()
        if self.pending_since:
            self.env.cr._now = self.pending_since
        write()
        self.env.flush_all()
        self.pending_since = None
        self.env.cr._now = self.clock

    # -- what can happen ---------------------------------------------------------------

    def create_partners(self):
        create = self.env["res.partner"].create
        names = ("Alpha", "Beta", "Gamma")
        entities = create([{"name": name, "is_company": True} for name in names])
        contacts = create(
            [
                {"name": f"{entity.name} contact {number}", "parent_id": entity.id}
                for entity in entities
                for number in (1, 2)
            ]
        )
        return entities | contacts | create({"name": "A person"})

    def pick(self, records, number):
        records = records.exists()
        return records[number % len(records)] if records else records

    def day(self, number):
        return FIRST_DAY + timedelta(days=number % 6)

    def moment(self, number):
        """Near midnight in one zone or the other."""
        start = datetime.combine(self.day(number), datetime.min.time())
        return start + timedelta(hours=(4, 5, 15, 16, 17, 23)[number % 6])

    def do_nothing(self, one, two):
        """Only time goes by."""

    def do_order(self, one, two):
        company = self.companies[one % 2]
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": self.pick(self.partners, two).id,
                    "company_id": company.id,
                    "date_order": self.moment(two),
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.article.id,
                                "product_uom_qty": 1 + number,
                                "price_unit": 10.01 + two,
                            }
                        )
                        for number in range(1 + one % 3)
                    ],
                }
            )
        )
        if one % 3 == 0:
            order.currency_id = self.foreign
        order.action_confirm()
        order.date_order = self.moment(two)
        self.orders |= order

    def do_cancel_order(self, one, two):
        self.pick(self.orders, one).filtered(
            lambda order: order.state == "sale"
        )._action_cancel()

    def do_redate_order(self, one, two):
        self.pick(self.orders, one).date_order = self.moment(two)

    def do_give_order_away(self, one, two):
        self.pick(self.orders, one).partner_id = self.pick(self.partners, two)

    def do_change_order(self, one, two):
        order = self.pick(self.orders, one)
        if order.state == "sale":
            order.order_line[:1].product_uom_qty = two

    def do_add_free_line(self, one, two):
        order = self.pick(self.orders, one)
        if order.state == "sale":
            self.env["sale.order.line"].create(
                {
                    "order_id": order.id,
                    "product_id": self.article.id,
                    "product_uom_qty": 0,
                    "price_unit": 0,
                }
            )

    def do_invoice(self, one, two):
        company = self.companies[one % 2]
        kind = ("out_invoice", "out_refund", "out_receipt")[two % 3]
        values = {
            "move_type": kind,
            "partner_id": self.pick(self.partners, one).id,
            "company_id": company.id,
            "invoice_date": self.day(two),
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": self.article.id,
                        "quantity": 1 + one,
                        "price_unit": 7.77 + two,
                        "discount": (0, 12.5, 100)[one % 3],
                        "tax_ids": False,
                    }
                ),
                Command.create(
                    {"name": "fee", "price_unit": -2 - one, "tax_ids": False}
                ),
                Command.create(
                    {"name": "item", "price_unit": 90 + one, "tax_ids": False}
                ),
            ],
        }
        if one % 4 == 0:
            values["currency_id"] = self.foreign.id
        move = self.env["account.move"].with_company(company).create(values)
        move.action_post()
        self.moves |= move

    def do_reset_to_draft(self, one, two):
        self.pick(self.moves, one).filtered(
            lambda move: move.state == "posted"
        ).button_draft()

    def do_redate_and_post(self, one, two):
        move = self.pick(self.moves, one)
        if move.state == "posted":
            move.button_draft()
        if move.state == "draft":
            move.invoice_date = self.day(two)
            move.action_post()

    def do_give_invoice_away(self, one, two):
        move = self.pick(self.moves, one)
        if move.state == "posted":
            move.button_draft()
            move.partner_id = self.pick(self.partners, two)
            move.action_post()

    def do_cancel_move(self, one, two):
        self.pick(self.moves, one).filtered(
            lambda move: move.state == "draft"
        ).button_cancel()

    def do_delete(self, one, two):
        move = self.pick(self.moves, one)
        if move.state == "posted" and two % 2:
            move.button_draft()
        if move.state != "posted" or one % 2:
            move.with_context(force_delete=True).unlink()
        order = self.pick(self.orders, two)
        if order.state == "cancel":
            order.unlink()

    def do_merge(self, one, two):
        first, second = self.pick(self.partners, one), self.pick(self.partners, two)
        family = self.env["res.partner"].search([("id", "child_of", first.ids)])
        ancestors = self.env["res.partner"].search([("id", "parent_of", first.ids)])
        if second not in family | ancestors:
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (first | second).ids, first
            )

    def do_move_parent(self, one, two):
        child, parent = self.pick(self.partners, one), self.pick(self.partners, two)
        family = self.env["res.partner"].search([("id", "child_of", child.ids)])
        child.parent_id = False if parent in family else parent

    def do_toggle_company(self, one, two):
        partner = self.pick(self.partners, one)
        partner.is_company = not partner.is_company

    def do_archive(self, one, two):
        self.pick(self.partners, one).action_archive()

    def do_change_cost(self, one, two):
        self.article.with_company(self.companies[one % 2]).standard_price = two

    # -- what the mart says, and what it should say ------------------------------------

    def mart(self):
        """Without the rows that only other addons' sources make."""
        self.env.flush_all()
        self.days.invalidate_model()
        own = {*self.counts, *self.amounts, "discount"}
        others = set(self.days._day_columns()) - own
        return {
            (row.company_id.id, row.partner_id.id, row.day): {
                **{name: row[name] for name in self.counts},
                **{name: round(row[name], 6) for name in (*self.amounts, "discount")},
            }
            for row in self.days.sudo().search([])
            if any(row[name] for name in own) or not any(row[name] for name in others)
        }

    def expected(self):
        """The same from the records, one by one."""
        days = defaultdict(lambda: defaultdict(float))
        orders = self.env["sale.order"].sudo().search([("state", "=", "sale")])
        for order in orders:
            self.add_order(days, order)
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
        for move in moves:
            self.add_move(days, move)
        return days

    def add_order(self, days, order):
        zone = ZoneInfo(order.company_id.partner_id.tz or "UTC")
        moment = order.date_order.replace(tzinfo=UTC).astimezone(zone)
        entity = self.entity(order.partner_id)
        day = days[order.company_id.id, entity.id, moment.date()]
        currency = order.company_id.currency_id
        day["order_count"] += 1
        day["ordered"] += currency.round(order.amount_untaxed / order.currency_rate)
        day["line_count"] += len(
            order.order_line.filtered(
                lambda line: not line.display_type and not line.is_downpayment
            )
        )

    def add_move(self, days, move):
        entity = self.entity(move.partner_id)
        day = days[move.company_id.id, entity.id, move.invoice_date or move.date]
        sign = -1 if move.move_type == "out_refund" else 1
        day["invoice_count"] += sign > 0
        for line in move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ):
            day["revenue"] -= line.balance
            day["refunds"] += line.balance if sign < 0 else 0
            day["cost"] += line.crm_cost
            day["margin"] -= line.balance + line.crm_cost
            before = line.price_unit * line.quantity / move.invoice_currency_rate
            day["discount"] += sign * before * line.discount / 100

    def entity(self, partner):
        """Not the stored one: found by walking up."""
        while partner.parent_id and not partner.is_company:
            partner = partner.parent_id
        return partner

    def assert_mart(self, message=""):
        mart, expected = self.mart(), self.expected()
        self.assertEqual(set(mart), set(expected), message)
        for key, day in expected.items():
            for name in self.counts:
                self.assertEqual(mart[key][name], day[name], f"{message} {key} {name}")
            for name in self.amounts:
                self.assertAlmostEqual(
                    mart[key][name], day[name], 6, f"{message} {key} {name}"
                )
            self.assertAlmostEqual(
                mart[key]["discount"], day["discount"], delta=0.05, msg=f"{key}"
            )
