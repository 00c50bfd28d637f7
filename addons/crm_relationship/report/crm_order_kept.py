from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_order_trace import KINDS, REASONS


class CrmOrderKept(models.Model):
    """Which promises were kept: a row for each line that was delivered or is overdue.

    The promise is the one that held in the end; `first_kept` measures against the day
    that the customer was told first. Lines that are not due yet do not count.
    """

    _name = "crm.order.kept"
    _description = "Kept Promises"
    _inherit = ["crm.tier.document.mixin"]
    _auto = False
    _order = "promise_date desc, id desc"
    _rec_name = "product_id"
    _depends = {
        "crm.order.promise": ["date", "sale_line_id"],
        "crm.order.trace": [
            "cause_model",
            "cause_reason",
            "company_id",
            "days_late",
            "expected_date",
            "is_finished",
            "late_kind",
            "late_partner_id",
            "late_reason",
            "order_id",
            "partner_id",
            "product_id",
            "promise_date",
            "sale_line_id",
            "stage",
            "user_id",
            "warehouse_id",
        ],
        "product.supplierinfo": ["company_id", "partner_id", "product_tmpl_id"],
    }

    trace_id = fields.Many2one("crm.order.trace", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    category_id = fields.Many2one("product.category", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    supplier_id = fields.Many2one(
        "res.partner",
        readonly=True,
        help="Whose purchase made the line late; else the product's first supplier.",
    )
    promise_date = fields.Date("Promised", readonly=True)
    first_promise_date = fields.Date("Promised First", readonly=True)
    delivered_date = fields.Date("Delivered", readonly=True)
    cause_kind = fields.Selection(KINDS, "Was Late For", readonly=True)
    cause_reason = fields.Selection(REASONS, "Was Late Because", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator="avg")
    line_count = fields.Integer("Lines", readonly=True)
    late_count = fields.Integer("Broken Promises", readonly=True)
    # One line weighs as much as another: the average of 0 and 1 is the share.
    kept = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of the lines that were complete on the promised day or before.",
    )
    first_kept = fields.Float(
        "First Promise Kept",
        readonly=True,
        aggregator="avg",
        help="Share of the lines that were complete on the day promised first.",
    )

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    def _select(self):
        done = SQL("(trace.is_finished AND trace.expected_date IS NOT NULL)")
        return SQL(
            """SELECT trace.id, trace.id AS trace_id, trace.order_id, trace.company_id,
                trace.partner_id, trace.product_id, template.categ_id AS category_id,
                trace.warehouse_id, trace.user_id, trace.promise_date,
                COALESCE(first.date, trace.promise_date) AS first_promise_date,
                CASE WHEN %(done)s THEN trace.expected_date END AS delivered_date,
                COALESCE(trace.late_partner_id, offer.partner_id) AS supplier_id,
                CASE WHEN %(late)s THEN trace.late_kind END AS cause_kind,
                CASE WHEN %(late)s THEN trace.late_reason END AS cause_reason,
                CASE WHEN %(done)s THEN trace.days_late
                    ELSE GREATEST(trace.days_late, CURRENT_DATE - trace.promise_date)
                    END AS days_late,
                1 AS line_count, CASE WHEN %(late)s THEN 1 ELSE 0 END AS late_count,
                CASE WHEN %(late)s THEN 0.0 ELSE 1.0 END::float8 AS kept,
                CASE WHEN %(done)s AND trace.expected_date
                    <= COALESCE(first.date, trace.promise_date)
                    THEN 1.0 ELSE 0.0 END::float8 AS first_kept""",
            done=done,
            late=SQL("(NOT %s OR trace.expected_date > trace.promise_date)", done),
        )

    def _from(self):
        return SQL(
            """FROM crm_order_trace trace
            JOIN product_product product ON product.id = trace.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            LEFT JOIN LATERAL (
                SELECT date FROM crm_order_promise promise
                WHERE promise.sale_line_id = trace.sale_line_id
                ORDER BY promise.id LIMIT 1
            ) first ON TRUE
            LEFT JOIN LATERAL (
                SELECT partner_id FROM product_supplierinfo supplier
                WHERE supplier.product_tmpl_id = product.product_tmpl_id
                AND COALESCE(supplier.product_id, product.id) = product.id
                AND COALESCE(supplier.company_id, trace.company_id) = trace.company_id
                ORDER BY supplier.sequence, supplier.min_qty, supplier.id LIMIT 1
            ) offer ON TRUE"""
        )

    def _where(self):
        """Delivered, or the day has passed. What was cancelled broke no promise; of
        goods that no transfer delivers nobody here knows.
        """
        return SQL(
            """WHERE trace.promise_date IS NOT NULL AND trace.stage <> 'cancelled'
            AND (trace.cause_model IS DISTINCT FROM 'sale.order'
                OR trace.cause_reason IS DISTINCT FROM 'no_supply')
            AND (trace.is_finished AND trace.expected_date IS NOT NULL
                OR NOT trace.is_finished AND trace.promise_date < CURRENT_DATE)"""
        )

    def action_open_trace(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.order.trace",
            "res_id": self.trace_id.id,
            "views": [(False, "form")],
        }
