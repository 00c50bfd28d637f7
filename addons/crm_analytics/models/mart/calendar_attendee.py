from odoo import api, models


class CalendarAttendee(models.Model):
    _name = "calendar.attendee"
    _inherit = ["calendar.attendee", "crm.customer.day.document"]

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )

    @api.model
    def _day_key_fields(self):
        return super()._day_key_fields() | {"event_id", "partner_id", "state"}
