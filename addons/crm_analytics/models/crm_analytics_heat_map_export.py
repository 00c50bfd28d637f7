from odoo import api, models

from ..tools.sheets import MONEY, NUMBER, Book, Column, Sheet


class CrmAnalyticsCustomer(models.Model):
    """The numbers behind the heat map."""

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    @api.model
    def _export_heat_map(self, options):
        """The table as it is shown, with the sum of what is left out of it."""
        found = self.get_heat_map(options)
        clean = self._heat_options(options)
        kind = NUMBER if clean["measure"] == "quantity" else MONEY
        rows = [(row["name"], *row["cells"]) for row in found["rows"]]
        if found["others"]:
            rows.append((self.env._("Others"), *found["others"]))
        title = self.env._("Heat Map")
        measure = self._heat_measure_names()[clean["measure"]]
        first = Column(
            self.env._("Product")
            if clean["rows"] == "product"
            else self.env._("Region")
        )
        columns = [first, *(Column(part["name"], kind) for part in found["columns"])]
        return Book(
            title,
            [Sheet(measure, columns, rows)],
            [
                (self.env._("Period"), found["span"]),
                *self._heat_choices(clean),
                *self._export_notes(found["as_of"], clean["domain"]),
            ],
            self.env.company.currency_id.decimal_places,
        )

    @api.model
    def _heat_measure_names(self):
        return {
            "revenue": self.env._("Revenue"),
            "quantity": self.env._("Quantity"),
            "margin": self.env._("Margin"),
        }

    def _heat_choices(self, options):
        """What the numbers are restricted to."""
        models = {
            "product": (self.env._("Product"), "product.product"),
            "category": (self.env._("Category"), "product.category"),
            "country": (self.env._("Country"), "res.country"),
        }
        return [
            (label, self.env[model].browse(options[name]).display_name)
            for name, (label, model) in models.items()
            if options[name]
        ]
