from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmTierMixin(models.AbstractModel):
    """Shows the customer's tier and key account manager on a document.

    Nothing is stored on the document: lists, filters and groups join the open row of
    the tier history for the document's company.
    """

    _name = "crm.tier.mixin"
    _description = "Document with a Customer's Tier"
    _tier_partner_field = "partner_id"

    tier_id = fields.Many2one(
        "crm.tier",
        compute="_compute_tier_id",
        search="_search_tier_id",
        compute_sudo=True,
        groups="base.group_user",
        help="Relationship tier of the customer in this company.",
    )
    tier_color = fields.Integer(
        related="tier_id.color",
        groups="base.group_user",
        export_string_translation=False,
    )

    @api.depends(lambda self: self._tier_depends())
    @api.depends_context("company")
    def _compute_tier_id(self):
        tiers = self._open_tiers()
        for record in self:
            key = (
                record._tier_partner().commercial_partner_id.id,
                record._tier_company().id,
            )
            record.tier_id = tiers.get(key)

    def _tier_depends(self):
        return (self._tier_partner_field, "company_id")

    def _tier_partner(self):
        return self[self._tier_partner_field]

    def _tier_company(self):
        return self.company_id or self.env.company

    def _tier_company_sql(self, alias):
        return SQL(
            "COALESCE(%s, %s)",
            self._tier_column(alias, "company_id"),
            self.env.company.id,
        )

    def _tier_column(self, alias, name, model=None):
        """A stored column, which is flushed before the query that reads it."""
        field = (self if model is None else self.env[model])._fields[name]
        return SQL.identifier(alias, name, to_flush=field)

    def _open_tiers(self):
        """Tier id by (commercial entity id, company id) of the records' partners."""
        rows = self.env["crm.tier.assignment"].search_fetch(
            Domain("partner_id", "in", self._tier_partner().commercial_partner_id.ids)
            & Domain("date_to", "=", False),
            ["partner_id", "company_id", "tier_id"],
        )
        return {(row.partner_id.id, row.company_id.id): row.tier_id.id for row in rows}

    @api.model
    def _search_tier_id(self, operator, value):
        if operator in ("any", "like", "ilike", "=like", "=ilike"):
            domain = value if operator == "any" else [("name", operator, value)]
            operator, value = "in", self.env["crm.tier"].search(domain).ids
        if operator != "in":
            return NotImplemented
        names = [name for name in value if isinstance(name, str)]
        found_by_name = self.env["crm.tier"].search([("name", "in", names)]).ids
        ids = (*(tier for tier in value if tier and tier not in names), *found_by_name)
        no_tier = not all(value)

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, "tier_id", query)
            found = SQL("%s IN %s", column, ids) if ids else SQL("FALSE")
            return SQL("(%s OR %s IS NULL)", found, column) if no_tier else found

        return Domain.custom(to_sql=to_sql)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "tier_id":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields["tier_id"], "read")
        if query is None:
            raise ValueError("The tier of a document needs a query to join it")
        return self._tier_column(
            self._join_tier(alias, query), "tier_id", "crm.tier.assignment"
        )

    def _join_tier(self, alias, query):
        """Join the open tier of the document's customer; return the alias."""
        partner = query.make_alias(alias, "tier_partner")
        query.add_join(
            "LEFT JOIN",
            partner,
            "res_partner",
            SQL(
                "%s = %s",
                self._tier_column(alias, self._tier_partner_field),
                SQL.identifier(partner, "id"),
            ),
        )
        entity = self._tier_column(partner, "commercial_partner_id", "res.partner")
        return self._join_assignment(alias, entity, query)

    def _join_assignment(self, alias, entity, query):
        assignment = query.make_alias(alias, "tier_assignment")

        def column(name):
            return self._tier_column(assignment, name, "crm.tier.assignment")

        query.add_join(
            "LEFT JOIN",
            assignment,
            "crm_tier_assignment",
            SQL(
                "%s = %s AND %s = %s AND %s IS NULL",
                column("partner_id"),
                entity,
                column("company_id"),
                self._tier_company_sql(alias),
                column("date_to"),
            ),
        )
        return assignment

    @api.model
    def _invalidate_tiers(self):
        """Forget the tiers in the cache, of every kind of document."""
        for name in self.env.registry.descendants([self._name], "_inherit"):
            model = self.env[name]
            if not model._abstract:
                model.invalidate_model(model._tier_fields(), flush=False)

    @api.model
    def _tier_fields(self):
        return ["tier_id", "tier_color"]
