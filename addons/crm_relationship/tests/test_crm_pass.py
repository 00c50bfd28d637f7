from datetime import timedelta
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..exceptions import PassBusyError, PassFailedError
from ..models.crm_pass_mixin import MAX_ERRORS, PassJob

MIXIN = "odoo.addons.crm_relationship.models.crm_pass_mixin"


class PassCase(TransactionCase):
    """A job over fifty partners, which notes the ones it has done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Customer {index}"} for index in range(50)]
        )
        cls.cron = cls.env.ref("crm_relationship.ir_cron_customer_day")

    def setUp(self):
        super().setUp()
        self.seen = []
        self.bad = set()

    def job(self, **vals):
        return PassJob(
            **{
                "code": "test",
                "name": "Test",
                "ids": self.ids_after,
                "batch": self.batch,
                "size": 20,
                "total": lambda: len(self.partners),
                **vals,
            }
        )

    def ids_after(self, position, size):
        return [id_ for id_ in self.partners.ids if id_ > position][:size]

    def batch(self, ids):
        """Writes first and fails then, so that a failure has something to undo."""
        self.env.cr.execute(
            "UPDATE res_partner SET comment = 'done' WHERE id = ANY(%s)", [list(ids)]
        )
        if wrong := self.bad.intersection(ids):
            raise ValueError(f"customer {min(wrong)} is odd")
        self.seen += ids
        return 2 * len(ids)

    def mixin(self, batches=None):
        """The runner; with `batches`, a scheduled job with time for so many."""
        mixin = self.env["crm.customer.day"]
        if batches is None:
            return mixin
        done = []

        def commit(cron, processed=0, *, remaining=None, deactivate=False):
            done.extend([processed] if processed else [])
            return 0 if processed and len(done) % batches == 0 else 1

        self.startPatcher(patch.object(type(self.cron), "_commit_progress", commit))
        progress = self.env["ir.cron.progress"].create({"cron_id": self.cron.id})
        return mixin.with_context(ir_cron_progress_id=progress.id)


@tagged("post_install", "-at_install")
class TestCrmPass(PassCase):
    def test_done(self):
        run = self.mixin()._run_pass(self.job())
        self.assertEqual(self.seen, self.partners.ids)
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "rows": 100,
                    "processed": 50,
                    "total": 50,
                    "position": self.partners.ids[-1],
                    "progress": 100,
                    "error_count": 0,
                }
            ],
        )
        self.assertIn("100 rows written", run.message)

    @mute_logger(MIXIN)
    def test_failing_customers_are_set_aside(self):
        self.bad = {self.partners.ids[3], self.partners.ids[44]}
        run = self.mixin()._run_pass(self.job())
        good = [id_ for id_ in self.partners.ids if id_ not in self.bad]
        self.assertEqual(self.seen, good)
        self.assertEqual(run.state, "done")
        self.assertEqual(run.rows, 96)
        self.assertEqual(set(run.error_ids.partner_id.ids), self.bad)
        self.assertEqual(
            run.error_ids[0].message, f"customer {self.partners.ids[3]} is odd"
        )
        self.assertIn("2 customers could not be processed", run.message)
        self.partners.invalidate_recordset()
        done = self.partners.filtered("comment")
        self.assertEqual(done.ids, good, "what a failing customer wrote is undone")

    @mute_logger(MIXIN)
    def test_too_many_failures(self):
        self.partners = self.partners.create(
            [{"name": f"More {index}"} for index in range(MAX_ERRORS + 5)]
        )
        self.bad = set(self.partners.ids)
        with self.assertRaises(PassFailedError):
            self.mixin()._run_pass(self.job())
        run = self.mixin(batches=10)._run_pass(self.job())
        self.assertEqual(run.state, "failed")
        self.assertIn("could not be processed. The first one: customer", run.message)
        self.assertTrue(run.error_ids)

    def test_pauses_and_goes_on(self):
        runner = self.mixin(batches=1)
        run = runner._run_pass(self.job())
        self.assertEqual(run.state, "paused")
        self.assertEqual(self.seen, self.partners.ids[:20])
        while run.state == "paused":
            self.assertEqual(runner._run_pass(self.job()), run)
        self.assertEqual(run.state, "done")
        self.assertEqual(self.seen, self.partners.ids)

    def test_resumes_after_a_crash(self):
        def crash(ids):
            if ids[0] > self.partners.ids[0]:
                raise SystemExit
            return self.batch(ids)

        try:  # not assertRaises, which would undo what the crash leaves behind
            self.mixin()._run_pass(self.job(batch=crash))
        except SystemExit:
            self.env.flush_all()
        run = self.env["crm.pass"]._unfinished("test")
        self.assertEqual(run.state, "running")
        with self.assertRaises(PassBusyError):
            self.mixin()._run_pass(self.job())
        run.flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_pass SET write_date = %s WHERE id = %s",
            [self.env.cr.now() - timedelta(minutes=5), run.id],
        )
        run.invalidate_recordset()
        self.assertEqual(self.mixin()._run_pass(self.job()), run)
        self.assertEqual(run.state, "done")
        self.assertEqual(self.seen, self.partners.ids, "nobody twice, nobody left out")

    def test_one_runner_at_a_time(self):
        with self.env.registry.cursor() as other:
            crm_pass = self.env(cr=other)["crm.pass"]
            self.assertTrue(crm_pass._lock(self.job(), None, wait=False))
            with self.assertRaises(PassBusyError):
                self.mixin()._run_pass(self.job())

    def test_companies_have_runs_of_their_own(self):
        company = self.env["res.company"].create({"name": "Second"})
        run = self.mixin()._run_pass(self.job(), company)
        self.assertEqual(run.company_id, company)
        self.assertFalse(self.env["crm.pass"]._unfinished("test"))

    def test_old_runs_are_forgotten_but_not_the_watermark(self):
        passes = self.env["crm.pass"]
        old, marked, last = passes.create(
            [{"code": "test", "name": "Test", "state": "done"}] * 3
        )
        marked.watermark = "2020-01-02"
        passes.flush_model()
        self.env.cr.execute(
            "UPDATE crm_pass SET create_date = '2020-01-01' WHERE code = 'test'"
        )
        passes._gc_passes()
        self.assertEqual((old | marked | last).exists(), marked | last)
