from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common_analytics import AnalyticsCommon


@tagged("post_install", "-at_install")
class TestCrmAnalyticsSegment(AnalyticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = date(2026, 4, 1)
        for partner, revenue in ((cls.alpha, 10), (cls.beta, 200), (cls.gamma, 3000)):
            cls.day(
                partner, "2026-01-05", revenue=revenue, margin=7, invoice_count=revenue
            )
            cls.day(partner, "2026-01-05", cls.abroad, revenue=1, invoice_count=1)
        cls.env["crm.analytics.segment"].search([]).unlink()
        cls.segment = cls.segment_of("Worth more than 100", "[('revenue', '>', 100)]")

    @classmethod
    def segment_of(cls, name, domain, **values):
        return cls.env["crm.analytics.segment"].create(
            {"name": name, "domain": domain, "company_id": cls.company.id, **values}
        )

    def test_counts_what_the_reader_may_see(self):
        self.refresh()
        for user, count, revenue in ((self.karim, 2, 3200), (self.sara, 1, 3000)):
            segment = self.segment.with_user(user)
            self.assertEqual((segment.count, segment.revenue_12m), (count, revenue))
            opened = segment.action_open_customers()
            found = self.figures.with_user(user).search(opened["domain"])
            self.assertEqual(len(found), count)
            self.assertEqual(found.company_id, self.company)

    def test_history_is_for_who_sees_all_customers(self):
        self.refresh()
        self.day(self.alpha, "2026-03-05", revenue=500, invoice_count=1)
        self.refresh(today=date(2026, 4, 2))
        self.refresh()
        history = self.segment.count_ids.sorted("day")
        self.assertRecordValues(
            history,
            [
                {"day": date(2026, 4, 1), "count": 2, "revenue_12m": 3200},
                {"day": date(2026, 4, 2), "count": 3, "revenue_12m": 3710},
            ],
        )
        self.assertTrue(history.with_user(self.karim).mapped("count"))
        with self.assertRaises(AccessError):
            history.with_user(self.sara).read(["count"])
        self.assertFalse(self.segment.with_user(self.sara).graph)
        total = self.figures.with_user(self.sara)._read_group([], [], ["__count"])
        self.assertEqual(total, [(4,)])  # hers and nobody's, in two companies

    def test_filters_that_cannot_be_read(self):
        for domain in (
            "nonsense",
            "[('no_such_field', '=', 1)]",
            "[('revenue', '>', 'much')]",
            "[('revenue', '???', 1)]",
            "__import__('os')",
            "[(1, 2)]",
        ):
            with (
                self.subTest(domain),
                self.assertRaisesRegex(ValidationError, "choose its conditions again"),
            ):
                self.segment_of("Broken", domain)

    def test_a_filter_that_broke_since(self):
        """An addon with its field is gone: the others are counted none the less."""
        other = self.segment_of("Other", "[('revenue', '>', 1000)]")
        self.env.cr.execute(
            "UPDATE crm_analytics_segment SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", self.segment.id],
        )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.crm_analytics", "WARNING"):
            self.refresh()
        self.assertTrue(self.segment.is_broken)
        self.assertEqual((other.count, other.is_broken), (1, False))

    def test_a_segment_by_margin_is_for_managers(self):
        """Whoever is in it tells the margin."""
        secret = self.segment_of("Rich", "[('margin', '>', 5)]")
        linked = self.segment_of("Owing", "[('partner_id.credit', '>', 5)]")
        self.refresh()
        self.assertTrue(secret.is_confidential and linked.is_confidential)
        self.assertFalse(self.segment.is_confidential)
        self.assertEqual(secret.with_user(self.mona).count, 3)
        for user in (self.sara, self.karim):
            segments = self.env["crm.analytics.segment"].with_user(user).search([])
            self.assertEqual(segments, self.segment)
            with self.assertRaises(AccessError):
                secret.with_user(user).read(["count"])
            with self.assertRaises(AccessError):
                secret.count_ids.with_user(user).read(["count"])

    def test_only_managers_change_segments(self):
        with self.assertRaises(AccessError):
            self.segment.with_user(self.karim).name = "Mine"
        self.segment.with_user(self.mona).name = "Ours"

    def test_lists_need_the_same_queries_for_one_and_many(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "user_id": self.sara.id} for n in range(30)]
        )
        for partner in partners:
            self.day(partner, "2026-02-05", revenue=5, invoice_count=1)
        for number in range(10):
            self.segment_of(f"Segment {number}", f"[('revenue', '>', {number})]")
        self.refresh()
        columns = {
            name: {"fields": {"display_name": {}}}
            if name in ("partner_id", "tier_id", "user_id", "key_account_manager_id")
            else {}
            for name in ("partner_id", "tier_id", "user_id", "key_account_manager_id")
            + ("rfm_segment", "revenue_12m", "tier_color", "country_id")
        }
        segment_columns = {"name": {}, "count": {}, "revenue_12m": {}, "graph": {}}
        for model, specification in (
            ("crm.analytics.customer", columns),
            ("crm.analytics.segment", segment_columns),
        ):
            records = self.env[model].with_user(self.sara)
            counts = []
            for limit in (3, 40, 3, 40):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                records.web_search_read([], specification, limit=limit)
                counts.append(self.env.cr.sql_log_count - before)
            self.assertLessEqual(counts[3], counts[2] + 1, model)

    def test_activities_for_selected_customers(self):
        """A salesperson plans a call with each, assigned to the customer's own."""
        self.refresh()
        self.alpha.with_company(self.company).key_account_manager_id = self.karim
        rows = self.figures.with_user(self.sara).search([])
        self.assertEqual(len(rows), 4)
        wizard = (
            self.env["crm.analytics.activity"]
            .with_user(self.sara)
            .with_context(active_model=rows._name, active_ids=rows.ids)
            .create({"summary": "Call", "date_deadline": "2026-04-05"})
        )
        self.assertEqual(wizard.customer_count, 2)
        wizard.action_create()
        activities = (self.alpha | self.gamma).activity_ids.sorted("res_id")
        self.assertRecordValues(
            activities,
            [
                {"res_id": partner.id, "summary": "Call", "user_id": self.sara.id}
                for partner in self.alpha | self.gamma
            ],
        )
        wizard.assign = "key_account_manager"
        told = wizard.action_create()["params"]
        self.assertIn("2 customers have one already", told["message"])
        self.assertEqual(
            (told["type"], self.alpha.activity_ids.user_id), ("warning", self.sara)
        )
        wizard.again = True
        wizard.action_create()
        self.assertIn(self.karim, self.alpha.activity_ids.user_id)

    def test_activities_from_a_segment(self):
        self.refresh()
        action = self.segment.with_user(self.sara).action_create_activities()
        wizard = self.env["crm.analytics.activity"].with_user(self.sara)
        wizard = wizard.with_context(**action["context"]).create({})
        self.assertEqual(wizard.customer_ids.partner_id, self.gamma)

    def test_activities_with_customers_of_others(self):
        """Naming a row that one may not see gives nothing away."""
        self.refresh()
        wizards = self.env["crm.analytics.activity"].with_user(self.sara)
        with self.assertRaises(AccessError):
            wizards.create({"customer_ids": [Command.set(self.of(self.beta).ids)]})


