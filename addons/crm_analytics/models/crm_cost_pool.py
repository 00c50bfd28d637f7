from math import isfinite
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, float_round

from ..tools import spans

MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Driver(NamedTuple):
    """What a pool can be shared out by.

    :param label: what the user chooses
    :param column: column of the customer-day mart that is summed over the period
    """

    label: str
    column: str


class CrmCostPool(models.Model):
    """What an activity for customers costs, and what it is shared out by."""

    _name = "crm.cost.pool"
    _description = "Cost Pool"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    driver = fields.Selection(
        selection=lambda self: self._selection_driver(),
        required=True,
        help="What the activity is caused by: each customer bears the pool's cost in "
        "proportion to it.",
    )
    source = fields.Selection(
        [("amount", "Fixed Amount"), ("accounts", "Accounts")],
        string="Cost From",
        required=True,
        default="amount",
        help="Accounts: the posted entries of these accounts in the period of a run.",
    )
    amount = fields.Monetary(help="What the activity costs in one month, quarter, …")
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        required=True,
        default="month",
        string="Per",
    )
    account_ids = fields.Many2many(
        "account.account", string="Accounts", check_company=True
    )

    @api.constrains("source", "amount", "account_ids")
    def _check_cost(self):
        for pool in self:
            if pool.source == "accounts" and not pool.account_ids:
                raise ValidationError(
                    self.env._(
                        "%(pool)s takes its cost from accounts; choose at least one.",
                        pool=pool.name,
                    )
                )
            if pool.source == "amount" and not 0 <= pool.amount < 1e15:
                pool._refuse_amount(pool.name)

    @api.constrains("driver")
    def _check_driver(self):
        # the ORM does not look where the choices come from a method
        drivers = self._drivers()
        for pool in self:
            if pool.driver not in drivers:
                raise ValidationError(
                    self.env._(
                        "“%(driver)s” is not among the drivers that %(pool)s can be "
                        "shared out by.",
                        driver=pool.driver,
                        pool=pool.name,
                    )
                )

    @api.constrains("company_id")
    def _check_company_unchanged(self):
        shared = self.env["crm.cost.run.pool"].sudo()  # of the other company
        for pool in self:
            elsewhere = [
                ("pool_id", "=", pool.id),
                ("company_id", "!=", pool.company_id.id),
            ]
            if shared.search_count(elsewhere, limit=1):
                raise ValidationError(
                    self.env._(
                        "%(pool)s has been shared out already; archive it and make a "
                        "new one for %(company)s.",
                        pool=pool.name,
                        company=pool.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_finite(vals_list)
        pools = super().create(vals_list)
        pools._outdate_drafts()
        return pools

    def write(self, vals):
        self._check_finite([vals])
        self._outdate_drafts()
        result = super().write(vals)
        self._outdate_drafts()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        frozen = (
            self.env["crm.cost.run.pool"]
            .sudo()  # a frozen run counts whoever asks
            .search(
                [("pool_id", "in", self.ids), ("run_id.state", "=", "frozen")], limit=1
            )
        )
        if frozen:
            raise ValidationError(
                self.env._(
                    "“%(pool)s” is part of a frozen run; archive it instead.",
                    pool=frozen.pool_id.name,
                )
            )

    def unlink(self):
        self._outdate_drafts()
        return super().unlink()

    @api.model
    def _check_finite(self, vals_list):
        """Before the ORM rounds the amounts, which fails on these."""
        for vals in vals_list:
            if not isfinite(float(vals.get("amount") or 0)):
                self._refuse_amount(vals.get("name") or self[:1].name)

    @api.model
    def _refuse_amount(self, name):
        raise ValidationError(
            self.env._("The cost of %(pool)s must be 0 or more.", pool=name)
        )

    @api.model
    def _drivers(self):
        """`{code: Driver}`: what pools are shared out by; other addons add theirs."""
        return {
            "orders": Driver(self.env._("Orders"), "order_count"),
            "lines": Driver(self.env._("Order lines"), "line_count"),
            "picks": Driver(self.env._("Picks"), "pick_count"),
            "deliveries": Driver(self.env._("Deliveries"), "delivery_count"),
            "returns": Driver(self.env._("Returns"), "return_count"),
            "visits": Driver(self.env._("Visits"), "visit_count"),
            "invoices": Driver(self.env._("Invoices"), "invoice_count"),
            "overdue": Driver(
                self.env._("Overdue amount × days"), "overdue_amount_days"
            ),
            "revenue": Driver(self.env._("Revenue"), "revenue"),
        }

    @api.model
    def _selection_driver(self):
        return [(code, driver.label) for code, driver in self._drivers().items()]

    def _outdate_drafts(self):
        """What drafts say of these pools is not true any more."""
        drafts = (
            self.env["crm.cost.run"]
            .sudo()  # whoever may change a pool outdates the runs
            .search(
                [("company_id", "in", self.company_id.ids), ("state", "=", "draft")]
            )
        )
        drafts._forget_figures()

    def _costs(self, date_from, date_to):
        """What the pools cost from one day to another.

        :return: dict of pool: amount in its company's currency
        """
        share = spans.months(date_from, date_to)
        booked = self._booked(date_from, date_to)
        return {
            pool: booked.get(pool.id, 0.0)
            if pool.source == "accounts"
            else float_round(
                pool.amount * float(share / MONTHS[pool.period]),
                precision_rounding=pool.currency_id.rounding,
            )
            for pool in self
        }

    def _booked(self, date_from, date_to):
        """Balance of the posted entries of each pool's accounts."""
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT pool.id, SUM(line.balance)::float8
                    FROM crm_cost_pool pool
                    JOIN account_account_crm_cost_pool_rel chosen
                        ON chosen.crm_cost_pool_id = pool.id
                    JOIN account_move_line line
                        ON line.account_id = chosen.account_account_id
                        AND line.company_id = pool.company_id
                    WHERE pool.id = ANY(%s) AND line.parent_state = 'posted'
                    AND line.date BETWEEN %s AND %s GROUP BY pool.id""",
                    self.ids,
                    date_from,
                    date_to,
                )
            )
        )
