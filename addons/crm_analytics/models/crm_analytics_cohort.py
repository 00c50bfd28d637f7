from odoo import api, fields, models
from odoo.tools import SQL

INTERVALS = [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")]


class CrmAnalyticsCohort(models.Model):
    """What the customers who began in one period bought in another one.

    Sums over all customers of a company, so that the cohort grid of who may see them
    all is there at once. Written after each refresh of the customer figures.
    """

    _name = "crm.analytics.cohort"
    _description = "Cohort of Customers"
    _order = "interval, cohort, period, id"
    _rec_name = "cohort"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of = fields.Date(required=True, readonly=True)
    interval = fields.Selection(INTERVALS, required=True, readonly=True)
    cohort = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="The period of their first purchase, counted from year 0.",
    )
    period = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="The period that is summed, counted alike.",
    )
    customer_count = fields.Integer(
        "Customers", readonly=True, help="Those who bought in the period."
    )
    net = fields.Float(
        "Revenue", readonly=True, help="What all of them bought, less credit notes."
    )
    gross = fields.Float(
        "Revenue Kept",
        readonly=True,
        help="The same, with each customer counted from 0 to the amount of its first "
        "period.",
    )

    _company_cell_uniq = models.Constraint(
        "UNIQUE (company_id, interval, cohort, period)",
        "A company has one row per interval, cohort and period.",
    )

    @api.model
    def _note(self, company):
        """Sum the cohorts of a company anew."""
        figures = self.env["crm.analytics.customer"]
        today = figures._today(company)
        figures.flush_model()
        everybody = SQL(
            "(SELECT id FROM crm_analytics_customer WHERE company_id = %s)", company.id
        )
        rows = [
            (company.id, today, interval, cohort, cohort + age, *sums)
            for interval, _name in INTERVALS
            for (cohort, age), sums in figures._cohort_sums(
                company, everybody, interval, today
            ).items()
        ]
        self.env.cr.execute(
            SQL("DELETE FROM crm_analytics_cohort WHERE company_id = %s", company.id)
        )
        if rows:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_analytics_cohort (company_id, as_of, interval,
                        cohort, period, customer_count, net, gross) VALUES %s""",
                    SQL(", ").join(SQL("%s", row) for row in rows),
                )
            )
        self.invalidate_model()

    @api.model
    def _noted(self, interval):
        """The current company's sums by cohort and age, and as of when; or nothing."""
        rows = self.env.execute_query(
            SQL(
                """SELECT as_of, cohort, period - cohort, customer_count, net, gross
                FROM crm_analytics_cohort
                WHERE company_id = %s AND interval = %s""",
                self.env.company.id,
                interval,
            )
        )
        sums = {(cohort, age): tuple(part) for _day, cohort, age, *part in rows}
        return (sums, rows[0][0]) if rows else (None, None)
