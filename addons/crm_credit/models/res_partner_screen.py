from odoo import api, fields, models

VIEWER = "crm_credit.group_crm_credit_viewer"


class ResPartner(models.Model):
    """The credit of a customer, for who may read its credit file."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    credit_file_id = fields.Many2one(
        "crm.credit.account", compute="_compute_credit_file_id", groups=VIEWER
    )
    credit_gauge = fields.Json(
        "Credit", compute="_compute_credit_file_id", groups=VIEWER
    )

    is_credit_file_missing = fields.Boolean(
        compute="_compute_credit_file_id",
        groups=VIEWER,
        help="Nobody has opened a credit file for this customer in this company.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_credit_file_id(self):
        """A file that the user may not read is not missing."""
        saved, accounts = self._origin, self.env["crm.credit.account"]
        files = accounts._for(saved, self.env.company)
        readable = accounts._readable_of(files)
        for partner in self:
            file = readable.get(partner._origin.id)
            partner.credit_file_id = file
            partner.credit_gauge = file.credit_gauge if file else False
            partner.is_credit_file_missing = (
                partner._origin.id in files and not files[partner._origin.id]
            )

    def action_open_credit_file(self):
        """The credit file of the customer, or a new one."""
        self.ensure_one()
        if self.credit_file_id:
            return self.credit_file_id.get_formview_action()
        self.env["crm.credit.account"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit File"),
            "res_model": "crm.credit.account",
            "view_mode": "form",
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }
