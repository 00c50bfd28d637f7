from odoo import api, models
from odoo.tools import SQL

from ..tools.sheets import MONEY, SHARE, WHOLE, Book, Column, Sheet


class CrmCostRun(models.Model):
    """The numbers behind the whale curve."""

    _name = "crm.cost.run"
    _inherit = ["crm.cost.run"]

    @api.model
    def _export_whale(self, run_id):
        """The customers of a run from the most profitable to the least."""
        run = self.browse(run_id).exists()
        run.ensure_one()
        run.check_access("read")
        title = self.env._("Whale Curve")
        columns = [
            Column(self.env._("Place"), WHOLE),
            Column(self.env._("Customer")),
            Column(self.env._("Net revenue"), MONEY),
            Column(self.env._("Profit"), MONEY),
            Column(self.env._("Cumulative profit"), MONEY),
            Column(self.env._("Share of customers"), SHARE),
        ]
        return Book(
            title,
            [Sheet(title, columns, run._export_places())],
            run._export_notes(),
            run.currency_id.decimal_places,
        )

    def _export_places(self):
        found = self.env["crm.analytics.profit"]._search(
            [("run_id", "=", self.id)], order=None
        )
        return self.env.execute_query(
            SQL(
                """SELECT row.place, partner.complete_name, row.revenue, row.profit,
                    SUM(row.profit) OVER (ORDER BY row.place),
                    row.place::float8 / COUNT(*) OVER ()
                FROM crm_analytics_profit row
                JOIN res_partner partner ON partner.id = row.partner_id
                WHERE row.id IN %s ORDER BY row.place""",
                found.subselect(),
            )
        )

    def _export_notes(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            (self.env._("Run"), f"{self.display_name} ({states[self.state]})"),
            (self.env._("From"), self.date_from),
            (self.env._("Until"), self.date_to),
            *self.env["crm.analytics.export"]._notes(self.computed_at, self.company_id),
        ]
