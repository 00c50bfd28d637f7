from odoo import api, fields, models
from odoo.exceptions import AccessError

MANAGER = "crm_relationship.group_crm_relationship_manager"


class CrmPartnerRelation(models.Model):
    """Lets a distributor follow the orders of its end customer in the portal."""

    _inherit = "crm.partner.relation"

    shares_orders = fields.Boolean(
        "Shows Orders",
        tracking=True,
        help="In the portal, the distributor follows the orders of this end customer, "
        "as long as the relation is valid: stages and dates, never prices.",
    )
    can_share_orders = fields.Boolean(compute="_compute_can_share_orders")

    @api.depends("type_id.code")
    def _compute_can_share_orders(self):
        for relation in self:
            relation.can_share_orders = relation.type_id.code == "distributor"

    @api.model_create_multi
    def create(self, vals_list):
        relations = super().create(vals_list)
        relations._check_may_share()
        return relations

    def write(self, vals):
        self._check_may_share()
        result = super().write(vals)
        self._check_may_share()
        return result

    def _check_may_share(self):
        """Whose orders somebody sees is for managers to decide, and to change."""
        if self.env.su or not any(relation.shares_orders for relation in self):
            return
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "This relation shows a customer's orders in the portal: only a "
                    "manager of customer relationships may set or change it."
                )
            )

    def _sharing_in(self, company):
        """The end customers of those relations that hold in a company today."""
        zone = self.with_context(tz=company.partner_id.tz or "UTC")
        today = fields.Date.context_today(zone)
        valid = self.filtered(
            lambda relation: (
                relation.company_id in (company, company.browse())
                and (not relation.date_from or relation.date_from <= today)
                and (not relation.date_to or relation.date_to >= today)
            )
        )
        return valid.other_partner_id
