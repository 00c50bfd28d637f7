from types import SimpleNamespace
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class ChecksCase(TransactionCase):
    """A debtor with a limit of 1,000, a rule that holds, and the people around them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.credit.rule"].search([]).active = False
        cls._patch_limits()
        cls.sara = new_test_user(
            cls.env, "checks sara", "sales_team.group_sale_salesman_all_leads"
        )
        cls.carl = new_test_user(
            cls.env, "checks carl", "crm_credit.group_crm_credit_user"
        )
        cls.reason = cls.env.ref("crm_credit.reason_other")
        cls._make_debtor()
        cls._make_product()
        cls.rule = cls._rule("over_limit", name="Over the limit")
        cls._grant(cls.account, 1000)

    @classmethod
    def _patch_limits(cls):
        """Limits without credit lines: those are somebody else's tests."""
        cls.limits = {}
        files = type(cls.env["crm.credit.account"])
        cls.startClassPatcher(
            patch.object(
                files,
                "_limit_figures",
                lambda accounts: {
                    id_: SimpleNamespace(limit=cls.limits.get(id_, 0), covered=0)
                    for id_ in accounts.ids
                },
            )
        )

    @classmethod
    def _make_debtor(cls):
        cls.debtor = cls.env["res.partner"].create(
            {
                "name": "Debtor",
                "is_company": True,
                "user_id": cls.sara.id,
                "email": "debtor@example.com",
            }
        )
        cls.account = cls.env["crm.credit.account"].create(
            {"partner_id": cls.debtor.id, "controller_id": cls.carl.id}
        )

    @classmethod
    def _make_product(cls):
        cls.product = cls.env["product.product"].create(
            {
                "name": "Thing",
                "type": "consu",
                "is_storable": True,
                "list_price": 100,
                "taxes_id": [Command.clear()],
            }
        )

    @classmethod
    def _rule(cls, kind, **vals):
        return cls.env["crm.credit.rule"].create(
            {"name": kind, "kind": kind, "active": True, **vals}
        )

    @classmethod
    def _grant(cls, account, amount):
        cls.limits[account.id] = amount
        account._mark_limit_changed()
        account._settle()

    @classmethod
    def _order_vals(cls, amount=100.0, quantity=1, **vals):
        return {
            "partner_id": cls.debtor.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": cls.product.id,
                        "product_uom_qty": quantity,
                        "price_unit": amount / quantity,
                    }
                )
            ],
            **vals,
        }

    def _order(self, amount=100.0, quantity=1, user=None, **vals):
        orders = self.env["sale.order"].with_user(user or self.sara)
        return orders.create(self._order_vals(amount, quantity, **vals))

    def _hold(self, order):
        return order.sudo().credit_hold_id

    def _release(self, hold, kind="release", user=None, **limits):
        hold = hold.with_user(user or self.carl)
        hold._decide(kind, self.reason, "as agreed", **limits)

    def _recheck(self):
        """Let the cron look at what waits; it may not commit in a test."""
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: 600):
            self.env["crm.credit.hold"]._cron_recheck()

    def assertHeld(self, order, state="draft"):
        self.assertRecordValues(
            order.sudo(), [{"credit_state": "held", "state": state}]
        )
        self.assertTrue(self._hold(order))

    def assertConfirmed(self, order, credit_state="clear"):
        self.assertRecordValues(
            order.sudo(), [{"credit_state": credit_state, "state": "sale"}]
        )
        self.assertFalse(self._hold(order))
