from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import PassBusyError

# A transaction reports its start a moment after taking it, never this much later.
REPORT_DELAY = timedelta(seconds=5)
# Between two batches a live run lets go of the lock for a moment, no longer.
SILENCE = timedelta(minutes=1)
KEEP = timedelta(days=90)
NO_TIME = fields.Datetime.to_datetime("1970-01-01 00:00:00")


class CrmPass(models.Model):
    """One run of a set-based job: what an administrator reads, where it resumes."""

    _name = "crm.pass"
    _description = "Job Run"
    _order = "id desc"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Waiting to Go On"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    started_at = fields.Datetime("Started", readonly=True, default=fields.Datetime.now)
    finished_at = fields.Datetime("Finished", readonly=True)
    seconds = fields.Float(
        readonly=True, digits=(16, 3), help="Time at work, without the pauses."
    )
    rows = fields.Integer("Rows Written", readonly=True)
    total = fields.Integer(
        "To Do", readonly=True, help="How many records to go through."
    )
    processed = fields.Integer("Gone Through", readonly=True)
    progress = fields.Float("Progress (%)", compute="_compute_progress")
    position = fields.Integer(
        readonly=True, aggregator=None, help="The last record done: here a run resumes."
    )
    message = fields.Char(readonly=True)
    horizon = fields.Datetime(
        readonly=True,
        help="Whatever was written by a transaction that started before this moment"
        " was already visible when this run began to read.",
    )
    watermark = fields.Datetime(
        readonly=True, help="Changes written before this moment have been read."
    )
    error_ids = fields.One2many("crm.pass.error", "pass_id", "Set Aside", readonly=True)
    error_count = fields.Integer("Customers Set Aside", readonly=True)

    _code_idx = models.Index("(code, state)")

    @api.depends("processed", "total", "state")
    def _compute_progress(self):
        for run in self:
            share = run.processed / run.total if run.total else 0
            run.progress = 100 if run.state == "done" else min(100 * share, 100)

    @api.autovacuum
    def _gc_passes(self):
        """Forget old runs, but not where the last one of each kind got to."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_pass old
                WHERE old.state IN ('done', 'failed') AND old.create_date < %s
                AND EXISTS (
                    SELECT FROM crm_pass newer WHERE newer.code = old.code
                    AND newer.company_id IS NOT DISTINCT FROM old.company_id
                    AND newer.id > old.id
                    AND (old.watermark IS NULL OR newer.watermark IS NOT NULL))""",
                self.env.cr.now() - KEEP,
            )
        )

    # -- one runner at a time ----------------------------------------------------------

    @api.model
    def _start(self, job, company):
        """The run to work on, ours alone: the unfinished one, or a new one."""
        if not self._lock(job, company, wait=False):
            raise PassBusyError(self._busy_message(job))
        run = self._unfinished(job.code, company)
        if run._is_alive():
            raise PassBusyError(self._busy_message(job))
        if not run:
            return self.create(self._prepare_run_vals(job, company))
        run.write({"state": "running"})
        return run

    @api.model
    def _queue(self, job, company=None, restart=False):
        """A run for the scheduled job to pick up.

        `restart`: one that was interrupted begins anew, for what it did is outdated.
        """
        run = self._unfinished(job.code, company)
        if run and restart:
            run.write({"state": "paused", "position": 0, "processed": 0, "rows": 0})
        return run or self.create(
            {**self._prepare_run_vals(job, company), "state": "paused"}
        )

    @api.model
    def _prepare_run_vals(self, job, company):
        return {
            "code": job.code,
            "name": job.name,
            "company_id": company.id if company else False,
            "started_at": self.env.cr.now(),
            "horizon": self._horizon(),
        }

    @api.model
    def _lock(self, job, company, wait=True):
        """Hold the job until the end of the transaction; False if another has it."""
        name = f"{job.lock or job.code}/{company.id if company else ''}"
        function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
        self.env.cr.execute(
            SQL(
                "SELECT %s(hashtext('crm.pass'), hashtext(%s))",
                SQL.identifier(function),
                name,
            )
        )
        return wait or self.env.cr.fetchone()[0]

    @api.model
    def _unfinished(self, code, company=None):
        return self.search(
            [
                ("code", "=", code),
                ("company_id", "=", company.id if company else False),
                ("state", "in", ("running", "paused")),
            ],
            limit=1,
        )

    def _is_alive(self):
        """Whether another process is between two batches of this run."""
        return bool(
            self
            and self.state == "running"
            and self.write_date > self.env.cr.now() - SILENCE
        )

    @api.model
    def _busy_message(self, job):
        return self.env._(
            "“%(job)s” is under way already. Try again when it is done;"
            " the job log shows how far it is.",
            job=job.name,
        )

    # -- progress ----------------------------------------------------------------------

    @api.model
    def _commits(self):
        """Only a scheduled job commits between batches; others are one transaction."""
        return bool(self.env.context.get("ir_cron_progress_id"))

    def _commit(self, job, processed=0):
        """End the transaction, if a scheduled job runs us. Returns the seconds left."""
        if not self._commits():
            return float("inf")
        remaining = 0
        if self.state in ("running", "paused"):
            remaining = max(self.total - self.processed, 1)
        left = self.env["ir.cron"]._commit_progress(processed, remaining=remaining)
        self._lock(job, self.company_id)
        return left

    def _advance(self, ids, rows, seconds):
        self.write(
            {
                "position": ids[-1],
                "processed": self.processed + len(ids),
                "rows": self.rows + rows,
                "seconds": self.seconds + seconds,
            }
        )

    def _done(self):
        message = self.env._(
            "%(rows)s rows written in %(seconds)s s.",
            rows=self.rows,
            seconds=round(self.seconds, 2),
        )
        if self.error_count:
            message = self.env._(
                "%(message)s %(count)s customers could not be processed:"
                " see below why; the next run tries them again.",
                message=message,
                count=self.error_count,
            )
        self.write(
            {"state": "done", "finished_at": fields.Datetime.now(), "message": message}
        )

    def _failed(self, message):
        self.write(
            {
                "state": "failed",
                "finished_at": fields.Datetime.now(),
                "message": message,
            }
        )

    def _set_aside(self, record, error):
        """Note why a record of the job failed: a customer, or what it says by name."""
        self.error_count += 1
        is_customer = record._name == "res.partner"
        message = str(error) if is_customer else f"{record.display_name}: {error}"
        self.env["crm.pass.error"].create(
            {
                "pass_id": self.id,
                "partner_id": record.id if is_customer else False,
                "message": message[:1000],
            }
        )

    # -- watermark ---------------------------------------------------------------------

    @api.model
    def _horizon(self):
        """A moment before the start of every transaction that is still open.

        `write_date` is the start of the writing transaction, which may commit long
        after a later one. Measured in a transaction that ends before the reading one
        begins, whatever the reader cannot see was written at or after this moment.
        """
        self.env.cr.execute(
            SQL(
                """SELECT MIN(xact_start) AT TIME ZONE 'UTC' FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND backend_type = 'client backend'"""
            )
        )
        oldest = self.env.cr.fetchone()[0]
        now = self.env.cr.now()
        return min(now, oldest or now) - REPORT_DELAY

    @api.model
    def _watermark(self, codes):
        """Changes written before this moment have been read by these jobs' runs."""
        return (
            self.search(
                [("code", "in", codes), ("watermark", "!=", False)],
                order="watermark desc",
                limit=1,
            ).watermark
            or NO_TIME
        )

    @api.model
    def _since(self, codes):
        """From when to read: everything, should the clock have gone back."""
        watermark = self._watermark(codes)
        return watermark if watermark <= self.env.cr.now() else NO_TIME

    def _move_watermark(self, codes):
        """Note what this run has read, by a horizon measured before it began to read.

        Our own is one if it was committed first, as scheduled jobs do; otherwise the
        last one that an earlier transaction left.
        """
        earlier = [("create_date", "<", self.env.cr.now())]
        run = self.filtered_domain(earlier) or self.search(
            [("code", "in", codes), ("horizon", "!=", False), *earlier],
            order="horizon desc",
            limit=1,
        )
        self.watermark = run.horizon
