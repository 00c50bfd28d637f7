from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

SCORE_GROUPS = "crm_relationship.group_crm_relationship_user"


class ResPartner(models.Model):
    """The customer's tier: kept for the commercial entity, shown on its contacts."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.tier.mixin"]

    tier_since = fields.Date(
        compute="_compute_tier_details", compute_sudo=True, groups="base.group_user"
    )
    tier_override_until = fields.Date(
        compute="_compute_tier_details", compute_sudo=True, groups="base.group_user"
    )
    tier_score = fields.Monetary(
        compute="_compute_tier_score",
        groups=SCORE_GROUPS,
        help="The measured value in the last applied run.",
    )
    key_account_manager_id = fields.Many2one(
        "res.users",
        company_dependent=True,
        domain=[("share", "=", False)],
        groups="base.group_user",
        help="Looks after this customer: plans visits, is told first.",
    )
    tier_assignment_ids = fields.One2many(
        "crm.tier.assignment", "partner_id", groups=SCORE_GROUPS
    )
    tier_missing = fields.Boolean(
        compute="_compute_tier_missing",
        search="_search_tier_missing",
        groups=SCORE_GROUPS,
        help="Has bought from this company, but no run has given it a tier yet.",
    )
    needs_key_account_manager = fields.Boolean(
        compute="_compute_needs_key_account_manager", groups="base.group_user"
    )

    # ------------------------------------------------- the mixin, for a partner

    def _tier_depends(self):
        return ("commercial_partner_id",)

    def _tier_partner(self):
        return self

    def _tier_company(self):
        return self.env.company

    def _tier_fields(self):
        return super()._tier_fields() + [
            "tier_since",
            "tier_override_until",
            "tier_score",
            "tier_missing",
            "needs_key_account_manager",
        ]

    def _tier_company_sql(self, alias):
        return SQL("%s", self.env.company.id)

    def _open_tiers(self):
        rows = self._open_assignments()
        return {(row.partner_id.id, row.company_id.id): row.tier_id.id for row in rows}

    def _entity_sql(self, alias, query, seek):
        return self._tier_column(alias, "commercial_partner_id")

    def _open_assignments(self):
        return self.env["crm.tier.assignment"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
                ("date_to", "=", False),
            ]
        )

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_tier_details(self):
        rows = self._open_assignments().grouped("partner_id")
        for partner in self:
            row = rows.get(partner.commercial_partner_id)
            partner.tier_since = row and row.date_from
            partner.tier_override_until = row and row.override_until

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid", "su")
    def _compute_tier_score(self):
        """The record rules of the history decide whose score the user may see."""
        entities = self._open_assignments().partner_id
        rows = self.env.execute_query(
            SQL(
                """SELECT l.partner_id, l.value, r.measure
                     FROM crm_tier_run_line l
                     JOIN crm_tier_run r ON r.id = l.run_id
                     JOIN crm_tier_policy p ON p.last_run_id = r.id
                    WHERE p.active AND p.company_id = %s AND l.partner_id = ANY(%s)""",
                self.env.company.id,
                entities.ids,
            )
        )
        measures = self.env["crm.tier.policy"]._visible_measures()
        scores = {id_: value for id_, value, measure in rows if measure in measures}
        for partner in self:
            partner.tier_score = scores.get(partner.commercial_partner_id.id, 0)

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_tier_missing(self):
        missing = self.search([("id", "in", self.ids), ("tier_missing", "=", True)])
        for partner in self:
            partner.tier_missing = partner in missing

    def _search_tier_missing(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.tier.assignment"]._unassigned_domain(self.env.company)

    @api.depends("commercial_partner_id", "key_account_manager_id")
    @api.depends_context("company")
    def _compute_needs_key_account_manager(self):
        for partner in self:
            partner.needs_key_account_manager = (
                partner.tier_id.requires_key_account_manager
                and not partner.key_account_manager_id
            )

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["key_account_manager_id"]

    # -------------------------------------------------------------- benefits

    def _tier_benefit(self, name, company=None):
        """The tier's pricelist or payment terms in a company, by partner id."""
        # for whoever asks, a customer in the portal too
        records = self.sudo().with_company(company or self.env.company)
        return {
            partner.id: partner.tier_id[name].sudo(self.env.su)
            for partner in records
            if partner.tier_id
        }

    @api.depends_context("company")
    def _inverse_product_pricelist(self):
        """Core forgets a choice equal to the default; with a tier it must not."""
        chosen = {partner: partner.property_product_pricelist for partner in self}
        res = super()._inverse_product_pricelist()
        for partner_id, pricelist in self._tier_benefit("pricelist_id").items():
            partner = self.browse(partner_id)
            if pricelist:
                choice = chosen[partner]
                partner.specific_property_product_pricelist = (
                    choice if choice != pricelist else False
                )
        return res

    # ------------------------------------------------------ overrides, endings

    def action_open_relationship(self):
        """The customer's tiers, relations and events on one page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Relationship"),
            "res_model": "res.partner",
            "res_id": self.commercial_partner_id.id,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref("crm_relationship.view_partner_relationship_form").id,
                    "form",
                )
            ],
        }

    def action_override_tier(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override Tier"),
            "res_model": "crm.tier.override",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.commercial_partner_id.ids},
        }

    def _override_tier(self, tier, reason, until, owner=None):
        """Put the commercial entities into a tier that no run changes before a day.

        :param until: last day of the override
        :param owner: the user who answers for it, by default the current one
        :raise UserError: without a reason, or when the day has passed
        """
        self._check_override(reason, until)
        scores = {entity: entity.tier_score for entity in self.commercial_partner_id}
        for entity, score in scores.items():
            self.env["crm.tier.assignment"].sudo()._replace(
                entity,
                self.env.company,
                {
                    "tier_id": tier.id,
                    "date_from": fields.Date.context_today(self),
                    "cause": "override",
                    "score": score,
                    "reason": reason.strip(),
                    "override_until": until,
                    "user_id": (owner or self.env.user).id,
                },
            )
            entity._log_customer_event(
                "tier",
                self.env._(
                    "Put into tier %(tier)s until %(until)s: %(reason)s",
                    tier=tier.name,
                    until=fields.Date.to_string(until),
                    reason=reason.strip(),
                ),
            )

    def _check_override(self, reason, until):
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why you override the tier; the reason is kept.")
            )
        if not until or until < fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "The override would end on %(until)s, which has passed; enter "
                    "today or a later day.",
                    until=fields.Date.to_string(until) or "?",
                )
            )

    def action_end_override(self):
        """Let the next run decide again."""
        self.env["crm.tier.policy"].check_access("write")
        today = fields.Date.context_today(self)
        rows = (
            self.sudo()
            ._open_assignments()
            .filtered(lambda row: row.override_until and row.override_until >= today)
        )
        rows.override_until = fields.Date.subtract(today, days=1)
        for partner in rows.partner_id:
            partner._log_customer_event(
                "tier", self.env._("The override of its tier was ended.")
            )

    def write(self, vals):
        leaving = self.browse()
        if "active" in vals and not vals["active"]:
            leaving = self.filtered("active")
        res = super().write(vals)
        if leaving:
            leaving._end_tiers()
        if "key_account_manager_id" in vals:
            self._log_key_account_manager()
        return res

    def _log_key_account_manager(self):
        entities = self.filtered(lambda p: p == p.commercial_partner_id)
        for partner in entities:
            manager = partner.key_account_manager_id
            partner._log_customer_event(
                "key_account_manager",
                self.env._("%(user)s is key account manager.", user=manager.name)
                if manager
                else self.env._("There is no key account manager any more."),
                company=self.env.company,
            )

    def _end_tiers(self):
        self.env["crm.tier.assignment"].sudo()._close(
            self, fields.Date.context_today(self)
        )

    @api.model
    def _move_history(self, moves):
        """A partner that joins another commercial entity has no tier of its own."""
        res = super()._move_history(moves)
        joining = [id_ for id_, entity_id, _before in moves if id_ != entity_id]
        self.browse(joining)._end_tiers()
        return res

    def _before_partner_merge(self, destination):
        res = super()._before_partner_merge(destination)
        entity = destination.commercial_partner_id
        self.env["crm.tier.assignment"].sudo()._merge_histories(self, entity)
        self.env["crm.tier.run.line"].sudo()._merge_partners(self, entity)
        return res

    def unlink(self):
        self.env["crm.tier.run.line"].sudo()._forget_partners(self)
        self.env["crm.tier.assignment"].sudo()._forget_partners(self)
        return super().unlink()
