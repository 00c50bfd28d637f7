from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every


class StockRule(models.Model):
    _name = "stock.rule"
    _inherit = ["stock.rule", "crm.order.reader"]

    @api.model
    def _run_scheduler_tasks(self, use_new_cursor=False, company_id=False):
        """Reserve for the tiers' priorities first.

        Core's scheduler goes by reservation date before priority, so that an ordinary
        order of yesterday would take the stock of a top customer's order of today.
        """
        moves = self.env["stock.move"].search(
            self._get_moves_to_assign_domain(company_id)
            & Domain("priority", "!=", "0"),
            order="priority desc, reservation_date, date, id",
        )
        for chunk in split_every(1000, moves.ids):
            self.env["stock.move"].browse(chunk).sudo()._action_assign()
            if use_new_cursor:
                self.env["ir.cron"]._commit_progress()
        return super()._run_scheduler_tasks(use_new_cursor, company_id)

    def _notify_responsible(self, procurement):
        """The salesperson is told, whoever makes the procurement."""
        references = procurement.values.get("reference_ids")
        if references and not self._reads_orders():
            values = {**procurement.values, "reference_ids": references.sudo()}
            procurement = procurement._replace(values=values)
        return super()._notify_responsible(procurement)
