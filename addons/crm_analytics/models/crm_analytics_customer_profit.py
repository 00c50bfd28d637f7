from odoo import api, models
from odoo.tools import SQL


class CrmAnalyticsCustomer(models.Model):
    """The profit of the last frozen runs, in the customers' figures."""

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    @api.model
    def _after_refresh(self, company):
        result = super()._after_refresh(company)
        self._fill_profit(company)
        return result

    @api.model
    def _fill_profit(self, company):
        """The profit of the twelve months until the end of the last frozen run.

        Empty where frozen runs do not make up these months without a gap.
        """
        today = self._today(company)
        runs = self.env["crm.cost.run"]._filling(company, today, 12)
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """WITH found AS (
                    SELECT partner_id, SUM(profit) AS profit FROM crm_analytics_profit
                    WHERE run_id = ANY(%s) GROUP BY partner_id
                ), new AS (
                    SELECT figures.id, CASE WHEN %s
                        THEN COALESCE(found.profit, 0) END AS profit
                    FROM crm_analytics_customer figures
                    LEFT JOIN found USING (partner_id)
                    WHERE figures.company_id = %s
                )
                UPDATE crm_analytics_customer figures SET profit_12m = new.profit
                FROM new WHERE new.id = figures.id
                AND figures.profit_12m IS DISTINCT FROM new.profit""",
                runs.ids,
                bool(runs),
                company.id,
            )
        )
        self.invalidate_model(["profit_12m"])
