import base64
import io
from datetime import date

import openpyxl
import xlwt

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_lines import CreditLinesCase

HEADER = ("Customer", "VAT", "Credit limit", "Currency", "Kind", "Valid from")
HEADER += ("Valid until", "Reference")


@tagged("post_install", "-at_install")
class TestCrmCreditLineImport(CreditLinesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.env.ref("base.USD")
        cls.eur = cls.env.ref("base.EUR")
        (cls.usd | cls.eur).active = True
        cls.acme, cls.twin_one, cls.twin_two = cls.env["res.partner"].create(
            [
                {"name": "ACME Import", "is_company": True, "ref": "K-77"},
                {"name": "Twin Import", "is_company": True, "vat": "BE0477472701"},
                {"name": "Twin Import", "is_company": True},
            ]
        )
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Buyer of ACME", "parent_id": cls.acme.id}
        )

    def _import(self, rows, header=HEADER, user=None, **vals):
        return self._import_file(self._csv([header, *rows]), user, **vals)

    def _import_file(self, data, user=None, **vals):
        wizard = (
            self.env["crm.spreadsheet.import"]
            .with_user(user or self.carl)
            .with_context(lang="en_US")
            .create({"kind": "credit_line", "file": base64.b64encode(data), **vals})
        )
        wizard.action_read()
        return wizard

    @staticmethod
    def _csv(rows):
        return "\n".join(";".join(map(str, row)) for row in rows).encode()

    @staticmethod
    def _xlsx(rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    @staticmethod
    def _xls(rows):
        book = xlwt.Workbook()
        sheet = book.add_sheet("Lines")
        days = xlwt.easyxf(num_format_str="YYYY-MM-DD")
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                style = [days] if isinstance(value, date) else []
                sheet.write(y, x, value, *style)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    def _lines(self, *partners):
        ids = [partner.id for partner in partners]
        return self.env["crm.credit.line"].search(
            [("partner_id", "in", ids)], order="id"
        )

    def _problems(self, wizard):
        wizard.action_check()
        return wizard.row_ids.filtered(lambda r: r.state == "error").mapped("message")

    def test_rows_become_draft_lines_of_new_files(self):
        wizard = self._import(
            [
                ["ACME Import", "", "1.234,50", "EUR", "", "", "", "A-1"],
                ["", "BE 0477.472.701", "500", "", "Temporary", "", "2027-12-31", ""],
            ]
        )
        self.assertIn("1.234,50", wizard.preview)
        wizard.action_check()
        self.assertEqual(wizard.row_ids.mapped("state"), ["new", "new"])
        self.assertEqual(
            wizard.row_ids[0].summary, "ACME Import · 1.234,50 · EUR · A-1"
        )
        self.assertFalse(self._lines(self.acme, self.twin_one))
        wizard.action_import()
        self.assertIn("2 rows imported", wizard.message)
        self.assertRecordValues(
            self._lines(self.acme, self.twin_one),
            [
                {
                    "amount": 1234.5,
                    "currency_id": self.eur.id,
                    "kind": "unsecured",
                    "reference": "A-1",
                    "date_to": False,
                    "approval_state": "draft",
                    "requested_by_id": self.carl.id,
                },
                {
                    "amount": 500,
                    "currency_id": self.env.company.currency_id.id,
                    "kind": "temporary",
                    "reference": False,
                    "date_to": date(2027, 12, 31),
                    "approval_state": "draft",
                    "requested_by_id": self.carl.id,
                },
            ],
        )
        self.assertFalse(self._limit(self._lines(self.acme).account_id))

    def test_who_imports_does_not_approve(self):
        wizard = self._import([["ACME Import", "", "500", "", "", "", "", ""]])
        wizard.action_check()
        wizard.action_import()
        line = self._lines(self.acme)
        with self.assertRaisesRegex(UserError, "somebody else"):
            line.with_user(self.carl).action_approve()
        line.with_user(self.mona).action_approve("opening balance")
        self.assertEqual(self._limit(line.account_id), 500)

    def test_every_kind_of_file(self):
        rows = [
            ["Customer", "Amount", "Valid from"],
            ["ACME Import", 1000.5, date(2026, 1, 1)],
        ]
        for build in (self._xlsx, self._xls, self._csv):
            with self.subTest(build=build.__name__):
                wizard = self._import_file(build(rows))
                wizard.action_check()
                wizard.action_import()
                line = self._lines(self.acme)
                self.assertEqual(len(line), 1, "only the first file brings it in")
                self.assertEqual(line.amount, 1000.5)
                self.assertEqual(line.date_from, date(2026, 1, 1))

    def test_second_import_changes_nothing(self):
        rows = [
            ["ACME Import", "", "500", "", "", "2026-01-01", "", "A-1"],
            ["ACME Import", "", "700", "EUR", "", "", "", ""],
        ]
        for _time in range(2):
            wizard = self._import(rows)
            wizard.action_check()
            wizard.action_import()
        self.assertEqual(self._lines(self.acme).mapped("amount"), [500, 700])
        self.assertEqual(wizard.row_ids.mapped("state"), ["same", "same"])
        self.assertIn("there already", wizard.message)

    def test_reference_changes_a_draft_but_nothing_decided(self):
        row = ["ACME Import", "", "500", "", "", "", "", "A-1"]
        wizard = self._import([row])
        wizard.action_check()
        wizard.action_import()
        line = self._lines(self.acme)
        row[2] = "600"
        wizard = self._import([row], user=self.cleo)
        wizard.action_check()
        self.assertEqual(wizard.row_ids.state, "change")
        wizard.action_import()
        self.assertEqual((line.amount, len(self._lines(self.acme))), (600, 1))
        self.assertEqual(line.requested_by_id, self.cleo)
        line.with_user(self.mona).action_approve()
        row[2] = "700"
        [problem] = self._problems(self._import([row]))
        self.assertIn("decided already", problem)

    def test_problems_name_the_row_and_what_to_do(self):
        wizard = self._import(
            [
                ["Twin Import", "", "5", "", "", "", "", ""],
                ["Nobody Import", "", "5", "", "", "", "", ""],
                ["", "", "5", "", "", "", "", ""],
                ["ACME Import", "", "x", "", "", "", "", ""],
                ["ACME Import", "", "", "", "", "", "", ""],
                ["ACME Import", "", "-5", "", "", "", "", ""],
                ["ACME Import", "", "5", "XXQ", "", "", "", ""],
                ["ACME Import", "", "5", "", "Magic", "", "", ""],
                ["ACME Import", "", "5", "", "", "1.5.26", "", ""],
                ["ACME Import", "", "5", "", "", "2026-05-02", "2026-05-01", ""],
                ["ACME Import", "", "5", "", "Temporary", "", "", ""],
                ["Twin Import", "DE123456788", "5", "", "", "", "", ""],
                ["ACME Import", "", "9", "", "", "", "", "R"],
                ["ACME Import", "", "8", "", "", "", "", "R"],
            ]
        )
        expected = [
            "Row 2: “Twin Import” matches 2 customers; give the VAT.",
            "Row 3: no customer “Nobody Import”",
            "Row 4: no customer is named",
            "Row 5: Amount “x” is not an amount",
            "Row 6: “Amount” is empty",
            "Row 7: the amount must be above zero",
            "Row 8: the currency “XXQ” is not in use",
            "Row 9: Kind “Magic” is not one of: Unsecured",
            "Row 10: Valid From “1.5.26” is not a date",
            "Row 11: it ends before it begins",
            "Row 12: a temporary line needs",
            "Row 13: “DE123456788” matches 2 customers",
            "Row 15: it repeats row 14",
        ]
        found = self._problems(wizard)
        for problem, start in zip(found, expected, strict=True):
            self.assertIn(start, problem)
        wizard.action_import()
        self.assertEqual(self._lines(self.acme).mapped("amount"), [9])

    def test_customers_by_reference_and_through_a_contact(self):
        header = ["Customer reference", "Customer", "Amount"]
        wizard = self._import(
            [["k-77", "", "5"], ["", "Buyer of ACME", "6"]], header=header
        )
        wizard.action_check()
        wizard.action_import()
        self.assertEqual(self._lines(self.acme).mapped("amount"), [5, 6])

    def test_only_chosen_rows(self):
        wizard = self._import([["ACME Import", "", n, *[""] * 5] for n in (1, 2, 3)])
        wizard.action_check()
        wizard.action_choose_none()
        wizard.row_ids.filtered(lambda row: row.number == 3).chosen = True
        wizard.action_import()
        self.assertEqual(self._lines(self.acme).mapped("amount"), [2])
        self.assertEqual(wizard.row_ids.mapped("state"), ["new", "done", "new"])

    def test_what_went_wrong_since_the_check_stops_all(self):
        wizard = self._import([["ACME Import", "", n, *[""] * 5] for n in (1, 2)])
        wizard.action_check()
        self.acme.name = "Another name"
        with self.assertRaisesRegex(UserError, "Row 2: .* check again"):
            wizard.action_import()
        self.assertFalse(self._lines(self.acme))

    def test_report_of_errors_holds_no_formula(self):
        wizard = self._import([["=cmd|' /C calc'!A0", "", "+5", *[""] * 5]])
        self.assertTrue(self._problems(wizard))
        action = wizard.action_report()
        self.assertIn(f"/{wizard.id}/report/", action["url"])
        report = base64.b64decode(wizard.report).decode("utf-8-sig")
        self.assertIn("'=cmd|' /C calc'!A0", report)
        self.assertIn("'+5", report)
        self.assertIn("Row,Problem,Customer", report)

    def test_bad_files(self):
        for data, sentence in (
            (b"", "Choose the file"),
            (b"\n\n", "The file is empty"),
            (b"%PDF-1.4", "not a spreadsheet"),
            (b"PK\x03\x04 broken", "damaged"),
            (b"Customer;Amount\n", "no rows below"),
        ):
            with (
                self.subTest(sentence=sentence),
                self.assertRaisesRegex(UserError, sentence),
            ):
                self._import_file(data)

    def test_columns_must_say_what_is_needed_once(self):
        wizard = self._import([["x"]], header=["Customer"])
        with self.assertRaisesRegex(UserError, "No column means “Amount”"):
            wizard.action_check()
        wizard = self._import([["x", "1"]], header=["Customer", "Amount"])
        wizard.column_ids.target_id = wizard.column_ids[1].target_id
        with self.assertRaisesRegex(UserError, "Two columns mean “Amount”"):
            wizard.action_check()

    def test_open_dates_and_amounts_follow_what_the_user_says(self):
        rows = [["ACME Import", "", "1.234", "", "", "03/04/2026", "", ""]]
        wizard = self._import(rows, decimal_mark=",", date_order="mdy")
        wizard.action_check()
        wizard.action_import()
        self.assertRecordValues(
            self._lines(self.acme), [{"amount": 1234, "date_from": date(2026, 3, 4)}]
        )

    def test_companies_stay_apart(self):
        self.acme.company_id = self.env.company
        row = ["ACME Import", "", "5", *[""] * 5]
        companies = {"allowed_company_ids": [self.other_company.id]}
        other = self.env["crm.spreadsheet.import"].with_context(**companies)
        self.env = other.env
        [problem] = self._problems(self._import([row]))
        self.assertIn("no customer", problem)
        self.acme.company_id = False
        wizard = self._import([row])
        wizard.action_check()
        wizard.action_import()
        line = self._lines(self.acme)
        self.assertEqual(line.company_id, self.other_company)
        with self.assertRaises(AccessError):
            self._import([row], company_id=self.company.id)

    def test_an_import_is_for_who_started_it(self):
        wizard = self._import([["ACME Import", "", "5", *[""] * 5]])
        wizard.action_check()
        self.env.invalidate_all()
        for records in (
            wizard,
            wizard.row_ids,
            wizard.column_ids,
            wizard.target_ids,
        ):
            self.assertTrue(records)
            with self.subTest(model=records._name), self.assertRaises(AccessError):
                records.with_user(self.cleo).read(["id", "create_uid"])

    def test_only_controllers_import(self):
        for user in (self.sara, self.lea):
            with self.assertRaises(AccessError):
                self._import([["ACME Import", "", "5", *[""] * 5]], user=user)

    def test_many_rows_take_few_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Import {n}", "is_company": True} for n in range(50)]
        )
        rows = [[partner.name, "", "5", *[""] * 5] for partner in partners]
        one, many = self._import(rows[:1]), self._import(rows)
        one.action_check()
        counts = []
        for wizard in (one, many):
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.cr.sql_log_count
            wizard.action_check()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)


@tagged("post_install", "-at_install")
class TestCrmCreditLineImportReport(HttpCase):
    def test_the_report_is_for_who_imports(self):
        carl, cleo = (
            new_test_user(
                self.env, f"report {name}", "crm_credit.group_crm_credit_user"
            )
            for name in ("carl", "cleo")
        )
        wizard = (
            self.env["crm.spreadsheet.import"]
            .with_user(carl)
            .create(
                {
                    "kind": "credit_line",
                    "file": base64.b64encode(b"Customer;Amount\nNobody here;=1+1\n"),
                }
            )
        )
        wizard.action_read()
        wizard.action_check()
        url = wizard.action_report()["url"]
        self.env.flush_all()
        self.authenticate(carl.login, carl.login)
        answer = self.url_open(url)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertIn("Nobody here,'=1+1", answer.text)
        self.authenticate(cleo.login, cleo.login)
        self.assertNotIn("Nobody here", self.url_open(url).text)
