from odoo import api, models
from odoo.tools import SQL

from .history_many2one import HistoryMany2one

BATCH = 2000


class CrmOrderTraceTouch(models.Model):
    """Order lines whose trace a scheduled job shall compute anew, at once."""

    _name = "crm.order.trace.touch"
    _description = "Order Line to Trace Again"
    _log_access = False

    sale_line_id = HistoryMany2one("sale.order.line", required=True, index=True)

    @api.model
    def _note(self, line_ids):
        """Queue these lines and wake the job."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_order_trace_touch (sale_line_id) SELECT UNNEST(%s)",
                list(line_ids),
            )
        )
        self.env.ref("crm_relationship.ir_cron_order_trace_touch")._trigger()

    @api.model
    def _cron_work(self):
        """Trace what is queued, a batch in each transaction."""
        while lines := self._take():
            self.env["crm.order.trace"].sudo()._refresh(lines)
            remaining = self.env["crm.order.trace.touch"].search_count([])
            if not self.env["ir.cron"]._commit_progress(
                len(lines), remaining=remaining
            ):
                break

    def _take(self):
        """Sale lines of the oldest rows, which are deleted with all their doubles."""
        rows = self.env.execute_query(
            SQL(
                """WITH line AS (
                    SELECT sale_line_id FROM crm_order_trace_touch
                    GROUP BY 1 ORDER BY MIN(id) LIMIT %s
                ) DELETE FROM crm_order_trace_touch touch USING line
                WHERE touch.sale_line_id = line.sale_line_id
                RETURNING touch.sale_line_id""",
                BATCH,
            )
        )
        return sorted({id_ for (id_,) in rows})
