from odoo import api, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """The limit of a customer with a credit file is that of the file."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        contacts = partners.filtered("parent_id")  # the others have no file yet
        for partner, vals in zip(partners, vals_list, strict=True):
            if partner in contacts and "credit_limit" in vals:
                partner._check_credit_limit(vals["credit_limit"])
        if contacts and (files := contacts._credit_files()):
            files._sync_partner_limits()
        return partners

    def write(self, vals):
        if "credit_limit" not in vals or not (files := self._credit_files()):
            return super().write(vals)
        self._check_credit_limit(vals["credit_limit"])
        followers = self.filtered(
            lambda partner: partner.commercial_partner_id in files.partner_id
        )
        rest = {name: value for name, value in vals.items() if name != "credit_limit"}
        result = super(ResPartner, followers).write(rest)
        files._sync_partner_limits()
        if others := self - followers:
            result = super(ResPartner, others).write(vals)
        return result

    def _credit_files(self):
        """Give the open credit files of these customers in the current company."""
        files = self.env["crm.credit.account"].sudo()
        return files.search(
            [
                ("partner_id", "in", self.sudo().commercial_partner_id.ids),
                ("company_id", "=", self.env.company.root_id.id),
            ]
        )

    def _check_credit_limit(self, value):
        """Refuse what is neither the file's limit nor what core copies to contacts."""
        before = {
            entity: entity.credit_limit for entity in self.sudo().commercial_partner_id
        }
        currency = self.env.company.currency_id
        files = self._credit_files()
        limits = files._partner_limits()
        for file in files:
            known = (limits[file.id], before[file.partner_id])
            if all(currency.compare_amounts(value or 0, limit) for limit in known):
                raise UserError(
                    self.env._(
                        "The credit limit of %(customer)s is %(limit)s: it follows the "
                        "credit lines of its credit file. Ask for a credit line "
                        "there.",
                        customer=file.partner_id.display_name,
                        limit=self._credit_limit_text(file),
                    )
                )

    def _credit_limit_text(self, file):
        if file.limit_type == "unlimited":
            return self.env._("unlimited")
        return file.currency_id.format(file.credit_limit)
