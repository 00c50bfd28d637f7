from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import OrderedSet


class CrmCreditApprovable(models.AbstractModel):
    """What credit lines and applications share: who may decide, and what is kept.

    The model has account_id or partner_id, company_id, kind, amount, currency_id,
    date_from, date_to and requested_by_id.
    """

    _name = "crm.credit.approvable"
    _description = "Needs Approval"

    def _check_group(self, group):
        """Refuse whoever is not in the group, whatever rights the code runs with."""
        self.check_access("read")
        if not self.env.user.has_group(group):
            raise UserError(
                self.env._(
                    "%(user)s may not decide on this: it takes the role “%(role)s”.",
                    user=self.env.user.name,
                    role=self.env.ref(group).sudo().full_name,
                )
            )

    def _check_approver(self):
        """Refuse who asked for the credit, sells to the customer or is in no band."""
        self.check_access("read")
        user = self.env.user
        sellers = self._sellers_of(self.sudo().partner_id)
        for record in self.sudo():
            if record.requested_by_id == user:
                raise UserError(
                    self.env._(
                        "You asked for “%(record)s” yourself, so somebody else has "
                        "to approve it.",
                        record=record.display_name,
                    )
                )
            if user.id in sellers[record.partner_id.commercial_partner_id]:
                raise UserError(
                    self.env._(
                        "You sell to %(customer)s, so somebody else has to approve "
                        "“%(record)s”.",
                        customer=record.partner_id.display_name,
                        record=record.display_name,
                    )
                )
        self._check_bands()

    @api.model
    def _sellers_of(self, partners):
        """Give {customer: ids of the users who sell to it}, open orders included."""
        customers = partners.sudo().commercial_partner_id
        sellers = {customer: OrderedSet(customer.user_id.ids) for customer in customers}
        own = Domain("commercial_partner_id", "in", customers.ids)
        for customer, users in (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                own & Domain("user_id", "!=", False),
                ["commercial_partner_id"],
                ["user_id:recordset"],
            )
        ):
            sellers[customer].update(users.ids)
        for partner, users in (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                self._domain_open_orders() & Domain("partner_id", "any", own),
                ["partner_id"],
                ["user_id:recordset"],
            )
        ):
            sellers[partner.commercial_partner_id].update(users.ids)
        return sellers

    def _domain_open_orders(self):
        open_order = Domain("state", "in", ("draft", "sent")) | (
            Domain("state", "=", "sale") & Domain("invoice_status", "!=", "invoiced")
        )
        return open_order & Domain("user_id", "!=", False)

    def _check_bands(self):
        bands = self.env["crm.credit.band"].sudo()._of_companies(self.company_id)
        totals = self._amounts_to_approve()
        for record in self.sudo():
            groups = bands[record.company_id]._groups_for(totals[record.id])
            if groups & self.env.user.all_group_ids:
                continue
            raise UserError(
                self.env._(
                    "%(user)s may not approve “%(record)s” of %(customer)s: %(amount)s "
                    "takes %(roles)s.",
                    user=self.env.user.name,
                    record=record.display_name,
                    customer=record.partner_id.display_name,
                    amount=record.company_id.currency_id.format(totals[record.id]),
                    roles=self._role_names(groups),
                )
            )

    def _role_names(self, groups):
        names = ", ".join(f"“{name}”" for name in groups.sudo().mapped("full_name"))
        return names or self.env._("a higher band, which nobody has set up")

    def _amounts_to_approve(self):
        """Give {record id: what the bands measure, in the company's currency}."""
        records = self.sudo()
        total_companies = records.company_id.filtered(
            lambda company: company.credit_band_measure == "total"
        )
        accounts = records.filtered(
            lambda record: record.company_id in total_companies
        ).account_id
        granted = accounts._lines_granted() if accounts else {}
        days = records.company_id._credit_days()
        totals = {}
        for record in records:
            company = record.company_id
            amount = record.currency_id._convert(
                record.amount, company.currency_id, company, days[company]
            )
            totals[record.id] = amount + granted.get(record.account_id.id, 0)
        return totals

    def _take_over_request(self):
        """Whoever sets the terms asks for them, so somebody else has to approve."""
        others = self.filtered(lambda record: record.requested_by_id != self.env.user)
        if others:
            others.sudo()._unguarded().requested_by_id = self.env.user

    def _record_decision(self, decision, comment="", figures=None):
        """Keep who decided what, why, and on which figures (those of now)."""
        if figures is None:
            figures = self.account_id.sudo()._decision_figures()
        return (
            self.env["crm.credit.approval"]
            .sudo()
            .create(
                [
                    {
                        **record.sudo()._prepare_approval_vals(),
                        **figures.get(record.account_id.id, {}),
                        "decision": decision,
                        "comment": comment,
                        "user_id": self.env.uid,
                    }
                    for record in self
                ]
            )
        )

    def _prepare_approval_vals(self):
        return {
            "account_id": self.account_id.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "company_id": self.company_id.id,
            "kind": self.kind,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "date_from": self.date_from,
            "date_to": self.date_to,
        }
