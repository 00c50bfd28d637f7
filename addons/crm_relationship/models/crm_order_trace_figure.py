from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

from ..tools.urgency import tier_weights

SALES_GROUPS = "crm_relationship.group_crm_relationship_user"
FIGURES = ("cause_name", "customer_count", "urgency", "value")


class CrmOrderTrace(models.Model):
    """What a reader of traces sorts, sums and groups by.

    Nothing of it is stored: amounts are not for everybody who reads traces. Each figure
    is one SQL expression, which lists, groups and records share.
    """

    _name = "crm.order.trace"
    _inherit = ["crm.order.trace"]

    currency_id = fields.Many2one(
        related="company_id.currency_id", groups=SALES_GROUPS, related_sudo=True
    )
    value = fields.Monetary(
        "Value at Stake",
        compute="_compute_value",
        search="_search_value",
        aggregator="sum",
        groups=SALES_GROUPS,
        help="Untaxed value of what is still to be delivered, of the orders that you "
        "may read.",
    )
    urgency = fields.Float(
        compute="_compute_urgency",
        search="_search_urgency",
        digits=(16, 0),
        aggregator="sum",
        groups=SALES_GROUPS,
        help="Weight of the tier × days late × value at stake; 0 for what is in time.",
    )
    cause_name = fields.Char(
        "Waits For",
        compute="_compute_cause_name",
        search="_search_cause_name",
        help="The document that decides the date.",
    )
    customer_count = fields.Integer(
        "Customers",
        compute="_compute_customer_count",
        aggregator="count_distinct",
    )

    @api.depends("qty_ordered", "qty_delivered")
    @api.depends_context("uid")
    def _compute_value(self):
        self._assign_figure("value")

    @api.depends("qty_ordered", "qty_delivered", "days_late", "is_late", "partner_id")
    @api.depends_context("uid")
    def _compute_urgency(self):
        self._assign_figure("urgency")

    @api.depends("cause_model", "cause_id")
    @api.depends_context("lang")
    def _compute_cause_name(self):
        self._assign_figure("cause_name")

    def _compute_customer_count(self):
        self.customer_count = 1

    def _assign_figure(self, name):
        """Give the records what the figure's SQL says, all in one query."""
        query = Query(self.env, self._table)
        query.add_where(
            SQL("%s = ANY(%s)", SQL.identifier(self._table, "id"), self.ids)
        )
        sql = query.select(
            SQL.identifier(self._table, "id"),
            self._field_to_sql(self._table, name, query),
        )
        found = dict(self.env.execute_query(sql))
        for trace in self:
            trace[name] = found.get(trace.id, False)

    @api.model
    def _search_value(self, operator, value):
        return self._search_figure("value", operator, value)

    @api.model
    def _search_urgency(self, operator, value):
        return self._search_figure("urgency", operator, value)

    @api.model
    def _search_cause_name(self, operator, value):
        return self._search_figure("cause_name", operator, value)

    @api.model
    def _search_figure(self, name, operator, value):
        field = self._fields[name]

        def to_sql(model, alias, query):
            return field.condition_to_sql(name, operator, value, model, alias, query)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _joined_fields(self):
        return super()._joined_fields() | set(FIGURES)

    def _joined_sql(self, alias, name, query):
        if name in FIGURES:
            return getattr(self, f"_sql_{name}")(alias, query)
        return super()._joined_sql(alias, name, query)

    def _sql_value(self, alias, query):
        if not self.env["sale.order.line"].has_access("read"):
            return SQL("0")
        line = query.make_alias(alias, "value")
        query.add_join(
            "LEFT JOIN",
            line,
            self._line_prices(),
            SQL(
                "%s = %s",
                self._tier_column(alias, "sale_line_id"),
                SQL.identifier(line, "id"),
            ),
        )
        return SQL(
            """COALESCE(ROUND((%s * GREATEST(%s - %s, 0))::numeric, 2), 0)""",
            SQL.identifier(line, "price"),
            self._tier_column(alias, "qty_ordered"),
            self._tier_column(alias, "qty_delivered"),
        )

    @api.model
    def _line_prices(self):
        """Price of a unit in the company's currency, of the lines one may read."""
        lines = self.env["sale.order.line"]
        query = lines.with_context(active_test=False)._search([])
        column = {
            name: lines._field_to_sql(query.table, name, query)
            for name in ("company_id", "currency_id", "order_id", "product_uom_qty")
        }
        price = SQL(
            """%(amount)s / NULLIF(%(product_uom_qty)s, 0) / CASE
            WHEN (%(company_id)s, %(currency_id)s) IN %(own)s THEN 1 ELSE COALESCE((
                SELECT NULLIF(rated.currency_rate, 0) FROM sale_order rated
                WHERE rated.id = %(order_id)s), 1) END AS price""",
            amount=lines._field_to_sql(query.table, "price_subtotal", query),
            own=self._own_currencies(),
            **column,
        )
        return query.subselect(SQL.identifier(query.table, "id"), price)

    @api.model
    def _own_currencies(self):
        """(company, its currency) each: most lines need no rate of their order."""
        companies = self.env["res.company"].sudo().search([("id", "!=", False)])
        return tuple((company.id, company.currency_id.id) for company in companies)

    def _sql_urgency(self, alias, query):
        late = SQL(
            "%s AND %s IS NOT TRUE",
            self._tier_column(alias, "is_late"),
            self._tier_column(alias, "is_finished"),
        )
        return SQL(
            """CASE WHEN %s THEN %s * GREATEST(%s, 1) * GREATEST(%s, 1) ELSE 0 END""",
            late,
            self._sql_tier_weight(alias, query),
            self._tier_column(alias, "days_late"),
            self._sql_value(alias, query),
        )

    def _sql_tier_weight(self, alias, query):
        tiers = self.env["crm.tier"].sudo().search([("active", "in", (True, False))])
        if not tiers:
            return SQL("1")
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", tier, weight)
            for tier, weight in tier_weights(tiers.ids).items()
        )
        tier = self._joined_sql(alias, "tier_id", query)
        return SQL("CASE %s %s ELSE 1 END", tier, cases)

    def _sql_customer_count(self, alias, query):
        """Counted distinct: the commercial entity."""
        partner = self._join_partner(alias, query)
        return self._tier_column(partner, "commercial_partner_id", "res.partner")

    @api.model
    def _cause_names(self):
        """The field that names a cause, by model; for other addons too."""
        return {
            "product.product": "name",
            "purchase.order": "name",
            "sale.order": "name",
            "stock.move": "reference",
            "stock.picking": "name",
        }

    def _sql_cause_name(self, alias, query):
        """The name of each kind of cause, looked up where it is one."""
        cause = self._tier_column(alias, "cause_id")
        cases = [
            SQL("WHEN %s THEN %s", model, self._sql_name(model, name, cause))
            for model, name in sorted(self._cause_names().items())
        ]
        return SQL(
            "CASE %s %s END",
            self._tier_column(alias, "cause_model"),
            SQL(" ").join(cases),
        )

    def _sql_name(self, model, name, id_):
        records = self.env[model].sudo()
        query = Query(
            self.env, f"cause_{records._table}", SQL.identifier(records._table)
        )
        query.add_where(SQL("%s = %s", SQL.identifier(query.table, "id"), id_))
        column = records._field_to_sql(query.table, name, query)
        return SQL("(%s)", query.select(column))
