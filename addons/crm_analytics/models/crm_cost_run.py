from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date, format_datetime

from ..tools import spans

ROWS = ("crm.cost.run.pool", "crm.cost.run.line", "crm.analytics.profit")
# Other values of these make other figures.
BASIS = frozenset({"company_id", "date_from", "date_to", "capital_rate"})


class CrmCostRun(models.Model):
    """Shares out the cost pools of a period: a draft, then frozen for good.

    The figures are computed by `action_compute`, as often as one likes; freezing keeps
    them as they are, and nobody changes or deletes them any more.
    """

    _name = "crm.cost.run"
    _description = "Cost Run"
    _inherit = ["crm.credit.guard", "crm.pass.mixin"]
    _order = "date_to desc, date_from, id desc"
    _guarded_fields = frozenset(
        {
            "state",
            "computed_at",
            "frozen_at",
            "frozen_by_id",
            "customer_count",
            "total",
            "allocated",
            "unallocated",
            "profit",
        }
    )

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", required=True, default=lambda self: self._start())
    date_to = fields.Date("To", required=True, default=lambda self: self._end())
    state = fields.Selection(
        [("draft", "Draft"), ("frozen", "Frozen")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    capital_rate = fields.Float(
        "Cost of Capital (% per Year)",
        digits=(5, 2),
        help="What lending customers their average receivable costs.",
    )
    computed_at = fields.Datetime("As of", readonly=True, copy=False)
    frozen_at = fields.Datetime("Frozen On", readonly=True, copy=False)
    frozen_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    customer_count = fields.Integer("Customers", readonly=True, copy=False)
    total = fields.Monetary("Cost of All Pools", readonly=True, copy=False)
    allocated = fields.Monetary("Shared Out", readonly=True, copy=False)
    unallocated = fields.Monetary("Not Shared Out", readonly=True, copy=False)
    profit = fields.Monetary(
        "Profit of All Customers",
        readonly=True,
        copy=False,
        help="After the cost that was shared out; what was not is not in it.",
    )
    unallocated_note = fields.Char(compute="_compute_unallocated_note")
    pool_ids = fields.One2many("crm.cost.run.pool", "run_id", readonly=True)
    line_ids = fields.One2many("crm.cost.run.line", "run_id", readonly=True)
    profit_ids = fields.One2many("crm.analytics.profit", "run_id", readonly=True)

    @api.model
    def _start(self):
        """The first day of the last twelve whole months."""
        after = fields.Date.add(self._end(), days=1)
        return fields.Date.subtract(after, years=1)

    @api.model
    def _end(self):
        """The last day of the last month."""
        today = fields.Date.context_today(self)
        return fields.Date.subtract(fields.Date.start_of(today, "month"), days=1)

    @api.depends("date_from", "date_to")
    def _compute_name(self):
        for run in self:
            run.name = f"{run.date_from or ''} – {run.date_to or ''}"

    @api.depends("pool_ids.unallocated")
    def _compute_unallocated_note(self):
        for run in self:
            left = run.pool_ids.filtered(lambda row: not row.quantity and row.amount)
            run.unallocated_note = bool(left) and self.env._(
                "Not shared out, because no customer used their driver: %(pools)s.",
                pools=", ".join(
                    f"{row.pool_id.name} ({run.currency_id.format(row.unallocated)})"
                    for row in left
                ),
            )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for run in self:
            if run.date_from > run.date_to:
                raise ValidationError(
                    self.env._(
                        "The run ends on %(to)s, before it begins on %(from)s.",
                        **{
                            "from": format_date(self.env, run.date_from),
                            "to": format_date(self.env, run.date_to),
                        },
                    )
                )
            if run.date_to > today:
                raise ValidationError(
                    self.env._(
                        "A run looks back; let it end today or earlier instead of on "
                        "%(date)s.",
                        date=format_date(self.env, run.date_to),
                    )
                )

    @api.constrains("capital_rate")
    def _check_capital_rate(self):
        if not all(0 <= run.capital_rate <= 100 for run in self):
            raise ValidationError(
                self.env._("The cost of capital must be from 0 to 100 % per year.")
            )

    def write(self, vals):
        if self.filtered(lambda run: run.state == "frozen"):
            self._refuse_frozen()
        if BASIS & vals.keys():
            self._forget_figures()
        return super().write(vals)

    def unlink(self):
        if self.filtered(lambda run: run.state == "frozen"):
            self._refuse_frozen()
        return super().unlink()

    def _refuse_frozen(self):
        frozen = self.filtered(lambda run: run.state == "frozen")[:1]
        raise UserError(
            self.env._(
                "The run %(run)s was frozen on %(date)s and stays as it is; make a new "
                "one.",
                run=frozen.name,
                date=format_datetime(self.env, frozen.frozen_at),
            )
        )

    def action_freeze(self):
        """Keep the figures as they are from now on."""
        for run in self:
            run._check_draft()
            if not run.computed_at:
                raise UserError(
                    self.env._(
                        "The run %(run)s has no figures, or its pools changed after "
                        "they were computed; compute it first.",
                        run=run.name,
                    )
                )
            run._unguarded().write(
                {
                    "state": "frozen",
                    "frozen_at": fields.Datetime.now(),
                    "frozen_by_id": self.env.uid,
                }
            )
        for company in self.company_id:
            self.env["crm.analytics.customer"]._fill_profit(company)
        return True

    def action_open_profits(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_profit_action"
        )
        return action | {"context": {}, "domain": [("run_id", "=", self.id)]}

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_cost_run_line_action"
        )
        return action | {"context": {}, "domain": [("run_id", "=", self.id)]}

    def _check_draft(self):
        """Only one transaction at a time computes or freezes a draft."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        if self.state == "frozen":
            self._refuse_frozen()

    def _forget_figures(self):
        """Throw away what drafts say."""
        computed = self.filtered("computed_at")
        if not computed:
            return
        for model in ROWS:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE run_id = ANY(%s)",
                    SQL.identifier(self.env[model]._table),
                    computed.ids,
                )
            )
        self.env.invalidate_all()
        computed._unguarded().write(
            {
                "computed_at": False,
                **dict.fromkeys(
                    (
                        "customer_count",
                        "total",
                        "allocated",
                        "unallocated",
                        "profit",
                    ),
                    0,
                ),
            }
        )

    # -- which runs make up a window ---------------------------------------------------

    @api.model
    def _filling(self, company, date_to, months):
        """The frozen runs that make up the months until the last one's end.

        :param date_to: only runs that ended until then
        :return: runs; none if they leave gaps
        """
        frozen = self.sudo().search(  # whoever asks may see their sum
            [
                ("company_id", "=", company.id),
                ("state", "=", "frozen"),
                ("date_to", "<=", date_to),
            ],
            order="frozen_at desc, id desc",
        )
        if not frozen:
            return frozen
        end = max(frozen.mapped("date_to"))
        after = fields.Date.add(end, days=1)
        found = spans.filling(
            [spans.Span(run.id, run.date_from, run.date_to) for run in frozen],
            fields.Date.subtract(after, months=months),
            end,
        )
        return frozen.browse(found or ())
