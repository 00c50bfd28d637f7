from odoo import api, fields, models
from odoo.tools import format_date

UNIT_DAYS = {"day": 1.0, "week": 7.0, "month": 365 / 12}


class CrmAnalyticsClvRun(models.Model):
    """One estimate of how often customers buy, whether they left, and their worth.

    It keeps what it was computed with, the parameters and how well they forecast, so
    that a figure of a customer can be traced to the run that it is from.
    """

    _name = "crm.analytics.clv.run"
    _description = "Lifetime Value Run"
    _inherit = ["crm.analytics.run.mixin"]
    _order = "date desc, id desc"

    currency_id = fields.Many2one(related="company_id.currency_id")
    tier_id = fields.Many2one(
        "crm.tier",
        ondelete="restrict",
        help="Only the customers of this tier. Empty: all of the company.",
    )
    date = fields.Date(
        "As of",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Nothing after this day is taken into account. Proposed is today, or the "
        "last purchase when that is more than a year ago.",
    )
    time_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months")],
        required=True,
        default="week",
        help="Unit of the model's time. It changes alpha, and none of the values.",
    )
    horizon_months = fields.Integer("Horizon (Months)", required=True, default=12)
    discount_rate = fields.Float(
        "Discount Rate (%)",
        default=10,
        digits=(5, 2),
        help="Per year: by how much less money of next year is worth today.",
    )
    capital_rate = fields.Float(
        "Capital Rate (%)",
        default=6,
        digits=(5, 2),
        help="Per year: what the money costs that customers owe.",
    )
    days_outstanding = fields.Integer(
        "Days until Paid", default=30, help="How long customers take to pay."
    )
    service_cost = fields.Monetary("Cost to Serve a Purchase")
    acquisition_cost = fields.Monetary(
        "Cost to Win a Customer",
        help="Taken off what a customer earned so far. It is spent already, so it does "
        "not lower what the customer will still earn.",
    )
    margin_basis = fields.Selection(
        [
            ("customer", "Each customer's own margin"),
            ("company", "Mean margin of the company"),
            ("revenue", "Revenue, without costs"),
        ],
        required=True,
        default="customer",
        help="Which share of a purchase is earned: of what was invoiced, what is left "
        "after credit notes and the cost of goods.",
    )
    holdout_weeks = fields.Integer(
        "Hold-Out (Weeks)",
        default=26,
        help="The model is fitted without these last weeks too, and its forecast of "
        "them compared with what happened. 0: no check.",
    )

    r = fields.Float(readonly=True, copy=False, digits=False, aggregator=None)
    alpha = fields.Float(readonly=True, copy=False, digits=False, aggregator=None)
    a = fields.Float(readonly=True, copy=False, digits=False, aggregator=None)
    b = fields.Float(readonly=True, copy=False, digits=False, aggregator=None)
    log_likelihood = fields.Float(
        "Log-Likelihood", readonly=True, copy=False, digits=False, aggregator=None
    )
    p = fields.Float(readonly=True, copy=False, digits=False, aggregator=None)
    q = fields.Float(readonly=True, copy=False, digits=False, aggregator=None)
    gamma = fields.Float(readonly=True, copy=False, digits=False, aggregator=None)
    spending_log_likelihood = fields.Float(
        readonly=True, copy=False, digits=False, aggregator=None
    )
    customers = fields.Integer(readonly=True, copy=False)
    repeat_buyers = fields.Integer(readonly=True, copy=False)
    margin_share = fields.Float(
        readonly=True,
        copy=False,
        digits=False,
        aggregator=None,
        help="Of what the company invoiced, what is left to it.",
    )
    correlation = fields.Float(
        "Frequency and Spending",
        readonly=True,
        copy=False,
        digits=(5, 4),
        aggregator=None,
        help="Correlation of how often and how much customers buy. The model assumes "
        "that there is none.",
    )
    holdout_customers = fields.Integer("Hold-Out Customers", readonly=True, copy=False)
    holdout_predicted = fields.Float(
        "Purchases Forecast", readonly=True, copy=False, digits=(16, 1)
    )
    holdout_actual = fields.Integer("Purchases Made", readonly=True, copy=False)
    holdout_correlation = fields.Float(
        "Hold-Out Correlation",
        readonly=True,
        copy=False,
        digits=(5, 4),
        aggregator=None,
        help="Of forecast and actual purchases over the customers; 1 is perfect.",
    )
    holdout_bias = fields.Float(
        "Hold-Out Bias",
        readonly=True,
        copy=False,
        digits=(16, 4),
        aggregator=None,
        help="By which share too many purchases were forecast; below 0: too few.",
    )
    cumulative_bias = fields.Float(
        readonly=True,
        copy=False,
        digits=(16, 4),
        aggregator=None,
        help="The same of all repeat purchases since the beginning.",
    )
    calibration = fields.Json(readonly=True, copy=False)
    histogram = fields.Json(readonly=True, copy=False)
    trusted = fields.Boolean(readonly=True, copy=False)
    reason_code = fields.Char(readonly=True, copy=False)
    reason = fields.Char(compute="_compute_reason")
    buying_text = fields.Text("How They Buy", compute="_compute_texts")
    spending_text = fields.Text("What They Spend", compute="_compute_texts")
    holdout_text = fields.Text("How Well It Forecasts", compute="_compute_texts")

    _settings_sane = models.Constraint(
        "CHECK(horizon_months BETWEEN 1 AND 120 AND holdout_weeks >= 0"
        " AND days_outstanding >= 0 AND capital_rate >= 0 AND discount_rate > -100)",
        "The horizon is 1 to 120 months; hold-out, days until paid and capital rate "
        "cannot be negative, and the discount rate must be above -100 %.",
    )

    @api.depends("company_id", "date")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(company)s as of %(date)s",
                company=run.company_id.name or "",
                date=format_date(self.env, run.date) if run.date else "",
            )

    @api.depends("company_id")
    def _compute_date(self):
        for run in self:
            run.date = run._propose_date()

    def _propose_date(self):
        """Today, or the last day with a purchase when that is more than a year ago."""
        return self.env["crm.analytics.customer"]._today(self.company_id)

    # -- in words ----------------------------------------------------------------------

    @api.depends("reason_code", "state")
    def _compute_reason(self):
        sentences = self._reason_sentences()
        for run in self:
            run.reason = sentences.get(run.reason_code, run.reason_code)

    def _reason_sentences(self):
        """By code, why the figures are not the model's."""
        env = self.env
        few = env._("too few customers have bought more than once to learn from")
        equal = env._("all customers have the same history")
        limit = env._("a parameter ran to the end of its range")
        never = env._("the search for the parameters did not come to an end")
        empty = env._("there is no purchase yet")
        purchases = {
            "empty": empty,
            "few_repeat": few,
            "all_equal": equal,
            "not_converged": never,
            "at_bound": limit,
            "no_dropout": env._(
                "the purchases do not tell who has left: that nobody ever leaves "
                "explains them as well"
            ),
        }
        spending = {
            **purchases,
            "all_equal": env._("all customers spend the same on a purchase"),
            "correlated": env._(
                "how much customers spend depends on how often they buy"
            ),
        }
        whole = env._(
            "The model is not used, because %s. Shown is what customers have earned so "
            "far; who is later than its own rhythm counts as leaving."
        )
        value = env._(
            "The value is not predicted, because %s. Shown is what customers have "
            "earned so far; purchases and P(alive) are the model's."
        )
        kinds = (("purchases", whole, purchases), ("spending", value, spending))
        return {
            f"{kind}:{code}": sentence % why
            for kind, sentence, whys in kinds
            for code, why in whys.items()
        }

    @api.depends(
        "state", "reason_code", "r", "alpha", "a", "b", "p", "q", "gamma", "time_unit"
    )
    def _compute_texts(self):
        """What the parameters say; nothing of a model that is not used."""
        for run in self:
            done = run.state == "done"
            kind = (run.reason_code or "").partition(":")[0]
            buying = done and run.alpha and kind != "purchases"
            run.buying_text = run._buying_text() if buying else False
            run.spending_text = (
                run._spending_text() if buying and run.gamma and not kind else False
            )
            run.holdout_text = run._holdout_text() if done else False

    def _buying_text(self):
        unit = UNIT_DAYS[self.time_unit]
        return self.env._(
            "A customer who is still one buys every %(days).0f days on average. After "
            "a repeat purchase %(leave).0f %% leave.",
            days=unit * self.alpha / self.r,
            leave=100 * self.a / (self.a + self.b),
        )

    def _spending_text(self):
        return self.env._(
            "A purchase is %(amount)s on average. Of a customer with two repeat "
            "purchases, its own average counts %(own).0f %%, that of all the rest.",
            amount=self.currency_id.format(self.p * self.gamma / (self.q - 1)),
            own=100 * 2 * self.p / (2 * self.p + self.q - 1),
        )

    def _holdout_text(self):
        if not self.holdout_customers:
            return self.env._(
                "Not checked: there is no purchase before the last %(weeks)s weeks, or "
                "too few to fit the model without them.",
                weeks=self.holdout_weeks,
            )
        return self.env._(
            "Fitted without the last %(weeks)s weeks, it forecast %(predicted).0f "
            "purchases for them; there were %(actual)s. The correlation over the "
            "customers is %(correlation).3f.",
            weeks=self.holdout_weeks,
            predicted=self.holdout_predicted,
            actual=self.holdout_actual,
            correlation=self.holdout_correlation,
        )

    # -- actions -----------------------------------------------------------------------

    def action_compute(self):
        """Bring the figures up to date, fit the model, and value each customer."""
        self._check_open()
        # figures are written by us only
        self.env["crm.customer.day"].sudo().refresh()
        self.env["crm.analytics.customer"].sudo().refresh()
        self.sudo()._compute_values()

    def action_open_customers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_customer_value_action"
        )
        return {**action, "domain": [("clv_run_id", "=", self.id)]}

    # -- schedule ----------------------------------------------------------------------

    def _compute_run(self):
        return self._compute_values()

    @api.model
    def _create_scheduled(self):
        """A run of today for each company that has customers and none of today."""
        rows = self.env["crm.analytics.customer"]._read_group([], ["company_id"])
        runs = self.browse()
        for (company,) in rows:
            last = self.search(
                [
                    ("company_id", "=", company.id),
                    ("tier_id", "=", False),
                    ("state", "=", "done"),
                ],
                order="id desc",
                limit=1,
            )
            new = self.new({"company_id": company.id})
            if last and last.date >= new.date:
                continue
            vals = last.copy_data()[0] if last else {"company_id": company.id}
            vals |= {"date": new.date, "state": "running"}
            runs |= self.create(vals)
        return runs
