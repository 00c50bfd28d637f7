from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import float_compare

from ..tools import graph
from ..tools.periods import Period, intersection, peak

WHO = ("type_id", "partner_id", "other_partner_id", "company_id", "active")
WHEN = ("date_from", "date_to")
TERMS = ("share", "amount", "currency_id", *WHEN)
UNLOGGED = object()  # a merge changes records, not facts; no RPC caller can send this


class CrmPartnerRelation(models.Model):
    """One partner is something to another one, for a time, with evidence."""

    _name = "crm.partner.relation"
    _description = "Partner Relation"
    _inherit = ["mail.thread"]
    _order = "partner_id, type_id, date_from desc, id"
    _check_company_auto = True

    active = fields.Boolean(default=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        tracking=True,
    )
    type_id = fields.Many2one(
        "crm.partner.relation.type",
        string="Relation",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    other_partner_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        tracking=True,
    )
    share = fields.Float(
        string="Share (%)", digits=(5, 2), aggregator=None, tracking=True
    )
    amount = fields.Monetary(string="Up to", aggregator=None, tracking=True)
    currency_id = fields.Many2one(
        "res.currency",
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )
    date_from = fields.Date(
        string="Valid From",
        tracking=True,
        help="First day on which the relation holds. Empty: since ever.",
    )
    date_to = fields.Date(
        string="Valid Until",
        tracking=True,
        help="Last day on which the relation holds. Empty: until further notice.",
    )
    evidence = fields.Text(
        help="How we know: the document, register entry or person, and its date. "
        "Attach the document below."
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        help="Empty: every company sees the relation.",
    )
    is_current = fields.Boolean(
        string="Current", compute="_compute_is_current", search="_search_is_current"
    )
    symmetric = fields.Boolean(related="type_id.symmetric")
    needs_share = fields.Boolean(related="type_id.needs_share")
    needs_amount = fields.Boolean(related="type_id.needs_amount")

    @api.depends("partner_id", "other_partner_id")
    def _compute_company_id(self):
        for relation in self:
            partners = relation.partner_id | relation.other_partner_id
            relation.company_id = relation.company_id or partners.company_id[:1]

    @api.depends("active", "date_from", "date_to")
    @api.depends_context("tz")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        now = Period(today, today)
        for relation in self:
            relation.is_current = relation.active and bool(
                intersection(relation._period(), now)
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_valid_on(fields.Date.context_today(self)) & Domain(
            "active", "=", True
        )

    @api.depends("partner_id", "type_id", "other_partner_id")
    def _compute_display_name(self):
        for relation in self:
            relation.display_name = self.env._(
                "%(partner)s: %(type)s %(other)s",
                partner=relation.partner_id.display_name or "",
                type=relation.type_id.name or "",
                other=relation.other_partner_id.display_name or "",
            )

    @api.constrains("partner_id", "other_partner_id")
    def _check_itself(self):
        for relation in self:
            if relation.partner_id == relation.other_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(partner)s cannot have a relation with itself.",
                        partner=relation.partner_id.display_name,
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for relation in self:
            first, last = relation._period()
            if first and last and first > last:
                raise ValidationError(
                    self.env._(
                        "“%(relation)s” ends before it begins.",
                        relation=relation.display_name,
                    )
                )

    @api.constrains("type_id", "amount", "currency_id")
    def _check_amount(self):
        for relation in self.filtered("needs_amount"):
            if relation.amount <= 0 or not relation.currency_id:
                raise ValidationError(
                    self.env._(
                        "“%(relation)s” needs an amount above zero and its currency.",
                        relation=relation.display_name,
                    )
                )

    @api.constrains(*WHO, *WHEN)
    def _check_duplicate(self):
        for relation, twin in self._duplicates():
            raise ValidationError(
                self.env._(
                    "“%(relation)s” is already recorded for the same time, as "
                    "“%(twin)s”. Change that one, or its dates.",
                    relation=relation.display_name,
                    twin=twin.display_name,
                )
            )

    @api.constrains("share", *WHO, *WHEN)
    def _check_share(self):
        shares = self.filtered("needs_share")
        for relation in shares:
            if not 0 < relation.share <= 100:
                raise ValidationError(
                    self.env._(
                        "“%(relation)s” needs a share above 0 %% and up to 100 %%.",
                        relation=relation.display_name,
                    )
                )
        shares._check_total_share()

    @api.constrains(*WHO, *WHEN)
    def _check_circle(self):
        for relation in self.filtered(lambda r: r.active and r.type_id.acyclic):
            circle = relation._circle()
            if circle:
                raise ValidationError(
                    self.env._(
                        "“%(relation)s” would close a circle: %(path)s.",
                        relation=relation.display_name,
                        path=" → ".join(circle.mapped("display_name")),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        relations = super().create(vals_list)
        for relation in relations:
            relation._log_change((), relation._terms())
        return relations

    def write(self, vals):
        before = {relation: (relation._sides(), relation._terms()) for relation in self}
        result = super().write(vals)
        if self.env.context.get("relation_log") is not UNLOGGED:
            for relation, (sides, terms) in before.items():
                relation._log_change(sides, terms)
        return result

    def unlink(self):
        for relation in self:
            relation._log_sides(
                self.env._("Relation removed"), relation._sides(), record=None
            )
        return super().unlink()

    def _period(self):
        self.ensure_one()
        return Period(self.date_from or None, self.date_to or None)

    def _edge(self):
        return graph.Edge(self.partner_id.id, self.other_partner_id.id, self._period())

    @api.model
    def _domain_valid_on(self, day):
        return (Domain("date_from", "=", False) | Domain("date_from", "<=", day)) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", day)
        )

    @api.model
    def _search_active(self, domain):
        """Find what holds for any company: the facts are checked against them all."""
        return self.sudo().search(Domain(domain) & Domain("active", "=", True))

    def _by_company(self):
        """Split into what each company sees: the shared relations and its own."""
        shared = self.filtered(lambda relation: not relation.company_id)
        own = self.grouped("company_id")
        own.pop(self.env["res.company"], None)
        return [shared | relations for relations in own.values()] or [shared]

    def _duplicates(self):
        """Give the pairs (relation, other relation that says the same)."""
        relations = self.sudo().filtered("active")
        partners = relations.partner_id | relations.other_partner_id
        twins = defaultdict(list)
        for relation in self._search_active(
            [
                ("type_id", "in", relations.type_id.ids),
                ("partner_id", "in", partners.ids),
                ("other_partner_id", "in", partners.ids),
            ]
        ):
            twins[relation._statement()].append(relation)
        return [
            (relation, twin)
            for relation in relations
            for twin in twins[relation._statement()]
            if relation != twin and relation._meets(twin)
        ]

    def _statement(self):
        pair = (self.partner_id.id, self.other_partner_id.id)
        return (self.type_id.id, tuple(sorted(pair)) if self.symmetric else pair)

    def _meets(self, other):
        """Tell whether one company sees both on the same day."""
        apart = (
            self.company_id and other.company_id and self.company_id != other.company_id
        )
        return not apart and bool(intersection(self._period(), other._period()))

    def _check_total_share(self):
        relations = self._search_active(
            [
                ("type_id", "in", self.type_id.ids),
                ("other_partner_id", "in", self.other_partner_id.ids),
            ]
        )
        for (owned, kind), held in relations.grouped(
            lambda relation: (relation.other_partner_id, relation.type_id)
        ).items():
            total = max(
                peak((relation._period(), relation.share) for relation in seen)
                for seen in held._by_company()
            )
            if float_compare(total, 100, precision_digits=2) > 0:
                raise ValidationError(
                    self.env._(
                        "“%(type)s %(partner)s” adds up to %(total)s %% on the same "
                        "day; at most 100 %% can be held.",
                        type=kind.name,
                        partner=owned.display_name,
                        total=f"{total:.2f}".rstrip("0").rstrip("."),
                    )
                )

    def _circle(self):
        """Give the partners of the circle that this relation closes, if it does."""
        self.ensure_one()
        if self.partner_id == self.other_partner_id:
            return self.partner_id.browse()
        ahead = self._reachable() - self
        for seen in (self.sudo() | ahead)._by_company():
            if self not in seen:
                continue
            nodes = graph.cycle(
                [relation._edge() for relation in seen - self], self._edge()
            )
            if nodes:
                return self.partner_id.browse([self.partner_id.id, *nodes])
        return self.partner_id.browse()

    def _reachable(self):
        """Follow the relations of this type from the other partner onwards."""
        found = self.sudo().browse()
        seen = frontier = self.other_partner_id
        while frontier:
            step = self._search_active(
                [
                    ("type_id", "=", self.type_id.id),
                    ("partner_id", "in", frontier.ids),
                ]
            )
            found |= step
            frontier = step.other_partner_id - seen
            seen |= frontier
        return found

    def _sides(self):
        """Say who is what to whom, from both sides; nothing once it is archived."""
        self.ensure_one()
        if not self.active:
            return ()
        kind = self.type_id
        return (
            (self.partner_id, kind.name, self.other_partner_id),
            (self.other_partner_id, kind._name_from_the_other_side(), self.partner_id),
        )

    def _terms(self):
        return tuple(self[name] for name in TERMS)

    def _log_change(self, sides, terms):
        """Tell both partners' histories what differs from these sides and terms."""
        now = self._sides()
        if sides != now:
            self._log_sides(self.env._("Relation removed"), sides, record=self)
            self._log_sides(self.env._("Relation added"), now, record=self)
        elif terms != self._terms():
            self._log_sides(self.env._("Relation changed"), now, record=self)

    def _log_sides(self, what, sides, record):
        for partner, label, other in sides:
            partner._log_customer_event(
                "relation",
                self.env._(
                    "%(what)s: %(type)s %(other)s",
                    what=what,
                    type=label,
                    other=other.display_name,
                ),
                record=record,
                company=self.company_id,
            )

    @api.model
    def _before_partner_merge(self, partners):
        """Remove what these partners, soon one, are to each other."""
        self.sudo().with_context(active_test=False).search(
            [
                ("partner_id", "in", partners.ids),
                ("other_partner_id", "in", partners.ids),
            ]
        ).unlink()

    @api.model
    def _after_partner_merge(self, partner):
        """Keep each fact once, and refuse a merge that makes facts impossible."""
        self.invalidate_model()
        relations = self._search_active(
            Domain("partner_id", "in", partner.ids)
            | Domain("other_partner_id", "in", partner.ids)
        )
        relations -= relations._archive_duplicates()
        relations._check_circle()
        relations.filtered("needs_share")._check_total_share()

    def _archive_duplicates(self):
        """Archive, of the relations that say the same, all but the first recorded."""
        archived = self.browse()
        for relation, twin in self._duplicates():
            if relation.id < twin.id or relation in archived or twin in archived:
                continue
            relation.with_context(relation_log=UNLOGGED).active = False
            relation.message_post(
                body=self.env._(
                    "Archived: since its partner was merged it says the same as "
                    "“%(twin)s”, recorded %(date)s.",
                    twin=twin.display_name,
                    date=fields.Date.to_string(twin.create_date),
                )
            )
            archived |= relation
        return archived
