from odoo import fields, models


class CrmAnalyticsProfit(models.Model):
    """The profit and loss of one customer in one run. Costs are positive amounts."""

    _name = "crm.analytics.profit"
    _description = "Customer Profit and Loss"
    _inherit = ["crm.cost.computed"]
    _order = "run_id desc, place, id"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date_from = fields.Date(related="run_id.date_from")
    date_to = fields.Date(related="run_id.date_to")
    state = fields.Selection(related="run_id.state")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    place = fields.Integer(
        readonly=True,
        aggregator=None,
        help="1 is the customer with the most profit of the run.",
    )
    gross = fields.Monetary(
        "Gross Revenue", readonly=True, help="Invoiced, before discounts and returns."
    )
    discount = fields.Monetary(readonly=True)
    returns = fields.Monetary(readonly=True, help="Credit notes.")
    revenue = fields.Monetary(
        "Net Revenue", readonly=True, help="Invoiced less discounts and credit notes."
    )
    goods = fields.Monetary("Cost of Goods", readonly=True)
    margin = fields.Monetary(readonly=True, help="Net revenue less cost of goods.")
    cost_to_serve = fields.Monetary(
        "Cost to Serve", readonly=True, help="The customer's part of every cost pool."
    )
    receivable = fields.Monetary(
        "Average Receivable",
        readonly=True,
        help="Mean of what the customer owed at the end of each day of the period, by "
        "the ledger, taxes included.",
    )
    capital_cost = fields.Monetary(
        readonly=True,
        help="Average receivable × the run's rate × days / 365. Who is owed money "
        "bears none.",
    )
    profit = fields.Monetary(
        readonly=True, help="Margin less cost to serve and capital cost."
    )
    volume_cost = fields.Monetary(
        "Cost to Serve by Volume",
        readonly=True,
        help="If the same pools were shared out by revenue.",
    )
    volume_profit = fields.Monetary("Profit by Volume", readonly=True)
    difference = fields.Monetary(
        readonly=True,
        help="Profit less profit by volume: what sharing out by revenue hides.",
    )
    line_ids = fields.One2many("crm.cost.run.line", compute="_compute_line_ids")
    statement = fields.Html(compute="_compute_statement", sanitize=False)

    _run_place_idx = models.Index("(run_id, place)")

    def _compute_line_ids(self):
        """What the customer bears of each pool, in the order of the pools."""
        lines = self.env["crm.cost.run.line"].search(
            [
                ("run_id", "in", self.run_id.ids),
                ("partner_id", "in", self.partner_id.ids),
            ]
        )
        by_key = lines.grouped(lambda line: (line.run_id, line.partner_id))
        for row in self:
            found = by_key.get((row.run_id, row.partner_id), lines.browse())
            row.line_ids = found.sorted(
                lambda line: (line.pool_id.sequence, line.pool_id.id)
            )

    def _compute_statement(self):
        for row in self:
            row.statement = self.env["ir.qweb"]._render(
                "crm_analytics.profit_statement",
                {"row": row, "rows": row._statement_rows()},
            )

    def _statement_rows(self):
        """The statement from top to bottom.

        :return: list of dicts: label, hint, amount, volume, kind (plain, sum, total)
        """
        self.ensure_one()
        line = self._statement_row
        return [
            line(self.env._("Gross revenue"), self.gross),
            line(self.env._("Discounts"), 0 - self.discount),
            line(self.env._("Returns"), 0 - self.returns),
            line(self.env._("Net revenue"), self.revenue, kind="sum"),
            line(self.env._("Cost of goods"), 0 - self.goods),
            line(self.env._("Margin"), self.margin, kind="sum"),
            *(
                line(
                    part.pool_id.name,
                    0 - part.amount,
                    0 - part.volume_amount,
                    hint=part._reckoning(),
                )
                for part in self.line_ids
            ),
            line(
                self.env._("Cost of capital"),
                0 - self.capital_cost,
                hint=self._capital_hint(),
            ),
            line(self.env._("Profit"), self.profit, self.volume_profit, kind="total"),
        ]

    def _statement_row(self, label, amount, volume=None, kind="plain", hint=""):
        return {
            "label": label,
            "amount": amount,
            "volume": amount if volume is None else volume,
            "kind": kind,
            "hint": hint,
            "share": self.revenue and 100 * amount / self.revenue,
        }

    def _capital_hint(self):
        return self.env._(
            "%(amount)s owed on average, at %(rate)s %% a year",
            amount=self.currency_id.format(self.receivable),
            rate=f"{self.run_id.capital_rate:g}",
        )

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_cost_run_line_action"
        )
        return action | {
            "domain": [("id", "in", self.line_ids.ids)],
            "display_name": self.partner_id.display_name,
        }
