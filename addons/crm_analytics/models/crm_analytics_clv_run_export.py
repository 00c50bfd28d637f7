from odoo import api, models

from ..tools.sheets import NUMBER, SHARE, WHOLE, Book, Column, Sheet


class CrmAnalyticsClvRun(models.Model):
    """The numbers behind the pictures of a lifetime value run."""

    _name = "crm.analytics.clv.run"
    _inherit = ["crm.analytics.clv.run"]

    @api.model
    def _export_calibration(self, run_id):
        """Repeat purchases so far and in the hold-out weeks, and regular customers."""
        run = self.browse(run_id).exists()
        run.ensure_one()
        run.check_access("read")
        histogram = run.histogram or {"actual": [], "expected": []}
        times = Column(self.env._("Repeat purchases"), WHOLE)
        customers = Column(self.env._("Customers"), WHOLE)
        expected = Column(self.env._("Expected by the model"), NUMBER)
        forecast = Column(self.env._("Forecast per customer"), NUMBER)
        actual = Column(self.env._("Actual per customer"), NUMBER)
        pairs = zip(histogram["actual"], histogram["expected"], strict=True)
        return Book(
            self.env._("Lifetime Value Run"),
            [
                Sheet(
                    self.env._("Repeat Purchases"),
                    [times, customers, expected],
                    [(number, *pair) for number, pair in enumerate(pairs)],
                ),
                Sheet(
                    self.env._("Hold-Out"),
                    [times, customers, forecast, actual],
                    run.calibration or [],
                ),
                run._export_renewals(),
            ],
            run._export_notes(),
        )

    def _export_renewals(self):
        return Sheet(
            self.env._("Regular Customers"),
            [
                Column(self.env._("Purchases"), WHOLE),
                Column(self.env._("Customers"), WHOLE),
                Column(self.env._("Stopped"), WHOLE),
                Column(self.env._("Hazard by the model"), SHARE),
            ],
            self.renewals or [],
        )

    def _export_notes(self):
        company = self.company_id
        return [
            (self.env._("Lifetime Value Run"), self.display_name),
            *self.env["crm.analytics.export"]._notes(self.date, company),
            (
                self.env._("Counts"),
                self.env._(
                    "The last row of the first two sheets has that many purchases or "
                    "more"
                ),
            ),
        ]
