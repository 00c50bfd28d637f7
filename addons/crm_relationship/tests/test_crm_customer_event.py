from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged, users
from odoo.tools import SQL


@tagged("post_install", "-at_install")
class TestCrmCustomerEvent(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events = cls.env["crm.customer.event"]
        cls.sales = new_test_user(
            cls.env, "event_sales", "sales_team.group_sale_salesman"
        )
        cls.other = new_test_user(
            cls.env, "event_other", "sales_team.group_sale_salesman"
        )
        cls.customer, cls.second = cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Alpha", "Beta")]
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ann", "parent_id": cls.customer.id}
        )

    def of(self, partner):
        return self.events.search([("partner_id", "=", partner.id)])

    @users("event_sales")
    def test_log(self):
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        event = self.contact.with_env(self.env)._log_customer_event(
            "other", "Asked for a discount.", record=order
        )
        self.assertRecordValues(
            event,
            [
                {
                    "partner_id": self.customer.id,
                    "contact_id": self.contact.id,
                    "company_id": order.company_id.id,
                    "kind": "other",
                    "name": "Asked for a discount.",
                    "user_id": self.sales.id,
                    "res_model": "sale.order",
                    "res_id": order.id,
                }
            ],
        )
        action = event.with_env(self.env).action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (order._name, order.id)
        )

    def test_log_for_several(self):
        date = datetime(2024, 1, 2, 3)
        company = self.env.company
        events = (self.customer | self.second)._log_customer_event(
            "tier", "Rose.", date=date, company=company
        )
        self.assertEqual(events.partner_id, self.customer | self.second)
        self.assertEqual(set(events.mapped("date")), {date})
        self.assertFalse(events[0].action_open_document())

    def test_insert_from(self):
        count = self.events._insert_from(
            SQL(
                """SELECT id, id, NULL::int, 'tier', %s::timestamp, 'Became ' || name,
                    %s, 'res.partner', id
                FROM res_partner WHERE id IN %s""",
                datetime(2024, 5, 6),
                self.env.uid,
                (self.customer.id, self.second.id),
            )
        )
        self.assertEqual(count, 2)
        self.assertEqual(self.of(self.customer).name, "Became Alpha")

    def test_events_follow_their_contact(self):
        event = self.contact._log_customer_event("other", "Called.")
        stays = self.customer._log_customer_event("other", "Wrote.")
        self.contact.parent_id = self.second
        self.env.flush_all()
        self.assertEqual(event.partner_id, self.second)
        self.assertEqual(stays.partner_id, self.customer)

    def test_merge(self):
        self.second._log_customer_event("other", "Wrote.")
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.customer | self.second).ids, self.customer)
        self.assertFalse(self.second.exists())
        self.assertEqual(
            set(self.of(self.customer).mapped("name")),
            {"Wrote.", "Merged with Beta."},
        )

    def test_merge_into_a_contact_keeps_the_tree_right(self):
        """Core moves the contacts by SQL and forgets where they belong."""
        employee = self.env["res.partner"].create(
            {"name": "Bob", "parent_id": self.second.id}
        )
        wizard = self.env["base.partner.merge.automatic.wizard"]
        self.second.is_company = False
        wizard._merge((self.contact | self.second).ids, self.contact)
        self.assertEqual(employee.parent_id, self.contact)
        self.assertEqual(employee.commercial_partner_id, self.customer)

    def test_own_customers_only_and_append_only(self):
        self.customer.user_id = self.other
        self.customer._log_customer_event("other", "Secret.")
        event = self.second._log_customer_event("other", "Open.").with_user(self.sales)
        seen = self.events.with_user(self.sales).search(
            [("partner_id", "in", (self.customer | self.second).ids)]
        )
        self.assertEqual(seen, event)
        for forbidden in (
            lambda: event.write({"name": "Changed."}),
            event.unlink,
            lambda: event.create({"partner_id": self.second.id}),
        ):
            with self.assertRaises(AccessError):
                forbidden()
        admin = event.with_user(self.env.ref("base.user_admin"))
        with self.assertRaises(AccessError):
            admin.write({"name": "Changed."})
