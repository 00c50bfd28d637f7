from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _credit_source_fields(self):
        """That this is pending makes a reader of figures wait for it."""
        return frozenset({"commercial_partner_id"})

    def _write_multi(self, vals_list):
        """A contact that moves to another legal entity takes its documents along."""
        moved = self.browse(
            id_
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if "commercial_partner_id" in vals
        )
        accounts = self.env["crm.credit.account"]
        accounts._touch_entities(moved)
        result = super()._write_multi(vals_list)
        accounts._touch_entities(moved)
        return result

    def _after_partner_merge(self, sources):
        result = super()._after_partner_merge(sources)
        family = self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )
        self.env["crm.credit.account"]._touch_entities(family | sources)
        return result
