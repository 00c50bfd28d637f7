from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _move_history(self, moves):
        """A contact that moves to another legal entity takes its documents along."""
        entities = {id_ for move in moves for id_ in move[1:]}
        accounts = self.env["crm.credit.account"]
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_credit_account WHERE partner_id = ANY(%s)",
                list(entities),
            )
        )
        accounts._touch("account", [id_ for (id_,) in rows])
        return super()._move_history(moves)

    def _after_partner_merge(self, sources):
        result = super()._after_partner_merge(sources)
        family = self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )
        self.env["crm.credit.account"]._touch_entities(family | sources)
        return result
