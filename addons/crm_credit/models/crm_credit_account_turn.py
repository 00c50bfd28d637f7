from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, models
from odoo.http import request
from odoo.tools import SQL

LATE = (DeadlockDetected, SerializationFailure)


class CrmCreditAccount(models.Model):
    """Who came too late for a decision once goes first the next time.

    Of several decisions on one file at the same moment one wins; Odoo runs the others
    again, at most five times, after a pause. Left alone they meet again. So whoever
    runs again takes a turn: a lock on a table that nobody else locks, before the
    transaction looks at anything. Its snapshot is taken when the turn is, and is the
    latest. The turn ends with the transaction. (An advisory lock per file would not do:
    it is taken by a SELECT, whose snapshot is older than the wait. See docs/credit.md.)
    """

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    def _lock_figures(self):
        try:
            return super()._lock_figures()
        except LATE:
            self.env.cr.postrollback.add(self._want_turn)
            raise

    @api.model
    def _want_turn(self):
        """Of a request, take the turn after Odoo's pause; else before it."""
        if request and request.env and request.env.cr is self.env.cr:
            request.crm_credit_turn = True
        else:
            self._take_turn()

    @api.model
    def _take_turn(self):
        """Wait for the others that run again. To be the first in a transaction."""
        self.env.cr.execute(
            SQL("LOCK TABLE crm_credit_rule IN SHARE UPDATE EXCLUSIVE MODE")
        )
