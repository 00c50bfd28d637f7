from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    # one file per concern
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def _before_partner_merge(self, destination):
        self.env["crm.partner.relation"]._before_partner_merge(self | destination)
        return super()._before_partner_merge(destination)

    def _after_partner_merge(self, sources):
        result = super()._after_partner_merge(sources)
        self.env["crm.partner.relation"]._after_partner_merge(self)
        return result

    def _relations(self, codes, date=None):
        """Give the relations of these types that hold on the day, from either side.

        :param codes: technical codes of relation types
        :param date: the day; today when left out
        :return: `crm.partner.relation` that the user's companies see, in which one
            of these partners is `partner_id` or `other_partner_id`
        """
        relations = self.env["crm.partner.relation"]
        return relations.search(
            Domain("type_id.code", "in", list(codes))
            & (
                Domain("partner_id", "in", self.ids)
                | Domain("other_partner_id", "in", self.ids)
            )
            & Domain("company_id", "in", [False, *self.env.companies.ids])
            & Domain("active", "=", True)
            & relations._domain_valid_on(date or fields.Date.context_today(self))
        )
