from odoo import api, models

from ..tools.sheets import NUMBER, SHARE, WHOLE, Book, Column, Sheet

NETWORK = 30  # rules in the picture, unless told
MOST = 100


class CrmAnalyticsBasketRule(models.Model):
    """The strongest rules as a network."""

    _name = "crm.analytics.basket.rule"
    _inherit = ["crm.analytics.basket.rule"]

    @api.model
    @api.readonly
    def get_network(self, limit=NETWORK):
        """The strongest pairs of the current company, each in its surer direction.

        :return: dict with ``company``, ``as_of``, ``message`` (of a run without rules),
            ``can_compute``, ``products`` (id, name, orders) and ``rules``, best first
        """
        self.check_access("read")
        here = [("company_id", "=", self.env.company.id)]
        run = self._last_run()
        rules = self._strongest_pairs(here, limit)
        products = rules.product_id | rules.also_id
        products = products.with_context(display_default_code=False)
        return {
            "company": self.env.company.name,
            "as_of": run.date_to,
            "message": run.message or "",
            "can_compute": run.browse().sudo(False).has_access("create"),
            "products": [
                {"id": product.id, "name": product.display_name} for product in products
            ],
            "rules": [
                {
                    "id": rule.id,
                    "product": rule.product_id.id,
                    "also": rule.also_id.id,
                    **{
                        name: rule[name]
                        for name in (
                            "count",
                            "product_orders",
                            "customers",
                            "confidence",
                            "lift",
                        )
                    },
                }
                for rule in rules
            ],
        }

    def _strongest_pairs(self, domain, limit):
        """Both directions of a pair have the same lift: the surer one is shown."""
        limit, pairs = min(max(int(limit), 1), MOST), {}
        for rule in self.search(domain, limit=2 * limit):
            pair = frozenset((rule.product_id.id, rule.also_id.id))
            known = pairs.get(pair)
            if known is None or rule.confidence > known.confidence:
                pairs[pair] = rule
        return self.browse([rule.id for rule in list(pairs.values())[:limit]])

    def _last_run(self):
        """A salesperson reads its date and result only."""
        here = [("company_id", "=", self.env.company.id), ("state", "=", "done")]
        return self.env["crm.analytics.basket.run"].sudo().search(here, limit=1)

    @api.model
    def _export_network(self, limit=NETWORK):
        """The rules of the picture."""
        data = self.get_network(limit)
        names = {product["id"]: product["name"] for product in data["products"]}
        title = self.env._("Basket Network")
        columns = [
            Column(self.env._("Orders With")),
            Column(self.env._("Hold Also")),
            Column(self.env._("Orders"), WHOLE),
            Column(self.env._("Of"), WHOLE),
            Column(self.env._("Confidence"), SHARE),
            Column(self.env._("Lift"), NUMBER),
            Column(self.env._("Customers"), WHOLE),
        ]
        figures = "count", "product_orders", "confidence", "lift", "customers"
        rows = [
            (names[rule["product"]], names[rule["also"]], *map(rule.get, figures))
            for rule in data["rules"]
        ]
        notes = [
            (self.env._("Company"), data["company"]),
            (self.env._("As of"), data["as_of"] or ""),
            (self.env._("Result"), data["message"]),
        ]
        return Book(title, [Sheet(title, columns, rows)], notes)
