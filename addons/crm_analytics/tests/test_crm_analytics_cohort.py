import random
from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..tools import cohorts
from .common_persist import TODAY, PersistCommon


@freeze_time(TODAY)
@tagged("post_install", "-at_install")
class TestCohort(PersistCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine, cls.free, cls.theirs = cls._customers(3)
        cls.mine.user_id = cls.seller
        cls.theirs.user_id = cls.manager
        cls._buy(cls.mine, date(2025, 1, 5), amount=100)
        cls._buy(cls.mine, date(2025, 3, 9), amount=150)
        cls._buy(cls.free, date(2025, 1, 20), amount=300)
        cls._buy(cls.theirs, date(2025, 1, 9), amount=600)
        cls._buy(cls.theirs, date(2025, 2, 1), amount=200)
        cls._buy(
            cls.theirs,
            date(2025, 2, 20),
            amount=-50,
            order_count=0,
            invoice_count=0,
            ordered=0,
            refunds=50,
        )
        cls._buy(cls.free, date(2025, 2, 5), company=cls.sister, amount=9)
        cls.rows.rebuild()

    def _grid(self, user, company=None, **options):
        rows = self.rows.with_user(user).with_company(company or self.company)
        found = rows.get_cohorts(**options)
        return {row["cohort"] - 24300: row for row in found["rows"]}

    def _figures(self, row, *names):
        return [tuple(cell[name] for name in names) for cell in row["cells"]]

    def test_manager_sees_all(self):
        grid = self._grid(self.manager)
        self.assertEqual(list(grid), [0])
        row = grid[0]
        self.assertEqual((row["size"], row["start"]), (3, date(2025, 1, 1)))
        self.assertEqual(
            self._figures(row, "age", "customers", "revenue"),
            [(0, 3, 1000), (1, 1, 150), (2, 1, 150), (3, 0, 0), (4, 0, 0), (5, 0, 0)],
        )
        self.assertEqual(
            self._figures(row, "net", "gross")[:4],
            [(1, 1), (0.15, 0.15), (0.15, 0.1), (0, 0)],
        )

    def test_a_salesperson_sees_own_customers(self):
        row = self._grid(self.seller)[0]
        self.assertEqual(row["size"], 2)
        self.assertEqual(
            self._figures(row, "customers", "revenue")[:3], [(2, 400), (0, 0), (1, 150)]
        )
        opened = self._open(self.seller, 24300, 0)
        self.assertEqual(opened.partner_id, self.mine | self.free)

    def _open(self, user, cohort, age, **options):
        rows = self.rows.with_user(user).with_company(self.company)
        action = rows.action_open_cohort(cohort, age, **options)
        return rows.search(action["domain"])

    def test_a_cell_opens_its_customers(self):
        self.assertEqual(self._open(self.manager, 24300, 1).partner_id, self.theirs)
        self.assertEqual(self._open(self.manager, 24300, 2).partner_id, self.mine)
        self.assertFalse(self._open(self.manager, 24300, 3))
        domain = [("partner_id.user_id", "=", self.seller.id)]
        self.assertEqual(
            self._open(self.manager, 24300, 0, domain=domain).partner_id, self.mine
        )

    def test_filters_and_intervals(self):
        domain = [("partner_id.user_id", "=", self.seller.id)]
        grid = self._grid(self.manager, domain=domain, interval="quarter")
        self.assertEqual(list(grid), [2025 * 4 - 24300])
        (row,) = grid.values()
        self.assertEqual(self._figures(row, "customers", "revenue"), [(1, 250), (0, 0)])

    def test_companies_and_currencies_apart(self):
        grid = self._grid(self.manager, self.sister)
        self.assertEqual(list(grid), [1])
        self.assertEqual(grid[1]["cells"][0]["revenue"], 9)
        found = self.rows.with_user(self.manager).with_company(self.sister)
        self.assertEqual(
            found.get_cohorts()["currency_id"], self.env.ref("base.JPY").id
        )

    def test_the_grid_of_all_is_summed_beforehand(self):
        everybody = [("partner_id", "!=", False)]
        for interval in ("month", "quarter", "year"):
            ready = self._grid(self.manager, interval=interval)
            self.assertTrue(ready)
            self.assertEqual(
                ready, self._grid(self.manager, domain=everybody, interval=interval)
            )
        own = self._grid(self.seller)
        self.env["crm.customer.day"].search([]).unlink()
        self.assertEqual(self._grid(self.manager)[0]["size"], 3)
        self.assertEqual(own[0]["size"], 2)
        self.assertFalse(self._grid(self.seller), "own customers are summed now")

    def test_a_refresh_sums_anew(self):
        self._buy(self.mine, date(2025, 4, 2), amount=70)
        self.rows.rebuild()
        row = self._grid(self.manager)[0]
        self.assertEqual(row["cells"][3]["revenue"], 70)
        self.assertFalse(
            self.env["crm.analytics.cohort"].search_count(
                [("as_of", "!=", TODAY)], limit=1
            )
        )

    def test_no_right_no_grid(self):
        worker = self._user("persist worker", "base.group_user")
        with self.assertRaises(AccessError):
            self._grid(worker)

    def test_the_same_as_the_pure_function(self):
        dice = random.Random(3)
        partners = self._customers(40)
        days = {
            (dice.choice(partners).id, TODAY - timedelta(dice.randrange(700)))
            for _n in range(400)
        }
        rows = [(who, day, dice.randrange(100), 0) for who, day in sorted(days)]
        self._load(self.sister, rows)
        self.env["crm.customer.day"].search(
            [("partner_id", "=", self.free.id)]
        ).unlink()
        self.rows.rebuild()
        months = [day.year * 12 + day.month - 1 for _who, day, *_ in rows]
        first = {}
        for (who, *_), month in zip(rows, months, strict=True):
            first[who] = min(first.get(who, month), month)
        cells = cohorts.grid(
            [row[0] for row in rows],
            [first[row[0]] for row in rows],
            months,
            [row[2] for row in rows],
            last=2025 * 12 + 5,
        )
        expected = [
            (c.cohort, c.age, c.customers, c.revenue, c.net, c.gross) for c in cells
        ]
        grid = self._grid(self.manager, self.sister)
        found = [
            (row["cohort"], *figures)
            for row in grid.values()
            for figures in self._figures(
                row, "age", "customers", "revenue", "net", "gross"
            )
        ]
        self.assertEqual(found, expected)
