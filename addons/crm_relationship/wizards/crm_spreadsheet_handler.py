from dataclasses import dataclass, field

from odoo import models
from odoo.tools import SQL

from ..tools import cells


@dataclass(frozen=True)
class ImportTarget:
    """What a column may mean to a kind of import.

    `type` is text, number, date or choice; `choices` gives the names of each value of a
    choice. `synonyms` are headers in any language that mean this target.
    """

    code: str
    label: str
    type: str = "text"
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class ImportRow:
    """One row on its way in: its values by target, and what became of it.

    `summary` shows the mapped cells as the file has them.
    `action` is new, change or same (nothing to do); `found` is the handler's own.
    """

    number: int
    values: dict
    summary: str = ""
    problem: str = ""
    action: str = "new"
    partner: models.BaseModel | None = None
    found: object = None


class CrmSpreadsheetHandler(models.AbstractModel):
    """One kind of spreadsheet import: what its columns are, what its rows become.

    Inherit it under a name of its own, extend the five `_import_` methods, and add the
    kind to `crm.spreadsheet.import` (selection and `_handlers`). All work on all rows
    at once, with the rights of the user.
    """

    _name = "crm.spreadsheet.handler"
    _description = "Kind of Spreadsheet Import"

    def _import_targets(self):
        """List the ImportTargets, in the order in which a person expects them."""
        return []

    def _import_check_access(self):
        """Raise AccessError for who may not do this import."""

    def _import_match(self, rows, company):
        """Find the records that the rows mean; set `problem` or `action` of each."""

    def _import_key(self, row):
        """What two rows of a file may not share, or None."""

    def _import_write(self, rows, company):
        """Create or change the records of rows whose action is new or change."""

    # ----------------------------------------------------- customers, for any kind

    def _customer_targets(self):
        return [
            ImportTarget(
                "customer",
                self.env._("Customer"),
                synonyms=(
                    "customer",
                    "customer name",
                    "company",
                    "name",
                    "客户",
                    "客户名称",
                ),
            ),
            ImportTarget(
                "vat",
                self.env._("VAT"),
                synonyms=("vat", "vat number", "tax id", "税号", "纳税人识别号"),
            ),
            ImportTarget(
                "ref",
                self.env._("Customer Reference"),
                synonyms=(
                    "customer reference",
                    "customer number",
                    "debtor",
                    "客户编号",
                ),
            ),
        ]

    def _match_customers(self, rows, company):
        """Set each row's `partner`, the legal entity, by VAT, reference, exact name."""
        fields = (("vat", "vat"), ("ref", "ref"), ("customer", "name"))
        found = {
            code: self._customers_by(
                name, {key for row in rows if (key := self._match_key(row, code))}
            )
            for code, name in fields
        }
        for row in rows:
            partners = self.env["res.partner"]
            for code, _name in fields:
                if not partners:
                    partners = found[code].get(self._match_key(row, code), partners)
            self._take_customer(row, partners, company)

    def _match_key(self, row, code):
        value = row.values.get(code) or ""
        return cells.key(value) if code == "vat" else value.lower()

    def _customers_by(self, name, keys):
        """Legal entities by the value that they, or contacts of theirs, have there."""
        column = SQL.identifier(name)
        if name == "vat":
            column = SQL("regexp_replace(%s, '[^[:alnum:]]', '', 'g')", column)
        self.env["res.partner"].flush_model([name, "commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT LOWER(TRIM(%(column)s)), id FROM res_partner
                    WHERE active AND LOWER(TRIM(%(column)s)) = ANY(%(keys)s)""",
                column=column,
                keys=list(keys),
            )
        )
        allowed = self.env["res.partner"].search(
            [("id", "in", [row[1] for row in rows])]
        )
        entities = {partner.id: partner.commercial_partner_id for partner in allowed}
        found = {}
        for key, partner in rows:
            if entity := entities.get(partner):
                found[key] = found.get(key, entity) | entity
        return found

    def _take_customer(self, row, partners, company):
        partners = partners.filtered(
            lambda p: not p.company_id or p.company_id in company.parent_ids
        )
        given = row.values.get("customer") or row.values.get("ref")
        vat = row.values.get("vat")
        if not (given or vat):
            row.problem = self.env._("no customer is named.")
        elif not partners:
            row.problem = self.env._(
                "no customer “%(name)s”; correct it, or create the customer first.",
                name=given or vat,
            )
        elif len(partners) > 1:
            row.problem = self._ambiguous(row, len(partners))
        elif vat and partners.vat and cells.key(vat) != cells.key(partners.vat):
            row.problem = self.env._(
                "“%(name)s” has the VAT %(own)s, not %(given)s.",
                name=partners.display_name,
                own=partners.vat,
                given=vat,
            )
        else:
            row.partner = partners

    def _ambiguous(self, row, count):
        if row.values.get("vat"):
            return self.env._(
                "“%(name)s” matches %(count)s customers; merge them first.",
                name=row.values["vat"],
                count=count,
            )
        return self.env._(
            "“%(name)s” matches %(count)s customers; give the VAT.",
            name=row.values.get("ref") or row.values.get("customer"),
            count=count,
        )
