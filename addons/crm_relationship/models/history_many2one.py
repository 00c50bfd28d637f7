from odoo import fields


class HistoryMany2one(fields.Many2one):
    """A many2one whose column has no foreign key.

    For tables that one statement fills with 100,000 rows: PostgreSQL checks each
    foreign key row by row, which costs more than writing the row. The comodel guards
    its deletion in the ORM instead.
    """

    def update_db_foreign_key(self, model, column):
        return
