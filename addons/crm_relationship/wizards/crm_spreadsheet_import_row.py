from odoo import fields, models


class CrmSpreadsheetImportRow(models.TransientModel):
    """What the check found of one row of the file. The file itself keeps the values."""

    _name = "crm.spreadsheet.import.row"
    _description = "Row of a Spreadsheet Import"
    _order = "import_id, problem_first, number"

    import_id = fields.Many2one(
        "crm.spreadsheet.import", required=True, ondelete="cascade", index=True
    )
    number = fields.Integer(string="Row", readonly=True)
    summary = fields.Char(string="Content", readonly=True)
    state = fields.Selection(
        [
            ("new", "New"),
            ("change", "Changes"),
            ("same", "Nothing to do"),
            ("error", "Error"),
            ("done", "Imported"),
        ],
        readonly=True,
    )
    problem_first = fields.Integer(readonly=True)
    message = fields.Char(readonly=True)
    chosen = fields.Boolean(string="Bring In")
