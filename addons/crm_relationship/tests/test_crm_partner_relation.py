from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from .common_people import new_user


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15")
class TestCrmPartnerRelation(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})
        cls.sara = new_test_user(
            cls.env, "relation sara", "sales_team.group_sale_salesman"
        )
        cls.olga = new_user(
            cls.env,
            "relation olga",
            "sales_team.group_sale_salesman",
            cls.other_company,
        )
        cls.mill, cls.bakery, cls.shop, cls.bank = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True}
                for name in ("Mill", "Bakery", "Shop", "Bank")
            ]
        )
        cls.relations = cls.env["crm.partner.relation"].with_user(cls.sara)

    def relate(self, partner, code, other, **values):
        return self.relations.create(
            {
                "partner_id": partner.id,
                "type_id": self.env.ref(f"crm_relationship.relation_type_{code}").id,
                "other_partner_id": other.id,
                **values,
            }
        )

    def assertRefused(self, sentence, *args, **kwargs):
        with self.assertRaisesRegex(ValidationError, sentence), self.cr.savepoint():
            self.relate(*args, **kwargs)

    def seen_by(self, partner):
        return [
            (row.name, row.other_partner_id.name)
            for row in self.relations.env["crm.partner.relation.all"].search(
                [("partner_id", "=", partner.id)]
            )
        ]

    def test_each_partner_sees_it_in_its_own_words(self):
        with Form(self.relations) as form:
            form.partner_id = self.mill
            form.type_id = self.env.ref("crm_relationship.relation_type_shareholder")
            form.other_partner_id = self.bakery
            form.share = 40
        self.relate(self.bakery, "competitor", self.shop)
        self.assertEqual(self.seen_by(self.mill), [("shareholder of", "Bakery")])
        self.assertEqual(
            self.seen_by(self.bakery),
            [("owned by", "Mill"), ("competitor of", "Shop")],
        )
        self.assertEqual(self.seen_by(self.shop), [("competitor of", "Bakery")])
        self.assertEqual(form.record.display_name, "Mill: shareholder of Bakery")

    def test_words_follow_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        kind = self.env.ref("crm_relationship.relation_type_parent")
        kind.with_context(lang="fr_FR").inverse_name = "filiale de"
        relation = self.relate(self.mill, "parent", self.shop)
        rows = self.relations.env["crm.partner.relation.all"].with_context(lang="fr_FR")
        row = rows.search(
            [("name", "=", "filiale de"), ("relation_id", "=", relation.id)]
        )
        self.assertEqual((row.partner_id, row.name), (self.shop, "filiale de"))
        self.assertEqual(row.action_open_relation()["res_id"], relation.id)

    def test_current_means_today_both_days_included(self):
        today = date(2026, 6, 15)
        cases = [
            (self.mill, {"date_from": today}, True),
            (self.shop, {"date_to": today}, True),
            (self.bank, {"date_from": date(2026, 6, 16)}, False),
        ]
        for partner, dates, expected in cases:
            relation = self.relate(partner, "influence", self.bakery, **dates)
            self.assertEqual(relation.is_current, expected)
            for value in (True, False):
                found = self.relations.search(
                    [("id", "=", relation.id), ("is_current", "=", value)]
                )
                self.assertEqual(bool(found), expected is value)
            row = self.relations.env["crm.partner.relation.all"].search(
                [("relation_id", "=", relation.id), ("is_current", "=", True)]
            )
            self.assertEqual(len(row), 2 if expected else 0)

    def test_not_to_itself(self):
        self.assertRefused(
            "Mill cannot have a relation", self.mill, "parent", self.mill
        )

    def test_ends_after_it_begins(self):
        self.assertRefused(
            "“Mill: influences Shop” ends before it begins",
            self.mill,
            "influence",
            self.shop,
            date_from=date(2026, 2, 1),
            date_to=date(2026, 1, 31),
        )

    def test_a_guarantee_needs_its_amount(self):
        self.assertRefused(
            "“Bank: guarantor of Shop” needs an amount",
            self.bank,
            "guarantor",
            self.shop,
        )
        self.relate(self.bank, "guarantor", self.shop, amount=0.01)

    def test_share_bounds(self):
        for share in (0, -1, 100.01):
            self.assertRefused(
                "“Mill: shareholder of Shop” needs a share above 0 %",
                self.mill,
                "shareholder",
                self.shop,
                share=share,
            )
        self.relate(self.mill, "shareholder", self.shop, share=100)

    def test_shares_of_one_day_are_at_most_the_whole(self):
        year = {"date_from": date(2026, 1, 1), "date_to": date(2026, 12, 31)}
        self.relate(self.mill, "shareholder", self.shop, share=60.01, **year)
        self.relate(
            self.bakery, "shareholder", self.shop, share=100, date_to=date(2025, 12, 31)
        )
        self.relate(self.mill, "shareholder", self.bank, share=100)
        self.relate(self.bakery, "shareholder", self.shop, share=39.99, **year)
        self.assertRefused(
            "“shareholder of Shop” adds up to 100.01 %",
            self.bank,
            "shareholder",
            self.shop,
            share=0.01,
            date_from=date(2026, 12, 31),
        )

    def test_no_duplicate_at_the_same_time(self):
        first = self.relate(
            self.mill, "influence", self.shop, date_to=date(2026, 5, 31)
        )
        later = {"date_from": date(2026, 6, 1)}
        self.relate(self.mill, "influence", self.shop, **later)
        self.relate(self.shop, "influence", self.mill)
        self.assertRefused(
            "“Mill: influences Shop” is already recorded",
            self.mill,
            "influence",
            self.shop,
            date_from=date(2026, 5, 31),
        )
        first.active = False
        copy = self.relate(self.mill, "influence", self.shop, date_to=date(2026, 5, 1))
        with self.assertRaises(ValidationError):
            first.active = True
        copy.date_to = date(2020, 1, 1)
        first.write({"active": True, "date_from": date(2020, 1, 2)})

    def test_a_symmetric_duplicate_counts_from_both_sides(self):
        self.relate(self.mill, "related", self.shop)
        self.assertRefused("already", self.shop, "related", self.mill)
        self.relate(self.shop, "competitor", self.mill)

    def test_duplicates_within_one_import(self):
        values = {
            "partner_id": self.mill.id,
            "type_id": self.env.ref("crm_relationship.relation_type_related").id,
            "other_partner_id": self.shop.id,
        }
        with self.assertRaises(ValidationError):
            self.relations.create([values, values])

    def test_no_circle_of_parents(self):
        self.relate(self.mill, "parent", self.bakery)
        middle = self.relate(self.bakery, "parent", self.shop)
        self.assertRefused(
            "“Shop: parent company of Mill” would close a circle: "
            "Shop → Mill → Bakery → Shop",
            self.shop,
            "parent",
            self.mill,
        )
        middle.date_to = date(2026, 1, 1)
        self.relate(self.shop, "parent", self.mill, date_from=date(2026, 1, 2))
        with self.assertRaisesRegex(ValidationError, "circle"):
            middle.date_to = False

    def test_what_is_shared_is_seen_by_all_and_the_rest_by_its_company(self):
        shared = self.relate(self.mill, "related", self.shop)
        own = self.relate(
            self.mill, "related", self.bakery, company_id=self.env.company.id
        )
        seen = self.relations.with_user(self.olga).search([])
        self.assertIn(shared, seen)
        self.assertNotIn(own, seen)
        rows = self.relations.env["crm.partner.relation.all"].with_user(self.olga)
        self.assertFalse(rows.search([("relation_id", "=", own.id)]))
        with self.assertRaises(AccessError):
            own.with_user(self.olga).read(["share"])
        theirs = self.relations.with_user(self.olga).create(
            {
                "partner_id": self.bakery.id,
                "type_id": own.type_id.id,
                "other_partner_id": self.mill.id,
                "company_id": self.other_company.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "already"):
            theirs.sudo().company_id = False

    def test_a_company_s_own_partner_keeps_the_relation_in_it(self):
        self.bank.company_id = self.env.company
        relation = self.relate(self.bank, "related", self.shop)
        self.assertEqual(relation.company_id, self.env.company)
        with self.assertRaises(UserError):
            relation.company_id = False

    def test_relations_of_a_partner_on_a_day(self):
        guarantee = self.relate(
            self.bank, "guarantor", self.shop, amount=5, date_from=date(2026, 7, 1)
        )
        parent = self.relate(self.mill, "parent", self.shop)
        self.relate(self.mill, "competitor", self.shop)
        shop = self.shop.with_user(self.sara)
        codes = ["parent", "guarantor"]
        self.assertEqual(shop._relations(codes), parent)
        self.assertEqual(shop._relations(codes, date(2026, 7, 1)), parent | guarantee)
        self.assertEqual(
            self.bank._relations(codes, date(2026, 7, 1)), guarantee.sudo()
        )

    def events(self, partner):
        return (
            self.env["crm.customer.event"]
            .search([("partner_id", "=", partner.id), ("kind", "=", "relation")])
            .sorted("id")
            .mapped("name")
        )

    def test_both_partners_histories_tell(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.shop.id}
        )
        relation = self.relate(self.mill, "shareholder", self.bakery, share=30)
        relation.evidence = "register"
        relation.share = 31
        relation.share = 31
        relation.other_partner_id = contact
        relation.action_archive()
        relation.sudo().unlink()
        self.assertEqual(
            self.events(self.mill),
            [
                "Relation added: shareholder of Bakery",
                "Relation changed: shareholder of Bakery",
                "Relation removed: shareholder of Bakery",
                "Relation added: shareholder of Shop, Ann",
                "Relation removed: shareholder of Shop, Ann",
            ],
        )
        self.assertEqual(
            self.events(self.bakery),
            [
                "Relation added: owned by Mill",
                "Relation changed: owned by Mill",
                "Relation removed: owned by Mill",
            ],
        )
        self.assertEqual(
            self.events(self.shop),
            ["Relation added: owned by Mill", "Relation removed: owned by Mill"],
        )

    def merge(self, source, destination):
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (source | destination).ids, destination
        )

    def test_a_merge_leaves_no_self_relation_and_no_duplicate(self):
        twin = self.env["res.partner"].create({"name": "Mill", "is_company": True})
        self.relate(self.mill, "parent", twin)
        kept = self.relate(self.mill, "parent", self.shop)
        double = self.relate(twin, "parent", self.shop)
        self.relate(twin, "competitor", self.bakery)
        before = self.events(self.shop)
        self.merge(twin, self.mill)
        self.assertEqual(
            self.seen_by(self.mill),
            [("parent company of", "Shop"), ("competitor of", "Bakery")],
        )
        self.assertTrue(kept.active)
        self.assertFalse(double.active)
        self.assertIn("says the same", double.message_ids[0].body)
        self.assertEqual(self.events(self.shop), before)

    def test_a_merge_that_closes_a_circle_is_refused(self):
        twin = self.env["res.partner"].create({"name": "Twin", "is_company": True})
        self.relate(self.mill, "parent", self.shop)
        self.relate(self.shop, "parent", twin)
        with self.assertRaisesRegex(ValidationError, "circle"), self.cr.savepoint():
            self.merge(twin, self.mill)
        self.assertTrue(twin.exists())

    def test_sales_archives_and_does_not_delete(self):
        relation = self.relate(self.mill, "parent", self.shop)
        with self.assertRaises(AccessError):
            relation.unlink()
        relation.action_archive()
        self.assertFalse(self.seen_by(self.mill))

    def test_a_symmetric_type_has_one_name_and_no_share(self):
        kind = self.env["crm.partner.relation.type"].create(
            {"name": "sister of", "symmetric": True, "code": "sister"}
        )
        self.assertEqual(kind.inverse_name, "sister of")
        for flag in ("acyclic", "needs_share"):
            with self.assertRaisesRegex(ValidationError, "sister of"):
                kind[flag] = True
                kind.flush_recordset()

    def test_the_list_costs_the_same_for_many_rows(self):
        def queries(count):
            rows = self.relations.env["crm.partner.relation.all"]
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            rows.search([], limit=count).read(["name", "partner_id", "is_current"])
            return self.env.cr.sql_log_count - start

        others = self.env["res.partner"].create(
            [{"name": f"Partner {number}"} for number in range(40)]
        )
        for other in others:
            self.relate(self.mill, "competitor", other)
        queries(1)
        self.assertEqual(queries(1), queries(80))
