from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _day_counted(self):
        """What an order had delivered counts for its customer, cancelled or not."""
        counted = super()._day_counted()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT sale_id FROM stock_picking
                WHERE sale_id = ANY(%s) AND state = 'done'""",
                (self - counted).ids,
            )
        )
        return counted | self.browse(id_ for (id_,) in rows)
