from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from odoo.addons.crm_relationship.models.crm_tier_policy import Measure


class CrmTierPolicy(models.Model):
    """Tiers by what customers earn us, after the cost to serve them."""

    _name = "crm.tier.policy"
    _inherit = ["crm.tier.policy"]

    @api.model
    def _measures(self):
        return super()._measures() | {
            "profit": Measure(
                self.env._("Profit after cost to serve"),
                query=type(self)._profit_sql,
                groups="crm_analytics.group_crm_analytics_finance",
            )
        }

    def _profit_sql(self, date_from, date_to):
        """Of the frozen runs that make up a window as long as the policy's."""
        runs = self.env["crm.cost.run"]._filling(
            self.company_id, date_to, self.window_months
        )
        if not runs:
            raise UserError(
                self.env._(
                    "There is no profit of %(months)s months until %(date)s yet: "
                    "freeze a cost run, or several, that cover them without a gap.",
                    months=self.window_months,
                    date=format_date(self.env, date_to),
                )
            )
        return SQL(
            """SELECT partner_id, SUM(profit) AS value FROM crm_analytics_profit
            WHERE run_id = ANY(%s) GROUP BY partner_id""",
            runs.ids,
        )
