from odoo import api, fields, models
from odoo.tools import SQL


class CrmOrderClaim(models.Model):
    """A row for each product in a warehouse that confirmations of orders go through.

    PostgreSQL shows a transaction what was there when it began. Two confirmations that
    only read would both see the last piece. Each of them updates this row before it
    reads, so that the second fails with a serialization error, is run again by Odoo,
    and then sees what the first has claimed. (Locks don't help: they wait, but go on
    with what they saw.)
    """

    _name = "crm.order.claim"
    _description = "Confirmations of Orders for a Product"
    _log_access = False

    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade"
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", required=True, readonly=True, ondelete="cascade", index=True
    )
    version = fields.Integer(readonly=True)

    _group_uniq = models.UniqueIndex("(product_id, warehouse_id)")

    @api.model
    def _take(self, groups):
        """Go before or after, never beside, who else confirms these goods."""
        for product, warehouse in sorted(groups):
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_order_claim AS claim
                        (product_id, warehouse_id, version) VALUES (%s, %s, 1)
                    ON CONFLICT (product_id, warehouse_id)
                    DO UPDATE SET version = claim.version + 1""",
                    product,
                    warehouse,
                )
            )
        self.invalidate_model(flush=False)
