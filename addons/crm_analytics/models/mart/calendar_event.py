from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


class CalendarEvent(models.Model):
    _name = "calendar.event"
    _inherit = ["calendar.event", "crm.customer.day.document"]

    crm_company_id = fields.Many2one(
        "res.company",
        "Visiting Company",
        compute="_compute_crm_company_id",
        store=True,
        help="The company that visits: of the opportunity, or else of the organizer "
        "when the meeting was made.",
    )

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )
    _crm_start_idx = models.Index("(start)")

    def _auto_init(self):
        """Fill the companies of the meetings so far in one statement."""
        if not column_exists(self.env.cr, "calendar_event", "crm_company_id"):
            create_column(self.env.cr, "calendar_event", "crm_company_id", "int4")
            self.env.cr.execute(
                SQL(
                    """UPDATE calendar_event event
                    SET crm_company_id = COALESCE(lead.company_id, organizer.company_id)
                    FROM calendar_event visit
                    LEFT JOIN crm_lead lead ON lead.id = visit.opportunity_id
                    LEFT JOIN res_users organizer ON organizer.id = visit.user_id
                    WHERE visit.id = event.id"""
                )
            )
        return super()._auto_init()

    # Not on the organizer's company: who changes it does not take the visits along.
    @api.depends("opportunity_id", "user_id")
    def _compute_crm_company_id(self):
        for event in self:
            event.crm_company_id = (
                event.opportunity_id.sudo().company_id
                or event.user_id.sudo().company_id
            )

    @api.model
    def _day_key_fields(self):
        keys = {"active", "allday", "crm_company_id", "start", "start_date"}
        return super()._day_key_fields() | keys
