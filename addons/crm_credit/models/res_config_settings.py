from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Credit settings: those of the root company hold for its branches, too."""

    _inherit = "res.config.settings"

    credit_count_quotations = fields.Boolean(
        related="company_id.root_id.credit_count_quotations", readonly=False
    )
    credit_count_uncleared = fields.Boolean(
        related="company_id.root_id.credit_count_uncleared", readonly=False
    )
    credit_horizon_days = fields.Integer(
        related="company_id.root_id.credit_horizon_days", readonly=False
    )
    credit_controller_id = fields.Many2one(
        related="company_id.root_id.credit_controller_id", readonly=False
    )
    credit_expiry_notice_days = fields.Integer(
        related="company_id.root_id.credit_expiry_notice_days", readonly=False
    )
    credit_band_measure = fields.Selection(
        related="company_id.root_id.credit_band_measure", readonly=False
    )
