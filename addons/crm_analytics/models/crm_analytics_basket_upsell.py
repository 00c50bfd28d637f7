from odoo import models
from odoo.tools import SQL

MIN_RATIO = 1.05  # a price is higher from 5 % on
MAX_RATIO = 3  # and something else, not something better, beyond this
LADDER = 3  # better products kept for each


class CrmAnalyticsBasketRun(models.Model):
    """What customers moved to: they bought one product, and then a better one only."""

    _name = "crm.analytics.basket.run"
    _inherit = ["crm.analytics.basket.run"]

    def _write_upsells(self):
        """These instead of what the company had; how many.

        Of each product the few better ones to which most customers moved.
        """
        company = self.company_id.id
        self.env.cr.execute(
            SQL("DELETE FROM crm_analytics_upsell WHERE company_id = %s", company)
        )
        self.env.cr.execute(
            SQL(
                """WITH %(moved)s, ranked AS (
                    SELECT moved.*, had.customers AS product_customers,
                        better.price / had.price AS price_ratio,
                        ROW_NUMBER() OVER (PARTITION BY moved.product_id
                            ORDER BY moved.customers DESC, better.price,
                                moved.better_id) AS place
                    FROM moved JOIN price had ON had.product_id = moved.product_id
                    JOIN price better ON better.product_id = moved.better_id)
                INSERT INTO crm_analytics_upsell (run_id, company_id, product_id,
                    better_id, customers, product_customers, price_ratio)
                SELECT %(run)s, %(company)s, product_id, better_id, customers,
                    product_customers, price_ratio
                FROM ranked WHERE place <= %(ladder)s""",
                moved=self._moved_sql(),
                run=self.id,
                company=company,
                ladder=LADDER,
            )
        )
        count = self.env.cr.rowcount
        self.env["crm.analytics.upsell"].invalidate_model()
        return count

    def _moved_sql(self):
        """WITH parts: `price` of each product, and `moved`, how many customers moved.

        A customer moved from a product to a better one, when its first order of the
        better one came after its last of the other. Better is what has the same
        category and a higher mean price (not a multiple), over all orders of these
        days.
        """
        return SQL(
            """bought AS MATERIALIZED (%(bought)s),
            price AS MATERIALIZED (
                SELECT product_id, SUM(amount) / SUM(quantity) AS price,
                    COUNT(*) AS customers
                FROM bought GROUP BY product_id
                HAVING SUM(amount) > 0 AND SUM(quantity) > 0),
            history AS MATERIALIZED (
                SELECT bought.customer_id, bought.product_id, bought.first_at,
                    bought.last_at, price.price, template.categ_id
                FROM bought JOIN price USING (product_id)
                JOIN product_product product ON product.id = bought.product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                WHERE template.categ_id IS NOT NULL),
            moved AS (
                SELECT had.product_id, better.product_id AS better_id,
                    COUNT(*) AS customers
                FROM history had JOIN history better
                    ON better.customer_id = had.customer_id
                    AND better.categ_id = had.categ_id
                    AND better.first_at > had.last_at
                    AND better.price BETWEEN had.price * %(ratio)s
                        AND had.price * %(most)s
                GROUP BY had.product_id, better.product_id
                HAVING COUNT(*) >= %(least)s)""",
            bought=self._bought_sql(),
            ratio=MIN_RATIO,
            most=MAX_RATIO,
            least=self.min_customers,
        )

    def _bought_sql(self):
        """By customer and product: when, and how much of it, in the product's unit."""
        return SQL(
            """SELECT customer.commercial_partner_id AS customer_id, l.product_id,
                MIN(o.date_order) AS first_at, MAX(o.date_order) AS last_at,
                SUM(l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1)::numeric)
                    AS amount,
                SUM(l.product_uom_qty * COALESCE(
                    unit.factor / NULLIF(own_unit.factor, 0), 1)::numeric) AS quantity
            FROM sale_order o
            JOIN sale_order_line l ON l.order_id = o.id
            JOIN res_partner customer ON customer.id = o.partner_id
            JOIN product_product product ON product.id = l.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            LEFT JOIN uom_uom unit ON unit.id = l.product_uom_id
            LEFT JOIN uom_uom own_unit ON own_unit.id = template.uom_id
            WHERE %s AND %s
            GROUP BY customer.commercial_partner_id, l.product_id""",
            self._order_condition(),
            self._line_condition(),
        )
