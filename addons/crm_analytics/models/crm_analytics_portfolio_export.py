from odoo import api, models
from odoo.tools import SQL

from ..tools.sheets import MONEY, WHOLE, Book, Column, Sheet


class CrmAnalyticsExport(models.AbstractModel):
    _inherit = "crm.analytics.export"

    @api.model
    def _pictures(self):
        return super()._pictures() | {
            "portfolio": ("crm.analytics.customer", "_export_portfolio")
        }


class CrmAnalyticsCustomer(models.Model):
    """The numbers behind the portfolio matrix."""

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    @api.model
    def _export_portfolio(self, domain=()):
        """The customers with potential, value and strategies; and the totals."""
        view = self._matrix_view(domain)
        value = Column(view["labels"]["value_label"], MONEY)
        potential = Column(self.env._("Potential per year"), MONEY)
        strategy = Column(self.env._("Strategy"))
        customers = Sheet(
            self.env._("Customers"),
            [
                Column(self.env._("Customer")),
                strategy,
                Column(self.env._("Computed strategy")),
                Column(self.env._("Chosen strategy")),
                potential,
                Column(self.env._("Source of the potential")),
                value,
            ],
            self._export_matrix_rows(view),
        )
        sums = self._matrix_sums(view, view["cuts"])
        found = self._matrix_totals(view["portfolio"], sums)
        totals = Sheet(
            self.env._("Strategies"),
            [strategy, Column(self.env._("Customers"), WHOLE), potential, value],
            [
                (row["label"], row["customers"], row["potential"], row["value"])
                for row in found["strategies"]
            ],
        )
        return Book(
            self.env._("Portfolio"),
            [customers, totals],
            self._portfolio_notes(view, domain),
            self.env.company.currency_id.decimal_places,
        )

    @api.model
    def _export_matrix_rows(self, view):
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.complete_name, strategy, strategy_computed,
                    strategy_chosen, p, potential_source, v
                FROM (%s) seen JOIN res_partner partner ON partner.id = partner_id
                ORDER BY v DESC NULLS LAST, seen.id""",
                view["rows"],
            )
        )
        names = dict(self._fields["strategy"]._description_selection(self.env))
        sources = dict(
            self._fields["potential_source"]._description_selection(self.env)
        )
        return [
            (
                name,
                names.get(strategy),
                names.get(computed),
                names.get(chosen),
                potential,
                sources.get(source),
                value,
            )
            for name, strategy, computed, chosen, potential, source, value in rows
        ]

    @api.model
    def _portfolio_notes(self, view, domain):
        notes = self.env["crm.analytics.export"]._notes(
            view["portfolio"].as_of, domain=domain
        )
        notes += [
            (self.env._("Value"), view["labels"]["value_label"]),
            (self.env._("Potential"), view["labels"]["potential_label"]),
            (self.env._("Value is high from"), str(view["cuts"]["value"])),
            (self.env._("Potential is high from"), str(view["cuts"]["potential"])),
        ]
        if view["substituted"]:
            notes.append((self.env._("Shown instead"), self._substituted_text()))
        return notes

    @api.model
    def _substituted_text(self):
        return self.env._(
            "The company sorts by figures that you may not see. Shown are revenue and "
            "expected purchases, and the medians of your customers; the strategies are "
            "the company's."
        )
