from odoo import models

from odoo.addons.crm_relationship.wizards.crm_spreadsheet_handler import ImportTarget

TERMS = ("amount", "currency_id", "date_from", "date_to")


class CrmCreditLineImport(models.AbstractModel):
    """Rows of opening credit: each becomes a draft line, which others approve.

    A row is known by customer, kind and reference or, without a reference, by customer,
    kind, amount and start. What was decided on is never changed by an import.
    """

    _name = "crm.credit.line.import"
    _description = "Import of Credit Lines"
    _inherit = "crm.spreadsheet.handler"

    def _import_check_access(self):
        self.env["crm.credit.account"].check_access("create")
        self.env["crm.credit.line"].check_access("create")

    def _import_targets(self):
        return [*self._customer_targets(), *self._line_targets(), *self._date_targets()]

    def _line_targets(self):
        return [
            ImportTarget(
                "amount",
                self.env._("Amount"),
                "number",
                required=True,
                synonyms=("amount", "limit", "credit limit", "credit line", "金额")
                + ("额度", "信用额度"),
            ),
            ImportTarget(
                "currency",
                self.env._("Currency"),
                synonyms=("currency", "curr", "币种", "货币"),
            ),
            ImportTarget(
                "kind",
                self.env._("Kind"),
                "choice",
                synonyms=("kind", "type", "security", "类型", "种类"),
                choices=self._kind_names(),
            ),
            ImportTarget(
                "reference",
                self.env._("Line Reference"),
                synonyms=(
                    "reference",
                    "line reference",
                    "contract",
                    "合同编号",
                    "编号",
                ),
            ),
        ]

    def _date_targets(self):
        return [
            ImportTarget(
                "date_from",
                self.env._("Valid From"),
                "date",
                synonyms=("valid from", "start", "start date", "from", "开始日期"),
            ),
            ImportTarget(
                "date_to",
                self.env._("Valid Until"),
                "date",
                synonyms=("valid until", "end", "end date", "until", "expiry")
                + ("valid to", "结束日期", "到期日"),
            ),
        ]

    def _kind_names(self):
        """Each kind by its label in the user's language and in English."""
        lines = self.env["crm.credit.line"]
        english = dict(lines.with_context(lang="en_US")._selection_kind())
        return {kind: (label, english[kind]) for kind, label in lines._selection_kind()}

    # ------------------------------------------------------------------ match

    def _import_match(self, rows, company):
        root = company.root_id
        self._match_customers(rows, root)
        self._match_currencies(rows, root)
        for row in rows:
            row.values["kind"] = row.values.get("kind") or "unsecured"
            row.problem = row.problem or self._problem_with_terms(row.values)
        self._match_lines([row for row in rows if not row.problem], root)

    def _match_currencies(self, rows, company):
        """Without a currency, the row is in that of the customer's credit file."""
        known = {c.name: c for c in self.env["res.currency"].search([])}
        customers = self.env["res.partner"].union(
            *(row.partner for row in rows if row.partner)
        )
        accounts = self.env["crm.credit.account"]._for(customers, company)
        for row in rows:
            code = (row.values.get("currency") or "").upper()
            if row.problem:
                continue
            if code and code not in known:
                row.problem = self.env._(
                    "the currency “%(code)s” is not in use; activate it or correct the "
                    "code.",
                    code=code,
                )
                continue
            own = accounts[row.partner.id].currency_id or company.currency_id
            row.values["currency_id"] = known.get(code, own)
            row.values["amount"] = row.values["currency_id"].round(
                float(row.values["amount"])
            )

    def _problem_with_terms(self, values):
        start, end = values.get("date_from"), values.get("date_to")
        if values["amount"] <= 0:
            return self.env._("the amount must be above zero.")
        if start and end and end < start:
            return self.env._("it ends before it begins.")
        if values["kind"] == "temporary" and not end:
            return self.env._("a temporary line needs the day on which it ends.")
        return ""

    def _match_lines(self, rows, company):
        """Find the lines that are there already."""
        lines = self.env["crm.credit.line"].search(
            [
                ("partner_id", "in", {row.partner.id for row in rows}),
                ("company_id", "=", company.id),
            ],
            order="id desc",
        )
        found = {key: line for line in lines for key in self._line_keys(line)}
        for row in rows:
            row.found = found.get(self._import_key(row))
            if row.found:
                self._compare(row)

    def _line_keys(self, line):
        """All the keys under which a row may mean this line."""
        start = (line.partner_id.id, line.kind)
        terms = (line.currency_id.id, line.amount)
        if line.reference:
            yield (*start, line.reference)
        yield (*start, *terms, line.date_from)
        yield (*start, *terms, None)

    def _import_key(self, row):
        values = row.values
        start = (row.partner.id, values["kind"])
        if values.get("reference"):
            return (*start, values["reference"])
        terms = (values["currency_id"].id, values["amount"])
        return (*start, *terms, values.get("date_from"))

    def _compare(self, row):
        line = row.found
        changes = [
            name
            for name in TERMS
            if row.values.get(name) and line[name] != row.values[name]
        ]
        if not changes:
            row.action = "same"
        elif line.approval_state == "draft":
            row.action = "change"
        else:
            row.problem = self.env._(
                "“%(line)s” is decided already (%(state)s), with other terms; ask for "
                "a new line instead.",
                line=line.display_name,
                state=line._state_label().lower(),
            )

    # ------------------------------------------------------------------ write

    def _import_write(self, rows, company):
        new = [row for row in rows if row.action == "new"]
        customers = self.env["res.partner"].union(*(row.partner for row in new))
        accounts = self.env["crm.credit.account"]._for(customers, company, create=True)
        self.env["crm.credit.line"].create(
            [
                {
                    **self._prepare_terms(row),
                    "account_id": accounts[row.partner.id].id,
                    "kind": row.values["kind"],
                    "reference": row.values.get("reference"),
                }
                for row in new
            ]
        )
        for row in rows:
            if row.action == "change":
                row.found.write(self._prepare_terms(row))

    def _prepare_terms(self, row):
        terms = {name: row.values[name] for name in TERMS if row.values.get(name)}
        return {**terms, "currency_id": row.values["currency_id"].id}
