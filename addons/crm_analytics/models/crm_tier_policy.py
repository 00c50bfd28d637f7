from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_relationship.models.crm_tier_policy import Measure

from .crm_analytics_customer import MANAGER


class CrmTierPolicy(models.Model):
    """Customers can be tiered by what they will still earn."""

    _inherit = "crm.tier.policy"

    @api.model
    def _measures(self):
        return {
            **super()._measures(),
            "clv": Measure(
                self.env._("Lifetime value"), query=_clv_sql, groups=MANAGER
            ),
        }


def _clv_sql(policy, _date_from, _date_to):
    """The values of the last run: they look ahead, so the window is not theirs."""
    return SQL(
        """SELECT partner_id, clv AS value FROM crm_analytics_customer
        WHERE company_id = %s AND clv IS NOT NULL""",
        policy.company_id.id,
    )
