from decimal import Decimal
from itertools import permutations

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.tools import SQL

from ..tools import tiering

FACTS = SQL.identifier("crm_tier_facts")


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
        values = self._counted_values(SQL("SELECT counted FROM %s", FACTS))
        floors = tiering.floors(self.method, values, self._cut_values())
        self.floors = [str(floor) for floor in floors]
        self._write_lines(floors, sum(value for value in values if value > 0))

    def _load_facts(self):
        """Facts of every customer in a temporary table, in the order of their places:
        those that count come first.
        """
        self.env.flush_all()
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", FACTS))
        self.env.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE %s ON COMMIT DROP AS
                   SELECT *, %s AS counted FROM (%s) f
                    ORDER BY counted DESC NULLS LAST, value DESC, partner_id""",
                FACTS,
                self._counted_sql(),
                self.policy_id._facts_sql(self.date),
            )
        )

    def _counted_sql(self):
        """The value of those who count in the shares; see `tiering.evaluate`."""
        return SQL(
            """CASE WHEN purchases >= %s AND NOT (is_new AND from_tier_id IS NULL)
                    THEN value END""",
            self.min_orders,
        )

    def _counted_values(self, query):
        """The values that a query selects, exact, from high to low.

        As one string: the cursor would make inexact numbers of them.
        """
        [(values,)] = self.env.execute_query(
            SQL(
                """SELECT STRING_AGG(counted::text, ' ' ORDER BY counted DESC)
                     FROM (%s) facts""",
                query,
            )
        )
        return list(map(Decimal, (values or "").split()))

    def _cut_values(self):
        return [Decimal(cut) for _tier, cut in self.cuts]

    def _numbers(self):
        """The tiers' numbers in the pure tiering, by id."""
        tiers = self.env["crm.tier"].with_context(active_test=False)
        cut = [tier for tier, _cut in self.cuts]
        return tiering.places(tiers.search([], limit=99).ids, cut)

    def _verdict_sql(self, floors):
        """The verdict on a row with the facts of a customer, by its kind.

        :return: what gives the row's verdict as a number, and what gives the tier's id
            and the cause for that number in a column `verdict`
        """
        numbers = self._numbers()
        table = tiering.tabulate(
            floors, [None, *numbers.values()], self._rules(), self.min_orders
        )
        place = {verdict: i for i, verdict in enumerate(set(table.verdicts), 1)}
        tiers = {number: tier for tier, number in numbers.items()}
        kind = SQL(
            """((((WIDTH_BUCKET(value, %(bounds)s::numeric[]) * %(currents)s
                   + COALESCE(ARRAY_POSITION(%(tiers)s::int[], from_tier_id), 0)) * 2
                  + (days_in_tier < %(min_stay)s)::int) * 2
                 + (purchases < %(min_orders)s)::int) * 2
                + is_new::int) * 2 + pinned::int + 1""",
            bounds=table.bounds,
            currents=len(numbers) + 1,
            tiers=list(numbers),
            min_stay=self.min_stay_days,
            min_orders=self.min_orders,
        )
        return (
            SQL(
                "(%s::int[])[%s]", [place[verdict] for verdict in table.verdicts], kind
            ),
            SQL("(%s::int[])[verdict]", [tiers.get(verdict.tier) for verdict in place]),
            SQL("(%s::varchar[])[verdict]", [verdict.cause for verdict in place]),
        )

    def _write_lines(self, floors, total):
        """Write the lines, from the first place to the last.

        :param total: of the values that have a share
        """
        verdict, tier, cause = self._verdict_sql(floors)
        self._put_lines(
            SQL(
                """
                INSERT INTO crm_tier_run_line
                       (run_id, company_id, partner_id, value, rank, share, cum_share,
                        purchases, is_new, pinned, days_in_tier, from_tier_id, tier_id,
                        cause, moved)
                SELECT %(run)s, %(company)s, partner_id, value, rank,
                       ROUND(COALESCE(counted, 0) * %(percent)s, 6),
                       ROUND(cumulated * %(percent)s, 6), purchases,
                       is_new, pinned, days_in_tier, from_tier_id,
                       COALESCE(tier_id, from_tier_id), cause,
                       COALESCE(tier_id, from_tier_id) IS DISTINCT FROM from_tier_id
                  FROM (SELECT *, %(tier)s AS tier_id, %(cause)s AS cause
                          FROM (%(placed)s) placed
                        OFFSET 0) judged
                """,
                run=self.id,
                company=self.company_id.id,
                percent=Decimal(100) / total if total else None,
                tier=tier,
                cause=cause,
                placed=self._placed_sql(verdict),
            )
        )

    def _placed_sql(self, verdict):
        """The facts with place, shares and verdict.

        They lie in this order already, so that equal values need no order of their own.
        """
        return SQL(
            """SELECT *, %s AS verdict, RANK() OVER by_place AS rank,
                      SUM(GREATEST(counted, 0)) OVER by_place AS cumulated
                 FROM %s
               WINDOW by_place AS (ORDER BY counted DESC NULLS LAST, value DESC
                                   ROWS UNBOUNDED PRECEDING)
               OFFSET 0""",
            verdict,
            FACTS,
        )

    def _put_lines(self, query):
        """Write the lines by a query, and count them."""
        [(self.customer_count, self.move_count)] = self.env.execute_query(
            SQL(
                """WITH line AS (%s RETURNING moved)
                   SELECT COUNT(*), COUNT(*) FILTER (WHERE moved) FROM line""",
                query,
            )
        )
        self.env["crm.tier.run.line"].invalidate_model()
        self.invalidate_recordset(["line_ids"])

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
        opened = self._replace_tiers()
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

    def _replace_tiers(self):
        """Close and open the tiers of those who move; return how many were opened."""
        self._execute_in_bulk(self._close_sql())
        try:
            return self._execute_in_bulk(self._open_sql())
        except UniqueViolation as error:
            raise ConcurrencyError("A tier was given at the same time.") from error

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
        """Open the new tiers, but of whom a person has given one since the preview.

        In the order of their index, which is faster. So is looking who has one, instead
        of ON CONFLICT.
        """
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
               AND NOT EXISTS (SELECT FROM crm_tier_assignment a
                                WHERE a.partner_id = l.partner_id
                                  AND a.company_id = %(company)s
                                  AND a.date_to IS NULL)
             ORDER BY l.partner_id
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
                  FROM crm_tier_run_line l
                  JOIN crm_tier_assignment a ON a.partner_id = l.partner_id
                                            AND a.run_id = l.run_id
                  JOIN (VALUES %(sentences)s) AS s (old_id, new_id, sentence)
                       ON s.old_id = l.from_tier_id AND s.new_id = a.tier_id
                 WHERE l.run_id = %(run)s AND l.moved AND l.from_tier_id IS NOT NULL
                   AND a.company_id = %(company)s AND a.date_to IS NULL
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
