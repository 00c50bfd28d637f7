import logging
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2

from odoo import models
from odoo.tools import SQL

from ..exceptions import PassFailedError

_logger = logging.getLogger(__name__)

MAX_ERRORS = 100


@dataclass(frozen=True)
class PassJob:
    """A job that goes through customers (or other ids) in ascending order.

    `ids(position, size)` returns at most `size` of the ids still to do that are greater
    than `position`, ascending. `batch(ids)` does them and returns how many rows it
    wrote; doing them twice must be harmless. `begin(run)` and `finish(run)` are called,
    each in one transaction, before the first batch (again when resumed) and after the
    last. Jobs with the same `lock` never run at the same time. `model` is that
    of the ids.
    """

    code: str
    name: str
    ids: Callable
    batch: Callable
    size: int = 1000
    total: Callable | None = None
    begin: Callable | None = None
    finish: Callable | None = None
    lock: str | None = None
    model: str = "res.partner"


class CrmPassMixin(models.AbstractModel):
    """Gives a model `_run_pass`, which runs a set-based job and keeps its log.

    Each batch is a savepoint. A batch that fails is halved until the customers that
    make it fail are found; these are set aside with the reason, the others are done.
    Within a scheduled job each batch is committed and a run goes on where it stopped;
    anywhere else the job is part of the caller's transaction.
    """

    _name = "crm.pass.mixin"
    _description = "Runs Set-Based Jobs"

    def _run_pass(self, job, company=None):
        """Run the job to its end, or as far as the scheduler's time allows.

        :raise PassBusyError: another transaction is running it
        :raise PassFailedError: more than MAX_ERRORS customers failed
        """
        run = self.env["crm.pass"].sudo()._start(job, company)
        run._commit(job)
        if job.begin:
            job.begin(run)
        if job.total and not run.processed:
            run.total = job.total()
        run._commit(job)
        self._pass_loop(run, job)
        return run

    def _pass_loop(self, run, job):
        try:
            while ids := job.ids(run.position, job.size):
                start = time.monotonic()
                rows = self._pass_split(run, job, ids)
                run._advance(ids, rows, time.monotonic() - start)
                if run._commit(job, len(ids)) <= 0:
                    run.state = "paused"
                    run._commit(job)
                    return
            if job.finish:
                job.finish(run)
            run._done()
            run._commit(job)
        except PassFailedError as error:
            self._pass_failed(run, job, error)

    def _pass_split(self, run, job, ids):
        """Do these ids; set aside those that fail alone."""
        try:
            with self.env.cr.savepoint():
                return job.batch(ids)
        except (psycopg2.OperationalError, PassFailedError):
            raise  # a lost connection or a conflict is no customer's fault
        except Exception as error:  # noqa: B902
            if len(ids) > 1:
                half = len(ids) // 2
                return sum(
                    self._pass_split(run, job, part)
                    for part in (ids[:half], ids[half:])
                )
            _logger.warning(
                "%s: %s %s set aside: %s", job.code, job.model, ids[0], error
            )
            run._set_aside(self.env[job.model].browse(ids[0]), error)
        if run.error_count > MAX_ERRORS:
            raise PassFailedError(
                self.env._(
                    "“%(job)s” stopped: more than %(count)s customers could not be"
                    " processed. The first one: %(reason)s",
                    job=job.name,
                    count=MAX_ERRORS,
                    reason=run.error_ids[:1].message,
                )
            )
        return 0

    def _pass_failed(self, run, job, error):
        """Keep what the run found out; only a scheduled job has nobody to tell."""
        if not run._commits():
            raise error
        _logger.error("%s", error)
        run._failed(str(error))
        run._commit(job)

    @contextmanager
    def _planned_for(self, **settings):
        """Have statements planned with other settings of PostgreSQL.

        Those of before come back at the end, or with the savepoint.
        """
        self.env.cr.execute(
            SQL(
                """SELECT name, current_setting(name), set_config(name, value, TRUE)
                FROM UNNEST(%s, %s) setting (name, value)""",
                list(settings),
                list(settings.values()),
            )
        )
        before = {name: value for name, value, _new in self.env.cr.fetchall()}
        yield
        self.env.cr.execute(
            SQL(
                """SELECT set_config(name, value, TRUE)
                FROM UNNEST(%s, %s) setting (name, value)""",
                list(before),
                list(before.values()),
            )
        )
