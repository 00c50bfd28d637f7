from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

STRATEGIES = [
    ("invest", "Invest"),
    ("cultivate", "Cultivate"),
    ("restructure", "Restructure"),
    ("let_go", "Let Go"),
]


class CrmAnalyticsStrategy(models.Model):
    """What was decided about a customer's strategy; never changed or deleted.

    The nightly refresh writes what is computed, by SQL. Who creates a row chooses: the
    last choice holds until it is taken back, whatever is computed meanwhile.
    """

    _name = "crm.analytics.strategy"
    _description = "Strategy History"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    origin_id = fields.Many2one(
        "res.partner",
        "Decided For",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The customer when it was decided. Who has become a part of another "
        "customer takes its history along, but decides nothing there.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [
            ("computed", "Computed"),
            ("chosen", "Chosen"),
            ("released", "Back to Computed"),
        ],
        required=True,
        default="chosen",
    )
    strategy_before = fields.Selection(STRATEGIES, readonly=True)
    strategy = fields.Selection(STRATEGIES, "Strategy After")
    reason = fields.Char()
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="set null")

    _choice_idx = models.Index("(company_id, partner_id, id) WHERE kind <> 'computed'")
    _reasoned = models.Constraint(
        "CHECK(kind = 'computed' OR TRIM(reason) <> '')", "Say why."
    )
    _to_something = models.Constraint(
        "CHECK(kind <> 'chosen' OR strategy IS NOT NULL)", "Choose a strategy."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Choose a strategy, or take a choice back; nobody writes another's history."""
        partners = self.env["res.partner"]
        prepared = [
            {
                "company_id": self.env.company.id,
                **vals,
                "partner_id": partners.browse(
                    vals.get("partner_id")
                ).commercial_partner_id.id,
            }
            for vals in vals_list
        ]
        now = self._standing(prepared)
        rows = super().create([self._prepare_choice(vals, now) for vals in prepared])
        rows._follow()
        return rows

    # pylint: disable-next=method-required-super
    def write(self, vals):
        raise UserError(self.env._("The history of strategies is not changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The history of strategies is not deleted."))

    @api.model
    def _standing(self, vals_list):
        """`{(partner id, company id): (strategy now, computed)}`."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, company_id, strategy, strategy_computed
                FROM crm_analytics_customer WHERE partner_id = ANY(%s)""",
                [vals["partner_id"] for vals in vals_list],
            )
        )
        return {(partner, company): found for partner, company, *found in rows}

    @api.model
    def _prepare_choice(self, vals, standing):
        kind = vals.get("kind", "chosen")
        reason = (vals.get("reason") or "").strip()
        if kind not in ("chosen", "released"):
            raise UserError(self.env._("What is computed is not written by hand."))
        if not reason:
            raise UserError(self.env._("Say why: the reason is part of the history."))
        key = (vals["partner_id"], vals["company_id"])
        before, computed = standing.get(key, (None, None))
        strategy = vals.get("strategy") if kind == "chosen" else computed
        if kind == "chosen" and not strategy:
            raise UserError(self.env._("Choose a strategy."))
        return {
            "partner_id": vals["partner_id"],
            "origin_id": vals["partner_id"],
            "company_id": vals["company_id"],
            "date": fields.Datetime.now(),
            "kind": kind,
            "strategy_before": before,
            "strategy": strategy,
            "reason": reason,
            "user_id": self.env.uid,
        }

    def _follow(self):
        """The figures and the customer's timeline say it, too."""
        self.flush_model()
        for row in self:
            row.partner_id._log_customer_event(
                "strategy", row._sentence(), record=row, company=row.company_id
            )
        self.env["crm.analytics.customer"]._apply_choices(self.partner_id.ids)

    def _sentence(self):
        names = dict(self._fields["strategy"]._description_selection(self.env))
        none = self.env._("none")
        return self.env._(
            "Strategy: %(before)s → %(after)s (%(kind)s). %(reason)s",
            before=names.get(self.strategy_before, none),
            after=names.get(self.strategy, none),
            kind=dict(self._fields["kind"]._description_selection(self.env))[self.kind],
            reason=self.reason,
        )

    @api.model
    def _choices_sql(self):
        """partner_id, company_id and strategy: what people chose, until taken back.

        The last of the customer's own rows; after a merge, the last of either.
        """
        return SQL(
            """SELECT DISTINCT ON (company_id, partner_id) partner_id, company_id,
                CASE WHEN kind = 'chosen' THEN strategy END AS strategy
            FROM crm_analytics_strategy
            WHERE kind <> 'computed' AND origin_id = partner_id
            ORDER BY company_id, partner_id, date DESC, id DESC"""
        )

    @api.model
    def _follow_moves(self, moves):
        """A customer that joins or leaves another one takes its rows along.

        :param moves: rows (partner id, id of its commercial entity from now on)
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_analytics_strategy history SET partner_id = move.entity_id
                FROM (VALUES %s) AS move (origin_id, entity_id)
                WHERE history.origin_id = move.origin_id""",
                SQL(", ").join(SQL("(%s, %s)", *move) for move in moves),
            )
        )
        self.invalidate_model()
        self.env["crm.analytics.customer"]._apply_choices(
            [id_ for move in moves for id_ in move]
        )
