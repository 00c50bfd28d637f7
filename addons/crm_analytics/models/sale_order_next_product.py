from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .crm_analytics_customer import MANAGER

TOGETHER, USUAL, BETTER = 3, 2, 2  # offers of each kind
USUALLY = 3  # days on which a product was ordered, to be a habit


class SaleOrder(models.Model):
    """What else to offer on a quotation, each with its reason."""

    _name = "sale.order"
    _inherit = ["sale.order"]

    crm_hidden_suggestions = fields.Json(
        "Suggestions Not Wanted",
        copy=False,
        help="Products that were suggested for this quotation and put aside.",
    )

    @api.model
    @api.readonly
    def get_next_products(
        self, product_ids, company_id, partner_id=False, hidden=(), order_id=False
    ):
        """What to offer with these products; at most seven, the best of each kind.

        The number of queries depends on neither the products nor the rules.

        :param order_id: adds the products of a saved order, when a form has not read
            all of its lines
        :param hidden: products not to offer
        :return: a list of dicts with ``kind`` (together, usual, better),
            ``product_id``, ``name``, ``sentence``, ``as_of``; ``lift`` of those bought
            together, ``margin`` for who may see it, and of a better product
            ``instead`` of which
        :raise AccessError: a company, customer or order that the user may not see
        """
        self.check_access("read")
        rules = self.env["crm.analytics.basket.rule"]
        rules.check_access("read")
        if company_id not in self.env.companies.ids:
            raise AccessError(self.env._("You have no access to this company."))
        basket = self._basket(product_ids, order_id)
        taken = [*basket.ids, *(int(product) for product in hidden)]
        company = self.env["res.company"].browse(company_id)
        found = [
            *self._offer_together(company, basket, taken),
            *self._offer_usual(company, partner_id, taken),
            *self._offer_better(company, basket, taken),
        ]
        return self._offers(found)

    def _basket(self, product_ids, order_id):
        """The products of the quotation that the user may see."""
        ids = {int(product) for product in product_ids}
        if order_id:
            order = self.browse(int(order_id))
            order.check_access("read")
            ids.update(order.order_line.product_id.ids)
        products = self.env["product.product"].with_context(active_test=False)
        return products.search([("id", "in", list(ids))], order="id")

    def _offered_sql(self, company, taken):
        """Products that the user may offer and the quotation does not have."""
        products = self.env["product.product"]
        return products._search(
            [
                ("id", "not in", taken),
                ("sale_ok", "=", True),
                ("type", "!=", "combo"),
                *products._check_company_domain(company),
            ]
        ).subselect()

    def _offer_together(self, company, basket, taken):
        """As `tools.baskets.suggest` does: of each product the surest rule."""
        if not basket:
            return []
        return self.env.execute_query_dict(
            SQL(
                """SELECT * FROM (
                    SELECT DISTINCT ON (also_id) 'together' AS kind,
                        also_id AS product_id, product_id AS because, count,
                        product_orders, confidence, lift, margin_share, run_id
                    FROM crm_analytics_basket_rule
                    WHERE company_id = %s AND product_id = ANY(%s) AND also_id IN %s
                    ORDER BY also_id, confidence DESC, lift DESC, count DESC,
                        product_id
                ) best
                ORDER BY confidence DESC, lift DESC, count DESC, product_id
                LIMIT %s""",
                company.id,
                basket.ids,
                self._offered_sql(company, taken),
                TOGETHER,
            )
        )

    def _offer_usual(self, company, partner_id, taken):
        """What the customer orders again and again and would order by now."""
        customer = self._visible_customer(company, partner_id)
        if not customer:
            return []
        today = fields.Date.context_today(self)
        runs = self.env["crm.analytics.basket.run"].sudo()
        return self.env.execute_query_dict(
            SQL(
                """WITH bought AS (%s), gap AS (
                    SELECT product_id, day,
                        day - LAG(day) OVER (PARTITION BY product_id ORDER BY day)
                            AS days
                    FROM bought)
                SELECT 'usual' AS kind, product_id, COUNT(*) AS count,
                    %s - MAX(day) AS since, ROUND(PERCENTILE_CONT(0.5)
                        WITHIN GROUP (ORDER BY days))::int AS rhythm
                FROM gap WHERE product_id IN %s
                GROUP BY product_id
                HAVING COUNT(*) >= %s AND %s - MAX(day) >= PERCENTILE_CONT(0.5)
                    WITHIN GROUP (ORDER BY days)
                ORDER BY count DESC, since DESC, product_id LIMIT %s""",
                runs._usual_days_sql(company, customer, today),
                today,
                self._offered_sql(company, taken),
                USUALLY,
                today,
                USUAL,
            )
        )

    def _visible_customer(self, company, partner_id):
        """The commercial customer, if its figures are for the user."""
        if not partner_id:
            return self.env["res.partner"]
        partner = self.env["res.partner"].browse(int(partner_id))
        partner.check_access("read")
        customer = partner.commercial_partner_id
        figures = self.env["crm.analytics.customer"]
        here = [("company_id", "=", company.id), ("partner_id", "=", customer.id)]
        return customer if figures.search_count(here, limit=1) else customer.browse()

    def _offer_better(self, company, basket, taken):
        if not basket:
            return []
        return self.env.execute_query_dict(
            SQL(
                """SELECT * FROM (
                    SELECT DISTINCT ON (better_id) 'better' AS kind,
                        better_id AS product_id, product_id AS because, customers,
                        price_ratio, run_id
                    FROM crm_analytics_upsell
                    WHERE company_id = %s AND product_id = ANY(%s) AND better_id IN %s
                    ORDER BY better_id, customers DESC, product_id
                ) best ORDER BY customers DESC, product_id LIMIT %s""",
                company.id,
                basket.ids,
                self._offered_sql(company, taken),
                BETTER,
            )
        )

    # -- in words ----------------------------------------------------------------------

    def _offers(self, found):
        """As the form shows them; a product is offered once."""
        best = {}
        for row in found:
            best.setdefault(row["product_id"], row)
        rows = best.values()
        because = [row["because"] for row in rows if "because" in row]
        short = self._product_names(because, display_default_code=False)
        names = self._product_names([row["product_id"] for row in rows])
        days = self._run_days([row["run_id"] for row in rows if "run_id" in row])
        margins = self.env.user.has_group(MANAGER)
        return [
            {
                "kind": row["kind"],
                "product_id": row["product_id"],
                "name": names[row["product_id"]],
                "sentence": self._offer_sentence(row, short),
                "as_of": days.get(row.get("run_id"), False),
                "lift": row.get("lift", False),
                "margin": row.get("margin_share") if margins else None,
                "instead": row["because"] if row["kind"] == "better" else False,
            }
            for row in rows
        ]

    def _product_names(self, ids, **context):
        """Names of products that were found with the rights of the user."""
        products = self.env["product.product"].browse(ids).with_context(**context)
        return {product.id: product.display_name for product in products}

    def _run_days(self, ids):
        """Until when each run looked at orders: what a salesperson reads of it."""
        runs = self.env["crm.analytics.basket.run"].sudo().browse(ids)
        return {run.id: run.date_to for run in runs}

    def _offer_sentence(self, row, names):
        if row["kind"] == "together":
            return self.env._(
                "In %(count)s of %(orders)s orders with %(product)s; %(lift).1f times "
                "as often as by chance",
                count=row["count"],
                orders=row["product_orders"],
                product=names[row["because"]],
                lift=row["lift"],
            )
        if row["kind"] == "usual":
            return self.env._(
                "Ordered on %(count)s days, usually every %(rhythm)s days; the last "
                "time %(since)s days ago",
                **{name: row[name] for name in ("count", "rhythm", "since")},
            )
        return self.env._(
            "%(customers)s customers moved from %(product)s to it (+%(more).0f %% "
            "price)",
            customers=row["customers"],
            product=names[row["because"]],
            more=100 * (row["price_ratio"] - 1),
        )
