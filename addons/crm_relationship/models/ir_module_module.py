from odoo import api, models, tools


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    @tools.ormcache("names")
    def _is_leaving(self, names):
        """Whether one of these addons is on its way out.

        Its tables, indexes and functions go piece by piece while its records are
        deleted, so what follows documents by SQL has to stop. The registry is made
        anew before an addon goes and after, and this answer with it.
        """
        leaving = [("name", "in", names), ("state", "=", "to remove")]
        return bool(self.sudo().search_count(leaving, limit=1))
