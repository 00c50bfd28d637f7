from datetime import timedelta

from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common_people import new_user
from .common_tier import TierCommon

VIEWS = [(False, "list"), (False, "kanban"), (False, "form"), (False, "search")]


class TierTourCase(HttpCase, TierCommon):
    """Four customers of a company of its own, and what they bought lately."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.key = cls._tour_customer("Tour Key", 600)
        cls._tour_customer("Tour Second", 250)
        cls._tour_customer("Tour Third", 120)
        cls.small = cls._tour_customer("Tour Small", 30)

    @classmethod
    def _tour_customer(cls, name, amount):
        customer = cls._customer(name)
        cls._buy(customer, amount, cls.today - timedelta(days=10))
        return customer

    @classmethod
    def _user(cls, login, group):
        return new_user(cls.env, login, group, cls.company, tz="UTC")

    @classmethod
    def _order(cls, partner, **vals):
        product = cls.env["product.product"].create(
            {"name": "Pump", "is_storable": True, "list_price": 1234.5}
        )
        line = {"product_id": product.id, "tax_ids": [Command.clear()]}
        return (
            cls.env["sale.order"]
            .with_company(cls.company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "order_line": [Command.create(line)],
                    **vals,
                }
            )
        )


@tagged("post_install", "-at_install", "crm_tour")
class TestManagerTour(TierTourCase):
    def test_simulate_preview_apply_and_override(self):
        manager = self._user(
            "tour_manager", "crm_relationship.group_crm_relationship_manager"
        )
        self.start_tour(
            "/odoo/action-crm_relationship.crm_tier_pyramid_action",
            "crm_relationship_tier_manager",
            login="tour_manager",
        )
        run = self.policy.last_run_id
        self.assertRecordValues(
            run, [{"state": "applied", "applied_by": manager.id, "move_count": 4}]
        )
        self.assertEqual(self.policy.cut_ids.sorted("cut").mapped("cut")[0], 70)
        self.assertRecordValues(
            self._open(self.small),
            [
                {
                    "tier_id": self.gold.id,
                    "cause": "override",
                    "reason": "Three-year contract",
                    "override_until": fields.Date.to_date("2099-12-31"),
                    "user_id": manager.id,
                }
            ],
        )


@tagged("post_install", "-at_install", "crm_tour")
class TestSalespersonTour(TierTourCase):
    def test_see_filter_and_group_by_tier(self):
        user = self._user("tour_salesperson", "sales_team.group_sale_salesman")
        self._run(self.today)
        for partner in (self.key, self.small):
            self._order(partner, user_id=user.id)
        self.start_tour(
            "/odoo/action-sale.action_quotations",
            "crm_relationship_tier_salesperson",
            login="tour_salesperson",
        )


@tagged("post_install", "-at_install", "crm_tour")
class TestWorkerTour(TierTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._user("tour_worker", "stock.group_stock_user")
        cls.policy._evaluate(cls.today).action_apply()
        cls._order(cls.key).action_confirm()

    def test_see_tier_and_priority_but_no_price(self):
        self.start_tour(
            "/odoo/action-stock.action_picking_tree_all",
            "crm_relationship_tier_worker",
            login="tour_worker",
        )

    def test_no_view_of_a_transfer_has_an_amount(self):
        pickings = self.env["stock.picking"].with_user(self.user)
        for kind, view in pickings.get_views(VIEWS)["views"].items():
            with self.subTest(view=kind):
                arch = etree.fromstring(view["arch"])
                self.assertEqual(list(self._amounts(arch, pickings)), [])

    def _amounts(self, node, records):
        """The monetary fields below a node of a view of these records."""
        for child in node.iterchildren("*"):
            field = records._fields.get(child.get("name", ""))
            if child.tag != "field" or not field:
                yield from self._amounts(child, records)
                continue
            if field.type == "monetary" or child.get("widget") == "monetary":
                yield field
            if field.relational:
                yield from self._amounts(child, records.env[field.comodel_name])

    def test_scores_are_not_the_warehouses_business(self):
        env = self.env(user=self.user)
        with self.assertRaises(AccessError):
            env["res.partner"].browse(self.key.id).read(["tier_score"])
        for model in ("crm.tier.assignment", "crm.customer.day"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                env[model].search_read([], ["partner_id"], limit=1)
