from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_relationship.models.crm_order_network_query import day, ordinal


class CrmOrderNetwork(models.AbstractModel):
    """Finished goods wait for their production, and that for its components."""

    _inherit = "crm.order.network"

    def _extend_level(self, network, nodes):
        super()._extend_level(network, nodes)
        if not nodes:
            return
        sql = self._productions(list(nodes))
        for id_, order, state, start, days, components in self.env.execute_query(sql):
            node = nodes[id_]
            node.kind = "request" if state == "draft" else "production"
            node.document = ("mrp.production", order)
            node.start, node.lead, node.group = start, days, None
            node.origins = components
        rows = self.env.execute_query(
            SQL(
                """SELECT id, raw_material_production_id FROM stock_move
                WHERE id = ANY(%s) AND raw_material_production_id IS NOT NULL""",
                list(nodes),
            )
        )
        for id_, order in rows:
            nodes[id_].document = ("mrp.production", order)

    def _productions(self, ids):
        """For finished goods: move, production, state, start, days, open components.

        Work that has begun is as long as what is left of it.
        """
        return SQL(
            """SELECT move.id, production.id, production.state,
                CASE WHEN production.state IN ('progress', 'to_close')
                    THEN %(end)s ELSE %(start)s END,
                CASE WHEN production.state IN ('progress', 'to_close')
                    THEN 0 ELSE GREATEST(%(end)s - %(start)s, 0) END,
                ARRAY(SELECT raw.id FROM stock_move raw
                    WHERE raw.raw_material_production_id = production.id
                    AND raw.state NOT IN ('done', 'cancel', 'draft'))
            FROM stock_move move
            JOIN mrp_production production ON production.id = move.production_id
            JOIN res_company company ON company.id = production.company_id
            JOIN res_partner contact ON contact.id = company.partner_id
            WHERE move.id = ANY(%(ids)s)""",
            start=ordinal(day(SQL("production.date_start"))),
            end=ordinal(day(SQL("production.date_finished"))),
            ids=ids,
        )

    @api.model
    def _dependants(self, moves, groups):
        """What a component holds up: the goods that are made of it."""
        rows = self.env.execute_query(
            SQL(
                """SELECT made.id FROM stock_move raw
                JOIN stock_move made
                    ON made.production_id = raw.raw_material_production_id
                WHERE raw.id = ANY(%s)
                AND made.state NOT IN ('done', 'cancel')""",
                list(moves),
            )
        )
        return super()._dependants(moves, groups) | {id_ for (id_,) in rows}

    @api.model
    def _lead_times(self, groups):
        """What is made here takes the time of its bill of materials, if it has one."""
        leads = super()._lead_times(groups)
        places = self.env["stock.warehouse"].browse({place for _id, place in groups})
        for place in places:
            products = self.env["product.product"].browse(
                id_ for id_, place_id in groups if place_id == place.id
            )
            boms = self._normal_boms(products, place.company_id)
            for product in products:
                if product in boms:
                    days = int(boms[product].produce_delay)
                    leads.setdefault((product.id, place.id), days)
        return leads

    def _normal_boms(self, products, company):
        """Those of the company that makes it, whoever asks."""
        boms = self.env["mrp.bom"].sudo()
        return boms._bom_find(products, company_id=company.id, bom_type="normal")
