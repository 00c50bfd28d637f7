from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..exceptions import PassBusyError
from ..tools import pyramid
from .crm_pass_mixin import PassJob

# On how many days a customer has bought, of the customer days `d`.
BUYING_DAYS = SQL(
    """COALESCE(NULLIF(COUNT(*) FILTER (WHERE d.order_count > 0), 0),
                COUNT(*) FILTER (WHERE d.invoice_count > 0))"""
)
SCHEDULE_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


class Measure(NamedTuple):
    """A value that customers can be tiered by.

    :param label: what the user chooses
    :param column: column of the customer-day mart that is summed over the window, or
    :param query: function(policy, date_from, date_to) returning the SQL of
        ``partner_id, value`` for the policy's company
    :param groups: who may see a customer's value, when not every salesperson may
    """

    label: str
    column: str | None = None
    query: object = None
    groups: str = ""


class CrmTierPolicy(models.Model):
    """How a company divides its customers into tiers."""

    _name = "crm.tier.policy"
    _description = "Tier Policy"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "crm.pass.mixin",
        "crm.tier.rules",
    ]
    _order = "company_id, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Is asked to look at scheduled runs.",
    )
    measure = fields.Selection(tracking=True)
    method = fields.Selection(tracking=True)
    window_months = fields.Integer(tracking=True)
    cut_ids = fields.One2many(
        "crm.tier.policy.cut",
        "policy_id",
        copy=True,
        default=lambda self: self._default_cut_ids(),
    )
    schedule = fields.Selection(
        [
            ("none", "By hand"),
            ("monthly", "Every month"),
            ("quarterly", "Every quarter"),
            ("yearly", "Every year"),
        ],
        default="none",
        required=True,
    )
    next_run_date = fields.Date()
    auto_apply = fields.Boolean(
        string="Apply Without Asking",
        help="Otherwise a scheduled run waits as a draft and its responsible is asked.",
    )
    run_ids = fields.One2many("crm.tier.run", "policy_id")
    last_run_id = fields.Many2one("crm.tier.run", readonly=True, copy=False)

    _company_uniq = models.UniqueIndex(
        "(company_id) WHERE active", "A company can have one active tier policy only."
    )
    _window_positive = models.Constraint(
        "CHECK(window_months > 0)", "The window must be at least one month."
    )
    _movement_positive = models.Constraint(
        "CHECK(min_orders >= 0 AND min_stay_days >= 0 AND max_ranks >= 0"
        " AND hysteresis_pct >= 0 AND hysteresis_pct < 100)",
        "Minimum orders, minimum stay and most tiers per run cannot be negative, and "
        "the hysteresis must be from 0 to under 100 %.",
    )

    @api.model
    def _measures(self):
        """The measures by technical name; other addons add theirs.

        :return: dict of code: `Measure`
        """
        return {
            "revenue": Measure(self.env._("Invoiced revenue"), column="revenue"),
            "margin": Measure(
                self.env._("Margin"),
                column="margin",
                groups="crm_relationship.group_crm_relationship_manager",
            ),
        }

    @api.model
    def _visible_measures(self):
        """The measures whose values the user may see of a customer."""
        return {
            code
            for code, measure in self._measures().items()
            if not measure.groups
            or self.env.su
            or self.env.user.has_groups(measure.groups)
        }

    @api.model
    def _selection_measure(self):
        return [(code, measure.label) for code, measure in self._measures().items()]

    @api.model
    def _default_cut_ids(self):
        tiers = self.env["crm.tier"].search([], limit=20)
        shares = [50, 80, 95][: max(len(tiers) - 1, 0)] + [100]
        return [
            Command.create({"tier_id": tier.id, "cut": share})
            for tier, share in zip(tiers, shares, strict=False)
        ]

    @api.constrains("cut_ids", "method")
    def _check_cuts(self):
        for policy in self:
            policy._validate_cuts(policy._cuts())

    @api.constrains("schedule", "next_run_date")
    def _check_schedule(self):
        for policy in self:
            if policy.schedule != "none" and not policy.next_run_date:
                raise ValidationError(
                    self.env._(
                        "%(policy)s runs on a schedule; enter its next run date.",
                        policy=policy.name,
                    )
                )

    def _cuts(self):
        """The cuts by tier, best tier first.

        :return: dict of crm.tier id: Decimal
        """
        self.ensure_one()
        return {
            cut.tier_id.id: Decimal(str(cut.cut))
            for cut in self.cut_ids.sorted(lambda c: (c.tier_id.sequence, c.tier_id.id))
        }

    def unlink(self):
        self.check_access("unlink")
        self.sudo().run_ids.unlink()
        return super().unlink()

    # ------------------------------------------------------------- evaluation

    def action_preview(self):
        """Evaluate all customers and show the draft."""
        self.ensure_one()
        self.check_access("write")
        self.env["crm.customer.day"].sudo().refresh()
        return self._evaluate(self._preview_date()).action_open()

    def _preview_date(self):
        """Today, or the last day with figures when the window has none.

        A history that ended years ago would otherwise put everybody into the last
        tier.
        """
        today = fields.Date.context_today(self)
        [(last,)] = self.env.execute_query(
            SQL(
                """SELECT MAX(day) FROM crm_customer_day
                    WHERE company_id = %s AND day <= %s""",
                self.company_id.id,
                today,
            )
        )
        return last if last and last < self._date_from(today) else today

    def _evaluate(self, date):
        """Evaluate every customer of the company as of a day.

        :return: the draft `crm.tier.run` with a line per customer
        """
        self.ensure_one()
        # also after somebody has changed the order of the tiers
        self._validate_cuts(self._cuts())
        run = (
            self.env["crm.tier.run"]
            .sudo()
            .create(  # runs are written by us only
                self._copy_rules()
                | {
                    "policy_id": self.id,
                    "date": date,
                    "cuts": [[tier, str(cut)] for tier, cut in self._cuts().items()],
                }
            )
        )
        run._evaluate()
        return run.sudo(self.env.su)

    def _facts_sql(self, date):
        """What a run needs to know, one row per customer: partner_id, value,
        purchases, is_new, from_tier_id, days_in_tier, pinned.
        """
        self.ensure_one()
        measure = self._measures()[self.measure]
        return SQL(
            """
            SELECT p.id AS partner_id,
                   %(value)s AS value,
                   COALESCE(h.purchases, 0) AS purchases,
                   %(exclude_new)s AND COALESCE(h.buying_days, 0) < 2 AS is_new,
                   a.tier_id AS from_tier_id,
                   COALESCE(%(date)s - a.date_from, 0) AS days_in_tier,
                   COALESCE(a.override_until >= %(date)s, FALSE) AS pinned
              FROM (%(history)s) h
              FULL JOIN (SELECT * FROM crm_tier_assignment
                          WHERE company_id = %(company)s
                            AND date_to IS NULL) a USING (partner_id)
              JOIN res_partner p ON p.id = partner_id
                                AND p.active
                                AND p.commercial_partner_id = p.id
              %(measure_join)s
            """,
            value=SQL("COALESCE(h.value, 0)")
            if measure.column
            else SQL("COALESCE(m.value, 0)"),
            exclude_new=self.exclude_new,
            date=date,
            history=self._history_sql(measure, date),
            company=self.company_id.id,
            measure_join=SQL()
            if measure.column
            else SQL(
                "LEFT JOIN (%s) m ON m.partner_id = p.id",
                measure.query(self, self._date_from(date), date),
            ),
        )

    def _history_sql(self, measure, date):
        """Purchases and, for a measure of the mart, its sum, per customer.

        Orders are the purchases; invoices only of those who never order, because one
        order may be invoiced on another day, or in parts.
        """
        column = SQL.identifier("d", measure.column) if measure.column else SQL("0")
        return SQL(
            """
            SELECT d.partner_id,
                   SUM(%(column)s) FILTER (WHERE d.day >= %(date_from)s) AS value,
                   COALESCE(
                       NULLIF(SUM(d.order_count)
                              FILTER (WHERE d.day >= %(date_from)s), 0),
                       SUM(d.invoice_count) FILTER (WHERE d.day >= %(date_from)s)
                   ) AS purchases,
                   %(buying_days)s AS buying_days
              FROM crm_customer_day d
             WHERE d.company_id = %(company)s AND d.day <= %(date)s
             GROUP BY d.partner_id
            """,
            column=column,
            buying_days=BUYING_DAYS if self.exclude_new else SQL("NULL::bigint"),
            date_from=self._date_from(date),
            date=date,
            company=self.company_id.id,
        )

    # --------------------------------------------------------------- schedule

    @api.model
    def _cron_run(self):
        """Evaluate the policies that are due; apply them or ask their responsible."""
        today = fields.Date.context_today(self)
        due = self.search([("schedule", "!=", "none"), ("next_run_date", "<=", today)])
        if not due:
            return
        if not self._refresh_mart():
            later = fields.Datetime.add(fields.Datetime.now(), minutes=15)
            self.env.ref("crm_relationship.ir_cron_tier_policy")._trigger(later)
            return
        self._run_pass(
            PassJob(
                code="crm.tier.policy",
                model=self._name,
                name=self.env._("Tier policies that are due"),
                ids=lambda position, size: [i for i in sorted(due.ids) if i > position],
                batch=lambda ids: self.browse(ids)._run_scheduled(today),
                size=1,
                total=lambda: len(due),
            )
        )

    @api.model
    def _refresh_mart(self):
        """Bring the figures up to date; False when that has to wait."""
        try:
            return self.env["crm.customer.day"].refresh().state == "done"
        except PassBusyError:
            return False

    def _run_scheduled(self, today):
        """Run the policies as of today. Returns the number of customers."""
        return sum(policy._run_one_scheduled(today) for policy in self)

    def _run_one_scheduled(self, today):
        run = self._evaluate(today)
        if self.auto_apply:
            run.action_apply()
        elif run.move_count:
            run.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=(self.user_id or self.env.user).id,
                summary=self.env._("Look at the tier run"),
                note=self.env._(
                    "%(count)s customers would change tier.", count=run.move_count
                ),
            )
        step = relativedelta(months=SCHEDULE_MONTHS[self.schedule])
        while self.next_run_date <= today:
            self.next_run_date += step
        return run.customer_count

    # ---------------------------------------------------------------- pyramid

    @api.model
    @api.readonly
    def get_pyramid(self, policy_id=None):
        """Data of the pyramid picture of one policy, or of the current company's.

        :return: False without a policy, else a dict with ``policy`` (id, name,
            measure, method), ``company``, ``currency_id``, ``last_run`` (id, date,
            moves: up, down, new; or False), ``movers`` (of most value in the last
            run: partner_id, name, from, to, up, reason), ``draft`` (id, date, moves
            or False), ``tiers`` (best first: id, name, color, customers,
            customer_share, value, value_share, up, down, came, without_manager) and
            ``unassigned`` (active customers without a tier)
        """
        policy = self.browse(policy_id or []) or self.search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        if not policy:
            return False
        policy.check_access("read")
        draft = policy.run_ids.filtered(lambda run: run.state == "draft")[:1]
        last = policy.last_run_id
        return {
            "policy": {
                "id": policy.id,
                "name": policy.name,
                "measure": policy._measures()[policy.measure].label,
                "method": policy.method,
            },
            "company": policy.company_id.name,
            "currency_id": policy.currency_id.id,
            "last_run": last.id
            and {"id": last.id, "date": last.date, "moves": last._count_moves()},
            "movers": last._movers(3),
            "draft": draft.id
            and {"id": draft.id, "date": draft.date, "moves": draft.move_count},
            "tiers": policy._pyramid_tiers(),
            "unassigned": policy._count_unassigned(),
        }

    def _pyramid_tiers(self):
        self.env["res.partner"].flush_model(["key_account_manager_id"])
        rows = self.env.execute_query_dict(self._pyramid_sql())
        layers = pyramid.shares([(row["customers"], row["value"]) for row in rows])
        tiers = self.env["crm.tier"].browse([row["id"] for row in rows])
        return [
            row | layer._asdict() | {"name": tier.name, "color": tier.color}
            for row, layer, tier in zip(rows, layers, tiers, strict=True)
        ]

    def _pyramid_sql(self):
        return SQL(
            """
            SELECT t.id,
                   COUNT(a.id) AS customers,
                   COALESCE(SUM(COALESCE(l.value, a.score)), 0) AS value,
                   COUNT(*) FILTER (WHERE a.date_from = r.date AND l.moved
                                      AND l.cause = 'new') AS came,
                   COUNT(*) FILTER (WHERE l.moved AND f.sequence > t.sequence) AS up,
                   COUNT(*) FILTER (WHERE l.moved AND f.sequence < t.sequence) AS down,
                   COUNT(*) FILTER (
                       WHERE t.requires_key_account_manager
                         AND (p.key_account_manager_id ->> %(company_key)s) IS NULL
                         AND a.id IS NOT NULL) AS without_manager
              FROM crm_tier t
              LEFT JOIN crm_tier_assignment a ON a.tier_id = t.id
                   AND a.company_id = %(company)s AND a.date_to IS NULL
              LEFT JOIN res_partner p ON p.id = a.partner_id
              LEFT JOIN crm_tier_run r ON r.id = %(run)s
              LEFT JOIN crm_tier_run_line l ON l.run_id = r.id
                   AND l.partner_id = a.partner_id
              LEFT JOIN crm_tier f ON f.id = l.from_tier_id
             WHERE t.active OR a.id IS NOT NULL
             GROUP BY t.id
             ORDER BY t.sequence, t.id
            """,
            company_key=str(self.company_id.id),
            company=self.company_id.id,
            run=self.last_run_id.id or None,
        )

    def _count_unassigned(self):
        partners = self.env["res.partner"]
        partners.flush_model(["commercial_partner_id"])
        return partners.search_count(
            self.env["crm.tier.assignment"]._unassigned_domain(self.company_id)
        )

    def action_open_unassigned(self):
        """The customers who have bought but have no tier."""
        name = self.env._("Without Tier")
        return self.env["crm.tier"]._customer_action(
            name, [("tier_missing", "=", True)]
        )
