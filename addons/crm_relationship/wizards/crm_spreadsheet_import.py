import base64
import csv
import io

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import cells, spreadsheet
from .crm_spreadsheet_handler import ImportRow

PREVIEW_LINES = 5
REPORT_NAME = "rows-with-errors.csv"


class CrmSpreadsheetImport(models.TransientModel):
    """Brings rows of an .xls, .xlsx or .csv file in: look, map, check, import.

    What the rows are is up to the handler of the `kind`. The check and the import both
    read the file anew, so that what is written is what the file says.
    """

    _name = "crm.spreadsheet.import"
    _description = "Spreadsheet Import"
    _rec_name = "file_name"

    kind = fields.Selection([], required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("file", "File"),
            ("mapping", "Columns"),
            ("checked", "Rows"),
            ("done", "Done"),
        ],
        default="file",
        readonly=True,
    )
    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    preview = fields.Html(readonly=True)
    decimal_mark = fields.Selection(
        [(".", "1,234.56"), (",", "1.234,56")],
        string="Amounts Look Like",
        help="Only needed where the column leaves it open, as in 1.234. Otherwise the "
        "amounts themselves show it.",
    )
    date_order = fields.Selection(
        [("dmy", "31/12/2026"), ("mdy", "12/31/2026")],
        string="Dates Look Like",
        help="Only needed where the column leaves it open, as in 03/04/2026.",
    )
    column_ids = fields.One2many("crm.spreadsheet.import.column", "import_id")
    target_ids = fields.One2many("crm.spreadsheet.import.target", "import_id")
    row_ids = fields.One2many("crm.spreadsheet.import.row", "import_id")
    message = fields.Char(readonly=True)
    error_count = fields.Integer(readonly=True)
    report = fields.Binary(attachment=False, readonly=True)

    @api.model
    def default_get(self, fields_list):
        """Write numbers and dates like the user's language, until told otherwise."""
        values = super().default_get(fields_list)
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        mark, order = lang.decimal_point, lang.date_format or ""
        if mark in (cells.POINT, cells.COMMA):
            values.setdefault("decimal_mark", mark)
        month_first = order.find("%m") < order.find("%d")
        values.setdefault(
            "date_order", cells.MONTH_FIRST if month_first else cells.DAY_FIRST
        )
        return values

    # ------------------------------------------------------------------ steps

    def action_read(self):
        """Read the file and guess what its columns mean."""
        self._handler()._import_check_access()
        table = self._read_table()
        self.row_ids.unlink()
        self.column_ids.unlink()
        self.target_ids.unlink()
        self.env["crm.spreadsheet.import.column"].create(self._column_vals(table))
        self.write(
            {
                "state": "mapping",
                "preview": self._preview(table),
                "message": False,
                "error_count": 0,
            }
        )
        return self._reopen()

    def action_check(self):
        """Say for every row what the import would do, or why it cannot."""
        self._handler()._import_check_access()
        rows = self._rows()
        self._store_rows(rows)
        self.state = "checked"
        self.message = self._check_message(rows)
        return self._reopen()

    def action_import(self):
        """Write the chosen rows, all of them or, if one fails, none."""
        handler = self._handler()
        handler._import_check_access()
        chosen = self.row_ids.filtered(
            lambda row: row.chosen and row.state in ("new", "change")
        )
        numbers = set(chosen.mapped("number"))
        rows = [row for row in self._rows() if row.number in numbers]
        if wrong := next((row for row in rows if row.problem), None):
            raise UserError(
                self.env._(
                    "%(problem)s It was right when you checked; check again.",
                    problem=self._row_problem(wrong),
                )
            )
        todo = [row for row in rows if row.action != "same"]
        handler._import_write(todo, self.company_id)
        chosen.write({"state": "done", "chosen": False})
        self.state = "done"
        self.message = self._done_message(todo)
        return self._reopen()

    def action_choose_all(self):
        self.row_ids.filtered(lambda r: r.state in ("new", "change")).chosen = True
        return self._reopen()

    def action_choose_none(self):
        self.row_ids.chosen = False
        return self._reopen()

    def action_back(self):
        self.state = "file" if self.state == "mapping" else "mapping"
        return self._reopen()

    def action_report(self):
        """Download the rows with errors, to correct them and import them again."""
        self.report = base64.b64encode(self._report().encode("utf-8-sig"))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/report/{REPORT_NAME}"
            "?download=true",
            "target": "download",
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # ------------------------------------------------------------------- file

    @api.model
    def _handlers(self):
        """Kind of import: model that handles it."""
        return {}

    def _handler(self):
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("Switch to the company that you import for first.")
            )
        model = self.env[self._handlers()[self.kind]]
        return model.with_company(self.company_id)

    def _targets(self):
        return {target.code: target for target in self._handler()._import_targets()}

    def _read_table(self):
        if not self.file:
            raise UserError(self.env._("Choose the file to import first."))
        try:
            table = spreadsheet.read(base64.b64decode(self.file))
        except spreadsheet.SpreadsheetError as error:
            raise UserError(self._file_problem(error)) from error
        if not table.lines:
            raise UserError(
                self.env._("The file has a header but no rows below it; add them.")
            )
        return table

    def _file_problem(self, error):

        values = {"limit": 0, **error.values}
        return {
            "empty": self.env._(
                "The file is empty; choose one with a header and rows."
            ),
            "damaged": self.env._(
                "The file is damaged and cannot be read; open it in your spreadsheet "
                "program and save it again."
            ),
            "encrypted": self.env._("The file has a password; save it without one."),
            "unknown_type": self.env._(
                "The file is not a spreadsheet; save it as .xlsx, .xls or .csv."
            ),
            "too_large": self.env._(
                "The file is larger than %(limit)s MB; split it into parts.", **values
            ),
            "unpacks_too_large": self.env._(
                "The file unpacks to more than %(limit)s MB; split it into parts.",
                **values,
            ),
            "too_many_rows": self.env._(
                "The file has more than %(limit)s rows; split it into parts.", **values
            ),
            "too_many_columns": self.env._(
                "The file has more than %(limit)s columns; leave out those that are "
                "not needed.",
                **values,
            ),
            "text_too_long": self.env._(
                "A cell has more than %(limit)s characters; shorten it.", **values
            ),
        }[error.code]

    def _column_vals(self, table):
        vals = []
        names = {
            code: (target.label, code, *target.synonyms)
            for code, target in self._targets().items()
        }
        guessed = cells.guess(table.header, names)
        targets = self._create_targets()
        first = table.lines[:PREVIEW_LINES]
        for position, header in enumerate(table.header):
            samples = (_cell(line, position) for line in first)
            vals.append(
                {
                    "import_id": self.id,
                    "position": position,
                    "header": header or self.env._("Column %(n)s", n=position + 1),
                    "sample": ", ".join(filter(None, map(cells.text, samples)))[:80],
                    "target_id": targets.get(guessed.get(position)),
                }
            )
        return vals

    def _create_targets(self):
        targets = self.env["crm.spreadsheet.import.target"].create(
            [
                {"import_id": self.id, "code": target.code, "name": target.label}
                for target in self._targets().values()
            ]
        )
        return {target.code: target.id for target in targets}

    def _preview(self, table):
        """The first rows, as a table."""
        head = Markup().join(Markup("<th>%s</th>") % text for text in table.header)
        body = Markup().join(
            Markup("<tr><td>%s</td>%s</tr>")
            % (
                line.number,
                Markup().join(
                    Markup("<td>%s</td>") % cells.text(_cell(line, position))[:80]
                    for position in range(len(table.header))
                ),
            )
            for line in table.lines[:PREVIEW_LINES]
        )
        return Markup(
            '<table class="table table-sm table-bordered"><thead><tr><th>#</th>%s'
            "</tr></thead><tbody>%s</tbody></table>"
        ) % (head, body)

    # ------------------------------------------------------------------- rows

    def _mapping(self):
        """Position of the column of each target."""
        mapping = {}
        for column in self.column_ids.filtered("target_id"):
            code = column.target_id.code
            if code in mapping:
                raise UserError(
                    self.env._(
                        "Two columns mean “%(target)s”; leave one of them out.",
                        target=column.target_id.name,
                    )
                )
            mapping[code] = column.position
        for target in self._targets().values():
            if target.required and target.code not in mapping:
                raise UserError(
                    self.env._(
                        "No column means “%(target)s”; say which one does.",
                        target=target.label,
                    )
                )
        return mapping

    def _rows(self):
        """All rows of the file, converted and matched."""
        table, mapping, handler = self._read_table(), self._mapping(), self._handler()
        readers = self._readers(table, mapping)
        rows = [self._row(line, readers) for line in table.lines]
        handler._import_match([r for r in rows if not r.problem], self.company_id)
        seen = {}
        for row in rows:
            key = None if row.problem else handler._import_key(row)
            if key is not None and seen.setdefault(key, row.number) != row.number:
                row.problem = self.env._("it repeats row %(row)s.", row=seen[key])
        return rows

    def _readers(self, table, mapping):
        """For each mapped column: its target, its position and how to read a cell."""
        readers = []
        for code, position in mapping.items():
            target = self._targets()[code]
            column = [_cell(line, position) for line in table.lines]
            readers.append((target, position, self._reader(target, column)))
        return readers

    def _reader(self, target, column):
        if target.type == "number":
            mark = cells.decimal_mark(column) or self.decimal_mark
            return lambda cell: cells.number(cell, mark or cells.POINT)
        if target.type == "date":
            order = cells.date_order(column) or self.date_order
            return lambda cell: cells.day(cell, order or cells.DAY_FIRST)
        if target.type == "choice":
            names = {
                cells.key(name): value
                for value, given in target.choices.items()
                for name in (value, *given)
            }
            return lambda cell: names[cells.key(cells.text(cell))]
        return cells.text

    def _row(self, line, readers):
        shown = (cells.text(_cell(line, position)) for _t, position, _r in readers)
        row = ImportRow(line.number, {}, " · ".join(filter(None, shown))[:200])
        problems = []
        for target, position, reader in readers:
            cell = _cell(line, position)
            if cell is None:
                row.values[target.code] = None
                if target.required:
                    problems.append(
                        self.env._("“%(target)s” is empty.", target=target.label)
                    )
                continue
            try:
                row.values[target.code] = reader(cell)
            except (ValueError, KeyError, ArithmeticError):
                problems.append(self._cell_problem(target, cell))
        row.problem = " ".join(problems)
        return row

    def _cell_problem(self, target, cell):
        values = {"target": target.label, "cell": cells.text(cell)[:40]}
        if target.type == "number":
            return self.env._("%(target)s “%(cell)s” is not an amount.", **values)
        if target.type == "date":
            return self.env._(
                "%(target)s “%(cell)s” is not a date with a year of four digits.",
                **values,
            )
        names = ", ".join(names[0] for names in target.choices.values())
        return self.env._(
            "%(target)s “%(cell)s” is not one of: %(names)s.", names=names, **values
        )

    def _row_problem(self, row):
        return self.env._(
            "Row %(row)s: %(problem)s", row=row.number, problem=row.problem
        )

    def _store_rows(self, rows):
        """Replace the rows in one statement; there may be 50,000."""
        self.row_ids.unlink()
        columns = ["number", "summary", "state", "message", "chosen", "problem_first"]
        values = [self._row_vals(row) for row in rows]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_spreadsheet_import_row
                       (import_id, create_uid, write_uid, create_date, write_date, %s)
                SELECT %s, %s, %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                       *
                  FROM unnest(%s::int[], %s::varchar[], %s::varchar[], %s::varchar[],
                              %s::boolean[], %s::int[])
                """,
                SQL(", ").join(map(SQL.identifier, columns)),
                self.id,
                self.env.uid,
                self.env.uid,
                *(list(column) for column in zip(*values, strict=True)),
            )
        )
        self.invalidate_recordset(["row_ids"])
        self.error_count = sum(bool(row.problem) for row in rows)

    def _row_vals(self, row):
        return (
            row.number,
            row.summary,
            "error" if row.problem else row.action,
            self._row_problem(row) if row.problem else None,
            not row.problem and row.action != "same",
            0 if row.problem else 1,
        )

    # --------------------------------------------------------------- messages

    def _check_message(self, rows):
        todo = sum(not row.problem and row.action != "same" for row in rows)
        if not todo and not self.error_count:
            return self._nothing_message()
        return self.env._(
            "%(todo)s rows can be imported, %(same)s are there already, %(errors)s "
            "have errors.",
            todo=todo,
            same=len(rows) - todo - self.error_count,
            errors=self.error_count,
        )

    def _done_message(self, rows):
        if not rows:
            return self._nothing_message()
        new = sum(row.action == "new" for row in rows)
        return self.env._(
            "%(new)s rows imported, %(changed)s records changed.",
            new=new,
            changed=len(rows) - new,
        )

    def _nothing_message(self):
        return self.env._("Nothing to import: all of it is there already.")

    def _report(self):
        """The rows with errors as .csv text, in which no cell is a formula."""
        problems = {
            row.number: row.message for row in self.row_ids if row.state == "error"
        }
        table = self._read_table()
        target = io.StringIO()
        writer = csv.writer(target)
        head = [self.env._("Row"), self.env._("Problem"), *table.header]
        writer.writerow(map(cells.escaped, head))
        for line in table.lines:
            if line.number in problems:
                texts = [problems[line.number], *map(cells.text, line.cells)]
                writer.writerow([line.number, *map(cells.escaped, texts)])
        return target.getvalue()


def _cell(line, position):
    return line.cells[position] if position < len(line.cells) else None
