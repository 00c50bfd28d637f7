from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.crm_relationship.models.crm_pass_mixin import PassJob

from ..tools import baskets

WINDOW = relativedelta(months=24)
SETTINGS = ("min_orders", "min_customers", "min_confidence", "min_lift")


class CrmAnalyticsBasketRun(models.Model):
    """One search for products bought together, over a company's orders of a time.

    The rules of a company are those of its last run; earlier runs keep their figures.
    """

    _name = "crm.analytics.basket.run"
    _description = "Basket Run"
    _inherit = ["crm.analytics.run.mixin"]
    _order = "id desc"

    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self._last_day() - WINDOW,
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: self._last_day(),
        help="Itself included.",
    )
    min_orders = fields.Integer(
        "At Least Orders",
        required=True,
        compute="_compute_min_orders",
        store=True,
        readonly=False,
        precompute=True,
        help="A rule needs so many orders with both products. Proposed is one of a "
        "thousand orders, and 3 at least: of many orders a few hold any two products "
        "by chance.",
    )
    proposed_min_orders = fields.Integer(
        compute="_compute_proposed_min_orders", store=True, precompute=True, copy=False
    )
    min_customers = fields.Integer(
        "At Least Customers",
        required=True,
        default=2,
        help="A rule needs so many customers with both products in an order, so that "
        "the habit of one large customer is not taken for everybody's.",
    )
    min_confidence = fields.Float(
        "At Least Confidence",
        required=True,
        default=0.05,
        digits=(5, 4),
        help="Of the orders with the first product, the share with the second as well.",
    )
    min_lift = fields.Float(
        "At Least Lift",
        required=True,
        default=1.2,
        digits=(16, 2),
        help="How many times more often than by chance. 1 is chance.",
    )
    state = fields.Selection(
        selection_add=[("failed", "Failed")], ondelete={"failed": "cascade"}
    )
    computed_at = fields.Datetime("Computed On", readonly=True, copy=False)
    orders = fields.Integer(readonly=True, copy=False, help="With a product in them.")
    customers = fields.Integer(readonly=True, copy=False)
    products = fields.Integer(readonly=True, copy=False)
    pairs = fields.Integer(
        readonly=True, copy=False, help="Of products that were in an order together."
    )
    left_out = fields.Integer(
        readonly=True, copy=False, help="Products that sold too seldom to be paired."
    )
    rule_count = fields.Integer("Rules", readonly=True, copy=False)
    upsell_count = fields.Integer("Moves to Better", readonly=True, copy=False)
    seconds = fields.Float(readonly=True, copy=False, digits=(16, 1), aggregator=None)
    message = fields.Char("Result", compute="_compute_message")

    _settings_sane = models.Constraint(
        "CHECK(date_from <= date_to AND min_orders >= 1 AND min_customers >= 1"
        " AND min_confidence BETWEEN 0 AND 1 AND min_lift >= 0)",
        "The first day must not be after the last, orders and customers are at least "
        "1, the confidence is between 0 and 100 %, and the lift not negative.",
    )

    @api.depends("company_id", "date_from", "date_to")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(company)s, %(begin)s to %(end)s",
                company=run.company_id.name or "",
                begin=format_date(self.env, run.date_from),
                end=format_date(self.env, run.date_to),
            )

    @api.depends("company_id", "date_from", "date_to")
    def _compute_proposed_min_orders(self):
        """What is not chance among the orders of these days."""
        for run in self:
            whole = run.company_id and run.date_from and run.date_to
            orders = run._count_orders() if whole else 0
            run.proposed_min_orders = baskets.least_orders(orders)

    @api.depends("proposed_min_orders")
    def _compute_min_orders(self):
        """What is proposed, until the run is computed."""
        for run in self:
            if run.state == "draft" or not run.min_orders:
                run.min_orders = run.proposed_min_orders

    # -- in words ----------------------------------------------------------------------

    @api.depends("state", "rule_count", "orders", "customers", "products", "pairs")
    def _compute_message(self):
        for run in self:
            if run.state == "done":
                run.message = run._done_message()
            elif run.state == "failed":
                run.message = run.pass_id.error_ids[:1].message
            else:
                run.message = False

    def _done_message(self):
        """What was found or, of nothing, why."""
        if not self.rule_count:
            return self._empty_message()
        return self.env._(
            "%(rules)s rules from %(orders)s orders of %(customers)s customers with "
            "%(products)s products; %(seldom)s of these sold too seldom.",
            rules=self.rule_count,
            orders=self.orders,
            customers=self.customers,
            products=self.products,
            seldom=self.left_out,
        )

    def _empty_message(self):
        return next(text for applies, text in self._empty_reasons() if applies)

    def _empty_reasons(self):
        """Why nothing was found: whether it applies, and the sentence; the first."""
        env, orders = self.env, self.orders
        none = env._("No rules: there is no confirmed order with a product.")
        one = env._("No rules: there is only one order.")
        same = env._("No rules: all %s orders are of the same product.", orders)
        few = env._(
            "No rules: all %(orders)s orders are of %(customers)s customer(s), and "
            "a rule needs %(least)s.",
            orders=orders,
            customers=self.customers,
            least=self.min_customers,
        )
        single = env._("No rules: no order holds two products.")
        seldom = env._(
            "No rules: no two products are together in at least %(orders)s orders of "
            "%(customers)s customers, and as often as this run asks for.",
            orders=self.min_orders,
            customers=self.min_customers,
        )
        return (
            (not orders, none),
            (orders == 1, one),
            (self.products == 1, same),
            (self.customers < self.min_customers, few),
            (not self.pairs and not self.left_out, single),
            (True, seldom),
        )

    # -- actions -----------------------------------------------------------------------

    def action_compute(self):
        """Search now, and replace the rules of the company."""
        self._check_open()
        self.sudo()._compute_rules()

    @api.model
    def action_compute_now(self):
        """A new run of the current company with the settings it used last."""
        self.check_access("create")
        run = self.create(self._next_run_vals(self.env.company))
        run.action_compute()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_analytics.crm_analytics_basket_run_action"
            ),
            "res_id": run.id,
            "views": [(False, "form")],
        }

    def action_open_rules(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_analytics.crm_analytics_basket_rule_action"
            ),
            "domain": [("run_id", "=", self.id)],
        }

    # -- the job -----------------------------------------------------------------------

    def _compute_rules(self):
        """Through the log of the jobs; the run is the one thing to go through."""
        self.ensure_one()
        self.state = "running"
        job = PassJob(
            code="analytics_basket",
            name=self.env._("Bought together: %(run)s", run=self.display_name),
            model=self._name,
            ids=lambda position, _size: self.ids if position < self.id else [],
            total=lambda: 1,
            begin=lambda log: self.write({"pass_id": log.id}),
            batch=lambda _ids: self._search_baskets(),
            finish=self._finish_run,
        )
        return self._run_pass(job, self.company_id)

    def _finish_run(self, log):
        self.write(
            {
                "state": "failed" if log.error_count else "done",
                "seconds": log.seconds,
                "computed_at": fields.Datetime.now(),
            }
        )

    @api.model
    def _last_day(self, company=None):
        """Today or, of a history that has ended, the day of its last purchase."""
        return self.env["crm.analytics.customer"]._today(company or self.env.company)

    @api.model
    def _next_run_vals(self, company):
        last = self.search([("company_id", "=", company.id)], limit=1)
        day = self._last_day(company)
        days = {"date_from": day - WINDOW, "date_to": day}
        settings = {name: last[name] for name in SETTINGS if last}
        # what nobody chose grows with the history
        if last and last.min_orders == last.proposed_min_orders:
            del settings["min_orders"]
        return {"company_id": company.id, **days, **settings}

    def _compute_run(self):
        return self._compute_rules()

    @api.model
    def _create_scheduled(self):
        """A run for each company that has confirmed orders and none of its last day."""
        found = self.env["sale.order"]._read_group(
            [("state", "=", "sale")], ["company_id"]
        )
        wanted = [self._next_run_vals(company) for (company,) in found]
        done = {
            (run.company_id.id, run.date_to)
            for run in self.search([("state", "=", "done")], limit=1000)
        }
        return self.create(
            [
                {**vals, "state": "running"}
                for vals in wanted
                if (vals["company_id"], vals["date_to"]) not in done
            ]
        )
