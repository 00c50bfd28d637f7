from odoo import api, models
from odoo.exceptions import UserError

MANAGER = "crm_credit.group_crm_credit_manager"


class CrmCreditAccount(models.Model):
    """No limit at all, and limits of whole groups, are for credit managers to say."""

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts.filtered(
            lambda account: account.limit_type == "unlimited"
        )._record_no_limit()
        accounts.filtered("group_limited")._check_group_authority()
        return accounts

    def write(self, vals):
        if not {"group_limited", "group_limit"}.isdisjoint(vals):
            self._check_group_authority()
        if vals.get("limit_type") == "unlimited":
            self.filtered(lambda a: a.limit_type != "unlimited")._record_no_limit()
        return super().write(vals)

    def _check_group_authority(self):
        self._check_authority(
            self.env._("Only credit managers set the limit of a whole group.")
        )

    def _record_no_limit(self):
        """Refuse it to who may not grant it or sells to the customer; keep who did."""
        if not self:
            return
        self._check_authority(
            self.env._("Only credit managers may let a customer buy without a limit.")
        )
        self.env["crm.credit.approval"].sudo().create(
            [
                {
                    "account_id": account.id,
                    "partner_id": account.partner_id.id,
                    "company_id": account.company_id.id,
                    "decision": "unlimited",
                    "user_id": self.env.uid,
                    **figures,
                }
                for account in self.sudo()
                if (figures := account._decision_figures()[account.id])
            ]
        )

    def _check_authority(self, sentence):
        """Judge the user, whatever rights the code runs with."""
        if not self:
            return
        if not self.env.user.has_group(MANAGER):
            raise UserError(sentence)
        sellers = self.env["crm.credit.line"]._sellers_of(self.sudo().partner_id)
        for customer, users in sellers.items():
            if self.env.uid in users:
                raise UserError(
                    self.env._(
                        "You sell to %(customer)s, so somebody else has to decide on "
                        "its credit.",
                        customer=customer.display_name,
                    )
                )
