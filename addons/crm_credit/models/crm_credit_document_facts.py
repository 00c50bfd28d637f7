from collections import Counter

from odoo import models

from ..tools.checks import Facts


class CrmCreditDocumentFacts(models.AbstractModel):
    """What a credit check knows about documents: gathered for all of them at once."""

    _name = "crm.credit.document.mixin"
    _inherit = "crm.credit.document.mixin"

    def _credit_facts(self, accounts, checkpoint, needs):
        """The facts of each document, by its id. The credit files are locked.

        Exposures are those before any of the documents has passed. What the rules do
        not look at (`needs`) is left out.
        """
        files = self.env["crm.credit.account"].union(*accounts.values())
        counted = Counter()
        for document in self:
            account = accounts[document.id]
            counted[account.id] += document._credit_in(
                account, document._credit_amount_counted(checkpoint)
            )
        terms = self._credit_agreed_terms() if "payment_term" in needs else {}
        late = files._days_late() if "average_days_late" in needs else {}
        groups = files._group_facts(counted) if "group_limit" in needs else {}
        return {
            document.id: Facts(
                **document._credit_document_facts(account, checkpoint, needs),
                **account._check_facts(counted),
                **groups.get(account.id, {}),
                agreed_term=terms.get(document.id),
                average_days_late=late.get(account.id),
            )
            for document in self
            for account in accounts[document.id]
        }

    def _credit_document_facts(self, account, checkpoint, needs):
        facts = {
            "amount": self._credit_in(account, self._credit_amount()),
            "to_add": self._credit_in(account, self._credit_amount_to_add(checkpoint)),
        }
        if "paid_in_advance" in needs:
            facts["paid"] = self._credit_in(account, self._credit_paid())
        if "payment_term" in needs:
            facts["term"] = self._credit_term_days()
        if "discount" in needs:
            facts["discount"] = self._credit_discount()
            facts["agreed_discount"] = self.tier_id.max_discount or None
        if "tiers" in needs:
            facts["tier"] = self.tier_id.id or None
        if "teams" in needs:
            facts["team"] = self._credit_team().id or None
        return facts

    def _credit_in(self, account, amount):
        """An amount of the document in the currency of the credit file, today."""
        currency = self._credit_currency()
        if not amount or currency == account.currency_id:
            return amount
        return currency._convert(
            amount, account.currency_id, account.company_id, account._credit_today()
        )

    def _credit_agreed_terms(self):
        """Days of the payment term agreed with each document's customer, by its id.

        The customer's own term, or else its tier's; none agreed is payment at once.
        """
        found = {}
        for company, documents in self.grouped(lambda d: d._credit_company()).items():
            for document in documents:
                partner = document._credit_partner().commercial_partner_id
                term = (
                    partner.with_company(company).property_payment_term_id
                    or document.tier_id.with_company(company).payment_term_id
                )
                found[document.id] = term._credit_days()
        return found
