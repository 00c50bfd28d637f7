from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

BATCH = 200


class CrmCreditExpiring(models.AbstractModel):
    """What ends on a day and tells the controller in time.

    The announcement is comfort: nothing counts longer because it was not made. The
    model has account_id, company_id and date_to, and activities.
    """

    _name = "crm.credit.expiring"
    _description = "Announces Its End"
    _inherit = ["crm.credit.guard"]
    _guarded_fields = frozenset({"announced_date"})

    announced_date = fields.Date(
        readonly=True, copy=False, help="The end that the controller was told about."
    )

    def write(self, vals):
        result = super().write(vals)
        if "date_to" in vals and (told := self.filtered("announced_date")):
            told.sudo()._unguarded().announced_date = False
        return result

    @api.model
    def _cron_announce_expiry(self):
        """Tell each controller what ends within the company's notice."""
        while due := self._to_announce():
            batch, remaining = due[:BATCH], len(due) - BATCH
            batch._announce()
            if not self.env["ir.cron"]._commit_progress(
                len(batch), remaining=max(remaining, 0)
            ):
                break

    @api.model
    def _to_announce(self):
        companies = self.env["res.company"].sudo().search([("parent_id", "=", False)])
        due = self.browse()
        for company, day in companies._credit_days().items():
            last = day + timedelta(days=company.credit_expiry_notice_days)
            due |= self.search(
                self._domain_in_use()
                & Domain("company_id", "=", company.id)
                & Domain("announced_date", "=", False)
                & Domain("date_to", ">=", day)
                & Domain("date_to", "<=", last)
            )
        return due

    def _domain_in_use(self):
        """Only what still counts has an end worth telling."""
        return Domain.TRUE

    def _announce(self):
        for record in self.sudo():
            record._unguarded().announced_date = record.date_to
            controller = record._expiry_controller()
            text = self.env._(
                "%(record)s of %(customer)s ends on %(day)s",
                record=record.display_name,
                customer=record.account_id.partner_id.display_name,
                day=fields.Date.to_string(record.date_to),
            )
            if controller:
                record.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=record.date_to,
                    user_id=controller.id,
                    summary=text,
                )
            else:
                record.message_post(body=text)

    def _expiry_controller(self):
        return self.account_id.controller_id or self.company_id.credit_controller_id