@tagged("post_install", "-at_install")
class TestCrmAnalyticsCompare(AnalyticsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = date(2026, 4, 1)
        country = cls.env.ref("base.be")
        partners = cls.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "country_id": country.id if number < 6 else False,
                    "user_id": (cls.sara if number % 2 else cls.karim).id,
                }
                for number in range(20)
            ]
        )
        for number, partner in enumerate(partners):
            cls.day(
                partner,
                date(2026, 1, 1) + timedelta(number),
                revenue=1000 if number < 8 else 10,
                margin=300,
                order_count=1,
                ordered=50,
            )
        segments = cls.env["crm.analytics.segment"]
        cls.big, cls.small = segments.create(
            [
                {"name": "Big", "domain": "[('revenue', '>=', 1000)]"},
                {"name": "Small", "domain": "[('revenue', '<', 1000)]"},
            ]
        )
        cls.refresh()

    def compare(self, user, **values):
        compare = (
            self.env["crm.analytics.compare"]
            .with_user(user)
            .create({"segment_a_id": self.big.id, "min_group": 1, **values})
        )
        compare.action_compare()
        return compare

    def test_shares_and_figures(self):
        """With another segment, or all other customers; both are the same here."""
        for values in ({"segment_b_id": self.small.id}, {}):
            compare = self.compare(self.karim, **values)
            self.assertIn("8 customers in A and 12 in B", compare.message)
            belgium = compare.category_ids.filtered(
                lambda line: line.value == "Belgium"
            )
            self.assertRecordValues(
                belgium,
                [{"count_a": 6, "share_a": 0.75, "count_b": 0, "has_lift": False}],
            )
            nowhere = compare.category_ids.filtered(
                lambda line: line.name == "Country" and line.value == "None"
            )
            self.assertEqual((nowhere.share_a, nowhere.share_b), (0.25, 1))
            self.assertEqual(nowhere.lift, 0.25)
            revenue = compare.number_ids[0]
            self.assertRecordValues(
                revenue,
                [
                    {
                        "name": "Revenue 12M",
                        "mean_a": 1000,
                        "median_b": 10,
                        "lift": 100,
                        "strength": 1,
                    }
                ],
            )

    def test_salesperson_compares_own_customers_without_margin(self):
        compare = self.compare(self.sara)
        self.assertIn("4 customers in A and 6 in B", compare.message)
        self.assertNotIn("Margin 12M", compare.number_ids.mapped("name"))
        managed = self.compare(self.mona)
        self.assertIn("Margin 12M", managed.number_ids.mapped("name"))
        with self.assertRaises(AccessError):
            managed.with_user(self.karim).read(["message"])

    def test_nothing_to_compare(self):
        self.env.cr.execute("DELETE FROM crm_analytics_customer")
        self.env.invalidate_all()
        compare = self.compare(self.karim)
        self.assertIn("nothing to compare", compare.message)
        self.assertFalse(compare.category_ids | compare.number_ids)

    def test_too_few_customers(self):
        self.assertIn("too few", self.compare(self.karim, min_group=100).message)
