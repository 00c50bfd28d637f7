from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from ..models.crm_credit_account_figures import FIGURES
from .common_exposure import ExposureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class TestExposureStoriesAccess(ExposureCase):
    """Whoever changes a document, however; and whoever reads the figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sara, cls.bill_clerk, cls.wanda, cls.carl = (
            cls.new_user(name, groups)
            for name, groups in (
                ("sara", "sales_team.group_sale_salesman_all_leads"),
                ("bill", "account.group_account_invoice"),
                ("wanda", "stock.group_stock_user"),
                ("carl", "crm_credit.group_crm_credit_user"),
            )
        )

    @classmethod
    def new_user(cls, name, groups):
        return new_test_user(
            cls.env,
            f"stories {name}",
            groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def test_each_does_his_part(self):
        """Sales confirms, the warehouse ships, billing bills; none of them reads it."""
        order = self.quote((self.goods, 10))
        order.with_user(self.sara).action_confirm()
        self.assertExposure(ordered=1150)
        self.deliver(order.with_user(self.wanda).sudo(False), 4)
        self.assertExposure(ordered=690, delivered=460)
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-03-16"
        invoice.with_user(self.bill_clerk).action_post()
        self.assertExposure(ordered=690, not_due=460)

    def test_imported_orders(self):
        result = self.env["sale.order"].load(
            [
                "partner_id/.id",
                "order_line/product_id/.id",
                "order_line/product_uom_qty",
                "order_line/price_unit",
                "state",
            ],
            [
                [str(self.debtor.id), str(self.goods.id), "10", "100", "sale"],
                ["", str(self.work.id), "1", "50", ""],
            ],
        )
        self.assertFalse(result["messages"])
        self.assertExposure(ordered=1207.5)
        order = self.env["sale.order"].browse(result["ids"])
        self.assertEqual(order.state, "sale")
        lines = order.order_line
        result = self.env["sale.order.line"].load(
            [".id", "product_uom_qty"], [[str(lines[0].id), "20"]]
        )
        self.assertFalse(result["messages"])
        self.assertExposure(ordered=2357.5)

    def test_imported_invoices(self):
        result = self.env["account.move"].load(
            [
                "move_type",
                "partner_id/.id",
                "invoice_date",
                "invoice_line_ids/name",
                "invoice_line_ids/price_unit",
                "invoice_line_ids/tax_ids/.id",
            ],
            [
                [
                    "Customer Invoice",
                    str(self.debtor.id),
                    "2026-03-16",
                    "Fee",
                    "1000",
                    str(self.tax.id),
                ]
            ],
        )
        self.assertFalse(result["messages"])
        self.assertExposure(draft=1150)

    def test_order_created_confirmed_by_another_program(self):
        vals = {
            "partner_id": self.debtor.id,
            "state": "sale",
            "order_line": [Command.create(self.line(self.goods, 10))],
        }
        order = self.env["sale.order"].with_user(self.sara).create(vals)
        self.assertExposure(ordered=1150)
        order.write(
            {"order_line": [Command.update(order.order_line.id, {"discount": 50})]}
        )
        self.assertExposure(ordered=575)

    def test_figures_cannot_be_written(self):
        self.sell((self.goods, 10))
        files = self.account.with_user(self.carl)
        admin = self.account.with_user(self.env.ref("base.user_admin")).sudo()
        for name in FIGURES:
            for account in (files, admin):
                with self.subTest(name), self.assertRaises(AccessError):
                    account.write({name: False})
        partner = self.env["res.partner"].create({"name": "New"})
        with self.assertRaises(AccessError):
            self.new_file(partner, exposure=-1000)
        result = self.env["crm.credit.account"].load(
            [".id", "exposure"], [[str(self.account.id), "0"]]
        )
        self.assertTrue(result["messages"])
        self.assertExposure(ordered=1150)

    def test_documents_of_the_figures_cannot_be_written(self):
        self.sell((self.goods, 10))
        row = self.account.exposure_ids.with_user(self.carl)
        self.assertEqual(row.amount, 1150)
        for attempt in (
            lambda: row.write({"amount": 0}),
            row.unlink,
            lambda: row.copy(),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_files_are_found_sorted_and_grouped_in_the_same_transaction(self):
        """No flush, no commit: the very next search knows."""
        accounts = self.account
        for number in (1, 2):
            partner, account = self.new_debtor(f"Debtor {number}")
            self.sell((self.goods, number), partner=partner)
            accounts |= account
        none, one, two = accounts
        files = self.env["crm.credit.account"].with_user(self.carl)
        mine = [("id", "in", accounts.ids)]
        self.assertEqual(files.search(mine + [("exposure", ">", 115)]), two)
        self.sell((self.goods, 3))
        self.assertEqual(files.search(mine, order="exposure desc"), none | two | one)
        self.assertEqual(
            files.search(mine, order="exposure desc").ids, [none.id, two.id, one.id]
        )
        self.sell((self.goods, 4), partner=one.partner_id)
        self.assertEqual(
            files._read_group(
                mine, aggregates=["exposure:sum", "exposure_ordered:max"]
            ),
            [(1150, 575)],
        )
        self.sell((self.goods, 1), partner=two.partner_id)
        self.assertEqual(
            files.search_read(
                mine + [("exposure_ordered", "=", 345)], ["exposure"], order="id"
            ),
            [{"id": none.id, "exposure": 345}, {"id": two.id, "exposure": 345}],
        )
        rows = self.env["crm.credit.exposure"].with_user(self.carl)
        self.sell((self.goods, 1), partner=two.partner_id)
        self.assertEqual(
            rows._read_group(
                [("account_id", "in", accounts.ids)], ["account_id"], ["amount:sum"]
            ),
            [(none, 345), (one, 575), (two, 460)],
        )

    def test_each_component_opens_its_documents(self):
        order = self.sell((self.prepaid, 10))
        self.invoice(order, 4)
        action = self.account.with_context(component="ordered").action_open_component()
        rows = self.env["crm.credit.exposure"].search(action["domain"])
        self.assertEqual((rows.order_id, rows.amount), (order, 690))
        action = self.account.with_context(
            component="receivable"
        ).action_open_component()
        rows = self.env["crm.credit.exposure"].search(action["domain"])
        self.assertEqual((rows.move_id, rows.amount), (order.invoice_ids, 460))

    def test_growth_that_waits_for_credit_does_not_count(self):
        """A confirmed order, accepted at 1,150.00, then doubled, and held."""
        order = self.sell((self.goods, 10))
        self.deliver(order, 4)
        self.assertExposure(ordered=690, delivered=460)
        order.order_line.product_uom_qty = 20
        self.assertExposure(ordered=1840, delivered=460)
        order.sudo()._credit_store(
            {"credit_state": "held", "credit_amount_accepted": 1150}
        )
        self.assertExposure(ordered=690, delivered=460)
        order.sudo()._credit_store({"credit_state": "released"})
        self.assertExposure(ordered=1840, delivered=460)

    def test_limit_use_and_room(self):
        order = self.sell((self.goods, 10), user_id=self.sara.id)
        mara = self.new_user("mara", "crm_credit.group_crm_credit_manager")
        self.assertRecordValues(
            self.account,
            [{"credit_limit": 0, "available": -1150, "utilisation": 9.99}],
        )
        self.account.with_user(mara).limit_type = "unlimited"
        self.assertRecordValues(self.account, [{"available": 0, "utilisation": 0}])
        self.account.with_user(mara).limit_type = "lines"
        order._action_cancel()
        self.assertRecordValues(self.account, [{"available": 0, "utilisation": 0}])
