from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.groups import GroupFigures, below, heads, members
from .settled import SettledMonetary

# What makes a customer's file interesting to who sells to the other one.
RELATED = ("parent", "shareholder", "guarantor", "related")


class CrmCreditAccount(models.Model):
    """A credit file among those of its group, under the limit of the group's head.

    The head is the top of the `parent` relations that hold today. Only its group
    limit binds the others; being in the group gives nobody credit.
    """

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    group_limited = fields.Boolean(
        string="Limit the Group",
        tracking=True,
        help="All companies below this one together may not owe more than the group "
        "limit, whatever the limit of each is.",
    )
    group_limit = fields.Monetary(aggregator=None, tracking=True)
    group_head_id = fields.Many2one(
        "res.partner", string="Head of the Group", compute="_compute_group"
    )
    group_account_ids = fields.Many2many(
        "crm.credit.account",
        string="Files of the Group",
        compute="_compute_group",
        help="Files of the customers in the group, this one included.",
    )
    group_exposure = SettledMonetary(
        compute="_compute_group", help="What all files of the group owe together."
    )
    group_available = SettledMonetary(
        compute="_compute_group",
        help="Group limit less group exposure; zero where the group has no limit.",
    )
    related_to_own = fields.Boolean(
        string="Related to My Customers",
        compute="_compute_related_to_own",
        search="_search_related_to_own",
    )

    @api.depends("partner_id", "company_id", "exposure", "group_limit", "group_limited")
    def _compute_group(self):
        partners = self.env["res.partner"]
        for company, accounts in self.sudo().grouped("company_id").items():
            groups = members(accounts._parents(company))
            head_of = heads(groups)
            files = self._files_of(company, set().union(*groups.values()))
            for account in accounts:
                head = head_of.get(account.partner_id.id, [account.partner_id.id])[0]
                ids = groups.get(head, {head})
                own = files.filtered(lambda file, ids=ids: file.partner_id.id in ids)
                account.group_head_id = partners.browse(head)
                account.group_account_ids = own or account
                account._set_group_sums(own or account)

    def _set_group_sums(self, files):
        rate = self._rates_between(files)
        exposure = sum(file.exposure * rate(file, self) for file in files)
        self.group_exposure = self.currency_id.round(exposure)
        head = files.filtered(lambda file: file.partner_id == self.group_head_id)
        limit = head.group_limit * rate(head, self) if head.group_limited else 0.0
        self.group_available = (
            self.currency_id.round(limit - exposure) if head.group_limited else 0.0
        )

    @api.depends_context("uid")
    def _compute_related_to_own(self):
        related = self.search(
            Domain("id", "in", self.ids) & Domain("related_to_own", "=", True)
        )
        for account in self:
            account.related_to_own = account in related

    def _search_related_to_own(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._flush_relations()
        rows = self.env.execute_query(self._sql_related_to_own())
        return Domain("partner_id", "in", [id_ for (id_,) in rows])

    def _group_figures(self):
        """Give {account id: GroupFigures} of the accounts that a group limit binds.

        The one with the least room, where an account is in two groups. Lock
        `_group_accounts()` before trusting the figures in a decision.
        """
        figures = {}
        for account, head, files in self._group_limits():
            rate = self._rates_between(files)
            exposure = sum(file.exposure * rate(file, head) for file in files)
            found = GroupFigures(
                head.id, head.group_limit, head.currency_id.round(exposure)
            )
            known = figures.get(account.id, found)
            figures[account.id] = min(found, known, key=_room)
        return figures

    def _group_accounts(self):
        """Give these accounts and all that share a group limit with one of them."""
        accounts = self
        for _account, _head, files in self._group_limits():
            accounts |= files.with_env(self.env)
        return accounts

    def _group_limits(self):
        """Give (account, account whose group limit binds it, accounts of the group)."""
        limited = self.sudo().search(
            [("group_limited", "=", True), ("company_id", "in", self.company_id.ids)]
        )
        found = []
        for company, limits in limited.grouped("company_id").items():
            accounts = self.sudo().filtered(lambda a, c=company: a.company_id == c)
            parents = accounts._parents(company)
            for head in limits:
                files = self._files_of(company, below(parents, head.partner_id.id))
                found += [
                    (account, head, files) for account in accounts if account in files
                ]
        return found

    def _figures_changed(self, rows):
        """The sums of a group change with the figures of any of its files."""
        result = super()._figures_changed(rows)
        self.invalidate_model(
            ["group_exposure", "group_available", "group_account_ids"], flush=False
        )
        return result

    @api.model
    def _files_of(self, company, partner_ids):
        return self.sudo().search(
            [("company_id", "=", company.id), ("partner_id", "in", list(partner_ids))],
            order="id",
        )

    def _rates_between(self, files):
        rates = (self | files).sudo()._rates()
        return lambda source, target: rates(source.currency_id, target)

    def _parents(self, company):
        """Give the (parent, subsidiary) pairs of everyone connected with these files.

        They are ids of customers, as this company knows them today.
        """
        self._flush_relations()
        return self.env.execute_query(
            self._sql_parents(
                company, company._credit_days()[company], self.sudo().partner_id.ids
            )
        )

    def _flush_relations(self):
        self.env["crm.partner.relation"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id", "user_id"])

    @api.model
    def _sql_parents(self, company, day, partner_ids):
        """The parent relations of everyone connected with these customers."""
        return SQL(
            """WITH RECURSIVE edge AS MATERIALIZED (%(edges)s),
            member (id) AS (
                SELECT UNNEST(%(partners)s::int[])
                UNION
                SELECT CASE WHEN edge.upper = member.id
                    THEN edge.lower ELSE edge.upper END
                FROM member JOIN edge
                    ON edge.upper = member.id OR edge.lower = member.id
            )
            SELECT DISTINCT edge.upper, edge.lower
            FROM edge JOIN member ON member.id = edge.upper""",
            edges=self._sql_edges(["parent"], day, company.ids),
            partners=partner_ids,
        )

    @api.model
    def _sql_edges(self, codes, day, root_ids):
        """Relations between legal entities that hold on the day, in these companies."""
        return SQL(
            """SELECT one.commercial_partner_id AS upper,
                other.commercial_partner_id AS lower, type.code
            FROM crm_partner_relation relation
            JOIN crm_partner_relation_type type ON type.id = relation.type_id
            JOIN res_partner one ON one.id = relation.partner_id
            JOIN res_partner other ON other.id = relation.other_partner_id
            LEFT JOIN res_company company ON company.id = relation.company_id
            WHERE relation.active AND type.code = ANY(%(codes)s)
            AND COALESCE(relation.date_from, %(day)s) <= %(day)s
            AND COALESCE(relation.date_to, %(day)s) >= %(day)s
            AND (relation.company_id IS NULL
                OR SPLIT_PART(company.parent_path, '/', 1)::int = ANY(%(roots)s))""",
            codes=list(codes),
            day=day,
            roots=list(root_ids),
        )

    def _sql_related_to_own(self):
        """Customers one relation away from the user's own, or in one group with it."""
        roots = self.env.companies.root_id.ids
        return SQL(
            """WITH RECURSIVE edge AS MATERIALIZED (%(edges)s),
            own (id) AS (
                SELECT DISTINCT commercial_partner_id FROM res_partner
                WHERE user_id = %(user)s
            ), family (id) AS (
                SELECT id FROM own
                UNION
                SELECT CASE WHEN edge.upper = family.id
                    THEN edge.lower ELSE edge.upper END
                FROM family JOIN edge ON edge.code = 'parent'
                    AND (edge.upper = family.id OR edge.lower = family.id)
            )
            SELECT id FROM family
            UNION SELECT edge.lower FROM edge JOIN own ON own.id = edge.upper
            UNION SELECT edge.upper FROM edge JOIN own ON own.id = edge.lower""",
            edges=self._sql_edges(RELATED, fields.Date.context_today(self), roots),
            user=self.env.uid,
        )


def _room(figures):
    return figures.limit - figures.exposure
