import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import PassBusyError
from ..tools import periods
from .crm_customer_day_source import (
    COMPANIES,
    INVOICE_LINES,
    INVOICES,
    ORDER_LINES,
    ORDERS,
)
from .crm_pass import NO_TIME
from .crm_pass_mixin import PassJob
from .history_many2one import HistoryMany2one

# So many ranges of days at most are in one statement.
MAX_PERIODS = 8
# The keys of the queue that no document makes any more.
SURPLUS = SQL(
    """SELECT company_id, partner_id, day FROM queue
    EXCEPT SELECT company_id, partner_id, day FROM fact"""
)
REFRESH, REBUILD = CODES = ("customer_day_refresh", "customer_day_rebuild")

_logger = logging.getLogger(__name__)


class CrmCustomerDay(models.Model):
    """The mart: what each commercial entity did with each company on each day.

    Filled by set-based SQL only, from the sources that `_day_sources` returns. A higher
    addon adds a column by adding the field here (stored, not computed), naming it in
    `_day_columns` and returning a source that feeds it; `rebuild()` in its post-init
    hook fills the past. `docs/mart.md` has an example.
    """

    _name = "crm.customer.day"
    _description = "Customer Day"
    _inherit = ["crm.pass.mixin"]
    _order = "day desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    company_id = HistoryMany2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The commercial entity to which the documents' partners belong today.",
    )
    day = fields.Date(
        required=True,
        readonly=True,
        help="Orders: the order date in the company's time zone. Invoices: the invoice "
        "date, or else the accounting date.",
    )
    order_count = fields.Integer("Orders", readonly=True)
    line_count = fields.Integer("Order Lines", readonly=True)
    ordered = fields.Monetary(
        readonly=True, help="Confirmed orders, before taxes, in company currency."
    )
    invoice_count = fields.Integer(
        "Invoices", readonly=True, help="Posted invoices and receipts, no credit notes."
    )
    revenue = fields.Monetary(
        readonly=True,
        help="Posted invoices less credit notes, before taxes, in company currency.",
    )
    refunds = fields.Monetary(
        readonly=True, help="Posted credit notes, before taxes, as a positive amount."
    )
    discount = fields.Monetary(
        readonly=True, help="Discount given on the lines of invoices, before taxes."
    )
    cost = fields.Monetary(
        readonly=True,
        groups="crm_relationship.group_crm_relationship_manager",
        help="Cost of what was invoiced, as it was when the invoice was posted.",
    )
    margin = fields.Monetary(
        readonly=True,
        groups="crm_relationship.group_crm_relationship_manager",
        help="Revenue less cost.",
    )

    # A constraint, not a unique index: merging partners looks for constraints.
    _customer_day_unique = models.Constraint(
        "UNIQUE (partner_id, company_id, day)",
        "There is one row for each customer, company and day.",
    )
    _company_day_idx = models.Index("(company_id, day)")

    def init(self):
        # Room for a row's next version on its page, which then is in no index anew.
        self.env.cr.execute(SQL("ALTER TABLE crm_customer_day SET (fillfactor = 90)"))

    # -- sources ---------------------------------------------------------------------

    @api.model
    def _day_columns(self):
        """Names of the columns that the sources fill."""
        return (
            "order_count",
            "line_count",
            "ordered",
            "invoice_count",
            "revenue",
            "refunds",
            "discount",
            "cost",
            "margin",
        )

    @api.model
    def _day_sources(self):
        """`{name: DaySource}`: where the columns come from. Extend through super()."""
        return {
            "orders": ORDERS,
            "order_lines": ORDER_LINES,
            "invoices": INVOICES,
            "invoice_lines": INVOICE_LINES,
        }

    # -- what is out of date -----------------------------------------------------------

    @api.model
    def _touch_partners(self, partners):
        """Have the history of these partners' commercial entities refreshed."""
        partners.flush_recordset(["commercial_partner_id"])
        self._touch_entities(partners.commercial_partner_id.ids)

    @api.model
    def _touch_entities(self, partner_ids):
        """Have the whole history of these commercial entities refreshed."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_customer_day_touch (partner_id)
                SELECT id FROM res_partner WHERE id = ANY(%s)""",
                list(partner_ids),
            )
        )

    @api.model
    def _touch_documents(self, records):
        """Have the days refreshed on which the database counts these records."""
        if not records:
            return
        ids = list(records._ids)
        keys = [
            source.keys(SQL("%s = ANY(%s)", SQL.identifier(alias, "id"), ids))
            for source in self._day_sources().values()
            if (alias := source.documents.get(records._name))
        ]
        self._touch(SQL(" UNION ").join(keys))

    @api.model
    def _touch(self, query):
        """Queue the keys that `query` selects."""
        self.env.cr.execute(
            SQL(
                """WITH %s
                INSERT INTO crm_customer_day_touch (company_id, partner_id, day)
                SELECT company_id, partner_id, day FROM (%s) touched
                WHERE company_id IS NOT NULL AND partner_id IS NOT NULL
                AND day IS NOT NULL""",
                COMPANIES,
                query,
            )
        )

    # -- refresh and rebuild -----------------------------------------------------------

    @api.model
    @api.private
    def refresh(self):
        """Compute again what changed since the last scheduled refresh.

        Within another transaction it sees all that this transaction wrote; run by a
        scheduled job it commits batch by batch, and may stop for want of time.
        """
        return self._run_pass(
            PassJob(
                code=REFRESH,
                name=self.env._("Customer days: refresh"),
                lock=self._name,
                size=5000,
                begin=self._collect,
                ids=self._touched_ids,
                total=self._touched_total,
                batch=self._refresh_batch,
            )
        )

    @api.model
    @api.private
    def rebuild(self):
        """Compute everything again, a range of customers at a time."""
        return self._run_pass(self._rebuild_job())

    @api.model
    def _rebuild_job(self):
        return PassJob(
            code=REBUILD,
            name=self.env._("Customer days: rebuild"),
            lock=self._name,
            size=200000,
            ids=self._all_ids,
            total=self._all_total,
            batch=self._rebuild_batch,
            finish=self._rebuilt,
        )

    @api.model
    def _queue_rebuild(self, restart=True):
        """Have the scheduled job rebuild everything, soon.

        `restart`: what an interrupted rebuild has done is outdated.
        """
        self.env["crm.pass"].sudo()._queue(self._rebuild_job(), restart=restart)
        self.env.ref("crm_relationship.ir_cron_customer_day").sudo()._trigger()

    @api.model
    def _is_rebuilding(self):
        """Whether a rebuild is queued or under way.

        Nothing waits for one that got no further for a day.
        """
        run = self.env["crm.pass"].sudo()._unfinished(REBUILD)
        patience = fields.Datetime.subtract(self.env.cr.now(), days=1)
        return bool(run) and (not run.write_date or run.write_date > patience)

    @api.model
    def action_rebuild(self):
        """Let the scheduled job rebuild everything in the background."""
        self.check_access("read")
        self.env["crm.pass"].check_access("read")
        self._queue_rebuild(restart=False)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Customer days are being rebuilt in the background."
                    " The job log shows how far it is."
                ),
            },
        }

    @api.model
    def _cron_refresh(self):
        passes = self.env["crm.pass"].sudo()
        rebuild = passes._unfinished(REBUILD) or passes._since(CODES) == NO_TIME
        try:
            if not rebuild or self.rebuild().state == "done":
                self.refresh()
        except PassBusyError as busy:
            _logger.info("%s", busy)

    def _collect(self, run):
        """Queue the days of all documents written since the watermark; move that on."""
        # what is done has left the queue; what is new may lie before where it stopped
        run.position = 0
        self.env.flush_all()
        since = run._since(CODES)
        written = SQL(" UNION ").join(
            source.touched_since(since) for source in self._day_sources().values()
        )
        with self._planned_for(enable_mergejoin="off"):  # which would read whole tables
            self._touch(written)
        run._move_watermark(CODES)

    def _rebuilt(self, run):
        run._move_watermark(CODES)
        self.env.cr.execute(SQL("ANALYZE crm_customer_day"))

    def _touched_ids(self, position, size):
        return self._ids_after(
            SQL("crm_customer_day_touch"), "partner_id", position, size
        )

    def _touched_total(self):
        self.env.cr.execute(
            SQL("SELECT COUNT(DISTINCT partner_id) FROM crm_customer_day_touch")
        )
        return self.env.cr.fetchone()[0]

    def _all_ids(self, position, size):
        return self._ids_after(SQL("res_partner"), "id", position, size)

    def _all_total(self):
        self.env.cr.execute(SQL("SELECT COUNT(*) FROM res_partner"))
        return self.env.cr.fetchone()[0]

    def _ids_after(self, table, column, position, size):
        self.env.cr.execute(
            SQL(
                """SELECT DISTINCT %(column)s FROM %(table)s
                WHERE %(column)s > %(position)s
                ORDER BY 1 LIMIT %(size)s""",
                table=table,
                column=SQL.identifier(column),
                position=position,
                size=size,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _refresh_batch(self, ids):
        """Take these customers' touched days from the queue and compute them."""
        queued = SQL("partner_id = ANY(%s)", ids)
        entities = SQL("commercial_partner_id = ANY(%s)", ids)
        days = self._queued_periods(queued)
        # A few customers' documents come by index, from memory. PostgreSQL's default
        # assumes a disk that has to seek, and would rather read the tables.
        with self._planned_for(random_page_cost="1.1", enable_mergejoin="off"):
            if days:
                return self._compute_days(
                    queued, entities, self._is_queued, SURPLUS, days
                )
            within = self._is_in_queue
            return self._compute_days(queued, entities, within, self._surplus(within))

    @staticmethod
    def _is_queued(company, partner, day):
        """Whether the queue, all of which are days, has this one.

        IS TRUE lets PostgreSQL look it up, instead of joining the queue first, of whose
        length it knows nothing.
        """
        return SQL(
            "((%s, %s, %s) IN (SELECT company_id, partner_id, day FROM queue)) IS TRUE",
            company,
            partner,
            day,
        )

    @staticmethod
    def _is_in_queue(company, partner, day):
        """Whether the queue has this day, or the customer's whole history."""
        return SQL(
            """EXISTS (
                SELECT FROM queue WHERE queue.partner_id = %s
                AND (queue.company_id IS NULL OR queue.company_id = %s)
                AND (queue.day IS NULL OR queue.day = %s))""",
            partner,
            company,
            day,
        )

    def _queued_periods(self, queued):
        """Periods that have all days of this part of the queue.

        None of them where a whole history is in it.
        """
        self.env.cr.execute(
            SQL("SELECT DISTINCT day FROM crm_customer_day_touch WHERE %s", queued)
        )
        days = [day for (day,) in self.env.cr.fetchall()]
        if not all(days):
            return []
        return periods.cover(days, MAX_PERIODS)

    def _rebuild_batch(self, ids):
        """Compute the whole history of all customers from the first id to the last."""

        def within(_company, partner, _day):
            return SQL("%s BETWEEN %s AND %s", partner, ids[0], ids[-1])

        queued = within(None, SQL("partner_id"), None)
        entities = within(None, SQL("commercial_partner_id"), None)
        with self._planned_for(work_mem="128MB"):  # sums without sorting on disk
            return self._compute_days(queued, entities, within, self._surplus(within))
