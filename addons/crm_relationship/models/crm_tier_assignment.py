from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .history_many2one import HistoryMany2one


class CrmTierAssignment(models.Model):
    """A customer's tier over a time: from the first day to before the last.

    One open row per commercial entity and company. Written by runs and overrides
    only, never edited; a day of the past has exactly one answer.
    """

    _name = "crm.tier.assignment"
    _description = "Tier History"
    _order = "date_from desc, id desc"
    _rec_name = "tier_id"
    _log_access = False

    partner_id = HistoryMany2one("res.partner", string="Customer", required=True)
    company_id = HistoryMany2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    tier_id = HistoryMany2one("crm.tier", required=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(
        string="Until", help="First day on which it no longer holds; empty: it holds."
    )
    score = fields.Monetary(
        groups="crm_relationship.group_crm_relationship_manager",
        help="The measured value when the tier was decided.",
    )
    rank = fields.Integer(help="Place among all customers, 1 is the best.")
    share = fields.Float(
        string="Share of Value (%)",
        digits=(16, 6),
        aggregator=None,
        groups="crm_relationship.group_crm_relationship_manager",
    )
    cause = fields.Selection(
        [
            ("new", "First tier"),
            ("up", "Moved up"),
            ("down", "Moved down"),
            ("limited", "Moved as far as one run may"),
            ("min_orders", "Too few orders"),
            ("override", "Override"),
            ("merge", "Partners merged"),
        ],
        required=True,
    )
    reason = fields.Char()
    user_id = HistoryMany2one("res.users", string="Decided By")
    override_until = fields.Date(help="Last day on which no run may change the tier.")
    run_id = HistoryMany2one("crm.tier.run")

    # Also finds a customer's whole history: each further index makes a run slower.
    _open_uniq = models.UniqueIndex(
        "(partner_id, company_id, (CASE WHEN date_to IS NULL THEN 0 ELSE id END))",
        "The customer already has a tier in this company.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "A tier cannot end before it begins."
    )

    @api.model
    def _unassigned_domain(self, company):
        """Customers that have bought from the company but have no tier in it."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """%(entity)s = %(id)s
                   AND EXISTS (SELECT FROM crm_customer_day
                            WHERE partner_id = %(id)s AND company_id = %(company)s)
                   AND NOT EXISTS (SELECT FROM crm_tier_assignment
                            WHERE partner_id = %(id)s AND company_id = %(company)s
                              AND date_to IS NULL)""",
                entity=SQL.identifier(alias, "commercial_partner_id"),
                id=SQL.identifier(alias, "id"),
                company=company.id,
            )
        )

    @api.model
    def _replace(self, partners, company, vals):
        """Close the open tier of the commercial entities and open another.

        :param vals: the new row's values but its partner and company
        """
        self.flush_model()
        entities = partners.commercial_partner_id
        self._close(entities, vals["date_from"], company)
        return self.create(
            [
                vals | {"partner_id": entity.id, "company_id": company.id}
                for entity in entities
            ]
        )

    @api.model
    def _close(self, partners, date, company=None):
        """End the open tiers of the partners before a day.

        By SQL, because it is also called while partners are being flushed.
        """
        self.env.cr.execute(
            SQL(
                """UPDATE crm_tier_assignment
                      SET date_to = GREATEST(%(date)s, date_from)
                    WHERE partner_id = ANY(%(partners)s) AND date_to IS NULL
                      AND %(company)s IN (0, company_id)""",
                date=date,
                partners=partners.ids,
                company=company.id if company else 0,
            )
        )
        self.invalidate_model(["date_to"], flush=False)
        self.env["crm.tier.mixin"]._invalidate_tiers()

    @api.model
    def _forget_partners(self, partners):
        self.search([("partner_id", "in", partners.ids)]).unlink()

    @api.model
    def _merge_histories(self, sources, entity):
        """One history for the entity: its own, and before it that of the sources."""
        rows = self.search([("partner_id", "in", (sources | entity).ids)])
        for company_rows in rows.grouped("company_id").values():
            own = company_rows.filtered(lambda row: row.partner_id == entity)
            for source in sources:
                theirs = company_rows.filtered(
                    lambda row, source=source: row.partner_id == source
                )
                own |= self._prepend(theirs, own, entity)

    @api.model
    def _prepend(self, theirs, own, entity):
        """Give the entity what lies before its own history; the rest is dropped.

        But a tier is not lost: the open one is kept where the entity has none, or none
        that a person decided.
        """
        kept = self._keep_open(theirs, own, entity)
        return kept | self._prepend_closed(theirs - kept, own, entity)

    @api.model
    def _keep_open(self, theirs, own, entity):
        opened = theirs.filtered(lambda row: not row.date_to)
        mine = own.filtered(lambda row: not row.date_to)
        if not opened or (
            mine and not (opened._is_override() and not mine._is_override())
        ):
            return self.browse()
        start = max(
            [
                opened.date_from,
                *mine.mapped("date_from"),
                *(own - mine).mapped("date_to"),
            ]
        )
        mine.date_to = start
        self.env.flush_all()
        opened.write({"partner_id": entity.id, "date_from": start})
        self.env.flush_all()
        return opened

    def _is_override(self):
        """Whether a person's decision still holds."""
        today = fields.Date.context_today(self)
        return any(row.override_until and row.override_until >= today for row in self)

    @api.model
    def _prepend_closed(self, theirs, own, entity):
        start = min(own.mapped("date_from"), default=None)
        late = theirs.filtered(lambda row: start and row.date_from >= start)
        early = theirs - late
        late.unlink()
        for row in early:
            row.partner_id = entity
            if start and (not row.date_to or row.date_to > start):
                row.date_to = start
        # before the merge moves the rows itself
        self.env.flush_all()
        return early

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env["crm.tier.mixin"]._invalidate_tiers()
        return rows

    def write(self, vals):
        res = super().write(vals)
        self.env["crm.tier.mixin"]._invalidate_tiers()
        return res

    def unlink(self):
        res = super().unlink()
        self.env["crm.tier.mixin"]._invalidate_tiers()
        return res
