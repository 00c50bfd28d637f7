from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

READINESS = [
    ("complete", "Can ship complete"),
    ("partly", "Partly"),
    ("waiting", "Waiting"),
]
READY = ("in_stock", "picking")
OPEN_TRANSFERS = ("assigned", "confirmed", "waiting")  # the best to open first
WAREHOUSES = 100_000  # a card's id is its order's times this plus its warehouse's


class CrmOrderBoard(models.Model):
    """What a warehouse still owes each customer's order, from the order trace.

    A row for each open order and warehouse. Services, and what a supplier ships to the
    customer himself, are none of its business; neither are amounts, of which it has
    none.
    """

    _name = "crm.order.board"
    _description = "Warehouse Board"
    _inherit = ["crm.tier.document.mixin"]
    _auto = False
    _order = "promise_date, tier_id, id"
    _depends = {
        "crm.order.trace": [
            "company_id",
            "days_late",
            "expected_date",
            "is_finished",
            "is_late",
            "order_id",
            "partner_id",
            "promise_date",
            "qty_reserved",
            "stage",
            "user_id",
            "warehouse_id",
        ],
    }

    order_id = fields.Many2one("sale.order", readonly=True)
    name = fields.Char("Order Reference", related="order_id.name")
    client_order_ref = fields.Char(related="order_id.client_order_ref")
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    promise_date = fields.Date(
        "Promised", readonly=True, help="The first day promised for a line."
    )
    expected_date = fields.Date(
        "Expected",
        readonly=True,
        help="When the last piece can be at the customer; empty if nobody can say.",
    )
    days_late = fields.Integer(readonly=True, aggregator="max")
    is_late = fields.Boolean("Late", readonly=True)
    line_count = fields.Integer("Lines", readonly=True)
    ready_count = fields.Integer("Ready", readonly=True)
    readiness = fields.Selection(READINESS, readonly=True, group_expand=True)
    is_held = fields.Boolean(
        "On Hold", readonly=True, help="Must not leave until somebody lets it go."
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        compute="_compute_picking_id",
        help="The next transfer to work on.",
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT *, CASE WHEN ready_count = line_count THEN 'complete'
                WHEN ready_count > 0 OR is_begun THEN 'partly'
                ELSE 'waiting' END AS readiness
            FROM (%s) card""",
            self._cards(),
        )

    def _cards(self):
        return SQL(
            """SELECT
                trace.order_id::bigint * %(warehouses)s + trace.warehouse_id AS id,
                trace.order_id, trace.warehouse_id, trace.company_id,
                MIN(trace.partner_id) AS partner_id, MIN(trace.user_id) AS user_id,
                MIN(trace.promise_date) AS promise_date,
                CASE WHEN COUNT(*) = COUNT(trace.expected_date)
                    THEN MAX(trace.expected_date) END AS expected_date,
                MAX(trace.days_late) AS days_late, BOOL_OR(trace.is_late) AS is_late,
                COUNT(*) AS line_count,
                COUNT(*) FILTER (WHERE trace.stage IN %(ready)s) AS ready_count,
                BOOL_OR(trace.qty_reserved > 0) AS is_begun,
                BOOL_OR(%(held)s) AS is_held
            FROM crm_order_trace trace
            WHERE %(where)s
            GROUP BY trace.order_id, trace.warehouse_id, trace.company_id""",
            warehouses=SQL(str(WAREHOUSES)),  # as the index of the trace says it
            ready=READY,
            held=self._held_condition(),
            where=self._where(),
        )

    def _where(self):
        return SQL(
            """trace.is_finished IS NOT TRUE AND trace.warehouse_id IS NOT NULL
            AND trace.stage NOT IN ('to_do', 'shipped')"""
        )

    @api.model
    def _held_condition(self):
        """SQL: whether the row `trace` of crm.order.trace must not leave. For other
        addons; what it reads besides the trace belongs into `_depends`.
        """
        return SQL("FALSE")

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for card in self:
            card.display_name = f"{card.partner_id.display_name} · {card.name}"

    @api.depends("order_id", "warehouse_id")
    def _compute_picking_id(self):
        pickings = self._open_pickings()
        for card in self:
            card.picking_id = pickings[card][:1]

    def _open_pickings(self):
        """The open transfers of each card, the one to work on first."""
        lines = self._open_lines()
        found = dict.fromkeys(self, self.env["stock.picking"])
        groups = self.env["stock.move"]._read_group(
            [
                ("sale_line_id", "in", list(lines)),
                ("state", "not in", ("done", "cancel", "draft")),
                ("picking_id.state", "in", OPEN_TRANSFERS),
            ],
            ["sale_line_id", "picking_id"],
        )
        for line, picking in groups:
            found[lines[line.id]] |= picking
        return {card: rows.sorted(_urgency) for card, rows in found.items()}

    def _open_lines(self):
        """The card of each order line that it stands for."""
        cards = {(card.order_id.id, card.warehouse_id.id): card for card in self}
        rows = self.env["crm.order.trace"].search_fetch(
            [
                ("order_id", "in", self.order_id.ids),
                ("warehouse_id", "in", self.warehouse_id.ids),
                ("is_finished", "=", False),
            ],
            ["order_id", "sale_line_id", "warehouse_id"],
        )
        keys = {row: (row.order_id.id, row.warehouse_id.id) for row in rows}
        return {
            row.sale_line_id.id: cards[key] for row, key in keys.items() if key in cards
        }

    def action_open_transfer(self):
        """The transfer to work on; where several are ready, all of them."""
        self.ensure_one()
        pickings = self._open_pickings()[self]
        if not pickings:
            raise UserError(
                self.env._("%(order)s has no transfer to work on.", order=self.name)
            )
        ready = pickings.filtered(lambda picking: picking.state == "assigned")
        action = {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "name": self.env._("Transfers of %(order)s", order=self.name),
        }
        if len(ready or pickings) == 1:
            views = [(False, "form")]
            return {**action, "views": views, "res_id": (ready or pickings).id}
        views = [(False, "list"), (False, "kanban"), (False, "form")]
        return {**action, "views": views, "domain": [("id", "in", pickings.ids)]}


def _urgency(picking):
    return OPEN_TRANSFERS.index(picking.state), picking.scheduled_date, picking.id
