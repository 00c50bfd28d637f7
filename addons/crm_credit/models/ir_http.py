from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        """A request that lost a race runs again: in its turn, before any query."""
        if getattr(request, "crm_credit_turn", False):
            request.crm_credit_turn = False
            request.env["crm.credit.account"]._take_turn()
        return super()._authenticate(endpoint)
