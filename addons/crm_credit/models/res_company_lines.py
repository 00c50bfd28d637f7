import pytz

from odoo import api, fields, models, tools
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    credit_expiry_notice_days = fields.Integer(
        string="Announce Expiry (days ahead)",
        default=30,
        help="The controller is told this many days before a credit line or a security "
        "ends.",
    )
    credit_band_measure = fields.Selection(
        [("amount", "The amount of the line"), ("total", "All lines of the customer")],
        string="Approval Bands Measure",
        required=True,
        default="amount",
        help="What is compared with the bands: the amount of the line to approve, or "
        "that amount with all lines that the customer already has, so that a large "
        "credit cannot be approved in small parts.",
    )

    def write(self, vals):
        result = super().write(vals)
        if not {"parent_id", "partner_id"}.isdisjoint(vals):
            self.env.registry.clear_cache()  # of `_credit_zone`
        return result

    def _credit_days(self):
        """Give {company: today in the company's own time zone}."""
        return {
            company: fields.Datetime.context_timestamp(
                self.with_context(tz=company.sudo().partner_id.tz or "UTC"),
                fields.Datetime.now(),
            ).date()
            for company in self
        }

    @api.model
    def _credit_day(self, company_id):
        """Today at the company whose credit files count for this one."""
        zone = pytz.timezone(self._credit_zone(company_id))
        return pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()

    @api.model
    @tools.ormcache("company_id")
    def _credit_zone(self, company_id):
        return self.sudo().browse(company_id).root_id.partner_id.tz or "UTC"

    @api.model
    def _credit_domain_today(self, domain_on):
        """Join the domains that `domain_on(day)` gives for each company's today.

        The model has a stored company_id.
        """
        days = self.sudo().search(Domain.TRUE)._credit_days()
        if len(set(days.values())) == 1:
            return domain_on(next(iter(days.values())))
        return Domain.OR(
            Domain("company_id", "in", [c.id for c in days if days[c] == day])
            & domain_on(day)
            for day in set(days.values())
        )
