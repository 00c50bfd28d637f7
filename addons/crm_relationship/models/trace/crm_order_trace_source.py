from odoo import api, models


class CrmOrderTraceSource(models.AbstractModel):
    """A document on which the trace of order lines depends.

    `_write_multi` is what every change through the ORM crosses, recomputed fields too:
    there the changed rows are noted (`crm.order.trace._touch`), before and after.
    """

    _name = "crm.order.trace.source"
    _description = "Source of Order Traces"

    @api.model
    def _trace_source_fields(self):
        """Stored fields on which traces depend."""
        return frozenset()

    def _trace_touch(self):
        """Note these rows."""
        raise NotImplementedError

    def _trace_touch_before(self):
        """Note what cannot be found any more once the rows have changed or are gone."""
        self._trace_touch()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._trace_touch()
        return records

    def unlink(self):
        self._trace_touch_before()
        return super().unlink()

    def _write_multi(self, vals_list):
        watched = self._trace_source_fields()
        touched = [
            id_
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if not watched.isdisjoint(vals)
        ]
        if touched:
            self.browse(touched)._trace_touch()
        return super()._write_multi(vals_list)
