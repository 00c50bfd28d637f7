from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import end_of

from ..tools import heat_map
from .crm_analytics_product_source import COMPANIES, lines_sql

MANAGER = "crm_analytics.group_crm_analytics_manager"
MEASURES = {"revenue", "quantity", "margin"}
PERIODS = {"month": 12, "quarter": 8}  # so many are shown
MONTHS = {"month": 1, "quarter": 3}
ROWS = 25
REGIONS = 12  # as columns


class CrmAnalyticsCustomer(models.Model):
    """The heat map: what sells where and when.

    Who may read the sales of all customers gets them from the figures by product.
    For others, and where customers are chosen, the invoices of those that the reader
    may see are summed up.

    Options: `rows` (region, product), `columns` (month, quarter, region), `measure`,
    `product`, `category` and `country` (ids), `domain` on customers, `page` (periods
    shown before the latest).
    """

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    @api.model
    @api.readonly
    def get_heat_map(self, options=None):
        """The heat map of the current company.

        :return: dict with ``company``, ``currency_id``, ``currency``, ``as_of``,
            ``span`` (of the periods), ``measures`` that the reader may see, ``unit``
            (of quantities; False if there are several), ``columns`` and ``rows`` (key,
            name, and for rows cells), ``others``, ``hidden``, ``total``
        """
        self.check_access("read")
        options = self._heat_options(options)
        sums = self._heat_sums(options)
        time = options["columns"] in PERIODS
        columns = self._heat_periods(options) if time else None
        found = heat_map.heat_map(sums, ROWS, columns, REGIONS)
        names = self._heat_names(options, found)
        return {
            "company": self.env.company.name,
            "currency_id": self.env.company.currency_id.id,
            "currency": self.env.company.currency_id.name,
            "as_of": self._today(self.env.company),
            "span": self._heat_span(options),
            "measures": self._heat_measures(),
            "unit": self._heat_unit(options),
            "columns": [
                {"key": key, "name": name}
                for key, name in zip(found.columns, names["columns"], strict=True)
            ],
            "rows": [
                {"key": key, "name": name, "cells": cells}
                for key, name, cells in zip(
                    found.rows, names["rows"], found.cells, strict=True
                )
            ],
            "others": found.others,
            "hidden": found.hidden,
            "total": found.total,
        }

    @api.model
    @api.readonly
    def action_open_heat_cell(self, options, row, column):
        """What a cell is made of: sales of all, or the customers one may see."""
        self.check_access("read")
        options = self._heat_options(options)
        scope = self._heat_cell(options, row, column)
        if self._heat_is_stored(options):
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "crm_analytics.crm_analytics_product_month_action"
            )
            return {**action, "domain": self._heat_domain(scope), "context": {}}
        return self._action_buyers(scope, options["domain"])

    @api.model
    def _action_buyers(self, scope, domain=()):
        """The customers with invoices within a scope, of those one may see."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_customer_action"
        )
        rows = self.env.execute_query(
            SQL(
                "WITH %s SELECT DISTINCT partner_id FROM (%s) sold_line",
                COMPANIES,
                self._heat_lines(domain, scope),
            )
        )
        buyers = [
            ("company_id", "=", self.env.company.id),
            ("partner_id", "in", [partner for (partner,) in rows]),
        ]
        return {**action, "domain": buyers, "context": {}}

    # -- options -----------------------------------------------------------------------

    @api.model
    def _heat_measures(self):
        """Those that the reader may see."""
        allowed = ["revenue", "quantity"]
        if self.env.su or self.env.user.has_group(MANAGER):
            allowed.append("margin")
        return allowed

    def _heat_options(self, options):
        """Complete and checked: they come from the browser."""
        given = dict(options or {})
        clean = {
            "rows": given.get("rows") or "region",
            "columns": given.get("columns") or "month",
            "measure": given.get("measure") or "revenue",
            "domain": list(given.get("domain") or ()),
            "page": max(int(given.get("page") or 0), 0),
            **{
                name: int(given.get(name) or 0)
                for name in ("product", "category", "country")
            },
        }
        possible = ("region", "product"), (*PERIODS, "region")
        shape = (clean["rows"], clean["columns"])
        if any(part not in names for part, names in zip(shape, possible, strict=True)):
            raise ValidationError(self.env._("There is no such heat map."))
        if shape == ("region", "region") or clean["measure"] not in MEASURES:
            raise ValidationError(self.env._("There is no such heat map."))
        if clean["measure"] not in self._heat_measures():
            raise AccessError(self.env._("Margins are for managers of the analyses."))
        return clean

    def _heat_is_stored(self, options):
        months = self.env["crm.analytics.product.month"]
        return not options["domain"] and months.has_access("read")

    def _heat_interval(self, options):
        return options["columns"] if options["columns"] in PERIODS else "month"

    def _heat_periods(self, options):
        """Numbers of the periods shown, the latest last."""
        interval = self._heat_interval(options)
        count = PERIODS[interval]
        last = self._period(self._today(self.env.company), interval)
        last -= count * options["page"]
        return list(range(last - count + 1, last + 1))

    # -- scopes: what is summed up -----------------------------------------------------

    def _heat_scope(self, options):
        """Conditions on the sales: names with a value, 0 for without one."""
        interval = self._heat_interval(options)
        periods = self._heat_periods(options)
        scope = {
            "first": self._period_start(periods[0], interval),
            "last": self._heat_end(periods[-1], interval),
        }
        if options["product"]:
            scope["product_id"] = options["product"]
        if options["category"]:
            scope["category"] = options["category"]
        if options["country"]:
            scope["country_id"] = options["country"]
        return scope

    def _heat_cell(self, options, row, column):
        """The scope of a cell; of a whole row or column where the other is None."""
        scope = self._heat_scope(options)
        region = "state_id" if options["country"] else "country_id"
        names = {"product": "product_id", "region": region}
        if row is not None:
            scope[names[options["rows"]]] = int(row)
        if column is None:
            return scope
        if options["columns"] == "region":
            scope[region] = int(column)
        else:
            interval = options["columns"]
            scope["first"] = self._period_start(int(column), interval)
            scope["last"] = self._heat_end(int(column), interval)
        return scope

    def _heat_end(self, period, interval):
        start = self._period_start(period, interval)
        return end_of(fields.Date.add(start, months=MONTHS[interval] - 1), "month")

    def _heat_domain(self, scope):
        domain = Domain("company_id", "=", self.env.company.id)
        domain &= Domain("month", ">=", scope["first"])
        domain &= Domain("month", "<=", scope["last"])
        for name in ("product_id", "country_id", "state_id"):
            if name in scope:
                domain &= Domain(name, "=", scope[name] or False)
        if "category" in scope:
            domain &= Domain("product_id.categ_id", "child_of", scope["category"])
        return list(domain)

    # -- sums --------------------------------------------------------------------------

    def _heat_source(self, options, scope):
        """What is summed up, after the WITH parts that it needs."""
        if not self._heat_is_stored(options):
            return COMPANIES, SQL("(%s)", self._heat_lines(options["domain"], scope))
        months = self.env["crm.analytics.product.month"]
        query = months._search(self._heat_domain(scope), order=None)
        return COMPANIES, SQL(
            "(SELECT * FROM crm_analytics_product_month WHERE id IN %s)",
            query.subselect(),
        )

    def _heat_lines(self, domain, scope):
        """The invoice lines of the customers that the reader may see and has chosen."""
        here = Domain("company_id", "=", self.env.company.id)
        visible = self._search(Domain(list(domain)) & here, order=None)
        self.env.flush_all()
        partner_id = SQL.identifier(self._table, "partner_id")
        # read first: so PostgreSQL starts from the customers where they are few
        rows = self.env.execute_query(visible.select(partner_id))
        partners = [partner for (partner,) in rows]

        def within(company, partner, day):
            return SQL(
                "%s = %s AND %s = ANY(%s) AND %s BETWEEN %s AND %s AND %s",
                company,
                self.env.company.id,
                partner,
                partners,
                day,
                scope["first"],
                scope["last"],
                self._heat_condition(scope),
            )

        source = self.env["crm.customer.day"]._day_sources()["invoice_lines"]
        return lines_sql(source, within, [(scope["first"], scope["last"])])

    def _heat_condition(self, scope):
        columns = {
            "product_id": SQL("line.product_id"),
            "country_id": SQL("customer.country_id"),
            "state_id": SQL("customer.state_id"),
        }
        parts = [
            SQL("%s IS NOT DISTINCT FROM %s", column, scope[name] or None)
            for name, column in columns.items()
            if name in scope
        ]
        if "category" in scope:
            children = self.env["product.category"].search(
                [("id", "child_of", scope["category"])]
            )
            parts.append(SQL("template.categ_id = ANY(%s)", children.ids))
        return SQL(" AND ").join([SQL("TRUE"), *parts])

    def _heat_key(self, name, options):
        if name == "product":
            return SQL("COALESCE(product_id, 0)")
        if name == "region":
            column = "state_id" if options["country"] else "country_id"
            return SQL("COALESCE(%s, 0)", SQL.identifier(column))
        return self._period_sql(SQL("month"), name)

    def _heat_sums(self, options):
        """{(row, column): sum of the measure}."""
        parts, source = self._heat_source(options, self._heat_scope(options))
        rows = self.env.execute_query(
            SQL(
                """WITH %s SELECT %s, %s, SUM(%s)::float8
                FROM %s sold GROUP BY 1, 2""",
                parts,
                self._heat_key(options["rows"], options),
                self._heat_key(options["columns"], options),
                SQL.identifier(options["measure"]),
                source,
            )
        )
        return {(row, column): value for row, column, value in rows}

    def _heat_unit(self, options):
        """The unit of all quantities, unless there are several."""
        if options["measure"] != "quantity":
            return False
        parts, source = self._heat_source(options, self._heat_scope(options))
        rows = self.env.execute_query(
            SQL(
                """WITH %s SELECT DISTINCT template.uom_id FROM %s sold
                JOIN product_product product ON product.id = sold.product_id
                JOIN product_template template
                    ON template.id = product.product_tmpl_id LIMIT 2""",
                parts,
                source,
            )
        )
        units = self.env["uom.uom"].browse([unit for (unit,) in rows])
        return units.name if len(units) == 1 else False

    # -- names -------------------------------------------------------------------------

    def _heat_span(self, options):
        interval = self._heat_interval(options)
        periods = self._heat_periods(options)
        ends = (self._period_start(periods[at], interval) for at in (0, -1))
        return " – ".join(self._period_name(start, interval) for start in ends)

    def _heat_names(self, options, found):
        return {
            "rows": self._heat_labels(options["rows"], found.rows, options),
            "columns": self._heat_labels(options["columns"], found.columns, options),
        }

    def _heat_labels(self, kind, keys, options):
        """Who may see a figure may know of what it is."""
        if kind in PERIODS:
            return [
                self._period_name(self._period_start(key, kind), kind) for key in keys
            ]
        region = "res.country.state" if options["country"] else "res.country"
        model = {"product": "product.product", "region": region}[kind]
        nothing = {
            "product.product": self.env._("No product"),
            "res.country": self.env._("No country"),
            "res.country.state": self.env._("No state"),
        }[model]
        records = self.env[model].sudo().browse([key for key in keys if key > 0])
        names = dict(records.mapped(lambda record: (record.id, record.display_name)))
        names |= {0: nothing, heat_map.OTHERS: self.env._("Others")}
        return [names.get(key, nothing) for key in keys]
