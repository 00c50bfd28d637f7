import logging

from psycopg2 import OperationalError

from odoo import api, models

from .crm_credit_hold import WAITING

_logger = logging.getLogger(__name__)
RECHECK_CRON = "crm_credit.ir_cron_recheck_holds"
TRIES = 5


class CrmCreditHold(models.Model):
    """Waiting holds are looked at again when something got better."""

    _inherit = "crm.credit.hold"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _recheck_soon(self, accounts=None):
        """Let the cron look at the waiting holds of these files, or at all of them."""
        domain = [("state", "in", WAITING), ("recheck", "=", False)]
        holds = self.sudo().search(domain, limit=1)
        if holds and accounts is not None:
            files = accounts.sudo()._group_accounts()
            domain.append(("account_id", "in", files.ids))
        holds = holds and self.sudo().search(domain)
        if not holds:
            return
        holds.recheck = True
        cron = self.env.ref(RECHECK_CRON, raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_recheck(self):
        """Oldest promise first; each hold in its own savepoint and commit."""
        holds = self.search(
            [("recheck", "=", True), ("state", "in", WAITING)],
            order="promise_date, id",
        )
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=len(holds))
        for hold_id in holds.ids:
            self.browse(hold_id)._recheck_safely()
            if not crons._commit_progress(1):
                break

    def _recheck_safely(self):
        """A hold that can't be judged stays; who was faster than we goes first."""
        for attempt in range(TRIES):
            try:
                with self.env.cr.savepoint():
                    self._recheck()
                return
            except OperationalError:
                _logger.info(
                    "Hold %s: try %s met another transaction", self.id, attempt
                )
                self.env["ir.cron"]._commit_progress()
                self.env["crm.credit.account"]._take_turn()
            except Exception:
                _logger.exception("Hold %s could not be checked again", self.id)
                return

    def _recheck(self):
        """Check again; a document that passes now goes on by itself."""
        if self.state not in WAITING:
            return
        self.recheck = False
        document = self._document()
        if document._credit_check(self.checkpoint):
            self._continue()
