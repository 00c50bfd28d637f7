from odoo import api, models

from ..tools.sheets import DAY, MONEY, SHARE, WHOLE, Book, Column, Sheet


class CrmAnalyticsCustomer(models.Model):
    """The numbers behind the cohorts and the survival curve."""

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    @api.model
    def _export_cohorts(self, domain=(), interval="month"):
        """A row for each cell of the grid."""
        grid = self.get_cohorts(domain, interval)
        rows = [
            (
                row["start"],
                row["size"],
                cell["age"],
                cell["customers"],
                cell["retention"],
                cell["revenue"],
                cell["net"],
                cell["gross"],
            )
            for row in grid["rows"]
            for cell in row["cells"]
        ]
        columns = [
            Column(self.env._("First purchase"), DAY),
            Column(self.env._("Customers"), WHOLE),
            Column(self.env._("Periods later"), WHOLE),
            Column(self.env._("Bought again"), WHOLE),
            Column(self.env._("Retention"), SHARE),
            Column(self.env._("Revenue"), MONEY),
            Column(self.env._("Net revenue retention"), SHARE),
            Column(self.env._("Gross revenue retention"), SHARE),
        ]
        title = self.env._("Cohorts")
        return Book(
            title,
            [Sheet(title, columns, rows)],
            self._export_notes(grid["as_of"], domain),
            self.env.company.currency_id.decimal_places,
        )

    @api.model
    def _export_survival(self, domain=(), group="tier"):
        """The curve, and the churn by group."""
        found = self.get_survival(domain, group)
        customers = Column(self.env._("Customers"), WHOLE)
        curve = Sheet(
            self.env._("Survival"),
            [
                Column(self.env._("Months since the first purchase"), WHOLE),
                Column(self.env._("Still customers"), SHARE),
            ],
            found["points"],
        )
        groups = Sheet(
            self.env._("Churn"),
            [
                Column(self._export_group_label(group)),
                customers,
                Column(self.env._("Lost"), WHOLE),
                Column(self.env._("Churn"), SHARE),
            ],
            [
                (row["name"], row["customers"], row["lost"], row["churn"])
                for row in found["groups"]
            ],
        )
        return Book(
            self.env._("Survival and Churn"),
            [curve, groups],
            self._export_notes(found["as_of"], domain),
        )

    @api.model
    def _export_group_label(self, group):
        return self.env._("Tier") if group == "tier" else self.env._("Salesperson")

    @api.model
    def _export_notes(self, as_of, domain=()):
        return self.env["crm.analytics.export"]._notes(as_of, domain=domain)
