from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import lift

CATEGORIES = (
    "rfm_segment",
    "tier_id",
    "country_id",
    "industry_id",
    "user_id",
    "key_account_manager_id",
)
NUMBERS = (
    "revenue_12m",
    "revenue_prev_12m",
    "margin_12m",
    "profit_12m",
    "order_count_12m",
    "average_order",
    "purchase_days",
    "recency_days",
    "rhythm_days",
    "overdue_factor",
)


class CrmAnalyticsCompare(models.TransientModel):
    """What distinguishes two segments, of the customers that the user may see."""

    _name = "crm.analytics.compare"
    _description = "Compare Two Segments"

    segment_a_id = fields.Many2one(
        "crm.analytics.segment", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="segment_a_id.company_id")
    segment_b_id = fields.Many2one(
        "crm.analytics.segment",
        ondelete="cascade",
        domain="[('company_id', '=', company_id), ('id', '!=', segment_a_id)]",
        help="Leave empty to compare with all other customers of the company.",
    )
    min_group = fields.Integer(
        "Smallest Group",
        default=lift.MIN_GROUP,
        help="What fewer customers have in common is left out.",
    )
    message = fields.Char(readonly=True)
    category_ids = fields.One2many(
        "crm.analytics.compare.line",
        "compare_id",
        domain=[("kind", "=", "category")],
        readonly=True,
    )
    number_ids = fields.One2many(
        "crm.analytics.compare.line",
        "compare_id",
        domain=[("kind", "=", "number")],
        readonly=True,
    )

    @api.depends("segment_a_id", "segment_b_id")
    def _compute_display_name(self):
        for compare in self:
            compare.display_name = self.env._(
                "%(a)s and %(b)s",
                a=compare.segment_a_id.name or self.env._("A segment"),
                b=compare.segment_b_id.name or self.env._("all other customers"),
            )

    def action_compare(self):
        """Put the characteristics side by side, those that distinguish best first."""
        self.ensure_one()
        a, b = (self._rows(domain) for domain in self._domains())
        self.env["crm.analytics.compare.line"].search(
            [("compare_id", "=", self.id)]
        ).unlink()
        found = lift.compare(*self._columns(a, b), min_group=max(self.min_group, 1))
        lines = self.env["crm.analytics.compare.line"].create(
            [self._prepare_line(at, row) for at, row in enumerate(found)]
        )
        self.message = self._sentence(len(a), len(b), lines)
        self.invalidate_recordset(["category_ids", "number_ids"])

    def _domains(self):
        a = self.segment_a_id
        if self.segment_b_id:
            return a._customers_domain(), self.segment_b_id._customers_domain()
        others = ~a._filter() & Domain("company_id", "=", a.company_id.id)
        return a._customers_domain(), others

    def _names(self):
        """The characteristics, of those that the user may read."""
        figures = self.env["crm.analytics.customer"]
        return [
            name
            for name in (*CATEGORIES, *NUMBERS)
            if figures._has_field_access(figures._fields[name], "read")
        ]

    def _rows(self, domain):
        """The characteristics of these customers: `[{name: value}]`, in one query."""
        figures = self.env["crm.analytics.customer"]
        query = figures._search(domain)
        names = self._names()
        columns = [figures._field_to_sql(figures._table, name, query) for name in names]
        rows = self.env.execute_query(query.select(*columns))
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _columns(self, a, b):
        """The characteristics as `tools.lift.compare` takes them."""
        names = self._names()
        categories = {
            name: ([row[name] for row in a], [row[name] for row in b])
            for name in CATEGORIES
            if name in names
        }
        numbers = {
            name: tuple(
                [float(row[name]) for row in rows if row[name] is not None]
                for rows in (a, b)
            )
            for name in NUMBERS
            if name in names
        }
        return categories, numbers

    def _prepare_line(self, sequence, row):
        field = self.env["crm.analytics.customer"]._fields[row.name]
        label = field._description_string(self.env)
        values = {
            "compare_id": self.id,
            "sequence": sequence,
            "name": label,
            "count_a": row.count_a,
            "count_b": row.count_b,
            "lift": row.lift,
            "has_lift": row.lift is not None,
            "strength": row.strength,
        }
        if isinstance(row, lift.Number):
            return values | {
                "kind": "number",
                "mean_a": row.mean_a,
                "mean_b": row.mean_b,
                "median_a": row.median_a,
                "median_b": row.median_b,
            }
        return values | {
            "kind": "category",
            "value": self._value_label(field, row.value),
            "share_a": row.share_a,
            "share_b": row.share_b,
        }

    def _value_label(self, field, value):
        if value is None:
            return self.env._("None")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        # the name alone, of a record that the user's own list shows, too
        return self.env[field.comodel_name].browse(value).sudo().display_name

    @api.model
    def _sentence(self, size_a, size_b, lines):
        if not size_a or not size_b:
            return self.env._(
                "There is nothing to compare: one of the two has no customers whom you"
                " may see."
            )
        if not lines:
            return self.env._(
                "The segments have too few customers: lower the smallest group."
            )
        return self.env._(
            "%(a)s customers in A and %(b)s in B; what distinguishes them best comes"
            " first.",
            a=size_a,
            b=size_b,
        )
