from odoo import api, models

from odoo.addons.crm_relationship.tools.periods import Period, intersection


class CrmPartnerRelation(models.Model):
    """A guarantor's amount is part of limits: they follow each change of it."""

    _inherit = "crm.partner.relation"

    @api.model_create_multi
    def create(self, vals_list):
        relations = super().create(vals_list)
        relations._mark_limits_changed()
        return relations

    def write(self, vals):
        self._mark_limits_changed()
        result = super().write(vals)
        self._mark_limits_changed()
        return result

    def unlink(self):
        self._mark_limits_changed()
        return super().unlink()

    @api.model
    def _after_partner_merge(self, partner):
        result = super()._after_partner_merge(partner)
        self._accounts_of(partner.commercial_partner_id)._mark_limit_changed()
        return result

    def _mark_limits_changed(self):
        lending = self.sudo().filtered(lambda r: r.type_id.code == "guarantor")
        if lending:
            self._accounts_of(lending._entities())._mark_limit_changed()

    def _entities(self):
        return (self.partner_id | self.other_partner_id).commercial_partner_id

    @api.model
    def _accounts_of(self, customers):
        return (
            self.env["crm.credit.account"]
            .sudo()
            .search([("partner_id", "in", customers.ids)])
        )

    def _lends_in(self, account):
        """Tell whether the relation holds today in the account's company."""
        self.ensure_one()
        if self.company_id and self.company_id.root_id != account.company_id.root_id:
            return False
        day = account.company_id._credit_days()[account.company_id]
        return bool(intersection(self._period(), Period(day, day)))
