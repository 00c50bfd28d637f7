import json
from datetime import datetime
from io import BytesIO
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..models import crm_analytics_export
from .common_cost import CostCommon

URL = "/crm_analytics/export"
LOUD = (
    "odoo.http",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)


@tagged("post_install", "-at_install")
class TestExport(CostCommon, HttpCase):
    """Who downloads what: Sara own customers, Karim all, Fiona the profit too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_allow_export").sudo().user_ids |= cls.fiona | cls.mona
        users = cls.sara | cls.karim | cls.mona
        users.company_ids |= cls.company
        users.company_id = cls.company
        cls.alpha.name = '=cmd("calc")'
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_customer_day SET ordered = COALESCE(revenue, 0), refunds = 0,"
            " revenue = COALESCE(revenue, 0)"
        )
        cls.env.invalidate_all()
        cls.figures.rebuild()
        cls.year = cls.run_()
        cls.year.action_freeze()

    def ask(self, user, picture, companies=None, **params):
        """The answer of the server to a download."""
        self.authenticate(user.login, user.login)
        asked = {
            "picture": picture,
            "params": params,
            "companies": companies or self.company.ids,
        }
        token = Request.csrf_token(self)
        return self.url_open(URL, {"data": json.dumps(asked), "csrf_token": token})

    def sheet(self, user, picture, number=0, **options):
        """The rows of a sheet that the user gets, below its header."""
        answer = self.ask(user, picture, **options)
        self.assertEqual(answer.status_code, 200, answer.text[:500])
        book = load_workbook(BytesIO(answer.content))
        return list(book.worksheets[number].iter_rows(min_row=2))

    def values(self, *args, **options):
        return [[cell.value for cell in row] for row in self.sheet(*args, **options)]

    def assertRefused(self, sentence, *args, **options):
        with mute_logger(*LOUD):
            answer = self.ask(*args, **options)
        self.assertEqual(answer.status_code, 500)
        self.assertIn(sentence, answer.text)

    def test_everybody_gets_the_cohorts_of_own_customers(self):
        for user, size in ((self.sara, 1), (self.karim, 2), (self.mona, 2)):
            rows = self.values(user, "cohorts", domain=[], interval="year")
            self.assertEqual(
                rows[0][:5], [datetime(2025, 1, 1), size, 0, size, 1], user.name
            )
        chosen = [["partner_id", "=", self.beta.id]]
        rows = self.values(self.sara, "cohorts", domain=chosen, interval="year")
        self.assertEqual(rows, [], "A guessed customer of a colleague")

    @freeze_time("2026-04-01 10:00:00")
    def test_survival_and_the_note_of_when_and_whose(self):
        rows = self.values(self.sara, "survival", domain=[], group="salesperson")
        self.assertEqual(rows[0], [0, 1])
        groups = self.values(self.sara, "survival", number=1, group="salesperson")
        self.assertEqual([row[:2] for row in groups], [[self.sara.name, 1]])
        notes = dict(self.values(self.sara, "survival", number=2))
        self.assertEqual(notes["Company"], "Home")
        self.assertEqual(notes["Currency"], "USD")
        self.assertEqual(notes["As of"], datetime(2026, 4, 1))
        self.assertIn(self.sara.name, notes["Customers"])

    def test_profit_of_a_run_is_for_finance(self):
        rows = self.sheet(self.fiona, "whale", run_id=self.year.id)
        first = rows[0]
        self.assertEqual((first[1].value, first[1].data_type), ('=cmd("calc")', "s"))
        self.assertEqual([cell.value for cell in first[2:5]], [900, 400, 400])
        self.assertEqual({cell.data_type for cell in first[2:]}, {"n"})
        self.assertRefused("AccessError", self.sara, "whale", run_id=self.year.id)
        self.assertRefused("AccessError", self.karim, "whale", run_id=self.year.id)

    def test_a_run_of_another_company_is_not_found_by_guessing(self):
        self.fiona.company_ids = self.company
        abroad = self.year.sudo().copy({"company_id": self.abroad.id})
        self.assertRefused("AccessError", self.fiona, "whale", run_id=abroad.id)
        self.assertRefused(
            "AccessError", self.fiona, "cohorts", companies=self.abroad.ids
        )

    def test_margins_are_no_way_to_filter(self):
        guess = [["margin_12m", ">", 0]]
        self.assertRefused("AccessError", self.sara, "cohorts", domain=guess)
        self.values(self.mona, "cohorts", domain=guess)

    def test_lifetime_value_runs_are_for_managers(self):
        run = self.env["crm.analytics.clv.run"].create(
            {
                "company_id": self.company.id,
                "histogram": {"actual": [3, 1], "expected": [2.5, 1.5]},
                "calibration": [[0, 3, 0.5, 0.25]],
            }
        )
        rows = self.values(self.mona, "calibration", run_id=run.id)
        self.assertEqual(rows, [[0, 3, 2.5], [1, 1, 1.5]])
        rows = self.values(self.mona, "calibration", number=1, run_id=run.id)
        self.assertEqual(rows, [[0, 3, 0.5, 0.25]])
        self.assertRefused("AccessError", self.sara, "calibration", run_id=run.id)

    def test_what_is_asked_wrongly_is_refused_in_a_sentence(self):
        export = self.env["crm.analytics.export"].with_user(self.sara)
        for picture, params in (
            ("nothing", {}),
            ("_export_cohorts", {}),
            ("cohorts", {"limit": 3}),
            ("whale", {}),
        ):
            with self.subTest(picture, **params), self.assertRaises(UserError):
                export._book(picture, params)

    def test_who_may_not_export_lists_may_not_export_pictures(self):
        tom = new_test_user(
            self.env,
            "export tom",
            "sales_team.group_sale_salesman",
            company_id=self.company.id,
        )
        tom.group_ids -= self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError):
            self.env["crm.analytics.export"].with_user(tom)._book("cohorts", {})

    def test_a_file_has_a_limit(self):
        with patch.object(crm_analytics_export, "LIMIT", 2):
            export = self.env["crm.analytics.export"].with_user(self.fiona)
            with self.assertRaisesRegex(UserError, "3 rows"):
                export._book("whale", {"run_id": self.year.id})
