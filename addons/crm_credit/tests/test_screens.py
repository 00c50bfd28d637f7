from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

INSIDE = ["exposure_net", "grade", "credit_waterfall", "credit_strip"]
SUMMARY = ["credit_limit", "exposure", "available", "utilisation", "credit_gauge"]


class ScreenCase(TransactionCase):
    """A debtor with a line of 1,000, who owes 300 since 40 days and ordered for 200."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Screens Inc."})
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.sara = cls._user("screens_sara", "sales_team.group_sale_salesman")
        cls.other = cls._user("screens_other", "sales_team.group_sale_salesman")
        cls.carl = cls._user("screens_carl", "crm_credit.group_crm_credit_user")
        cls.boss = cls._user("screens_boss", "crm_credit.group_crm_credit_manager")
        cls.product = cls.env["product.product"].create(
            {
                "name": "Pump",
                "type": "consu",
                "list_price": 100,
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
            }
        )
        cls.debtor = cls.env["res.partner"].create(
            {"name": "Debtor", "is_company": True, "user_id": cls.sara.id}
        )
        cls.file = cls.env["crm.credit.account"].create(
            {
                "partner_id": cls.debtor.id,
                "company_id": cls.company.id,
                "controller_id": cls.carl.id,
            }
        )
        cls.line = cls._line(cls.file, 1000)
        cls.today = cls.file._credit_today()
        cls._invoice(300, cls.today - timedelta(days=40))
        cls.order = cls._order(200)
        cls.order.action_confirm()

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups,
            tz="UTC",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _line(cls, account, amount, **vals):
        line = cls.env["crm.credit.line"].with_user(cls.carl)
        line = line.create({"account_id": account.id, "amount": amount, **vals})
        line.with_user(cls.boss).action_approve()
        return line

    @classmethod
    def _invoice(cls, amount, due, company=None):
        line = {"name": "x", "price_unit": amount, "tax_ids": [Command.clear()]}
        moves = cls.env["account.move"].with_company(company or cls.company)
        move = moves.create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.debtor.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()
        return move

    @classmethod
    def _order_vals(cls, amount):
        line = {"product_id": cls.product.id, "price_unit": amount}
        return {
            "partner_id": cls.debtor.id,
            "user_id": cls.sara.id,
            "company_id": cls.company.id,
            "order_line": [Command.create({**line, "tax_ids": [Command.clear()]})],
        }

    @classmethod
    def _order(cls, amount):
        return cls.env["sale.order"].create(cls._order_vals(amount))

    @classmethod
    def _rule(cls):
        return cls.env["crm.credit.rule"].create(
            {
                "name": "Limit",
                "kind": "over_limit",
                "active": True,
                "company_id": cls.company.id,
            }
        )


@tagged("post_install", "-at_install")
class TestDashboard(ScreenCase):
    def _data(self):
        return self.env["crm.credit.dashboard"].with_user(self.carl).get_data()

    def _opened(self, number):
        target = number["open"]
        return self.env[target["model"]].with_user(self.carl).search(target["domain"])

    def test_not_for_salespeople(self):
        with self.assertRaises(AccessError):
            self.env["crm.credit.dashboard"].with_user(self.sara).get_data()

    def test_numbers_open_what_they_count(self):
        euro = self.env.ref("base.EUR")
        abroad = self.env["res.partner"].create({"name": "A", "is_company": True})
        self.env["crm.credit.account"].create(
            {"partner_id": abroad.id, "currency_id": euro.id, "status": "watch"}
        )
        self.file.next_review_date = self.today
        self._rule()
        self._order(700).with_user(self.sara).action_confirm()
        data = self._data()
        self.assertEqual(data["file_count"], 2)
        counts = {tile["code"]: tile["count"] for tile in data["tiles"]}
        self.assertEqual((counts["holds"], counts["reviews"]), (1, 1))
        for number in data["tiles"] + data["utilisation"]:
            with self.subTest(number=number["code"]):
                self.assertEqual(len(self._opened(number)), number["count"])
        for part in data["components"] + data["aging"]:
            with self.subTest(part=part["code"]):
                opened = sum(self._opened(part).mapped("amount_company"))
                self.assertEqual(opened, part["amount"])
        self.assertEqual([part["amount"] for part in data["components"]], [300, 200])
        self.assertEqual([age["amount"] for age in data["aging"]], [0, 300, 0, 0, 0])
        self.assertEqual([file["net"] for file in data["top"]], [500])
        self.assertEqual([file["name"] for file in data["watch"]], ["A"])

    def test_other_companies_stay_apart(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.carl.company_ids += company
        dashboard = self.env["crm.credit.dashboard"].with_user(self.carl)
        self.assertEqual(dashboard.with_company(company).get_data()["file_count"], 0)

    def test_histogram_knows_each_class(self):
        classes = []
        for amount in (501, 600, 800, 1000, 1001):
            self._invoice(amount - self.file.exposure, self.today)
            numbers = [column["count"] for column in self._data()["utilisation"]]
            self.assertEqual(sum(numbers), 1)
            classes.append(numbers.index(1))
        self.file.limit_type = "unlimited"
        self.assertEqual(classes, [3, 4, 5, 5, 6])
        self.assertEqual(self._data()["utilisation"][7]["count"], 1)


@tagged("post_install", "-at_install")
class TestScreens(ScreenCase):
    def test_gauge_shows_held_orders(self):
        self._rule()
        order = self._order(700)
        order.with_user(self.sara).action_confirm()
        self.assertEqual(order.credit_state, "held")
        self.assertEqual(self.file.hold_count, 1)
        gauge = self.file.with_user(self.sara).credit_gauge
        self.assertEqual(
            (gauge["exposure"], gauge["held"], gauge["tone"]), (500, 700, "success")
        )
        self.assertEqual(gauge["shares"], {"used": 41.7, "held": 58.3, "limit": 83.3})

    def test_waterfall_opens_its_documents(self):
        file = self.file.with_user(self.carl)
        bars = {bar["code"]: bar for bar in file.credit_waterfall["bars"]}
        self.assertEqual(
            list(bars), ["receivable_due", "ordered", "exposure", "exposure_net"]
        )
        for code in ("receivable_due", "ordered"):
            with self.subTest(component=code):
                action = file.with_context(component=code).action_open_component()
                rows = self.env[action["res_model"]].search(action["domain"])
                self.assertEqual(sum(rows.mapped("amount")), bars[code]["amount"])

    def test_lines_say_why_they_do_not_count(self):
        bars = self.file.with_user(self.carl).credit_line_bars
        self.assertEqual(len(bars["lines"]), 1)
        self.assertTrue(bars["lines"][0]["effective"])
        self.line.with_user(self.carl).action_revoke("enough")
        draft = self.env["crm.credit.line"].with_user(self.carl)
        draft.create({"account_id": self.file.id, "amount": 5})
        (bar,) = self.file.with_user(self.carl).credit_line_bars["lines"]
        self.assertEqual((bar["effective"], bar["why"]), (False, "To Approve"))

    def _pay(self, invoice, date):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"payment_date": date})._create_payments()

    def test_strip_tells_when_it_paid_and_what_it_owed(self):
        paid = self.today - timedelta(days=150)
        self._pay(self._invoice(500, paid - timedelta(days=10)), paid)
        strip = self.file.with_user(self.carl).credit_strip
        self.assertEqual(len(strip["months"]), 12)
        months = {month["month"]: month for month in strip["months"]}
        then, now = (str(day.replace(day=1)) for day in (paid, self.today))
        self.assertEqual(list(months)[-1], now)
        self.assertEqual((months[then]["days"], months[then]["ratio"]), (10, 0.5))
        self.assertEqual((months[now]["days"], months[now]["ratio"]), (None, 0.3))
        late = [month["late"] for month in months.values() if month["late"]]
        self.assertEqual(late, [33.3])

    def test_strip_weighs_by_amount_and_counts_branches(self):
        branch = self.env["res.company"].create(
            {
                "name": "Branch",
                "parent_id": self.company.id,
                "country_id": self.company.country_id.id,
            }
        )
        self.cr.precommit.run()  # as a commit does: gives the branch its accounts
        paid = self.today - timedelta(days=150)
        for amount, days in ((100, 40), (300, 0)):
            due = paid - timedelta(days=days)
            invoice = self._invoice(amount, due, branch)
            self.assertEqual(invoice.company_id, branch)
            self._pay(invoice, paid)
        (month,) = (m for m in self.file.credit_strip["months"] if m["days"])
        self.assertEqual(
            (month["month"], month["days"]), (str(paid.replace(day=1)), 10)
        )

    def test_strip_of_a_file_without_history_or_limit(self):
        partner = self.env["res.partner"].create({"name": "New", "is_company": True})
        file = self.env["crm.credit.account"].create({"partner_id": partner.id})
        self.assertEqual(file.credit_strip["months"], [])
        self.assertEqual(file.new({}).credit_strip["months"], [])
        self.file.limit_type = "unlimited"
        month = self.file.credit_strip["months"][-1]
        self.assertEqual((month["ratio"], month["peak"]), (None, 300))

    def test_log_tells_lines_and_holds(self):
        self._rule()
        order = self._order(700)
        order.with_user(self.sara).action_confirm()
        hold = order.credit_hold_id.with_user(self.carl)
        hold.action_release(self.env.ref("crm_credit.reason_contract").id)
        log = self.file.with_user(self.carl).credit_log
        self.assertEqual([entry["what"] for entry in log], ["Release", "Approved"])
        self.assertEqual(log[0]["comment"], "Bound by contract")

    def test_salesperson_reads_the_summary_only(self):
        file = self.file.with_user(self.sara)
        self.assertEqual(file.read(["exposure"])[0]["exposure"], 500)
        self.assertTrue(file.read(SUMMARY))
        for name in INSIDE:
            with self.subTest(field=name), self.assertRaises(AccessError):
                file.read([name])
        with self.assertRaises(AccessError):
            self.file.with_user(self.other).read(["exposure"])

    def test_panel_follows_the_lines(self):
        order = self._order(100).with_user(self.sara)
        self.assertEqual(order.credit_panel["after"], 600)
        with Form(order) as form:
            with form.order_line.edit(0) as line:
                line.price_unit = 900
            self.assertEqual(form.credit_panel["after"], 1400)
            self.assertEqual(form.credit_panel["tone"], "danger")

    def test_panel_of_a_confirmed_order_adds_nothing(self):
        panel = self.order.with_user(self.sara).credit_panel
        self.assertEqual((panel["exposure"], panel["after"]), (500, 500))
        self.assertEqual(panel["days_late"], 40)

    def test_a_counted_quotation_counts_once(self):
        self.company.credit_count_quotations = True
        order = self._order(100).with_user(self.sara)
        self.assertEqual(self.file.exposure, 600)
        with Form(order) as form:
            with form.order_line.edit(0) as line:
                line.price_unit = 150
            self.assertEqual(form.credit_panel["after"], 650)

    def test_no_amount_without_rights(self):
        order = self._order(100)
        order.user_id = self.other
        self.assertFalse(order.with_user(self.other).credit_panel)
        partner = self.debtor.with_user(self.other)
        self.assertFalse(partner.credit_gauge or partner.credit_file_id)

    def test_no_file_yet(self):
        partner = self.env["res.partner"].create(
            {"name": "New", "is_company": True, "user_id": self.sara.id}
        )
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "user_id": self.sara.id}
        )
        panel = {"missing_for": partner.id, "may_open": False}
        self.assertEqual(order.with_user(self.sara).credit_panel, panel)
        self.assertTrue(partner.with_user(self.sara).is_credit_file_missing)
        with self.assertRaises(AccessError):
            partner.with_user(self.sara).action_open_credit_file()
        self.assertTrue(partner.with_user(self.carl).is_credit_file_missing)
        action = partner.with_user(self.carl).action_open_credit_file()
        self.assertEqual(action["context"], {"default_partner_id": partner.id})
        self.assertFalse(self.debtor.with_user(self.sara).is_credit_file_missing)
        self.assertFalse(self.debtor.with_user(self.other).is_credit_file_missing)

    def test_contacts_show_the_file_of_their_company(self):
        contact = self.debtor.child_ids.create(
            {"name": "Contact", "parent_id": self.debtor.id}
        )
        self.assertEqual(contact.with_user(self.sara).credit_file_id, self.file)
        action = contact.with_user(self.sara).action_open_credit_file()
        self.assertEqual(action["res_id"], self.file.id)

    def test_lists_do_not_compute_it(self):
        for view in self.env["ir.ui.view"].search([("type", "in", ("list", "kanban"))]):
            if view.model in ("sale.order", "res.partner"):
                self.assertNotIn("credit_panel", view.arch)
                self.assertNotIn("credit_gauge", view.arch)

    def _held(self):
        self._rule()
        order = self._order(700)
        order.with_user(self.sara).action_confirm()
        return order.sudo().credit_hold_id

    def test_then_and_now(self):
        hold = self._held()
        (row,) = hold.with_user(self.carl).then_now
        self.assertEqual(row["then"], row["now"])
        self._line(self.file, 100)
        hold.invalidate_recordset()
        (row,) = hold.with_user(self.carl).then_now
        self.assertIn("200", row["then"])
        self.assertIn("100", row["now"])

    def test_looking_decides_nothing(self):
        hold = self._held()
        version = self.file.version
        self.assertTrue(hold.then_now)
        self.assertEqual((self.file.version, hold.state), (version, "waiting"))

    def test_next_hold_opens(self):
        hold = self._held()
        second = self._order(800)
        second.with_user(self.sara).action_confirm()
        wizard = self.env["crm.credit.hold.release"].with_user(self.carl)
        values = {
            "hold_ids": [Command.set(hold.ids)],
            "kind": "refuse",
            "reason_id": self.env.ref("crm_credit.reason_no_credit").id,
        }
        wizard = wizard.with_context(credit_open_next=True).create(values)
        following = wizard.action_decide()
        self.assertEqual(following["tag"], "crm_credit.next_hold")
        action = hold.with_user(self.carl).action_open_next()
        self.assertEqual(action["res_id"], second.sudo().credit_hold_id.id)
        second.sudo().credit_hold_id.with_user(self.carl).action_refuse(
            self.env.ref("crm_credit.reason_no_credit").id
        )
        holds = self.env["crm.credit.hold"].search([("state", "=", "waiting")])
        action = (holds | hold).with_user(self.carl).action_open_next()
        self.assertNotIn("res_id", {k for k, v in action.items() if v})

    def test_what_was_ordered(self):
        hold = self._held()
        content = hold.with_user(self.carl).content
        self.assertEqual([line["amount"] for line in content["lines"]], [700])
        self.assertEqual(hold.create_date.date(), fields.Date.today())

    def test_payments_expected(self):
        self._invoice(70, self.today + timedelta(days=14))
        self._invoice(900, self.today + timedelta(days=15))
        self._pay(self._invoice(50, self.today), self.today)
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "payment_type": "inbound", "amount": 25}
        )
        payment.action_post()
        hold = self._held()
        self.assertEqual(
            hold.with_user(self.carl).payments_expected.replace("\xa0", ""),
            "$300.00 overdue, $70.00 due within 14 days, "
            "$25.00 paid but not allocated.",
        )
        with self.assertRaises(AccessError):
            hold.with_user(self.sara).read(["payments_expected"])
