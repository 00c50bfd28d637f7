from odoo import fields, models


class CrmCustomerEvent(models.Model):
    _inherit = "crm.customer.event"

    kind = fields.Selection(
        selection_add=[("strategy", "Strategy")], ondelete={"strategy": "set other"}
    )
