from odoo import models
from odoo.tools import SQL

# Merging follows foreign keys, which these tables have not.
CUSTOMERS = (("crm.order.trace", "partner_id"), ("crm.order.board", "partner_id"))
SUPPLIERS = (
    ("crm.order.trace", "cause_partner_id"),
    ("crm.order.trace", "late_partner_id"),
)


class ResPartner(models.Model):
    """Nobody buys from a supplier that is archived: what was to come from it is told
    anew. Traces follow a customer or supplier that is merged, finished ones, too.
    """

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            offers = self.env["product.supplierinfo"].sudo()
            offers.search([("partner_id", "in", self.ids)])._trace_touch()
        return result

    def _after_partner_merge(self, sources):
        result = super()._after_partner_merge(sources)
        self._take_traces(sources, CUSTOMERS, self)
        self._take_traces(sources, SUPPLIERS, self.commercial_partner_id)
        return result

    def _take_traces(self, sources, columns, partner):
        for model, name in columns:
            rows = self.env[model].sudo()
            rows.flush_model()
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(name)s = %(partner)s"
                    " WHERE %(name)s = ANY(%(sources)s)",
                    table=SQL.identifier(rows._table),
                    name=SQL.identifier(name),
                    partner=partner.id,
                    sources=sources.ids,
                )
            )
            rows.invalidate_model([name])
