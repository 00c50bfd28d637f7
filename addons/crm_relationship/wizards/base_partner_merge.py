from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """The first thing a merge does with the partners themselves."""
        src_partners._before_partner_merge(dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _log_merge_operation(self, src_partners, dst_partner):
        """The last thing a merge does before the sources are deleted."""
        dst_partner._after_partner_merge(src_partners)
        return super()._log_merge_operation(src_partners, dst_partner)
