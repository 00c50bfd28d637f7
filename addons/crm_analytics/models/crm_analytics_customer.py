import logging

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_relationship.exceptions import PassBusyError
from odoo.addons.crm_relationship.models.crm_pass_mixin import PassJob

_logger = logging.getLogger(__name__)


class CrmAnalyticsCustomer(models.Model):
    """One wide row per commercial entity and company: what the analyses read.

    Filled by set-based SQL only, from `crm.customer.day`.
    """

    _name = "crm.analytics.customer"
    _description = "Customer Figures"
    _inherit = ["crm.pass.mixin"]
    _rec_name = "partner_id"
    _order = "revenue desc, id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    first_day = fields.Date(string="First Activity", readonly=True)
    last_day = fields.Date(string="Last Activity", readonly=True)
    order_count = fields.Integer(string="Orders", readonly=True)
    revenue = fields.Monetary(
        readonly=True, help="Invoiced without tax, refunds subtracted."
    )
    margin = fields.Monetary(
        readonly=True,
        groups="crm_analytics.group_crm_analytics_manager",
        help="Revenue less the cost of what was invoiced.",
    )

    # A constraint, not a unique index: merging partners looks for constraints.
    _partner_company_uniq = models.Constraint(
        "UNIQUE (partner_id, company_id)", "A customer has one row per company."
    )

    @api.model
    @api.private
    def refresh(self):
        """Make the rows equal to the customer days; write only what differs."""
        return self._run_pass(
            PassJob(
                code="analytics_customer",
                name=self.env._("Customer figures: refresh"),
                size=50000,
                ids=self._refresh_ids,
                total=self._refresh_total,
                batch=self._refresh_batch,
            )
        )

    @api.model
    def _cron_refresh(self):
        try:
            self.refresh()
        except PassBusyError as busy:
            _logger.info("%s", busy)

    def _refresh_ids(self, position, size):
        self.env.cr.execute(
            SQL(
                "SELECT id FROM res_partner WHERE id > %s ORDER BY id LIMIT %s",
                position,
                size,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _refresh_total(self):
        self.env.cr.execute(SQL("SELECT COUNT(*) FROM res_partner"))
        return self.env.cr.fetchone()[0]

    def _facts(self):
        """Give the aggregate of the customer days behind each column."""
        return {
            "first_day": SQL("MIN(day)"),
            "last_day": SQL("MAX(day)"),
            "order_count": SQL("SUM(order_count)"),
            "revenue": SQL("SUM(revenue)"),
            "margin": SQL("SUM(margin)"),
        }

    def _refresh_batch(self, ids):
        """Compute the rows of all customers from the first id to the last."""
        self.env.cr.execute(
            SQL(
                """WITH fact AS MATERIALIZED (
                    SELECT partner_id, company_id, %(facts)s
                    FROM crm_customer_day
                    WHERE partner_id BETWEEN %(low)s AND %(high)s
                    GROUP BY partner_id, company_id
                ), gone AS (
                    DELETE FROM crm_analytics_customer old
                    WHERE old.partner_id BETWEEN %(low)s AND %(high)s AND NOT EXISTS (
                        SELECT FROM fact WHERE fact.partner_id = old.partner_id
                        AND fact.company_id = old.company_id)
                    RETURNING 1
                ), put AS (%(upsert)s RETURNING 1)
                SELECT (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)""",
                facts=SQL(", ").join(
                    SQL("%s AS %s", fact, SQL.identifier(name))
                    for name, fact in self._facts().items()
                ),
                low=ids[0],
                high=ids[-1],
                upsert=self._upsert_sql(),
            )
        )
        rows = self.env.cr.fetchone()[0]
        self.invalidate_model()
        return rows

    def _upsert_sql(self):
        """Write the rows that are new or not right."""
        facts = self._facts()

        def columns(template):
            return SQL(", ").join(
                SQL(template, name=SQL.identifier(name)) for name in facts
            )

        return SQL(
            """INSERT INTO crm_analytics_customer (partner_id, company_id, %(names)s)
            SELECT fact.* FROM fact
            LEFT JOIN crm_analytics_customer old USING (partner_id, company_id)
            WHERE old.id IS NULL OR (%(old)s) IS DISTINCT FROM (%(new)s)
            ON CONFLICT (partner_id, company_id) DO UPDATE SET %(update)s""",
            names=columns("%(name)s"),
            old=columns("old.%(name)s"),
            new=columns("fact.%(name)s"),
            update=columns("%(name)s = EXCLUDED.%(name)s"),
        )
