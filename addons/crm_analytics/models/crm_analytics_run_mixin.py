import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_relationship.exceptions import PassBusyError

_logger = logging.getLogger(__name__)


class CrmAnalyticsRunMixin(models.AbstractModel):
    """A computation for a company: drafted, run as a job, and then kept as it is.

    A scheduled job makes one for every company, and goes on with those for which the
    time was too short.
    """

    _name = "crm.analytics.run.mixin"
    _description = "Computed Once and Kept"
    _inherit = ["crm.pass.mixin"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("done", "Done")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    pass_id = fields.Many2one(
        "crm.pass", "Job Run", readonly=True, copy=False, ondelete="set null"
    )

    def _compute_run(self):
        """Compute it as a job; return the job's log."""
        raise NotImplementedError

    @api.model
    def _create_scheduled(self):
        """The runs that are due."""
        raise NotImplementedError

    def _check_open(self):
        self.ensure_one()
        self.check_access("write")
        if self.state == "done":
            raise UserError(
                self.env._(
                    "This run is done and kept as it is; duplicate it to compute anew."
                )
            )

    @api.model
    def _cron_compute(self):
        """Compute anew for every company, with the settings it used last."""
        runs = self.search([("state", "=", "running")], order="id")
        for run in runs or self._create_scheduled():
            try:
                if run._compute_run().state == "paused":
                    return
            except PassBusyError as busy:
                _logger.info("%s", busy)
