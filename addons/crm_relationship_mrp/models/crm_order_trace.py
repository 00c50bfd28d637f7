from odoo import api, models

from odoo.addons.crm_relationship.models.crm_settled_mixin import Source


class CrmOrderTrace(models.Model):
    """Says which production a line waits for."""

    _inherit = "crm.order.trace"

    @api.model
    def _addons(self):
        return super()._addons() | {"crm_relationship_mrp", "mrp"}

    @api.model
    def _sources(self):
        dates = {"date_finished", "date_start", "state"}
        return super()._sources() | {"mrp.production": Source("stock_move", dates)}

    @api.model
    def _cause_names(self):
        return {**super()._cause_names(), "mrp.production": "name"}

    def _cause_days(self):
        return {**super()._cause_days(), **self._production_days()}

    def _production_days(self):
        traces = self._caused_by("mrp.production")
        productions = self.env["mrp.production"].browse(set(traces.mapped("cause_id")))
        days = {
            production.id: self._company_day(
                production.date_finished, production.company_id
            )
            for production in productions.exists()
        }
        return {
            trace._cause_key(): (days.get(trace.cause_id), None) for trace in traces
        }

    def _cause_phrase(self, now, first):
        if self.cause_model != "mrp.production" or self.cause_reason == "circular":
            return super()._cause_phrase(now, first)
        words = {"name": self.cause_name, "date": self._short_date(now)}
        if self.cause_reason == "request":
            return self.env._("production %(name)s is not confirmed yet", **words)
        if self.cause_reason == "overdue":
            return self.env._("production %(name)s is overdue", **words)
        return self.env._("production %(name)s, done on %(date)s", **words)
