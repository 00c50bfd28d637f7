from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_analytics_customer import FINANCE, MANAGER
from .crm_analytics_strategy import STRATEGIES

QUADRANTS = {  # by whether potential is high, and whether value is
    (True, True): "strategy_high_high",
    (True, False): "strategy_high_low",
    (False, True): "strategy_low_high",
    (False, False): "strategy_low_low",
}
MEASURES = ("potential_measure", "value_measure")


class CrmAnalyticsPortfolio(models.Model):
    """How a company sorts its customers by potential and value."""

    _name = "crm.analytics.portfolio"
    _description = "Customer Portfolio"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    value_measure = fields.Selection(
        [
            ("revenue_12m", "Revenue of 12 months"),
            ("margin_12m", "Margin of 12 months"),
            ("profit_12m", "Profit of 12 months"),
            ("clv", "Lifetime value"),
        ],
        "Value",
        required=True,
        default="revenue_12m",
        help="Who may not see margins sees revenue instead.",
    )
    potential_measure = fields.Selection(
        [
            ("expected", "Expected purchases"),
            ("growth", "Growth carried on"),
            ("typed", "Only what was typed in"),
            ("clv", "Lifetime value"),
        ],
        "Potential",
        required=True,
        default="expected",
        help="Expected purchases and growth: the larger of that and what was typed in; "
        "of who has neither, what customers like it buy.",
    )
    value_cut = fields.Monetary("Value Is High From", help="That much is high already.")
    potential_cut = fields.Monetary(
        "Potential Is High From", help="That much is high already."
    )
    cuts_fixed = fields.Boolean(
        "Cuts Set by Hand",
        help="Otherwise they are the medians of the amounts above 0, at every refresh.",
    )
    strategy_high_high = fields.Selection(
        STRATEGIES, "High Potential, High Value", required=True, default="invest"
    )
    strategy_high_low = fields.Selection(
        STRATEGIES, "High Potential, Low Value", required=True, default="cultivate"
    )
    strategy_low_high = fields.Selection(
        STRATEGIES, "Low Potential, High Value", required=True, default="restructure"
    )
    strategy_low_low = fields.Selection(
        STRATEGIES, "Low Potential, Low Value", required=True, default="let_go"
    )
    as_of = fields.Date(readonly=True)

    _company_uniq = models.Constraint(
        "UNIQUE (company_id)", "A company has one portfolio."
    )

    @api.constrains("value_cut", "potential_cut")
    def _check_cuts(self):
        for portfolio in self:
            cuts = (portfolio.value_cut, portfolio.potential_cut)
            if not all(abs(cut) < 1e15 for cut in cuts):  # also what is no number
                raise ValidationError(self.env._("A cut must be an amount."))

    def write(self, vals):
        """Customers are sorted anew at once; a new measure needs new cuts."""
        cuts = {"value_cut", "potential_cut"} & set(vals)
        changed = any(
            portfolio[name] != vals[name]
            for portfolio in self
            for name in MEASURES
            if name in vals
        )
        if cuts:
            vals = {"cuts_fixed": True, **vals}
        elif changed:
            vals = {**vals, "cuts_fixed": False}
        result = super().write(vals)
        for portfolio in self:
            self._evaluate(portfolio.company_id)
        return result

    @api.model
    def _of(self, company):
        """The company's portfolio; one that is not stored if there is none yet."""
        # the cuts are for all to be sorted by, and shown to who may see them
        found = self.sudo().search([("company_id", "=", company.id)])
        return found or self.sudo().new({"company_id": company.id})

    def _strategies_by_quadrant(self):
        """`{(potential is high, value is high): strategy}`."""
        return {key: self[name] for key, name in QUADRANTS.items()}

    @api.model
    def _columns(self, value_measure, potential_measure):
        """The columns of the customer figures for value and potential."""
        potential = "clv" if potential_measure == "clv" else "potential"
        return value_measure, potential

    @api.model
    def _is_visible(self, column):
        """Whether the user may see this figure of customers."""
        group = {"margin_12m": MANAGER, "clv": MANAGER, "profit_12m": FINANCE}
        return column not in group or self.env.user.has_group(group[column])
