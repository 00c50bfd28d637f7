from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..tools import tiering
from .history_many2one import HistoryMany2one


class CrmTierRunLine(models.Model):
    """What one run says of one customer."""

    _name = "crm.tier.run.line"
    _description = "Tier Run Line"
    _order = "run_id.id desc, value desc, id"
    _rec_name = "partner_id"
    _log_access = False

    run_id = HistoryMany2one("crm.tier.run", required=True)
    # stored, so that the record rule joins nothing
    company_id = HistoryMany2one(related="run_id.company_id", store=True)
    currency_id = fields.Many2one(related="run_id.currency_id")
    partner_id = HistoryMany2one("res.partner", string="Customer", required=True)
    value = fields.Monetary(required=True)
    rank = fields.Integer(aggregator=None)
    share = fields.Float(string="Share of Value (%)", digits=(16, 6))
    cum_share = fields.Float(
        string="Cumulative Share (%)", digits=(16, 6), aggregator=None
    )
    purchases = fields.Integer()
    is_new = fields.Boolean(help="Has not bought on a second day yet.")
    pinned = fields.Boolean(help="Overridden by a person.")
    days_in_tier = fields.Integer(aggregator="avg")
    from_tier_id = HistoryMany2one("crm.tier", string="From")
    tier_id = HistoryMany2one("crm.tier", string="To")
    moved = fields.Boolean()
    cause = fields.Selection(
        [
            ("new", "First tier"),
            ("stay", "Stays"),
            ("up", "Moves up"),
            ("down", "Moves down"),
            ("hysteresis", "Stays: within the hysteresis"),
            ("min_stay", "Stays: minimum stay"),
            ("limited", "Moves as far as one run may"),
            ("min_orders", "Too few orders"),
            ("override", "Override"),
            ("unconfirmed", "New customer, not confirmed yet"),
        ],
        required=True,
    )
    reason = fields.Char(compute="_compute_reason")

    _partner_uniq = models.UniqueIndex("(run_id, partner_id)")

    @api.depends("cause", "value", "rank", "tier_id", "run_id.floors")
    def _compute_reason(self):
        for line in self:
            line.reason = line._reason()

    def _reason(self):
        floors = [Decimal(floor) for floor in self.run_id.floors or []]
        return self._explain(self.tier_id, self.cause, floors)

    def _explain(self, tier, cause, floors):
        """The customer's figures, and what they lead to.

        :param tier: where it goes, under these
        :param floors: lowest value of each tier but the last, best first
        """
        run = self.run_id
        measure = run.policy_id._measures()[run.measure].label
        facts = self.env._(
            "%(measure)s %(value)s, place %(rank)s of %(customers)s.",
            measure=measure,
            value=self._amount(self.value),
            rank=self.rank,
            customers=run.customer_count,
        )
        sentence = self._cause_sentence(cause) or self._floor_sentence(
            tier, cause, floors
        )
        return f"{facts} {sentence}".strip()

    def _cause_sentence(self, cause):
        run = self.run_id
        sentences = {
            "hysteresis": self.env._(
                "Passes a cut by less than %(percent)s %%.",
                percent=f"{run.hysteresis_pct:g}",
            ),
            "min_stay": self.env._(
                "In its tier for %(days)s of at least %(minimum)s days.",
                days=self.days_in_tier,
                minimum=run.min_stay_days,
            ),
            "limited": self.env._(
                "One run moves a customer by %(ranks)s tiers at most.",
                ranks=run.max_ranks,
            ),
            "min_orders": self.env._(
                "%(orders)s of at least %(minimum)s orders.",
                orders=self.purchases,
                minimum=run.min_orders,
            ),
            "override": self.env._("Decided by a person."),
            "unconfirmed": self.env._("Has not bought on a second day yet."),
        }
        return sentences.get(cause)

    def _floor_sentence(self, tier, cause, floors):
        """The floor that was reached, or for who moves down the one that was not."""
        tiers = [tier_id for tier_id, _cut in self.run_id.cuts]
        if tier.id not in tiers:
            return ""
        place = tiers.index(tier.id) - (cause == "down")
        if not 0 <= place < len(floors) or floors[place] == tiering.UNREACHABLE:
            return ""
        return self.env._(
            "%(tier)s starts at %(floor)s.",
            tier=tier.browse(tiers[place]).name,
            floor=self._amount(float(floors[place])),
        )

    def _amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def action_override(self):
        return self.partner_id.action_override_tier()

    @api.model
    def _forget_runs(self, runs):
        self.env.cr.execute(
            SQL("DELETE FROM crm_tier_run_line WHERE run_id = ANY(%s)", runs.ids)
        )
        self.invalidate_model()

    @api.model
    def _forget_partners(self, partners):
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_tier_run_line WHERE partner_id = ANY(%s)", partners.ids
            )
        )
        self.invalidate_model()

    @api.model
    def _merge_partners(self, sources, entity):
        """The lines of the sources are the entity's, where it has none itself."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_tier_run_line l
                 USING crm_tier_run_line k
                 WHERE l.partner_id = ANY(%(sources)s)
                   AND k.run_id = l.run_id
                   AND (k.partner_id = %(entity)s
                        OR k.partner_id = ANY(%(sources)s) AND k.id < l.id)
                """,
                sources=sources.ids,
                entity=entity.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE crm_tier_run_line SET partner_id = %s
                    WHERE partner_id = ANY(%s)""",
                entity.id,
                sources.ids,
            )
        )
        self.invalidate_model()
