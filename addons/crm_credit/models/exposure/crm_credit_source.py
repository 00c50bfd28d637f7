from odoo import api, models


class CrmCreditSource(models.AbstractModel):
    """A document whose rows make up a debtor's exposure.

    `_write_multi` is what every change through the ORM crosses, recomputed fields too:
    there the changed rows are noted, and settled once, at the end of the transaction
    or when somebody reads the figures (`crm.credit.account._settle`).
    """

    _name = "crm.credit.source"
    _description = "Source of Credit Exposure"

    @api.model
    def _credit_source_fields(self):
        """Stored fields on which the exposure depends."""
        return frozenset()

    def _credit_touch(self):
        """Note the documents that these rows belong to."""
        raise NotImplementedError

    def _credit_touch_before(self):
        """Note what cannot be found any more once the rows are gone."""
        self._credit_touch()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._credit_touch()
        return records

    def unlink(self):
        self._credit_touch_before()
        return super().unlink()

    def _write_multi(self, vals_list):
        watched = self._credit_source_fields()
        touched = [
            id_
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if not watched.isdisjoint(vals)
        ]
        self.browse(touched)._credit_touch()
        return super()._write_multi(vals_list)
