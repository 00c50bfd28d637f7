from markupsafe import Markup

from odoo import api, models


class CrmAnalyticsRefreshedMixin(models.AbstractModel):
    """Gives a list that is filled by a job something true to say while it is empty."""

    _name = "crm.analytics.refreshed.mixin"
    _description = "Filled by a Job"
    _refresh_codes = ()  # of the jobs that fill it, and of those that come before

    @api.model
    def get_empty_list_help(self, help_message):
        """Nobody should take figures that are still on their way for none."""
        # the log is for administrators; that figures are on their way is for everybody
        passes = self.env["crm.pass"].sudo()
        if any(passes._unfinished(code) for code in self._refresh_codes):
            help_message = Markup(
                '<p class="o_view_nocontent_smiling_face">%s</p>'
            ) % self.env._("The figures are being refreshed.")
        return super().get_empty_list_help(help_message)
