from odoo import api, fields, models

from ..tools import pictures
from .res_partner_screen import VIEWER


class SaleOrder(models.Model):
    """What the customer's credit looks like after this order, while it is written."""

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    credit_panel = fields.Json(
        "Credit After This Order", compute="_compute_credit_panel", groups=VIEWER
    )

    @api.depends(
        "amount_total",
        "commitment_date",
        "company_id",
        "currency_id",
        "partner_invoice_id",
        "state",
    )
    @api.depends_context("uid")
    def _compute_credit_panel(self):
        files = self.env["crm.credit.account"]
        for company, orders in self.grouped("company_id").items():
            partners = orders.partner_invoice_id._origin
            accounts = files._for(partners, company) if company else {}
            readable = files._readable_of(accounts)
            for order in orders:
                partner = order.partner_invoice_id._origin
                if partner.id in readable:
                    order.credit_panel = order._credit_panel(readable[partner.id])
                else:
                    missing = partner.id in accounts and not accounts[partner.id]
                    order.credit_panel = (
                        missing
                        and order.state in ("draft", "sent")
                        and self._credit_panel_missing(partner)
                    )

    @api.model
    def _credit_panel_missing(self, partner):
        """Nobody has opened a credit file yet; who may, gets a button."""
        may_open = self.env["crm.credit.account"].has_access("create")
        return {"missing_for": partner.id, "may_open": may_open}

    def _credit_panel(self, account):
        """Figures of the panel, in the currency of the credit file."""
        self.ensure_one()
        added = self._credit_added(account.sudo())
        exposure = account.exposure
        after = account.currency_id.round(exposure + added)
        limit = account._limit_or_none()
        today = account._credit_today()
        oldest = account.oldest_due_date
        return {
            "currency_id": account.currency_id.id,
            "limit": account.credit_limit,
            "unlimited": limit is None,
            "exposure": exposure,
            "after": after,
            "open": self.state in ("draft", "sent"),
            "stopped": account.status == "stop",
            "days_late": max((today - oldest).days, 0) if oldest else 0,
            "shares": pictures.gauge(limit, exposure, added),
            "tone": pictures.tone(limit, after),
        }

    def _credit_added(self, account):
        """What confirming the order would add to the exposure as it is stored now."""
        if self.state not in ("draft", "sent"):
            return 0.0
        order = self.sudo()  # whose money arrived online is nobody's secret here
        counted = order._origin._credit_amount_counted("order") if self._origin else 0.0
        return order._credit_in(account, order._credit_amount_to_add("order") - counted)
