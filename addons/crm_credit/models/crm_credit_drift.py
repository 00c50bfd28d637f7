import logging

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_relationship.exceptions import PassBusyError
from odoo.addons.crm_relationship.models.crm_pass_mixin import PassJob

from . import crm_credit_exposure_query as query
from .crm_credit_exposure import COMPONENTS

_logger = logging.getLogger(__name__)
BATCH = 10_000  # files at once: each batch reads through all open items


class CrmCreditDrift(models.Model):
    """A stored exposure that the nightly reconciliation found wrong, and put right.

    None is expected. One means that something changed a document behind the ORM's back.
    """

    _name = "crm.credit.drift"
    _description = "Exposure Drift"
    _inherit = ["crm.pass.mixin"]
    _order = "id desc"

    account_id = fields.Many2one(
        "crm.credit.account",
        "Credit File",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    component = fields.Selection(COMPONENTS, readonly=True)
    document = fields.Char(readonly=True, help="Empty: the sum on the file was wrong.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    stored = fields.Monetary(readonly=True, aggregator=None)
    found = fields.Monetary(readonly=True, aggregator=None)

    @api.model
    def reconcile(self):
        """Compare every file with its documents, repair and report; move the calendar.

        :raise PassBusyError: another transaction does it
        """
        return self._run_pass(
            PassJob(
                code="credit_reconcile",
                name=self.env._("Credit: reconcile the exposures"),
                model="crm.credit.account",
                ids=self._reconcile_ids,
                total=self._reconcile_total,
                batch=self._reconcile_batch,
                size=BATCH,
                finish=self._reconcile_finish,
            )
        )

    @api.model
    def _cron_reconcile(self):
        try:
            self.reconcile()
        except PassBusyError as busy:
            _logger.info("%s", busy)

    def _reconcile_ids(self, position, size):
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_credit_account WHERE id > %s AND active
                ORDER BY id LIMIT %s""",
                position,
                size,
            )
        )
        return [id_ for (id_,) in rows]

    def _reconcile_total(self):
        return self.env["crm.credit.account"].sudo().search_count([])

    def _reconcile_batch(self, ids):
        accounts = self.env["crm.credit.account"].sudo()
        accounts._settle()
        wrong = self._document_drifts(ids)
        drifts = wrong + self._sum_drifts(ids)
        if wrong:
            accounts._refresh_all([row["account_id"] for row in wrong])
        accounts._sum_up(ids)
        self.sudo().create(drifts)
        return len(drifts)

    def _reconcile_finish(self, run):
        """Name what was found in the run's log row."""
        found = self.search_count([("create_date", ">=", run.started_at)])
        if found:
            _logger.error("credit_reconcile: %s stored exposures were wrong", found)
        run.message = self.env._("%(count)s wrong figures found", count=found)

    def _document_drifts(self, ids):
        """Rows that differ from their documents in more than today's rates."""
        rows = self.env.execute_query_dict(
            SQL(
                """WITH %(ctes)s, fresh AS (
                    SELECT fresh.* FROM (%(fresh)s) fresh
                    WHERE fresh.account_id = ANY(%(ids)s)
                ), stored AS (
                    SELECT * FROM crm_credit_exposure WHERE account_id = ANY(%(ids)s)
                )
                SELECT COALESCE(fresh.account_id, stored.account_id) AS account_id,
                    COALESCE(fresh.component, stored.component) AS component,
                    COALESCE(fresh.currency_id, stored.currency_id) AS currency_id,
                    COALESCE(stored.amount_currency, 0) AS stored,
                    COALESCE(fresh.amount_currency, 0) AS found,
                    COALESCE(sale.name, move.name, '/') AS document
                FROM fresh FULL JOIN stored
                ON stored.account_id = fresh.account_id
                AND stored.component = fresh.component
                AND COALESCE(stored.move_line_id, stored.move_id, stored.order_id)
                    = COALESCE(fresh.move_line_id, fresh.move_id, fresh.order_id)
                LEFT JOIN sale_order sale
                    ON sale.id = COALESCE(fresh.order_id, stored.order_id)
                LEFT JOIN account_move move
                    ON move.id = COALESCE(fresh.move_id, stored.move_id)
                WHERE (fresh.amount_currency, fresh.currency_id, fresh.date_due,
                    fresh.counts_from, fresh.counts_until)
                IS DISTINCT FROM (stored.amount_currency, stored.currency_id,
                    stored.date_due, stored.counts_from, stored.counts_until)""",
                ctes=query.ctes(fields.Datetime.now()),
                fresh=query.exposure(
                    query.Scope.debtors(self._debtors(ids)),
                    self.env["crm.credit.account"]._wanted(query.SOURCES),
                ),
                ids=ids,
            )
        )
        return rows

    def _sum_drifts(self, ids):
        """Files whose figures are not the sum of their rows on the day they are of."""
        return self.env.execute_query_dict(
            SQL(
                """SELECT account.id AS account_id, account.currency_id,
                    account.exposure AS stored, total.amount AS found
                FROM crm_credit_account account
                CROSS JOIN LATERAL (
                    SELECT COALESCE(SUM(amount), 0) AS amount FROM crm_credit_exposure
                    WHERE account_id = account.id
                    AND (counts_from IS NULL OR counts_from <= account.figures_date)
                    AND (counts_until IS NULL OR counts_until >= account.figures_date)
                ) total
                WHERE account.id = ANY(%s) AND account.figures_date IS NOT NULL
                AND account.exposure IS DISTINCT FROM total.amount""",
                ids,
            )
        )

    def _debtors(self, ids):
        rows = self.env.execute_query(
            SQL("SELECT partner_id FROM crm_credit_account WHERE id = ANY(%s)", ids)
        )
        return [id_ for (id_,) in rows]
