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
        column = self._tier_column(alias, "company_id")
        if self._fields["company_id"].required:
            return column
        return SQL("COALESCE(%s, %s)", column, self.env.company.id)

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
        return self._search_joined("tier_id", operator, value)

    @api.model
    def _search_joined(self, name, operator, value):
        """The domain of a search on a field that `_joined_sql` knows."""
        comodel = self.env[self._fields[name].comodel_name]
        if operator in ("any", "like", "ilike", "=like", "=ilike"):
            domain = value if operator == "any" else [("name", operator, value)]
            operator, value = "in", comodel.search(domain).ids
        if operator != "in":
            return NotImplemented
        words = [word for word in value if isinstance(word, str)]
        by_name = comodel.search([("name", "in", words)]).ids if words else []
        ids = (*(id_ for id_ in value if id_ and id_ not in words), *by_name)
        nothing = not all(value)

        def to_sql(model, alias, query):
            model._check_field_access(model._fields[name], "read")
            column = model._joined_sql(alias, name, query, seek=True)
            found = SQL("%s IN %s", column, ids) if ids else SQL("FALSE")
            return SQL("(%s OR %s IS NULL)", found, column) if nothing else found

        return Domain.custom(to_sql=to_sql)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in self._joined_fields():
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        if query is None:
            raise ValueError(f"{field_expr} of a document needs a query to join it")
        return self._joined_sql(alias, field_expr, query)

    @api.model
    def _joined_fields(self):
        return {"tier_id"}

    def _joined_sql(self, alias, name, query, seek=False):
        """The column of a joined table that holds the field's value.

        :param seek: it is for a condition, and not to group or sort all documents
        """
        assignment = self._join_assignment(alias, query, seek)
        return self._tier_column(assignment, name, "crm.tier.assignment")

    def _join_assignment(self, alias, query, seek):
        """Join the open tier of the document's customer; return the alias."""
        link = "tier_sought" if seek else "tier_assignment"
        assignment = query.make_alias(alias, link)

        def column(name):
            return self._tier_column(assignment, name, "crm.tier.assignment")

        query.add_join(
            "LEFT JOIN",
            assignment,
            "crm_tier_assignment",
            SQL(
                "%s = %s AND %s = %s AND %s IS NULL",
                column("partner_id"),
                self._entity_sql(alias, query, seek),
                column("company_id"),
                self._tier_company_sql(alias),
                column("date_to"),
            ),
        )
        return assignment

    def _entity_sql(self, alias, query, seek):
        """The commercial entity of the document's customer.

        To seek, PostgreSQL may come from the entity, by its contacts, to the documents.
        For all documents it is quicker to look up only contacts: who has no parent is
        its own entity.
        """
        if seek:
            partner = self._join_partner(alias, query)
            return self._tier_column(partner, "commercial_partner_id", "res.partner")
        contact = self._join_partner(alias, query, contacts=True)
        return SQL(
            "COALESCE(%s, %s)",
            self._tier_column(contact, "commercial_partner_id", "res.partner"),
            self._tier_column(alias, self._tier_partner_field),
        )

    def _join_partner(self, alias, query, contacts=False):
        """Join the document's customer, or only one that has a parent."""
        link = "tier_contact" if contacts else "tier_partner"
        partner = query.make_alias(alias, link)
        condition = SQL(
            "%s = %s",
            self._tier_column(alias, self._tier_partner_field),
            SQL.identifier(partner, "id"),
        )
        if contacts:
            parent = self._tier_column(partner, "parent_id", "res.partner")
            condition = SQL("%s AND %s IS NOT NULL", condition, parent)
        query.add_join("LEFT JOIN", partner, "res_partner", condition)
        return partner

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


class CrmTierDocumentMixin(models.AbstractModel):
    """A document: shows the customer's key account manager in its company, too."""

    _name = "crm.tier.document.mixin"
    _description = "Document with a Customer's Tier and Key Account Manager"
    _inherit = ["crm.tier.mixin"]

    key_account_manager_id = fields.Many2one(
        "res.users",
        compute="_compute_key_account_manager_id",
        search="_search_key_account_manager_id",
        compute_sudo=True,
        groups="base.group_user",
        help="Looks after this customer in the document's company.",
    )

    @api.depends(
        lambda self: (
            *self._tier_depends(),
            f"{self._tier_partner_field}.key_account_manager_id",
        )
    )
    @api.depends_context("company")
    def _compute_key_account_manager_id(self):
        for company, records in self.grouped(lambda r: r._tier_company()).items():
            for record in records:
                partner = record._tier_partner().with_company(company)
                record.key_account_manager_id = partner.key_account_manager_id

    @api.model
    def _search_key_account_manager_id(self, operator, value):
        return self._search_joined("key_account_manager_id", operator, value)

    def _joined_sql(self, alias, name, query, seek=False):
        if name != "key_account_manager_id":
            return super()._joined_sql(alias, name, query, seek)
        partner = self._join_partner(alias, query)
        return SQL(
            "(%s ->> %s::text)::int",
            self._tier_column(partner, name, "res.partner"),
            self._tier_company_sql(alias),
        )

    @api.model
    def _joined_fields(self):
        return super()._joined_fields() | {"key_account_manager_id"}

    @api.model
    def _tier_fields(self):
        return super()._tier_fields() + ["key_account_manager_id"]
