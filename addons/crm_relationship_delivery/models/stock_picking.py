from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _portal_tracking(self):
        reference = self.carrier_tracking_ref
        if not reference:
            return super()._portal_tracking()
        url = self.carrier_tracking_url or ""
        # some carriers give a list of parcels instead of one address
        return reference, url if url.startswith(("https://", "http://")) else ""
