from odoo import api, fields, models


class CrmSpreadsheetImport(models.TransientModel):
    _inherit = "crm.spreadsheet.import"

    kind = fields.Selection(
        selection_add=[("credit_line", "Credit Lines and Limits")],
        ondelete={"credit_line": "cascade"},
    )

    @api.model
    def _handlers(self):
        return {**super()._handlers(), "credit_line": "crm.credit.line.import"}
