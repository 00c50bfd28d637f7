import random
from datetime import date, timedelta
from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..tools import growth
from .common_cost import CostCommon

ROLES = ("management", "sales", "marketing")
TODAY = date(2026, 4, 1)


class OverviewCommon(CostCommon):
    """Sara's Alpha, Karim's Beta and nobody's Gamma; Fiona reads the money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = cls.sara | cls.karim | cls.mona
        users.company_ids |= cls.company
        users.company_id = cls.company
        cls.env.cr.execute("DELETE FROM crm_customer_day")
        cls.env.cr.execute("DELETE FROM crm_analytics_month")
        cls.env.invalidate_all()

    def setUp(self):
        super().setUp()
        type(self).today = TODAY

    def overview(self, user, role=None, company=None):
        model = self.env["crm.analytics.overview"].with_user(user)
        return model.with_company(company or self.company).get_overview(role)

    def tile(self, user, code, role=None, company=None):
        found = self.overview(user, role, company)["tiles"]
        return next((tile for tile in found if tile["code"] == code), None)

    def sell(self, partner, day, revenue, company=None, **figures):
        return self.buy(partner, day, revenue, company=company, **figures)


@tagged("post_install", "-at_install")
class TestOverview(OverviewCommon):
    def random_sales(self, company, count, seed):
        dice = random.Random(seed)
        partners = self.env["res.partner"].create(
            [{"name": f"Random {n}", "is_company": True} for n in range(count)]
        )
        rows = {}
        for _sale in range(count * 6):
            partner = dice.choice(partners)
            day = TODAY - timedelta(dice.randrange(1300))
            cents = dice.randrange(-20000, 90000)
            rows[partner, day] = cents / 100
        for (partner, day), amount in rows.items():
            self.sell(partner, day, amount, company, refunds=max(-amount, 0))
        return rows

    def bridge(self, user, company=None):
        bars = self.overview(user, "sales", company)["bridge"]["bars"]
        return {bar["code"]: bar for bar in bars}

    def test_bridge_adds_up_to_the_cent_in_each_company(self):
        for company, seed in ((self.company, 3), (self.abroad, 4)):
            rows = self.random_sales(company, 30, seed)
            self.figures.rebuild()
            bars = self.bridge(self.mona, company)
            cents = {
                code: Decimal(f"{bar['amount']:.2f}") for code, bar in bars.items()
            }
            parts = sum(cents[kind] for kind in growth.KINDS)
            self.assertEqual(cents["before"] + parts, cents["now"])
            edge = date(2025, 4, 1)
            now = sum(
                Decimal(f"{amount:.2f}")
                for (_partner, day), amount in rows.items()
                if day > edge
            )
            self.assertEqual(cents["now"], now)

    def test_each_customer_is_of_the_kind_that_the_definition_says(self):
        self.random_sales(self.company, 40, 5)
        self.figures.rebuild()
        rows = self.figures.search([("company_id", "=", self.company.id)])
        self.assertGreater(len(set(rows.mapped("growth"))), 4)
        for row in rows:
            early = bool(row.first_day) and row.first_day <= date(2024, 4, 1)
            kind = growth.kind(row.revenue_12m, row.revenue_prev_12m, earlier=early)
            self.assertEqual(row.growth or None, kind)

    def test_growth_follows_the_calendar_as_a_rebuild_does(self):
        self.random_sales(self.company, 25, 6)
        self.figures.rebuild()
        for days in (1, 30, 400):
            self.refresh(today=TODAY + timedelta(days))
            self.assert_same_as_rebuilt()

    def test_every_bar_opens_its_customers(self):
        self.sell(self.alpha, date(2026, 2, 1), 100)
        self.sell(self.beta, date(2024, 6, 1), 70)
        self.sell(self.gamma, date(2020, 1, 1), 10)
        self.sell(self.gamma, date(2026, 1, 1), 25)
        self.refresh()
        bars = self.bridge(self.mona)
        whose = {
            "before": self.beta,
            "new": self.alpha,
            "won_back": self.gamma,
            "lost": self.beta,
            "now": self.alpha | self.gamma,
        }
        for code, partners in whose.items():
            rows = self.figures.search(bars[code]["open"]["domain"])
            self.assertEqual(rows.partner_id, partners, code)
            self.assertEqual(bars[code]["customers"], len(partners), code)

    def test_retention_opens_who_did_not_come_back(self):
        self.sell(self.alpha, date(2025, 1, 1), 10)
        self.sell(self.alpha, date(2026, 1, 1), 10)
        self.sell(self.beta, date(2025, 1, 1), 10)
        self.refresh()
        tile = self.tile(self.mona, "retention", "management")
        self.assertEqual(tile["value"], 0.5)
        rows = self.figures.search(tile["open"]["domain"])
        self.assertEqual(rows.partner_id, self.beta)

    def test_segments_of_a_month_ago(self):
        """Alpha bought for the first time last week: a month ago it was nobody."""
        self.sell(self.alpha, TODAY - timedelta(7), 10)
        self.sell(self.beta, TODAY - timedelta(90), 10)
        self.refresh()
        alpha, beta = self.of(self.alpha), self.of(self.beta)
        self.assertFalse(alpha.rfm_segment_1m)
        self.assertTrue(beta.rfm_segment_1m)
        found = self.overview(self.mona, "marketing")["segments"]
        self.assertEqual(sum(row["now"] for row in found), 2)
        self.assertEqual(sum(row["before"] for row in found), 1)
        came = [row for row in found if row["code"] == alpha.rfm_segment]
        rows = self.figures.search(came[0]["open_came"]["domain"])
        self.assertIn(alpha, rows)
        self.assertEqual(len(rows), came[0]["came"])

    # -- whose figures -----------------------------------------------------------------

    def test_a_salesperson_sees_own_customers_only(self):
        for number, partner in enumerate((self.alpha, self.beta, self.gamma)):
            self.sell(partner, date(2026, 1, 1), 10 * 10**number)
        self.refresh()
        for user, revenue, own in (
            (self.sara, 1010, True),
            (self.karim, 1110, False),
            (self.mona, 1110, False),
        ):
            for role in ("management", "sales"):
                found = self.overview(user, role)
                self.assertEqual(found["is_own"], own)
                tile = next(row for row in found["tiles"] if row["code"] == "revenue")
                self.assertEqual(tile["value"], revenue)
                self.assertEqual(sum(p["value"] for p in tile["trend"]), revenue)
        self.assertEqual(self.bridge(self.sara)["now"]["amount"], 1010)
        tile = self.tile(self.sara, "customers", "marketing")
        self.assertEqual((tile["value"], tile["trend"][-1]["value"]), (2, 2))

    def test_a_customer_who_changes_hands_is_there_at_once(self):
        for partner in (self.alpha, self.beta):
            self.sell(partner, date(2026, 1, 1), 10)
        self.refresh()
        before = self.overview(self.sara)["customers"]
        (self.alpha | self.beta).user_id = self.sara
        self.assertGreater(self.overview(self.sara)["customers"], before)
        (self.alpha | self.beta).user_id = self.karim
        self.assertLess(self.overview(self.sara)["customers"], before)

    def test_own_trend_is_the_companys_where_all_customers_are_own(self):
        self.random_sales(self.company, 20, 7)
        self.figures.rebuild()
        for code, role in (("retention", "sales"), ("customers", "marketing")):
            own = self.tile(self.sara, code, role)
            everybody = self.tile(self.mona, code, role)
            self.assertTrue(own["trend"])
            self.assertEqual(own["trend"], everybody["trend"])

    def test_profit_is_not_there_without_the_right(self):
        self.sell(self.alpha, date(2026, 1, 1), 10)
        self.run_().action_freeze()
        self.refresh()
        for user, seen in ((self.sara, False), (self.karim, False), (self.fiona, True)):
            found = self.overview(user, "management")
            codes = {tile["code"] for tile in found["tiles"]}
            self.assertEqual(bool(found["whale"]), seen, user.login)
            self.assertEqual("dso" in codes, seen, user.login)

    def test_nobody_else_sees_anything(self):
        stranger = new_test_user(self.env, "overview stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.overview(stranger)

    def test_companies_are_apart(self):
        self.sell(self.alpha, date(2026, 1, 1), 10)
        self.sell(self.alpha, date(2026, 1, 1), 7, self.abroad)
        self.refresh()
        here, there = (
            self.overview(self.mona, "management", company)
            for company in (self.company, self.abroad)
        )
        self.assertEqual([r["tiles"][0]["value"] for r in (here, there)], [10, 7])
        self.assertEqual(there["currency_id"], self.abroad.currency_id.id)

    def test_the_role_follows_the_groups(self):
        plain = new_test_user(
            self.env, "overview plain", "crm_analytics.group_crm_analytics_user"
        )
        for user, role in (
            (self.mona, "management"),
            (self.fiona, "management"),
            (self.karim, "sales"),
            (self.sara, "sales"),
            (plain, "marketing"),
        ):
            self.assertEqual(self.overview(user)["role"], role)
        self.assertEqual(self.overview(self.mona, "nonsense")["role"], "management")

    # -- thin data ---------------------------------------------------------------------

    def test_no_sales_at_all(self):
        self.refresh()
        for role in ROLES:
            found = self.overview(self.mona, role)
            self.assertEqual(found["customers"], 0)
            self.assertNotIn("tiles", found)

    def test_one_customer_without_tier_promise_or_run(self):
        self.sell(self.alpha, TODAY, 10)
        self.refresh()
        found = self.overview(self.mona, "management")
        empty = {tile["code"] for tile in found["tiles"] if tile["empty"]}
        self.assertLessEqual({"retention", "dso"}, empty)
        self.assertTrue(found["tiers"]["empty"]["text"])
        self.assertTrue(found["whale"]["empty"]["action"])
        risks = self.overview(self.mona, "sales")["risks"]
        self.assertTrue(risks["empty"]["action"])
        self.assertFalse(self.overview(self.sara, "sales")["risks"]["empty"]["action"])

    def test_only_refunds(self):
        self.sell(self.alpha, TODAY, -10, refunds=10, invoice_count=0)
        self.refresh()
        self.assertEqual(self.of(self.alpha).growth, "shrunk")
        bars = self.bridge(self.mona)
        self.assertEqual(bars["now"]["amount"], -10)
        for role in ROLES:
            self.assertEqual(self.overview(self.mona, role)["customers"], 1)

    def test_a_failed_refresh_is_said(self):
        self.sell(self.alpha, TODAY, 10)
        self.refresh()
        self.assertFalse(self.overview(self.sara)["notes"])
        self.env["crm.pass"].create(
            {"code": "analytics_customer", "name": "Refresh", "state": "failed"}
        )
        notes = self.overview(self.sara)["notes"]
        self.assertEqual([note["tone"] for note in notes], ["danger"])

    def test_old_figures_are_said(self):
        self.sell(self.alpha, TODAY, 10)
        self.refresh()
        type(self).today = TODAY + timedelta(3)
        self.assertIn("3 days", self.overview(self.mona)["notes"][0]["text"])

    # -- speed -------------------------------------------------------------------------

    def test_as_many_queries_for_eighty_customers_as_for_one(self):
        def counts():
            self.figures.rebuild()
            found = []
            for user in (self.mona, self.sara):
                for role in ROLES:
                    self.overview(user, role)
                    self.env.flush_all()
                    self.env.invalidate_all()
                    before = self.env.cr.sql_log_count
                    self.overview(user, role)
                    found.append(self.env.cr.sql_log_count - before)
            return found

        self.sell(self.alpha, date(2026, 1, 1), 10)
        self.sell(self.alpha, date(2025, 1, 1), 10)
        counts()  # what is read once and kept
        few = counts()
        self.random_sales(self.company, 80, 8)
        self.assertEqual(counts(), few)
        self.assertLess(max(few), 60)

    # -- export ------------------------------------------------------------------------

    def test_the_numbers_are_exported_by_the_same_rights(self):
        self.sell(self.alpha, date(2026, 1, 1), 10)
        self.sell(self.beta, date(2026, 1, 1), 90)
        self.refresh()
        for user, revenue in ((self.sara, 10), (self.karim, 100)):
            export = self.env["crm.analytics.export"].with_user(user)
            for role in ROLES:
                book = export.with_company(self.company)._book(
                    "overview", {"role": role}
                )
                self.assertTrue(book.rows)
            book = export.with_company(self.company)._book(
                "overview", {"role": "sales"}
            )
            bridge = next(sheet for sheet in book.sheets if sheet.title == "Growth")
            self.assertEqual(bridge.rows[-1][1], revenue)


@tagged("post_install", "-at_install")
class TestOverviewLedger(OverviewCommon):
    """Days sales outstanding, from posted entries."""

    @classmethod
    def home_company(cls):
        company = super().home_company()
        cls.env.user.company_ids = [Command.link(company.id)]
        return company

    def _entry_accounts(self):
        """What is owed, and for what."""
        accounts = self.env["account.account"].with_company(self.company)
        types = {"OVR1": "asset_receivable", "OVR2": "income_other"}
        return accounts.search(
            [("code", "in", list(types))], order="code"
        ) or accounts.create(
            [
                {
                    "code": code,
                    "name": code,
                    "account_type": type_,
                    "reconcile": type_ == "asset_receivable",
                }
                for code, type_ in types.items()
            ]
        )

    def entry(self, day, amount, kind="entry"):
        """An entry that makes customers owe the amount."""
        owed, other = self._entry_accounts()
        move = self.env["account.move"].create(
            {
                "date": day,
                "company_id": self.company.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": owed.id,
                            "partner_id": self.alpha.id,
                            "debit": amount,
                        }
                    ),
                    Command.create({"account_id": other.id, "credit": amount}),
                ],
            }
        )
        move.action_post()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET move_type = %s WHERE id = %s", (kind, move.id)
        )
        self.env.invalidate_all()

    def test_what_is_owed_of_the_last_90_days_invoices(self):
        """90 of 300 billed in 90 days are still owed: 27 days."""
        self.sell(self.alpha, TODAY, 10)
        self.entry(TODAY - timedelta(60), 300, "out_invoice")
        self.entry(TODAY - timedelta(100), 0.01, "out_invoice")
        self.refresh()
        tile = self.tile(self.fiona, "dso", "management")
        self.assertAlmostEqual(tile["value"], 90 * 300.01 / 300)
        self.assertFalse(tile["empty"])
