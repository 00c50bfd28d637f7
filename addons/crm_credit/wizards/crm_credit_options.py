from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmCreditOptions(models.TransientModel):
    """The credit options of a company, for credit managers.

    They need no right on companies or on the general settings: rights on this model
    are what they have, and these options are all it can write.
    """

    _name = "crm.credit.options"
    _description = "Credit Options"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company.root_id
    )
    credit_count_quotations = fields.Boolean(
        related="company_id.credit_count_quotations", readonly=False
    )
    credit_count_uncleared = fields.Boolean(
        related="company_id.credit_count_uncleared", readonly=False
    )
    credit_horizon_days = fields.Integer(
        related="company_id.credit_horizon_days", readonly=False
    )
    credit_controller_id = fields.Many2one(
        related="company_id.credit_controller_id", readonly=False
    )
    credit_expiry_notice_days = fields.Integer(
        related="company_id.credit_expiry_notice_days", readonly=False
    )
    credit_band_measure = fields.Selection(
        related="company_id.credit_band_measure", readonly=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        """For the user's own company, whatever the client sends."""
        self.check_access("create")
        own = {"company_id": self.env.company.root_id.id}
        options = super(CrmCreditOptions, self.sudo()).create(
            [{**vals, **own} for vals in vals_list]
        )
        return options.sudo(self.env.su)

    def write(self, vals):
        self.check_access("write")
        if "company_id" in vals:
            raise AccessError(self.env._("Open the options in the other company."))
        return super(CrmCreditOptions, self.sudo()).write(vals)

    @api.model
    def action_open(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_credit.crm_credit_options_action"
            ),
            "res_id": self.create({}).id,
        }

    def action_save(self):
        """The client has written the options before it calls this."""
        return {"type": "ir.actions.act_window_close"}
