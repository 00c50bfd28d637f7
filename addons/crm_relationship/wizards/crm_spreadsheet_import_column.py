from odoo import fields, models


class CrmSpreadsheetImportColumn(models.TransientModel):
    """Says what one column of the file means; nothing, as long as it has no target."""

    _name = "crm.spreadsheet.import.column"
    _description = "Column of a Spreadsheet Import"
    _order = "position"

    import_id = fields.Many2one(
        "crm.spreadsheet.import", required=True, ondelete="cascade", index=True
    )
    position = fields.Integer(readonly=True)
    header = fields.Char(string="Column", readonly=True)
    sample = fields.Char(string="First Values", readonly=True)
    target_id = fields.Many2one(
        "crm.spreadsheet.import.target",
        string="Means",
        domain="[('import_id', '=', import_id)]",
    )


class CrmSpreadsheetImportTarget(models.TransientModel):
    """What a column may mean in this import, for a person to choose from."""

    _name = "crm.spreadsheet.import.target"
    _description = "Meaning of a Column in a Spreadsheet Import"
    _order = "id"

    import_id = fields.Many2one(
        "crm.spreadsheet.import", required=True, ondelete="cascade", index=True
    )
    code = fields.Char(required=True)
    name = fields.Char(required=True)
