from odoo import models


class CrmCreditHoldRelease(models.TransientModel):
    """From the form of a hold, the next one opens by itself once it is decided."""

    _inherit = "crm.credit.hold.release"

    def action_decide(self):
        result = super().action_decide()
        if not self.env.context.get("credit_open_next"):
            return result
        following = {
            "type": "ir.actions.client",
            "tag": "crm_credit.next_hold",
            "params": {"hold_ids": self.hold_ids.ids},
        }
        if isinstance(result, dict):
            result["params"]["next"] = following
            return result
        return following
