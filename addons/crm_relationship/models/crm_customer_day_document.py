from odoo import api, models


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
        self.env["crm.customer.day"]._touch_documents(self.browse(moved))
        return super()._write_multi(vals_list)
