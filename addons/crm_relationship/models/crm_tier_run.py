from decimal import Decimal
from itertools import permutations

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools import tiering

FACTS = SQL.identifier("crm_tier_facts")
EVERYBODY = SQL("TRUE")
PLACES = SQL("position")


class CrmTierRun(models.Model):
    """One evaluation of all customers: a draft to look at, then applied or discarded.

    Keeps its own copy of the rules and cuts, so that it can be explained when the
    policy has changed since.
    """

    _name = "crm.tier.run"
    _description = "Tier Run"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.tier.rules"]
    _order = "date desc, id desc"
    _rec_name = "date"
    _mail_post_access = "read"

    policy_id = fields.Many2one("crm.tier.policy", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    date_from = fields.Date(compute="_compute_date_from", string="Window From")
    state = fields.Selection(
        [("draft", "Preview"), ("applied", "Applied"), ("discarded", "Discarded")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
    )
    cuts = fields.Json(help="[[tier id, cut], …], best tier first.")
    floors = fields.Json(
        readonly=True, help="Lowest value of each tier but the last, best tier first."
    )
    line_ids = fields.One2many("crm.tier.run.line", "run_id", readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True)
    move_count = fields.Integer(string="Moves", readonly=True)
    skipped_count = fields.Integer(
        string="Left As They Were",
        readonly=True,
        help="Customers whose tier was changed between preview and apply.",
    )
    applied_by = fields.Many2one("res.users", readonly=True)
    applied_at = fields.Datetime(readonly=True)

    @api.depends("date", "window_months")
    def _compute_date_from(self):
        for run in self:
            run.date_from = run.date and run._date_from(run.date)

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for run in self:
            if run.date > today:
                raise ValidationError(
                    self.env._(
                        "A run looks back; enter today or an earlier day instead of "
                        "%(date)s.",
                        date=fields.Date.to_string(run.date),
                    )
                )

    # ------------------------------------------------------------- evaluation

    def _evaluate(self):
        """Fill the run's lines in one pass over all customers."""
        self.ensure_one()
        self._load_facts()
        floors, verdicts = self._judge(self._standings(), self._cut_values())
        self.floors = [str(floor) for floor in floors]
        self._write_lines(verdicts)

    def _load_facts(self):
        """Facts of every customer in a temporary table, in the order of their places:
        those that count in the shares first, from high to low value.
        """
        self.env.flush_all()
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", FACTS))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE %(facts)s ON COMMIT DROP AS
                SELECT *,
                       ROW_NUMBER() OVER by_place AS position,
                       RANK() OVER (ORDER BY counted DESC NULLS LAST, value DESC)
                           AS rank,
                       SUM(GREATEST(counted, 0)) OVER by_place AS cumulated
                  FROM (SELECT *,
                               CASE WHEN purchases >= %(min_orders)s
                                     AND NOT (is_new AND from_tier_id IS NULL)
                                    THEN value END AS counted
                          FROM (%(query)s) f) f
                WINDOW by_place AS (ORDER BY counted DESC NULLS LAST, value DESC,
                                             partner_id
                                    ROWS UNBOUNDED PRECEDING)
                """,
                facts=FACTS,
                min_orders=self.min_orders,
                query=self.policy_id._facts_sql(self.date),
            )
        )

    def _standings(self, source=FACTS, where=EVERYBODY, order=PLACES):
        """The customers as the pure tiering takes them."""
        number = {tier: index for index, (tier, _cut) in enumerate(self.cuts)}
        rows = self.env.execute_query(
            SQL(
                """SELECT value::text AS amount, from_tier_id, days_in_tier,
                          purchases, is_new, pinned
                     FROM %s WHERE %s ORDER BY %s""",
                source,
                where,
                order,
            )
        )
        return [
            tiering.Standing(
                Decimal(value), number.get(tier), days, purchases, is_new, pinned
            )
            for value, tier, days, purchases, is_new, pinned in rows
        ]

    def _cut_values(self):
        return [Decimal(cut) for _tier, cut in self.cuts]

    def _judge(self, standings, cuts):
        """Floors and verdicts for the standings under the given cuts."""
        return tiering.evaluate(
            self.method, standings, cuts, self._rules(), self.min_orders
        )

    def _verdicts_sql(self, verdicts):
        """Joins `v`, the tier_id and cause of a row of `f`, by the row's position.

        There are few different verdicts: each row looks up which of them is its own.
        """
        places = {verdict: str(i) for i, verdict in enumerate(set(verdicts), 1)}
        return SQL(
            """CROSS JOIN LATERAL (SELECT (%s::int[])[f.position::int] AS place) p
               CROSS JOIN LATERAL (SELECT (%s::int[])[p.place] AS tier_id,
                                          (%s::varchar[])[p.place] AS cause) v""",
            f"{{{','.join([places[verdict] for verdict in verdicts])}}}",
            [None if v.tier is None else self.cuts[v.tier][0] for v in places],
            [verdict.cause for verdict in places],
        )

    def _write_lines(self, verdicts):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_tier_run_line
                       (run_id, partner_id, value, rank, share, cum_share, purchases,
                        is_new, pinned, days_in_tier, from_tier_id, tier_id, cause,
                        moved)
                SELECT %(run)s, partner_id, value, rank,
                       ROUND(COALESCE(counted, 0) * percent, 6),
                       ROUND(cumulated * percent, 6), purchases,
                       is_new, pinned, days_in_tier, from_tier_id,
                       COALESCE(v.tier_id, from_tier_id), cause,
                       COALESCE(v.tier_id, from_tier_id) IS DISTINCT FROM from_tier_id
                  FROM %(facts)s f
                 %(verdicts)s
                 CROSS JOIN (SELECT 100 / NULLIF(MAX(cumulated), 0) AS percent
                               FROM %(facts)s) total
                """,
                run=self.id,
                facts=FACTS,
                verdicts=self._verdicts_sql(verdicts),
            )
        )
        self._count()

    def _count(self):
        self.env["crm.tier.run.line"].invalidate_model()
        self.invalidate_recordset(["line_ids"])
        [(self.customer_count, self.move_count)] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*), COUNT(*) FILTER (WHERE moved)
                     FROM crm_tier_run_line WHERE run_id = %s""",
                self.id,
            )
        )

    def _execute_in_bulk(self, query):
        """Execute what reads all lines of the run; return the number of rows.

        The lines may be of this transaction. PostgreSQL has no statistics of them yet,
        takes them for few and would look for their partners one by one.
        """
        cr = self.env.cr
        cr.execute(SQL("SET LOCAL enable_nestloop = off"))
        cr.execute(query)
        count = cr.rowcount
        cr.execute(SQL("SET LOCAL enable_nestloop TO DEFAULT"))
        return count

    # ------------------------------------------------------------------ apply

    def action_apply(self):
        """Give every customer of the draft its new tier, in one pass."""
        for draft in self:
            run = draft._check_draft()
            run._check_newest()
            # the update lets a second, simultaneous run fail and try again
            run.policy_id.last_run_id = run
            run._apply()
        return True

    def action_discard(self):
        for draft in self:
            run = draft._check_draft()
            run.state = "discarded"
            run.activity_unlink(["mail.mail_activity_data_todo"])

    def _check_draft(self):
        """The run, free to be written to: nobody may but through its buttons."""
        self.ensure_one()
        self.check_access("read")
        self.env["crm.tier.policy"].check_access("write")
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "The run of %(date)s is not a preview any more; start a new one.",
                    date=fields.Date.to_string(self.date),
                )
            )
        return self.sudo()

    def _check_newest(self):
        last = self.policy_id.last_run_id
        if last.date and last.date > self.date:
            raise UserError(
                self.env._(
                    "The run of %(last)s has been applied, which is later than "
                    "%(date)s; start a new preview.",
                    last=fields.Date.to_string(last.date),
                    date=fields.Date.to_string(self.date),
                )
            )

    def _apply(self):
        self.env.flush_all()
        self._execute_in_bulk(self._close_sql())
        opened = self._execute_in_bulk(self._open_sql())
        self._log_moves()
        self.write(
            {
                "state": "applied",
                "applied_by": self.env.uid,
                "applied_at": fields.Datetime.now(),
                "skipped_count": self.move_count - opened,
            }
        )
        self.activity_feedback(["mail.mail_activity_data_todo"])
        self.policy_id.run_ids.filtered(lambda r: r.state == "draft").action_discard()
        self.env["crm.tier.assignment"].invalidate_model()
        self.env["crm.tier.mixin"]._invalidate_tiers()

    def _close_sql(self):
        """End the open tiers of those who move, unless somebody changed them since."""
        return SQL(
            """
            UPDATE crm_tier_assignment a
               SET date_to = %(date)s
              FROM crm_tier_run_line l
             WHERE l.run_id = %(run)s AND l.moved
               AND a.partner_id = l.partner_id AND a.company_id = %(company)s
               AND a.date_to IS NULL
               AND a.tier_id = l.from_tier_id
               AND a.date_from <= %(date)s
               AND COALESCE(a.override_until < %(date)s, TRUE)
            """,
            **self._sql_values(),
        )

    def _open_sql(self):
        return SQL(
            """
            INSERT INTO crm_tier_assignment
                   (partner_id, company_id, tier_id, date_from, score, rank, share,
                    cause, user_id, run_id)
            SELECT l.partner_id, %(company)s, l.tier_id, %(date)s, l.value, l.rank,
                   l.share, l.cause, %(uid)s, l.run_id
              FROM crm_tier_run_line l
              JOIN res_partner p ON p.id = l.partner_id AND p.active
                                AND p.commercial_partner_id = p.id
             WHERE l.run_id = %(run)s AND l.moved
                ON CONFLICT (partner_id, company_id) WHERE date_to IS NULL
                DO NOTHING
            """,
            **self._sql_values(),
        )

    def _sql_values(self):
        return {
            "run": self.id,
            "date": self.date,
            "company": self.company_id.id,
            "uid": self.env.uid,
            "now": self.env.cr.now(),
        }

    def _log_moves(self):
        """A customer event for everyone who moved; a first tier is no news."""
        tiers = (
            self.env["crm.tier"].with_context(active_test=False).search([], limit=99)
        )
        sentences = [
            SQL("(%s, %s, %s)", old.id, new.id, self._move_sentence(old, new))
            for old, new in permutations(tiers, 2)
        ]
        self.env["crm.customer.event"]._insert_from(
            SQL(
                """
                SELECT a.partner_id, NULL, a.company_id, 'tier', %(now)s, s.sentence,
                       %(uid)s, 'crm.tier.run', a.run_id
                  FROM crm_tier_assignment a
                  JOIN crm_tier_run_line l ON l.run_id = a.run_id
                                          AND l.partner_id = a.partner_id
                  JOIN (VALUES %(sentences)s) AS s (old_id, new_id, sentence)
                       ON s.old_id = l.from_tier_id AND s.new_id = a.tier_id
                 WHERE a.run_id = %(run)s AND l.moved AND l.from_tier_id IS NOT NULL
                """,
                sentences=SQL(", ").join(sentences),
                **self._sql_values(),
            )
        )

    def _move_sentence(self, old, new):
        return self.env._(
            "Tier %(old)s → %(new)s by the run of %(date)s.",
            old=old.name,
            new=new.name,
            date=fields.Date.to_string(self.date),
        )

    # ---------------------------------------------------------------- screens

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_open_lines(self, tier_id=None):
        """Who moves; or every customer that is in a tier after the run."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_relationship.crm_tier_run_line_action"
        )
        domain = [("run_id", "=", self.id)]
        if not tier_id:
            return action | {"domain": domain}
        return action | {
            "display_name": self.env["crm.tier"].browse(tier_id).name,
            "domain": [*domain, ("tier_id", "=", tier_id)],
            "context": {},
        }

    def unlink(self):
        self.env["crm.tier.run.line"]._forget_runs(self)
        return super().unlink()

    @api.autovacuum
    def _gc_lines(self):
        """Lines of previews that nobody applied for 30 days, and of discarded runs."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        self.search(
            [
                "|",
                ("state", "=", "discarded"),
                "&",
                ("state", "=", "draft"),
                ("create_date", "<", limit),
            ]
        ).unlink()
