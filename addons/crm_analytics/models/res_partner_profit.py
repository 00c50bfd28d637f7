from odoo import models
from odoo.tools import SQL

KEYS = {
    "crm_cost_run_line": (
        ("run_id", "company_id", "pool_id"),
        ("quantity", "amount", "volume_amount"),
        ("rate",),
    ),
    "crm_analytics_profit": (
        ("run_id", "company_id"),
        (
            "gross",
            "discount",
            "returns",
            "revenue",
            "goods",
            "margin",
            "cost_to_serve",
            "receivable",
            "capital_cost",
            "profit",
            "volume_cost",
            "volume_profit",
            "difference",
        ),
        ("place",),
    ),
}


class ResPartner(models.Model):
    """Merged customers are one in every run; the sums of a run stay what they are."""

    _name = "res.partner"
    _inherit = ["res.partner"]

    def _before_partner_merge(self, destination):
        result = super()._before_partner_merge(destination)
        entity = destination.commercial_partner_id
        for table, (keys, sums, least) in KEYS.items():
            self._merge_run_rows(entity, table, keys, (sums, least))
        return result

    def _merge_run_rows(self, entity, table, keys, others):
        sums, least = others

        def columns(template, names):
            return SQL(", ").join(
                SQL(template, name=SQL.identifier(name)) for name in names
            )

        self.env.cr.execute(
            SQL(
                """WITH gone AS (
                    DELETE FROM %(table)s WHERE partner_id = ANY(%(partners)s)
                    AND EXISTS (SELECT FROM %(table)s merged
                        WHERE merged.partner_id = ANY(%(sources)s))
                    RETURNING *
                )
                INSERT INTO %(table)s (partner_id, %(names)s)
                SELECT %(entity)s, %(keys)s, %(sums)s, %(least)s
                FROM gone GROUP BY %(keys)s""",
                table=SQL.identifier(table),
                partners=(self | entity).ids,
                sources=self.ids,
                entity=entity.id,
                names=columns("%(name)s", (*keys, *sums, *least)),
                keys=columns("%(name)s", keys),
                sums=columns("SUM(%(name)s)", sums),
                least=columns("MIN(%(name)s)", least),
            )
        )
        self.env.invalidate_all()
