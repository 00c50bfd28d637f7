from odoo import fields, models
from odoo.tools import SQL


class CrmPartnerRelationAll(models.Model):
    """Every relation twice: as each of its two partners sees it."""

    _name = "crm.partner.relation.all"
    _description = "Relations of a Partner"
    _auto = False
    _order = "partner_id, type_id, id"
    _depends = {
        "crm.partner.relation": [
            "active",
            "amount",
            "company_id",
            "currency_id",
            "date_from",
            "date_to",
            "other_partner_id",
            "partner_id",
            "share",
            "type_id",
        ],
        "crm.partner.relation.type": ["inverse_name", "name", "symmetric"],
    }

    relation_id = fields.Many2one("crm.partner.relation", readonly=True)
    active = fields.Boolean(readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    name = fields.Char(string="Is", translate=True, readonly=True)
    other_partner_id = fields.Many2one("res.partner", readonly=True)
    type_id = fields.Many2one("crm.partner.relation.type", readonly=True)
    inverse = fields.Boolean(
        readonly=True, help="Seen from the other side than it was entered."
    )
    share = fields.Float(
        string="Share (%)", digits=(5, 2), aggregator=None, readonly=True
    )
    amount = fields.Monetary(string="Up to", aggregator=None, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_from = fields.Date(string="Valid From", readonly=True)
    date_to = fields.Date(string="Valid Until", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    is_current = fields.Boolean(related="relation_id.is_current")

    @property
    def _table_query(self):
        return SQL(
            "%s UNION ALL %s",
            self._select(SQL("partner_id"), SQL("other_partner_id"), inverse=False),
            self._select(SQL("other_partner_id"), SQL("partner_id"), inverse=True),
        )

    def _select(self, partner, other, *, inverse):
        return SQL(
            """SELECT relation.id * 2 + %(side)s AS id,
                      relation.id AS relation_id,
                      relation.active,
                      relation.%(partner)s AS partner_id,
                      %(label)s AS name,
                      relation.%(other)s AS other_partner_id,
                      relation.type_id,
                      %(inverse)s AS inverse,
                      relation.share,
                      relation.amount,
                      relation.currency_id,
                      relation.date_from,
                      relation.date_to,
                      relation.company_id
                 FROM crm_partner_relation relation
                 JOIN crm_partner_relation_type kind ON kind.id = relation.type_id""",
            side=int(inverse),
            partner=partner,
            other=other,
            label=SQL(
                "CASE WHEN kind.symmetric THEN kind.name ELSE kind.inverse_name END"
                if inverse
                else "kind.name"
            ),
            inverse=inverse,
        )

    def action_open_relation(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.partner.relation",
            "res_id": self.relation_id.id,
            "views": [(False, "form")],
        }
