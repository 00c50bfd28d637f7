from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, sql

from .history_many2one import HistoryMany2one

READINESS = [
    ("complete", "Can ship complete"),
    ("partly", "Partly"),
    ("waiting", "Waiting"),
]
READY = ("in_stock", "picking")
OPEN_TRANSFERS = ("assigned", "confirmed", "waiting")  # the best to open first
KEY = ("order_id", "warehouse_id")
FACTS = (
    "company_id",
    "partner_id",
    "user_id",
    "promise_date",
    "expected_date",
    "days_late",
    "is_late",
    "line_count",
    "ready_count",
    "readiness",
    "is_held",
)


class CrmOrderBoard(models.Model):
    """What a warehouse still owes each customer's order, from the order trace.

    A row for each open order and warehouse, written by SQL only, as the traces are.
    Services, and what a supplier ships to the customer himself, are none of its
    business; neither are amounts, of which it has none.
    """

    _name = "crm.order.board"
    _description = "Warehouse Board"
    _inherit = ["crm.tier.document.mixin"]
    _log_access = False
    _order = "promise_date, tier_id, id"

    order_id = HistoryMany2one("sale.order", readonly=True)
    name = fields.Char("Order Reference", related="order_id.name")
    client_order_ref = fields.Char(related="order_id.client_order_ref")
    company_id = HistoryMany2one("res.company", readonly=True)
    warehouse_id = HistoryMany2one("stock.warehouse", readonly=True)
    partner_id = HistoryMany2one("res.partner", "Customer", readonly=True, index=True)
    user_id = HistoryMany2one("res.users", "Salesperson", readonly=True)
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

    _card_uniq = models.UniqueIndex("(order_id, warehouse_id)")
    _promise_idx = models.Index("(readiness, promise_date)")

    def init(self):
        """Make the cards of traces that were there before there was this table."""
        result = super().init()
        traced = sql.table_exists(self.env.cr, "crm_order_trace")
        if traced and not self.search_count([], limit=1):
            self._follow(SQL("TRUE"))
        return result

    def flush_model(self, fnames=None):
        self.env["crm.order.trace"].flush_model()
        return super().flush_model(fnames)

    @api.model
    def _follow_orders(self, order_ids):
        """Make these orders' cards what the traces say; return how many differ."""
        return self._follow(SQL("order_id = ANY(%s)", list(order_ids)))

    @api.model
    def _follow(self, scope):
        def columns(template, names=FACTS):
            return SQL(", ").join(
                SQL(template, name=SQL.identifier(name)) for name in names
            )

        self.env.cr.execute(
            SQL(
                """WITH card AS MATERIALIZED (%(cards)s), gone AS (
                    DELETE FROM crm_order_board old WHERE %(scope)s AND NOT EXISTS (
                        SELECT FROM card WHERE card.order_id = old.order_id
                        AND card.warehouse_id = old.warehouse_id)
                    RETURNING 1
                ), put AS (
                    INSERT INTO crm_order_board AS old (%(key)s, %(names)s)
                    SELECT %(key)s, %(names)s FROM card
                    ON CONFLICT (order_id, warehouse_id) DO UPDATE
                    SET (%(names)s) = (%(new)s)
                    WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
                    RETURNING 1
                )
                SELECT (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)""",
                cards=self._cards(scope),
                scope=scope,
                key=columns("%(name)s", KEY),
                names=columns("%(name)s"),
                old=columns("old.%(name)s"),
                new=columns("excluded.%(name)s"),
            )
        )
        differing = self.env.cr.fetchone()[0]
        self.invalidate_model(flush=False)
        return differing

    def _cards(self, scope):
        return SQL(
            """SELECT card.*, CASE WHEN ready_count = line_count THEN 'complete'
                WHEN ready_count > 0 OR is_begun THEN 'partly'
                ELSE 'waiting' END AS readiness
            FROM (SELECT
                trace.order_id, trace.warehouse_id, MIN(trace.company_id) AS company_id,
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
            WHERE %(where)s AND %(scope)s
            GROUP BY trace.order_id, trace.warehouse_id) card""",
            ready=READY,
            held=self._held_condition(),
            where=self._where(),
            scope=scope,
        )

    def _where(self):
        return SQL(
            """trace.is_finished IS NOT TRUE AND trace.warehouse_id IS NOT NULL
            AND trace.stage NOT IN ('to_do', 'shipped')"""
        )

    @api.model
    def _held_condition(self):
        """SQL: whether the row `trace` of crm.order.trace must not leave. For other
        addons; the card follows the row, so it reads nothing besides.
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
