from odoo import api, models
from odoo.tools import SQL


class CrmCustomerDayDocument(models.AbstractModel):
    """A document whose rows a source of the mart reads.

    A change within a day is found by `write_date`. What that cannot tell is where a row
    *was*: so before it leaves a day (deleted, re-dated, cancelled, given to another
    partner or company) that day is noted in `crm.customer.day.touch`. This sits in
    `_write_multi`, which every change through the ORM crosses, recomputed fields too,
    while the database still holds the old values.
    """

    _name = "crm.customer.day.document"
    _description = "Document of the Customer Days"

    @api.model
    def _day_key_fields(self):
        """Stored fields that decide whether and on which day a row counts."""
        return frozenset()

    def unlink(self):
        self.env["crm.customer.day"]._touch_documents(self)
        return super().unlink()

    def _write_multi(self, vals_list):
        keys = self._day_key_fields()
        moved = [
            id_
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if not keys.isdisjoint(vals)
        ]
        if moved:
            counted = self.browse(moved)._day_counted()
            self.env["crm.customer.day"]._touch_documents(counted)
        return super()._write_multi(vals_list)

    def _day_counted(self):
        """Those that the database may count on a day now: only they can leave one."""
        return self

    def _day_in_state(self, state):
        """Those that the database still has in this state."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id = ANY(%s) AND state = %s",
                SQL.identifier(self._table),
                self.ids,
                state,
            )
        )
        return self.browse(id_ for (id_,) in rows)
