from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

from ..tools import tiering

RULES = (
    "measure",
    "window_months",
    "method",
    "min_orders",
    "exclude_new",
    "hysteresis_pct",
    "min_stay_days",
    "max_ranks",
)


class CrmTierRules(models.AbstractModel):
    """How customers are divided into tiers: a policy says it, a run keeps a copy."""

    _name = "crm.tier.rules"
    _description = "Tier Rules"

    measure = fields.Selection(
        selection=lambda self: self.env["crm.tier.policy"]._selection_measure(),
        required=True,
        default="revenue",
    )
    window_months = fields.Integer(string="Window (Months)", default=12, required=True)
    method = fields.Selection(
        [
            (tiering.PARETO_VALUE, "Pareto: share of value"),
            (tiering.PARETO_CUSTOMERS, "Pareto: share of customers"),
            (tiering.PERCENTILE, "Percentile"),
            (tiering.THRESHOLD, "Fixed amounts"),
        ],
        required=True,
        default=tiering.PARETO_VALUE,
        help="Share of value: the customers who bring the first 80 % of it.\n"
        "Share of customers: the best 20 % of customers.\n"
        "Percentile: customers at or above the 95th percentile of value.\n"
        "Fixed amounts: customers with at least that value.",
    )
    min_orders = fields.Integer(
        string="Minimum Orders",
        help="Customers with fewer purchases in the window go to the last tier.",
    )
    exclude_new = fields.Boolean(
        string="Leave Out New Customers",
        default=True,
        help="A customer gets its first tier only once it has bought on a second day.",
    )
    hysteresis_pct = fields.Float(
        string="Hysteresis (%)",
        default=5,
        digits=(5, 2),
        help="A customer moves only if its value passes the cut by this much.",
    )
    min_stay_days = fields.Integer(
        string="Minimum Stay (Days)",
        default=90,
        help="A customer keeps a tier at least this long.",
    )
    max_ranks = fields.Integer(
        string="Most Tiers per Run",
        help="How many tiers one run may move a customer. 0: any number.",
    )

    def _copy_rules(self):
        """The rules as values for another record."""
        self.ensure_one()
        return {name: self[name] for name in RULES}

    def _rules(self):
        """How freely customers may move, as the pure tiering takes it."""
        self.ensure_one()
        return tiering.Rules(
            Decimal(str(self.hysteresis_pct)), self.min_stay_days, self.max_ranks
        )

    def _date_from(self, date):
        """First day of the window that ends on a day."""
        return date - relativedelta(months=self.window_months) + relativedelta(days=1)

    def _validate_cuts(self, cuts):
        """Raise the sentence that says what is wrong with the cuts, if anything.

        :param cuts: dict of tier id: Decimal, best tier first
        """
        problem = tiering.check_cuts(self.method, list(cuts.values()))
        if not problem:
            return
        code, position = problem
        tier = self.env["crm.tier"].browse(list(cuts)[position : position + 1])
        value = list(cuts.values())[position] if cuts else 0
        raise ValidationError(self._cut_sentence(code, tier.name, f"{float(value):g}"))

    def _cut_sentence(self, code, tier, cut):
        if code == "few":
            return self.env._("A policy needs a cut for at least two tiers.")
        if code == "range":
            return self.env._(
                "The cut of %(tier)s is %(cut)s; enter a percentage from 0 to 100.",
                tier=tier,
                cut=cut,
            )
        if code == "rest":
            rest = "0" if self.method == tiering.PERCENTILE else "100"
            return self.env._(
                "The cut of %(tier)s is %(cut)s, but the last tier takes all other "
                "customers; enter %(rest)s.",
                tier=tier,
                cut=cut,
                rest=rest,
            )
        if self.method in (tiering.PERCENTILE, tiering.THRESHOLD):
            return self.env._(
                "The cut of %(tier)s is %(cut)s; it must be lower than the cut of the "
                "tier above it.",
                tier=tier,
                cut=cut,
            )
        return self.env._(
            "The cut of %(tier)s is %(cut)s; shares add up from tier to tier, so it "
            "must be higher than the cut of the tier above it.",
            tier=tier,
            cut=cut,
        )
