from odoo import api, models, tools


class CrmSettledSource(models.AbstractModel):
    """A document that settled models follow (`crm.settled.mixin`).

    `_write_multi` is what every change through the ORM crosses, recomputed fields too:
    there the changed rows are noted.
    """

    _name = "crm.settled.source"
    _description = "Source of Settled Rows"

    def _touched_ids(self):
        """What is noted for these rows."""
        return self.ids

    def _touch_before(self):
        """Note what cannot be found any more once these rows are gone."""

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for name, source in self._followers():
            self.env[name]._touch(source.kind, records._touched_ids())
        return records

    def unlink(self):
        self._touch_before()
        return super().unlink()

    def _write_multi(self, vals_list):
        for name, source in self._followers():
            touched = [
                id_
                for id_, vals in zip(self._ids, vals_list, strict=True)
                if not source.fields.isdisjoint(vals)
            ]
            if touched:
                ids = self.browse(touched)._touched_ids()
                self.env[name]._touch(source.kind, ids)
        return super()._write_multi(vals_list)

    @api.model
    @tools.ormcache()
    def _followers(self):
        """`[(name, Source)]` of the settled models that follow this one."""
        settled = self.env.registry.descendants(["crm.settled.mixin"], "_inherit")
        return [
            (name, source)
            for name in settled
            if (source := self.env[name]._watched().get(self._name))
        ]
