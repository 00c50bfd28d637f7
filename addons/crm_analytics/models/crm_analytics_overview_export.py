from odoo import api, models

from ..tools.sheets import DAY, MONEY, NUMBER, SHARE, WHOLE, Book, Column, Sheet


class CrmAnalyticsExport(models.AbstractModel):
    """The overview is one of the pictures."""

    _name = "crm.analytics.export"
    _inherit = ["crm.analytics.export"]

    @api.model
    def _pictures(self):
        return super()._pictures() | {
            "overview": ("crm.analytics.overview", "_export_overview")
        }


class CrmAnalyticsOverview(models.AbstractModel):
    """The numbers behind the overview, a sheet for each picture of the role."""

    _name = "crm.analytics.overview"
    _inherit = ["crm.analytics.overview"]

    @api.model
    def _export_overview(self, role):
        data = self.get_overview(role)
        labels = {row["code"]: row["label"] for row in data["roles"]}
        title = self.env._("Overview")
        sheets = [self._sheet_tiles(data), self._sheet_trends(data)]
        makers = {
            "tiers": self._sheet_tiers,
            "whale": self._sheet_whale,
            "bridge": self._sheet_bridge,
            "risks": self._sheet_risks,
            "segments": self._sheet_segments,
        }
        sheets += [make(data[name]) for name, make in makers.items() if data.get(name)]
        notes = self.env["crm.analytics.export"]._notes(data["as_of"])
        return Book(
            title,
            sheets,
            [(self.env._("Role"), labels[data["role"]]), *notes],
            self.env.company.currency_id.decimal_places,
        )

    @api.model
    def _sheet_tiles(self, data):
        return Sheet(
            self.env._("Figures"),
            [
                Column(self.env._("Figure")),
                Column(self.env._("Number"), NUMBER),
                Column(self.env._("Before"), NUMBER),
                Column(self.env._("Meaning")),
            ],
            rows=[
                (
                    tile["label"],
                    tile["value"],
                    tile["change"]["before"] if tile["change"] else None,
                    tile["text"],
                )
                for tile in data.get("tiles", ())
            ],
        )

    @api.model
    def _sheet_trends(self, data):
        return Sheet(
            self.env._("Trends"),
            [
                Column(self.env._("Figure")),
                Column(self.env._("Month"), DAY),
                Column(self.env._("Number"), NUMBER),
            ],
            rows=[
                (tile["label"], point["month"], point["value"])
                for tile in data.get("tiles", ())
                for point in tile["trend"]
            ],
        )

    @api.model
    def _sheet_tiers(self, tiers):
        return Sheet(
            self.env._("Value by Tier"),
            [
                Column(self.env._("Tier")),
                Column(self.env._("Customers"), WHOLE),
                Column(self.env._("Revenue"), MONEY),
                Column(self.env._("Share"), SHARE),
            ],
            rows=[
                (row["name"], row["customers"], row["amount"], row["share"])
                for row in tiers["rows"]
            ],
        )

    @api.model
    def _sheet_whale(self, whale):
        return Sheet(
            self.env._("Whale Curve"),
            [
                Column(self.env._("Share of customers"), SHARE),
                Column(self.env._("Cumulative profit"), MONEY),
                Column(self.env._("Place"), WHOLE),
            ],
            whale.get("points", []),
        )

    @api.model
    def _sheet_bridge(self, bridge):
        return Sheet(
            self.env._("Growth"),
            [
                Column(self.env._("Part")),
                Column(self.env._("Revenue"), MONEY),
                Column(self.env._("Customers"), WHOLE),
            ],
            rows=[
                (bar["label"], bar["amount"], bar["customers"])
                for bar in bridge["bars"]
            ],
        )

    @api.model
    def _sheet_risks(self, risks):
        return Sheet(
            self.env._("Customers at Risk"),
            [
                Column(self.env._("Customer")),
                Column(self.env._("Last purchase"), DAY),
                Column(self.env._("Risk"), SHARE),
                Column(self.env._("At stake a year"), MONEY),
            ],
            rows=[
                (row["name"], row["last_day"] or None, row["risk"], row["stake"])
                for row in risks["rows"]
            ],
        )

    @api.model
    def _sheet_segments(self, segments):
        return Sheet(
            self.env._("Segments"),
            [
                Column(self.env._("RFM segment")),
                Column(self.env._("Customers"), WHOLE),
                Column(self.env._("A month ago"), WHOLE),
                Column(self.env._("Came in"), WHOLE),
            ],
            rows=[
                (row["label"], row["now"], row["before"], row["came"])
                for row in segments
            ],
        )
