from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

COMMERCIAL_GROUPS = "sales_team.group_sale_salesman,account.group_account_invoice"
DELIVERY_PRIORITIES = [
    ("0", "Normal"),
    ("1", "Urgent"),
    ("2", "Key customer"),
    ("3", "Top customer"),
]


class CrmTier(models.Model):
    """A level of the customer pyramid, and what belonging to it brings."""

    _name = "crm.tier"
    _description = "Relationship Tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The best tier comes first.")
    active = fields.Boolean(default=True)
    color = fields.Integer(help="Colour of the badge.")
    description = fields.Text(translate=True)

    pricelist_id = fields.Many2one(
        "product.pricelist",
        company_dependent=True,
        groups=COMMERCIAL_GROUPS,
        help="Proposed on quotations of customers who have no pricelist of their own.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        company_dependent=True,
        groups=COMMERCIAL_GROUPS,
        help="Proposed on quotations and invoices of customers who have no payment "
        "terms of their own.",
    )
    max_discount = fields.Float(
        string="Maximum Discount (%)",
        digits="Discount",
        groups=COMMERCIAL_GROUPS,
        help="A quotation line with a higher discount is pointed out. 0: no limit.",
    )
    delivery_priority = fields.Selection(
        DELIVERY_PRIORITIES,
        default="0",
        required=True,
        help="Given to new deliveries; stock is reserved for higher priorities first.",
    )
    sla_first_answer_hours = fields.Float(
        string="First Answer Within",
        help="Working hours until a case gets its first answer. 0: no target.",
    )
    sla_solution_hours = fields.Float(
        string="Solution Within",
        help="Working hours until a case is solved. 0: no target.",
    )
    requires_key_account_manager = fields.Boolean(
        help="Customers of this tier without a key account manager are pointed out."
    )
    visit_interval_days = fields.Integer(
        string="Visit Every (Days)", help="0: no visits are planned."
    )
    protected_share = fields.Float(
        string="Protected Share (%)",
        groups=COMMERCIAL_GROUPS,
        help="Share of each stock that is kept for customers of this tier: quotations "
        "to customers of lower tiers are promised it only when more has come. 0: none.",
    )
    customer_count = fields.Integer(
        compute="_compute_customer_count",
        groups="crm_relationship.group_crm_relationship_user",
    )

    _name_uniq = models.Constraint("UNIQUE(name)", "Two tiers cannot share a name.")

    @api.depends_context("allowed_company_ids")
    def _compute_customer_count(self):
        counts = dict(
            self.env["crm.tier.assignment"]._read_group(
                [
                    ("tier_id", "in", self.ids),
                    ("date_to", "=", False),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["tier_id"],
                ["__count"],
            )
        )
        for tier in self:
            tier.customer_count = counts.get(tier, 0)

    @api.constrains("max_discount")
    def _check_max_discount(self):
        for tier in self:
            if not 0 <= tier.max_discount <= 100:
                raise ValidationError(
                    self.env._(
                        "The maximum discount of %(tier)s is %(discount)s; enter a "
                        "percentage from 0 to 100.",
                        tier=tier.name,
                        discount=tier.max_discount,
                    )
                )

    @api.constrains("protected_share")
    def _check_protected_share(self):
        for tier in self:
            if not 0 <= tier.protected_share <= 100:
                raise ValidationError(
                    self.env._(
                        "The protected share of %(tier)s is %(share)s; enter a "
                        "percentage from 0 to 100.",
                        tier=tier.name,
                        share=tier.protected_share,
                    )
                )

    @api.constrains(
        "sla_first_answer_hours", "sla_solution_hours", "visit_interval_days"
    )
    def _check_targets(self):
        for tier in self:
            if (
                min(
                    tier.sla_first_answer_hours,
                    tier.sla_solution_hours,
                    tier.visit_interval_days,
                )
                < 0
            ):
                raise ValidationError(
                    self.env._(
                        "A target of %(tier)s is negative; enter 0 where there is "
                        "none.",
                        tier=tier.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # the history tables have no foreign keys to the tier, see crm.tier.assignment
        used = self.env.execute_query(
            SQL(
                """SELECT t.id FROM crm_tier t
                    WHERE t.id IN %(ids)s
                      AND (EXISTS (SELECT FROM crm_tier_assignment
                                    WHERE tier_id = t.id)
                        OR EXISTS (SELECT FROM crm_tier_run_line
                                    WHERE tier_id = t.id OR from_tier_id = t.id))""",
                ids=tuple(self.ids),
            )
        )
        if used:
            raise UserError(
                self.env._(
                    "Customers have been in tier %(tier)s; archive it instead of "
                    "deleting it.",
                    tier=self.browse(used[0][0]).name,
                )
            )

    def action_open_customers(self):
        self.ensure_one()
        return self._customer_action(self.name, [("tier_id", "=", self.id)])

    def action_open_without_manager(self):
        """Customers of these tiers who lack a key account manager they should have."""
        tiers = self.filtered("requires_key_account_manager")
        name = self.env._("Without Key Account Manager")
        return self._customer_action(
            name, [("tier_id", "in", tiers.ids), ("key_account_manager_id", "=", False)]
        )

    @api.model
    def _customer_action(self, name, domain):
        """A list of customers; their contacts, who inherit the tier, are left out."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_relationship.crm_tier_customer_action"
        )
        entity = ["|", ("is_company", "=", True), ("parent_id", "=", False)]
        return action | {
            "display_name": name,
            "domain": entity + domain,
            "context": {},
        }
