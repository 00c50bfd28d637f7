from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_stopped_factor = fields.Float(
        related="company_id.crm_stopped_factor", readonly=False
    )
