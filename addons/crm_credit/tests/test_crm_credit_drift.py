from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestCrmCreditDrift(TransactionCase):
    """The nightly reconciliation finds what changed behind the ORM's back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.credit.rule"].search([]).active = False
        cls.debtor, cls.other = cls.env["res.partner"].create(
            [{"name": "Debtor", "is_company": True}, {"name": "Other"}]
        )
        cls.account, cls.other_account = cls.env["crm.credit.account"].create(
            [{"partner_id": cls.debtor.id}, {"partner_id": cls.other.id}]
        )
        product = cls.env["product.product"].create(
            {"name": "Service", "type": "service", "taxes_id": [Command.clear()]}
        )
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.debtor.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": 250.0})
                ],
            }
        )
        cls.order.action_confirm()
        cls.drifts = cls.env["crm.credit.drift"]
        cls.env.cr.flush()  # the framework forgets what is pending after each test

    def _found(self):
        return self.drifts.search(
            [("account_id", "in", (self.account | self.other_account).ids)]
        )

    def test_no_drift_is_what_we_expect(self):
        self.assertEqual(self.account.exposure, 250)
        run = self.drifts.reconcile()
        self.assertEqual(run.state, "done")
        self.assertFalse(self._found())
        self.assertEqual(self.account.exposure, 250)

    @mute_logger("odoo.addons.crm_credit.models.crm_credit_drift")
    def test_a_document_changed_by_sql_is_found_repaired_and_reported(self):
        self.env.flush_all()
        self.account._settle()
        self.env.cr.execute(
            """UPDATE sale_order_line SET price_total = 100 WHERE order_id = %(id)s;
            UPDATE sale_order SET amount_total = 100 WHERE id = %(id)s""",
            {"id": self.order.id},
        )
        self.drifts.reconcile()
        self.assertRecordValues(
            self._found(),
            [
                {
                    "account_id": self.account.id,
                    "component": "ordered",
                    "document": self.order.name,
                    "stored": 250,
                    "found": 100,
                }
            ],
        )
        self.assertEqual(self.account.exposure, 100)

    @mute_logger("odoo.addons.crm_credit.models.crm_credit_drift")
    def test_a_sum_changed_by_sql_is_found_repaired_and_reported(self):
        self.account._settle()
        self.env.cr.execute(
            "UPDATE crm_credit_account SET exposure = 7 WHERE id = %s",
            [self.account.id],
        )
        self.drifts.reconcile()
        self.assertRecordValues(
            self._found(),
            [{"account_id": self.account.id, "stored": 7, "found": 250}],
        )
        self.assertEqual(self.account.exposure, 250)
