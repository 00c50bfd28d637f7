from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common_tier import TierCommon


@tagged("post_install", "-at_install")
class TestCrmTierDocuments(TierCommon):
    """Every department sees the tier, and what it brings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls._customer("Key", 990)
        cls.small = cls._customer("Small", 10)
        cls.contact = cls.env["res.partner"].create(
            {"name": "Kim", "parent_id": cls.key.id, "type": "delivery"}
        )
        cls.key.with_company(cls.company).key_account_manager_id = cls.manager
        cls.policy._evaluate(date(2024, 6, 30)).action_apply()
        cls.product = cls.env["product.product"].create(
            {"name": "Pump", "is_storable": True, "list_price": 100}
        )
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": (cls.company | cls.sister).ids,
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    def _order(self, partner, qty=1, company=None, **line):
        company = company or self.company
        return (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": qty,
                                "tax_ids": [Command.clear()],
                                **line,
                            }
                        )
                    ],
                }
            )
        )

    def _journals(self, company):
        """The company's sales and bank journal, made when it has none."""
        journals = self.env["account.journal"]
        mine = journals.search([("company_id", "=", company.id)])
        if mine:
            return mine.filtered(lambda j: j.type == "sale")[:1], mine.filtered(
                lambda j: j.type == "bank"
            )[:1]
        sale, bank = journals.create(
            [
                {"name": kind, "code": kind, "type": kind, "company_id": company.id}
                for kind in ("sale", "bank")
            ]
        )
        under_way = self.env["account.account"].create(
            {
                "name": "Receipts under way",
                "code": f"1{company.id}",
                "account_type": "asset_current",
                "company_ids": [Command.set(company.ids)],
            }
        )
        bank.inbound_payment_method_line_ids.payment_account_id = under_way
        return sale, bank

    def _documents(self, partner, company):
        """One of each kind of document that shows the tier."""
        env = self.env(context={**self.env.context, "tracking_disable": True})
        vals = {"partner_id": partner.id, "company_id": company.id}
        picking_type = env["stock.picking.type"].search(
            [("company_id", "=", company.id), ("code", "=", "outgoing")], limit=1
        )
        journal, bank = self._journals(company)
        return [
            env["crm.lead"].create(vals | {"name": "Lead"}),
            self._order(partner, company=company),
            env["account.move"].create(
                vals | {"move_type": "out_invoice", "journal_id": journal.id}
            ),
            env["account.payment"].create(
                vals | {"journal_id": bank.id, "payment_type": "inbound"}
            ),
            env["stock.picking"].create(vals | {"picking_type_id": picking_type.id}),
        ]

    def test_every_view_of_every_department_shows_the_tier(self):
        accountant = new_test_user(
            self.env, "tier_accountant", "account.group_account_invoice"
        )
        for model, user in (
            ("res.partner", self.salesperson),
            ("crm.lead", self.salesperson),
            ("sale.order", self.salesperson),
            ("account.move", accountant),
            ("account.payment", accountant),
            ("stock.picking", self.worker),
        ):
            for kind in ("form", "list", "kanban", "search"):
                with self.subTest(model=model, view=kind):
                    # invoices have no list of their own but this one
                    view = "account.view_out_invoice_tree"
                    ref = model == "account.move" and kind == "list" and view
                    arch = (
                        self.env[model]
                        .with_user(user)
                        .get_view(ref and self.env.ref(ref).id, kind)["arch"]
                    )
                    self.assertIn('name="tier_id"', arch)
                    if kind == "search":
                        self.assertIn("'group_by': 'tier_id'", arch)

    def test_every_document_shows_tier_and_key_account_manager(self):
        for document in self._documents(self.contact, self.company):
            with self.subTest(model=document._name):
                document = document.with_company(self.company)
                self.assertEqual(document.tier_id, self.platinum)
                self.assertEqual(document.tier_color, self.platinum.color)
                self.assertEqual(document.key_account_manager_id, self.manager)

    def test_a_customer_in_the_portal_learns_nothing_of_its_tier(self):
        customer = new_test_user(
            self.env, "tier_customer", "base.group_portal", partner_id=self.contact.id
        )
        order = self._order(self.contact)
        order.message_subscribe(self.contact.ids)
        mine = order.with_user(customer)
        self.assertEqual(mine.name, order.name)
        for record, names in (
            (mine, ("tier_id", "tier_color", "key_account_manager_id")),
            (self.contact.with_user(customer), ("tier_id", "tier_since")),
        ):
            for name in names:
                with self.subTest(field=name), self.assertRaises(AccessError):
                    record.read([name])
        with self.assertRaises(AccessError):
            mine.search([("tier_id", "!=", False)])

    def test_a_document_shows_the_tier_of_its_own_company(self):
        for document in self._documents(self.key, self.sister):
            with self.subTest(model=document._name):
                document = document.with_company(self.company)
                self.assertFalse(document.tier_id)
                self.assertFalse(document.key_account_manager_id)

    def test_every_document_is_found_and_grouped_by_tier(self):
        mine = self._documents(self.key, self.company)
        others = self._documents(self.small, self.company)
        elsewhere = self._documents(self.key, self.sister)
        for document, other, foreign in zip(mine, others, elsewhere, strict=True):
            model = document.with_company(self.company).browse()
            ours = [("id", "in", (document | other | foreign).ids)]
            with self.subTest(model=model._name):
                for domain, found in (
                    ([("tier_id", "=", self.platinum.id)], document),
                    ([("tier_id", "in", self.tiers.ids)], document | other),
                    ([("tier_id", "!=", self.platinum.id)], other | foreign),
                    ([("tier_id", "=", False)], foreign),
                    ([("tier_id", "!=", False)], document | other),
                    ([("tier_id", "ilike", "platin")], document),
                    ([("tier_id", "=", "Platinum")], document),
                    ([("tier_id", "in", ["Platinum", False])], document | foreign),
                    ([("tier_id.sequence", ">", 20)], other),
                    ([("key_account_manager_id", "=", self.manager.id)], document),
                ):
                    found_ids = set(model.search(ours + domain).ids)
                    self.assertEqual(found_ids, set(found.ids), domain)
                self.assertEqual(
                    dict(
                        model._read_group(ours, ["key_account_manager_id"], ["__count"])
                    ),
                    {self.manager: 1, self.env["res.users"]: 2},
                )
                self.assertEqual(
                    dict(model._read_group(ours, ["tier_id"], ["__count"])),
                    {self.platinum: 1, self.lead: 1, self.env["crm.tier"]: 1},
                )
                self.assertEqual(
                    model.search(ours + [("tier_id", "!=", False)], order="tier_id"),
                    document | other,
                )

    def test_partners_are_found_and_grouped_by_tier(self):
        partners = self.env["res.partner"].with_company(self.company)
        ours = [("id", "in", (self.key | self.small | self.contact).ids)]
        self.assertEqual(
            partners.search(ours + [("tier_id", "=", self.platinum.id)]),
            self.key | self.contact,
        )
        self.assertEqual(
            dict(partners._read_group(ours, ["tier_id"], ["__count"])),
            {self.platinum: 2, self.lead: 1},
        )
        foreign = partners.with_company(self.sister)
        self.assertFalse(foreign.search(ours + [("tier_id", "!=", False)]))

    def test_a_list_of_eighty_asks_as_often_as_a_list_of_one(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "is_company": True} for i in range(80)]
        )
        for partner in partners:
            self._buy(partner, partner.id, date(2024, 6, 1))
        self._run(date(2024, 7, 1))
        orders = self.env["sale.order"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for partner in partners
            ]
        )
        spec = {
            "tier_id": {"fields": {"display_name": {}}},
            "tier_color": {},
            "key_account_manager_id": {"fields": {"display_name": {}}},
        }
        partner_spec = spec | {"tier_since": {}, "tier_score": {}}
        for records, fields_ in ((orders, spec), (partners, partner_spec)):
            records = records.with_user(self.salesperson).with_company(self.company)
            counts = []
            records.web_read(fields_)  # whatever is asked once and kept
            for some in (records[:1], records):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                some.web_read(fields_)
                counts.append(self.cr.sql_log_count - before)
            with self.subTest(model=records._name):
                self.assertEqual(counts[0], counts[1])

    # --------------------------------------------------------------- benefits

    def _pricelist(self, name, **vals):
        return self.env["product.pricelist"].create({"name": name, **vals})

    def test_the_tier_brings_its_pricelist(self):
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        special, own = self._pricelist("Platinum"), self._pricelist("Own")
        platinum = self.platinum.with_company(self.company)
        platinum.pricelist_id = special
        self.env.invalidate_all()
        self.assertEqual(self._order(self.key).pricelist_id, special)
        self.assertNotEqual(self._order(self.small).pricelist_id, special)
        key = self.key.with_company(self.company)
        key.property_product_pricelist = own
        self.assertEqual(self._order(self.key).pricelist_id, own)
        self.assertNotEqual(
            self._order(self.key, company=self.sister).pricelist_id, special
        )

    def test_choosing_the_standard_pricelist_for_a_customer_holds(self):
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        key = self.key.with_company(self.company)
        standard = key.property_product_pricelist
        standard = standard or self._pricelist("Standard", sequence=0)
        special = self._pricelist("Platinum", sequence=99)
        self.platinum.with_company(self.company).pricelist_id = special
        self.env.invalidate_all()
        self.assertEqual(key.property_product_pricelist, special)
        key.property_product_pricelist = standard
        self.env.invalidate_all()
        self.assertEqual(key.property_product_pricelist, standard)

    def test_the_tier_brings_its_payment_terms(self):
        term = self.env.ref("account.account_payment_term_30days")
        own = self.env.ref("account.account_payment_term_immediate")
        self.platinum.with_company(self.company).payment_term_id = term
        self.env.invalidate_all()
        self.assertEqual(self._order(self.key).payment_term_id, term)
        self.assertFalse(self._order(self.small).payment_term_id)
        invoice = self.env["account.move"].new(
            {
                "move_type": "out_invoice",
                "partner_id": self.key.id,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(invoice.invoice_payment_term_id, term)
        self.key.with_company(self.company).property_payment_term_id = own
        self.assertEqual(self._order(self.key).payment_term_id, own)

    def test_a_discount_beyond_the_tier_is_pointed_out(self):
        self.assertFalse(self._order(self.key, discount=15).tier_discount_warning)
        self.assertEqual(
            self._order(self.key, discount=16).tier_discount_warning,
            "16 % discount on Pump is more than the 15 % agreed for Platinum "
            "customers.",
        )
        self.assertFalse(self._order(self.small, discount=99).tier_discount_warning)
        order = self._order(self.key, discount=16).with_user(self.worker)
        with self.assertRaises(AccessError):
            order.read(["tier_discount_warning"])

    def test_the_quotation_form_shows_the_tier_at_once(self):
        form = Form(
            self.env["sale.order"]
            .with_user(self.salesperson)
            .with_company(self.company)
        )
        form.partner_id = self.key
        self.assertEqual(form.tier_id, self.platinum)

    # ---------------------------------------------------------------- delivery

    def _stock(self, qty):
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.warehouse.lot_stock_id, qty
        )

    def _reserved(self, order):
        return sum(order.picking_ids.move_ids.mapped("quantity"))

    def test_the_transfer_has_the_priority_of_the_tier(self):
        for partner, priority in ((self.key, "3"), (self.small, "0")):
            order = self._order(partner)
            order.action_confirm()
            self.assertEqual(order.picking_ids.mapped("priority"), [priority])
            self.assertEqual(order.picking_ids.move_ids.mapped("priority"), [priority])

    def test_every_step_of_a_delivery_has_the_priority(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._order(self.key)
        order.action_confirm()
        self.assertTrue(order.picking_ids)
        self.assertEqual(set(order.picking_ids.mapped("priority")), {"3"})

    def test_a_worker_may_change_the_priority(self):
        order = self._order(self.key)
        order.action_confirm()
        picking = order.picking_ids.with_user(self.worker)
        picking.priority = "0"
        self.assertEqual(picking.move_ids.priority, "0")

    def test_scarce_stock_goes_to_the_better_tier(self):
        ordinary, key = self._order(self.small, 10), self._order(self.key, 10)
        ordinary.action_confirm()
        key.action_confirm()
        ordinary.picking_ids.move_ids.reservation_date = (
            fields.Date.today() - timedelta(days=5)
        )
        self._stock(10)
        self.env["stock.rule"]._run_scheduler_tasks(company_id=self.company.id)
        self.assertEqual((self._reserved(key), self._reserved(ordinary)), (10, 0))

    def test_higher_priorities_are_reserved_as_early_as_urgent_ones(self):
        self.warehouse.out_type_id.write(
            {
                "reservation_method": "by_date",
                "reservation_days_before": 1,
                "reservation_days_before_priority": 9,
            }
        )
        for partner, days in ((self.key, 9), (self.small, 1)):
            order = self._order(partner)
            order.action_confirm()
            move = order.picking_ids.move_ids
            self.assertEqual(
                move.reservation_date, move.date.date() - timedelta(days=days)
            )
