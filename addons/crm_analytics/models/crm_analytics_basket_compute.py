from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.tools import SQL

from ..tools import basket_buyers, baskets
from .crm_analytics_basket_run import WINDOW

CHUNK = 20000  # orders read at a time
MAX_RULES = 20000  # kept, of a company


class CrmAnalyticsBasketRun(models.Model):
    """How a run reads and writes: sets in SQL, counting in tools."""

    _name = "crm.analytics.basket.run"
    _inherit = ["crm.analytics.basket.run"]

    def _search_baskets(self):
        """Count, keep the rules and the moves to better products; how many rows."""
        self.env.flush_all()
        places, products, customers = self._read_baskets()
        found = baskets.pairs(places, products, min_orders=self.min_orders)
        rules = self._keep_rules(found, places, products, customers)
        self._write_rules(rules)
        upsells = self._write_upsells()
        self.write(
            {
                "orders": found.orders,
                "customers": self._count_customers(places, customers),
                "products": len(found.products) + found.left_out,
                "pairs": self._count_pairs(found),
                "left_out": found.left_out,
                "rule_count": len(rules),
                "upsell_count": upsells,
            }
        )
        return len(rules) + upsells

    # -- reading -----------------------------------------------------------------------

    def _read_baskets(self):
        """The lines of the orders, in order of these.

        :return: arrays of each line's place of its order and product, and of each
            order's customer
        """
        import numpy as np

        places, products, customers = [], [], []
        position = count = 0
        while orders := self._read_orders(position):
            ids, owners = np.array(orders, dtype=np.int32).T
            rows = self._read_lines(orders[0][0], orders[-1][0])
            lines = np.array(rows, dtype=np.int32).reshape(-1, 2)
            places.append((np.searchsorted(ids, lines[:, 0]) + count).astype(np.int32))
            products.append(lines[:, 1].copy())
            customers.append(owners.copy())
            position, count = orders[-1][0], count + len(orders)
        return tuple(
            np.concatenate(parts or [np.zeros(0, dtype=np.int32)])
            for parts in (places, products, customers)
        )

    def _read_orders(self, position):
        """The next orders after a position, and their commercial customers."""
        return self.env.execute_query(
            SQL(
                """SELECT o.id, customer.commercial_partner_id
                FROM sale_order o
                JOIN res_partner customer ON customer.id = o.partner_id
                WHERE %s AND o.id > %s ORDER BY o.id LIMIT %s""",
                self._order_condition(),
                position,
                CHUNK,
            )
        )

    def _read_lines(self, first, last):
        return self.env.execute_query(
            SQL(
                """SELECT l.order_id, l.product_id
                FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id
                WHERE %s AND %s AND l.order_id BETWEEN %s AND %s
                ORDER BY l.order_id""",
                self._order_condition(),
                self._line_condition(),
                first,
                last,
            )
        )

    def _count_orders(self):
        self.env["sale.order"].flush_model()
        query = SQL(
            "SELECT COUNT(*) FROM sale_order o WHERE %s", self._order_condition()
        )
        return self.env.execute_query(query)[0][0]

    def _order_condition(self):
        """Confirmed orders `o` of the run's days; see `_order_domain`."""
        return SQL(
            """o.company_id = %s AND o.state = 'sale'
            AND o.date_order >= %s AND o.date_order < %s""",
            self.company_id.id,
            *self._bounds(),
        )

    def _order_domain(self):
        """The same as `_order_condition`, for the lists of documents."""
        begin, end = self._bounds()
        return [
            ("company_id", "=", self.company_id.id),
            ("state", "=", "sale"),
            ("date_order", ">=", begin),
            ("date_order", "<", end),
        ]

    def _bounds(self):
        """When the days of the run begin and end, in the company's time zone."""
        zone = pytz.timezone(self.company_id.partner_id.tz or "UTC")

        def begin(day):
            local = zone.localize(datetime.combine(day, time.min))
            return local.astimezone(pytz.utc).replace(tzinfo=None)

        return begin(self.date_from), begin(self.date_to + timedelta(days=1))

    def _line_condition(self):
        """What of an order's lines `l` is in the basket; see `_basket_line_domain`."""
        conditions = [
            SQL("l.product_id IS NOT NULL"),
            SQL("l.display_type IS NULL"),
            SQL("l.product_uom_qty > 0"),
            SQL("l.is_downpayment IS NOT TRUE"),
            SQL("l.is_expense IS NOT TRUE"),
        ]
        fields = self.env["sale.order.line"]._fields
        if "is_delivery" in fields:
            conditions.append(SQL("l.is_delivery IS NOT TRUE"))
        if "reward_id" in fields:
            conditions.append(SQL("l.reward_id IS NULL"))
        return SQL(" AND ").join(conditions)

    def _basket_line_domain(self):
        """The same as `_line_condition`, for the lists of documents."""
        names = self.env["sale.order.line"]._fields
        return [
            ("display_type", "=", False),
            ("product_uom_qty", ">", 0),
            *(
                (name, "=", False)
                for name in ("is_downpayment", "is_expense", "is_delivery", "reward_id")
                if name in names
            ),
        ]

    @api.model
    def _usual_days_sql(self, company, customer, today):
        """The days on which a commercial customer ordered each product."""
        return SQL(
            """SELECT DISTINCT l.product_id,
                (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS day
            FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id
            WHERE o.partner_id IN (
                    SELECT id FROM res_partner WHERE commercial_partner_id = %s)
                AND o.company_id = %s AND o.state = 'sale' AND o.date_order >= %s
                AND %s""",
            company.partner_id.tz or "UTC",
            customer.id,
            company.id,
            today - WINDOW,
            self._line_condition(),
        )

    # -- counting ----------------------------------------------------------------------

    def _keep_rules(self, found, places, products, customers):
        """The rules, each with the number of its customers."""
        rules = baskets.rules(
            found, self.min_orders, self.min_confidence, self.min_lift, MAX_RULES
        )
        wanted = {(min(rule[:2]), max(rule[:2])) for rule in rules}
        buyers = basket_buyers.buyers(places, products, customers, wanted)
        counted = [(rule, buyers[min(rule[:2]), max(rule[:2])]) for rule in rules]
        return [row for row in counted if row[1] >= self.min_customers]

    @staticmethod
    def _count_customers(places, customers):
        import numpy as np

        return len(np.unique(customers[np.unique(places)]))

    @staticmethod
    def _count_pairs(found):
        """Different products that are together in an order."""
        import numpy as np

        single = np.count_nonzero(np.diagonal(found.counts))
        return int(np.count_nonzero(found.counts) - single) // 2

    # -- writing -----------------------------------------------------------------------

    def _write_rules(self, rules):
        """These instead of what the company had."""
        company = self.company_id.id
        self.env.cr.execute(
            SQL("DELETE FROM crm_analytics_basket_rule WHERE company_id = %s", company)
        )
        if rules:
            self._insert_rules(rules)
        self.env["crm.analytics.basket.rule"].invalidate_model()

    def _insert_rules(self, rules):
        rows = [
            (*rule, round(rule.count / rule.confidence), who) for rule, who in rules
        ]
        kinds = "int", "int", "int", "float8", "float8", "float8", "int", "int"
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_analytics_basket_rule (run_id, company_id,
                    product_id, also_id, count, support, confidence, lift,
                    product_orders, customers, margin_share)
                SELECT %s, %s, rule.*, sold.margin / NULLIF(sold.revenue, 0)
                FROM UNNEST(%s) rule(product_id, also_id, count, support,
                    confidence, lift, product_orders, customers)
                LEFT JOIN (%s) sold ON sold.product_id = rule.also_id""",
                self.id,
                self.company_id.id,
                SQL(", ").join(
                    SQL("%s::%s", list(column), SQL(f"{kind}[]"))
                    for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)
                ),
                self._margins_sql(),
            )
        )

    def _margins_sql(self):
        """Revenue and margin of each product invoiced in the run's days."""
        return SQL(
            """SELECT item.product_id, SUM(-item.balance) AS revenue,
                SUM(-item.balance - COALESCE(item.crm_cost, 0)) AS margin
            FROM account_move_line item JOIN account_move move ON move.id = item.move_id
            WHERE item.company_id = %s AND item.parent_state = 'posted'
                AND item.display_type = 'product'
                AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                AND item.date BETWEEN %s AND %s
            GROUP BY item.product_id HAVING SUM(-item.balance) > 0""",
            self.company_id.id,
            self.date_from,
            self.date_to,
        )
