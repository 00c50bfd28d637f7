import ast
import json
import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

UNREADABLE = (AccessError, SyntaxError, TypeError, UserError, ValueError, KeyError)
OPEN_GROUPS = (None, False, "", "base.group_user")
HISTORY = 90  # days in the small graph

_logger = logging.getLogger(__name__)


class CrmAnalyticsSegment(models.Model):
    """A saved filter of the customer figures, whose customers are counted every day.

    `count` is what the reader may see; the history is of the whole company, and only
    for who sees all customers.
    """

    _name = "crm.analytics.segment"
    _description = "Customer Segment"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    domain = fields.Char("Customers", required=True, default="[]")
    is_confidential = fields.Boolean(
        "Managers Only",
        compute="_compute_is_confidential",
        store=True,
        help="The filter reads figures that only managers see, such as the margin.",
    )
    count_ids = fields.One2many(
        "crm.analytics.segment.count", "segment_id", string="History"
    )
    count = fields.Integer("Number of Customers", compute="_compute_count")
    revenue_12m = fields.Monetary(compute="_compute_count")
    is_broken = fields.Boolean(
        compute="_compute_count", help="The filter no longer fits the customer figures."
    )
    graph = fields.Text(compute="_compute_graph")

    @api.depends("domain")
    def _compute_is_confidential(self):
        figures = self.env["crm.analytics.customer"]
        for segment in self:
            try:
                domain = segment._filter()
                segment.is_confidential = self._reads_confidential(figures, domain)
            except UNREADABLE:
                segment.is_confidential = True

    @api.depends("domain", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_count(self):
        counts = self._counts(self.env["crm.analytics.customer"])
        for segment in self:
            found = counts.get(segment.id)
            segment.count, segment.revenue_12m = found or (0, 0)
            segment.is_broken = found is None and bool(segment.id)

    @api.depends_context("uid")
    def _compute_graph(self):
        history = self.env["crm.analytics.segment.count"]
        since = fields.Date.subtract(fields.Date.today(), days=HISTORY)
        rows = history
        if history.has_access("read"):
            rows = history.search_fetch(
                [("segment_id", "in", self.ids), ("day", ">=", since)],
                ["segment_id", "day", "count"],
                order="day",
            )
        by_segment = rows.grouped("segment_id")
        for segment in self:
            segment.graph = segment._graph(by_segment.get(segment, history))

    @api.constrains("domain")
    def _check_domain(self):
        """A filter that the customer figures cannot follow is refused at once."""
        figures = self.env["crm.analytics.customer"].sudo()
        for segment in self:
            try:
                domain = segment._filter()
                with self.env.cr.savepoint():
                    figures.search_count(domain, limit=1)
            except (*UNREADABLE, psycopg2.DataError, psycopg2.ProgrammingError):
                raise ValidationError(
                    self.env._(
                        "The filter of “%(segment)s” does not fit the customer"
                        " figures: choose its conditions again.",
                        segment=segment.name,
                    )
                ) from None

    @api.readonly
    def action_open_customers(self):
        """The customers of the segment, as a list to work on."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_customer_action"
        )
        return action | {
            "name": self.name,
            "domain": list(self._customers_domain()),
            "context": {},
        }

    @api.readonly
    def action_create_activities(self):
        """Something to do for each customer of the segment whom the user may see."""
        self.ensure_one()
        customers = self.env["crm.analytics.customer"].search(self._customers_domain())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_activity_action"
        )
        return action | {
            "context": {"default_customer_ids": customers.ids},
        }

    @api.readonly
    def action_compare(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_compare_action"
        )
        return action | {"context": {"default_segment_a_id": self.id}}

    def _filter(self):
        """The condition on the customer figures.

        :raise ValueError: it cannot be read, or names what they do not have
        """
        domain = Domain(ast.literal_eval(self.domain or "[]"))
        domain.validate(self.env["crm.analytics.customer"])
        return domain

    def _customers_domain(self):
        """The customers of the segment in its company."""
        return self._filter() & Domain("company_id", "=", self.company_id.id)

    @api.model
    def _reads_confidential(self, model, domain):
        """Whether any field of the condition is not for every user."""
        return any(
            self._is_confidential_path(model, condition)
            for condition in domain.iter_conditions()
        )

    @api.model
    def _is_confidential_path(self, model, condition):
        for name in condition.field_expr.split("."):
            field = model._fields.get(name)
            if field is None:
                break  # a part of a date
            if field.groups not in OPEN_GROUPS:
                return True
            model = self.env[field.comodel_name] if field.relational else model
        return isinstance(condition.value, Domain) and self._reads_confidential(
            model, condition.value
        )

    def _counts(self, figures, within=Domain.TRUE):
        """`{id: (customers, their revenue)}` of the segments that can be counted.

        One query, by the rights of the environment of `figures`.

        :param within: the figures to look at
        """
        parts = []
        for segment in self.filtered(lambda segment: segment._origin):
            try:
                found = figures._search(segment._customers_domain() & within)
            except UNREADABLE:
                continue
            parts.append(
                SQL(
                    """SELECT %s, COUNT(*), COALESCE(SUM(revenue_12m), 0) FROM (%s)
                    AS found""",
                    segment.id or segment._origin.id,
                    found.select(SQL.identifier(found.table, "revenue_12m")),
                )
            )
        if not parts:
            return {}
        rows = self.env.execute_query(SQL(" UNION ALL ").join(parts))
        return {id_: (count, float(revenue)) for id_, count, revenue in rows}

    def _graph(self, rows):
        """The history for the field widget of the dashboards; nothing of one day."""
        if len(rows) < 2:
            return False
        values = [
            {"x": fields.Date.to_string(row.day), "y": row.count, "name": str(row.day)}
            for row in rows
        ]
        return json.dumps(
            [{"values": values, "key": self.env._("Customers"), "area": True}]
        )

    @api.model
    def _note_counts(self, company, day):
        """Keep how many customers each segment of the company has on this day."""
        segments = self.sudo().search([("company_id", "=", company.id)])
        # some conditions are of the companies that are chosen
        figures = self.env["crm.analytics.customer"].sudo().with_company(company)
        counts = segments._counts(figures)
        if broken := segments.filtered(lambda segment: segment.id not in counts):
            _logger.warning("Segments with a broken filter: %s", broken.ids)
        if counts:
            self.env["crm.analytics.segment.count"]._note(day, counts)
