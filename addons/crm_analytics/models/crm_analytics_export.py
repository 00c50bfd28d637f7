import inspect

from odoo import api, models
from odoo.exceptions import AccessError, UserError

LIMIT = 100_000  # rows of one file


class CrmAnalyticsExport(models.AbstractModel):
    """The numbers behind the pictures, for a spreadsheet.

    A picture's method takes what the picture itself was asked with, and reads by the
    rights of its user: an export never has more than its picture.
    """

    _name = "crm.analytics.export"
    _description = "Export of the Numbers behind a Picture"

    @api.model
    def _pictures(self):
        """`{picture: (model, method)}`; the method returns a `tools.sheets.Book`."""
        return {
            "basket_network": ("crm.analytics.basket.rule", "_export_network"),
            "calibration": ("crm.analytics.clv.run", "_export_calibration"),
            "cohorts": ("crm.analytics.customer", "_export_cohorts"),
            "heat_map": ("crm.analytics.customer", "_export_heat_map"),
            "survival": ("crm.analytics.customer", "_export_survival"),
            "whale": ("crm.cost.run", "_export_whale"),
        }

    @api.model
    def _book(self, picture, params):
        """The numbers behind a picture.

        :param params: dict of what the picture was asked with
        :return: `tools.sheets.Book`
        :raise UserError: no such picture or settings, or too many rows
        """
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(
                self.env._("You may not export data: ask an administrator for it.")
            )
        model, name = self._pictures().get(picture, (None, None))
        if not model:
            raise UserError(self.env._("There is no such picture to export."))
        method = getattr(self.env[model], name)
        try:
            inspect.signature(method).bind(**params)
        except TypeError:
            raise UserError(
                self.env._("The picture has no such settings: open it again.")
            ) from None
        return self._within_limit(method(**params))

    @api.model
    def _within_limit(self, book):
        if book.rows > LIMIT:
            raise UserError(
                self.env._(
                    "These are %(rows)s rows; a file holds at most %(limit)s. Choose "
                    "fewer customers by a filter.",
                    rows=book.rows,
                    limit=LIMIT,
                )
            )
        return book

    @api.model
    def _notes(self, as_of, company=None, domain=()):
        """What the last sheet says of every picture."""
        company = company or self.env.company
        chosen = self.env._("Chosen by a filter") if domain else self.env._("All")
        return [
            (self.env._("Company"), company.name),
            (self.env._("Currency"), company.currency_id.name),
            (self.env._("As of"), as_of),
            (
                self.env._("Customers"),
                self.env._(
                    "%(chosen)s, of those that %(user)s may see",
                    chosen=chosen,
                    user=self.env.user.name,
                ),
            ),
        ]
