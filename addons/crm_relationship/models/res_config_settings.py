from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    group_warehouse_sees_prices = fields.Boolean(
        "Warehouse Sees Orders and Prices",
        implied_group="crm_relationship.group_warehouse_sees_prices",
        group="stock.group_stock_user",
    )
