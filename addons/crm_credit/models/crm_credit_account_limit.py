from functools import cache

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.limits import Grant, Guarantee, LimitFigures, lent, limit_figures, totals
from .crm_credit_line import SECURED
from .settled import SettledMonetary


class CrmCreditAccount(models.Model):
    """The limit of a credit file: its effective lines and what guarantors lend."""

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    line_ids = fields.One2many(
        "crm.credit.line",
        "account_id",
        string="Credit Lines",
        groups="crm_credit.group_crm_credit_user,crm_credit.group_crm_credit_legal",
    )
    security_ids = fields.One2many(
        "crm.credit.security",
        "account_id",
        string="Securities",
        groups="crm_credit.group_crm_credit_user,crm_credit.group_crm_credit_legal",
    )
    lines_limit = SettledMonetary(
        string="Own Lines",
        compute="_compute_limit_parts",
        help="Sum of the lines that count today.",
    )
    guarantees_received = SettledMonetary(
        string="Lent by Guarantors",
        compute="_compute_limit_parts",
        help="Amounts that guarantors stand in for, each guarantor once.",
    )
    guarantees_given = SettledMonetary(
        string="Lent to Others",
        compute="_compute_limit_parts",
        help="Amounts for which this customer stands in for others. It cannot use "
        "them itself.",
    )

    @api.depends("line_ids.is_effective", "line_ids.amount", "currency_id")
    def _compute_limit_parts(self):
        figures = self.sudo()._limit_figures()
        for account in self:
            parts = figures.get(account.id, LimitFigures())
            account.lines_limit = parts.lines
            account.guarantees_received = parts.received
            account.guarantees_given = parts.given

    def _limit_figures(self):
        """Give {account id: LimitFigures} valid today, in each account's currency.

        `covered` is not yet capped at the exposure. Needs the same few queries for
        one account and for all.
        """
        accounts = self.sudo()
        rate = accounts._rates()
        lines = totals(accounts._grants(rate))
        received, given = (
            lent(accounts._guarantees(side, rate)) for side in ("debtor", "guarantor")
        )
        covers = accounts._cover_amounts({key: sums[1] for key, sums in lines.items()})
        return {
            account.id: limit_figures(
                lines.get(account.id, (0.0, 0.0))[0],
                sum(covers.get(account.id, {}).values()),
                received.get(account.id, 0.0),
                given.get(account.id, 0.0),
                account.currency_id.round,
            )
            for account in accounts
        }

    def _cover_amounts(self, secured):
        """Give {account id: {code: amount in the account's currency}}.

        Extension point: insurance and factoring add their codes. `secured` is the
        part of the effective lines that accepted securities stand for.
        """
        return {account: {"security": amount} for account, amount in secured.items()}

    def _rates(self):
        """Give a function (currency, account) -> rate of today, one query per pair."""
        days = self.company_id._credit_days()
        currencies = self.env["res.currency"]

        @cache
        def pair(source, target, company):
            return currencies._get_conversion_rate(
                source, target, company, days[company]
            )

        return lambda source, account: pair(
            source, account.currency_id, account.company_id
        )

    def _grants(self, rate):
        """Give the effective lines, in the currency of their account.

        Those that need no security come summed up.
        """
        lines = self.env["crm.credit.line"].sudo()
        domain = Domain("account_id", "in", self.ids) & lines._domain_effective()
        plain = lines._read_group(
            domain & Domain("kind", "not in", SECURED),
            ["account_id", "currency_id"],
            ["amount:sum"],
        )
        secured = lines.search_fetch(
            domain & Domain("kind", "in", SECURED),
            ["account_id", "amount", "currency_id"],
            order="id",
        )
        worth = secured._security_worth(rate)
        return [
            Grant(account.id, amount * rate(currency, account))
            for account, currency, amount in plain
        ] + [
            Grant(
                line.account_id.id,
                line.amount * rate(line.currency_id, line.account_id),
                worth.get(line.id, 0.0),
            )
            for line in secured
        ]

    def _guarantees(self, side, rate):
        """Give what these accounts get (as debtor) or lend (as guarantor) today."""
        own, other = {
            "debtor": ("other_partner_id", "partner_id"),
            "guarantor": ("partner_id", "other_partner_id"),
        }[side]
        relations = self._guarantor_relations(own)
        if not relations:
            return []
        by_customer = self.grouped("partner_id")
        return [
            Guarantee(
                account.id,
                relation[other].commercial_partner_id.id,
                relation.amount * rate(relation.currency_id, account),
            )
            for relation in relations
            for account in by_customer.get(
                relation[own].commercial_partner_id, self.browse()
            )
            if relation._lends_in(account)
        ]

    def _guarantor_relations(self, side):
        """Give the guarantor relations of these customers; dates are judged later."""
        return (
            self.env["crm.partner.relation"]
            .sudo()
            .search(
                Domain("type_id.code", "=", "guarantor")
                & Domain("active", "=", True)
                & Domain(f"{side}.commercial_partner_id", "in", self.partner_id.ids)
            )
        )

    def _lines_granted(self):
        """Give {account id: approved lines, not ended, in company currency}."""
        days = self.company_id._credit_days()
        granted = dict.fromkeys(self.ids, 0.0)
        for line in (
            self.env["crm.credit.line"]
            .sudo()
            .search(
                [("account_id", "in", self.ids), ("approval_state", "=", "approved")]
            )
        ):
            company = line.company_id
            if not line._ends_before(days[company]):
                granted[line.account_id.id] += line.currency_id._convert(
                    line.amount, company.currency_id, company, days[company]
                )
        return granted

    def _decision_figures(self):
        """Give {account id: the figures a decision is taken on}, as field values."""
        names = {
            "credit_limit": "credit_limit",
            "exposure": "exposure",
            "exposure_receivable_due": "overdue",
            "utilisation": "utilisation",
            "grade": "grade",
        }
        late = self._average_days_late()
        return {
            account.id: {
                "account_currency_id": account.currency_id.id,
                "days_late": late.get(account.id, 0.0),
                **{key: account[name] for name, key in names.items()},
            }
            for account in self
        }

    def _average_days_late(self):
        if not self:
            return {}
        self.env["account.partial.reconcile"].flush_model()
        return dict(self.env.execute_query(self._days_late_query()))

    def _files_in_currencies(self, currency_ids):
        """A rate moves the limits, too, of lines and securities in that currency."""
        found = set(super()._files_in_currencies(currency_ids))
        if not currency_ids:
            return found
        for model in ("crm.credit.line", "crm.credit.security"):
            rows = (
                self.env[model]
                .sudo()
                ._read_group([("currency_id", "in", currency_ids)], ["account_id"])
            )
            found.update(account.id for (account,) in rows)
        relations = (
            self.env["crm.partner.relation"]
            .sudo()
            .search(
                [
                    ("type_id.code", "=", "guarantor"),
                    ("currency_id", "in", currency_ids),
                ]
            )
        )
        return found.union(relations._accounts_of(relations._entities()).ids)
