from typing import NamedTuple

from odoo import api, models, tools


class Source(NamedTuple):
    """What a settled model takes from the rows of another."""

    kind: str | None  # what changed rows are noted as; None: they are only waited for
    fields: set  # stored fields that matter


class CrmSettledMixin(models.AbstractModel):
    """A model whose rows follow documents, and are right whenever somebody reads them.

    Documents note their changes (`crm.settled.source`, `_touch`). These are settled
    once: at the end of the transaction, or when somebody reads.
    """

    _name = "crm.settled.mixin"
    _description = "Settled Rows"

    _touch_kinds = ()

    @api.model
    def _sources(self):
        """`{model: Source}`. Rows that are noted inherit `crm.settled.source`."""
        return {}

    @api.model
    def _addons(self):
        """The addons whose columns and tables the rows are computed from."""
        return {self._original_module}

    def _settle_touched(self, touched):
        """Bring the rows up to date.

        :param touched: `{kind: ids}`, with all of `_touch_kinds`
        """
        raise NotImplementedError

    def flush_model(self, fnames=None):
        self._settle()
        return super().flush_model(fnames)

    @api.model
    def _touch(self, kind, ids):
        """Note changed rows."""
        if not ids:
            return
        precommit, pending = self.env.cr.precommit, self._pending()
        if pending not in precommit.data:
            precommit.data[pending] = {name: set() for name in self._touch_kinds}
            precommit.add(self.sudo()._settle)
        precommit.data[pending][kind].update(ids)

    @api.model
    def _settle(self):
        """Bring the rows up to date with what this transaction changed."""
        data, settling = self.env.cr.precommit.data, f"{self._name}.settling"
        if settling in data or not (self._pending() in data or self._sources_changed()):
            return
        if self._is_uninstalling():
            return  # tables go piece by piece; the nightly job heals
        data[settling] = True
        try:
            self.sudo()._settle_pending()
        finally:
            data.pop(settling, None)

    def _settle_pending(self):
        self._flush_sources()
        touched = self.env.cr.precommit.data.pop(self._pending(), None)
        if touched:
            self._settle_touched(touched)

    def _flush_sources(self):
        """Write what is pending; that may make further fields pending."""
        for _attempt in range(5):
            for model, source in self._watched().items():
                self.env[model].flush_model(source.fields)
            if not self._sources_changed():
                break

    @api.model
    def _sources_changed(self):
        watched, transaction = self._watched(), self.env.transaction
        return any(
            ids
            and field.model_name in watched
            and field.name in watched[field.model_name].fields
            for changes in (transaction.field_dirty, transaction.tocompute)
            for field, ids in changes.items()
        )

    @api.model
    @tools.ormcache()
    def _watched(self):
        return self._sources()

    def _is_uninstalling(self):
        return self.env["ir.module.module"]._is_leaving(tuple(self._addons()))

    def _pending(self):
        return f"{self._name}.pending"
