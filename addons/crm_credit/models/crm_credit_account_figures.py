from odoo import api, fields, models
from odoo.exceptions import AccessError

from .settled import SettledDate, SettledFloat, SettledMonetary

COMPONENTS = (
    "exposure_receivable_not_due",
    "exposure_receivable_due",
    "exposure_unallocated",
    "exposure_draft_invoice",
    "exposure_delivered",
    "exposure_ordered",
    "exposure_quotation",
    "exposure_uncleared",
)
TOTALS = ("exposure", "exposure_covered", "exposure_net", "available", "utilisation")
LIMITS = ("credit_limit", "cover_amount")
FIGURES = (*COMPONENTS, *TOTALS, *LIMITS, "oldest_due_date", "figures_date", "version")


class CrmCreditAccount(models.Model):
    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    limit_type = fields.Selection(
        [("lines", "Sum of the credit lines"), ("unlimited", "No limit")],
        "Limit",
        required=True,
        default="lines",
        tracking=True,
        help="Without an effective line the limit is zero: no credit. No limit must be "
        "said here.",
    )
    credit_limit = SettledMonetary(
        help="Sum of the effective credit lines, at today's rates."
    )
    cover_amount = SettledMonetary("Cover", help="Security and insurance, uncapped.")
    exposure = SettledMonetary(help="What the debtor owes and will owe.")
    exposure_receivable_not_due = SettledMonetary("Not Due")
    exposure_receivable_due = SettledMonetary("Overdue")
    exposure_unallocated = SettledMonetary(
        "Unallocated", help="Payments and credit notes not yet matched, negative."
    )
    exposure_draft_invoice = SettledMonetary("Draft Invoices")
    exposure_delivered = SettledMonetary("Delivered, Not Invoiced")
    exposure_ordered = SettledMonetary("Confirmed, Not Delivered")
    exposure_quotation = SettledMonetary("Open Quotations")
    exposure_uncleared = SettledMonetary("Uncleared Payments")
    exposure_covered = SettledMonetary("Covered")
    exposure_net = SettledMonetary("Net Exposure", help="Exposure less cover.")
    available = SettledMonetary(help="Credit limit less exposure.")
    utilisation = SettledFloat(
        help="Exposure as a share of the limit; 999 % where there is no credit at all."
    )
    oldest_due_date = SettledDate(help="Due date of the oldest open receivable.")
    figures_date = SettledDate(
        "Figures As Of", help="Due, rates and limit are those of this day."
    )
    version = fields.Integer(
        readonly=True, copy=False, help="Who changes it may decide; others wait."
    )
    exposure_ids = fields.One2many(
        "crm.credit.exposure", "account_id", "Open Documents", readonly=True
    )

    _utilisation_idx = models.Index("(utilisation DESC, id) WHERE active")
    _available_idx = models.Index("(available, id) WHERE active")
    _exposure_idx = models.Index("(exposure DESC, id) WHERE active")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_no_figures(vals)
        accounts = super().create(vals_list)
        accounts._touch("account", accounts.ids)
        return accounts

    def write(self, vals):
        self._check_no_figures(vals)
        result = super().write(vals)
        if not {"active", "currency_id", "limit_type", "partner_id"}.isdisjoint(vals):
            self._touch("account", self.ids)
        return result

    def copy_data(self, default=None):
        return [
            {name: value for name, value in vals.items() if name not in FIGURES}
            for vals in super().copy_data(default)
        ]

    def action_open_component(self):
        """The documents of the component that the context names, or all."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_credit.crm_credit_exposure_action"
        )
        component = self.env.context.get("component")
        action["domain"] = [("account_id", "=", self.id)]
        if component:
            action["domain"].append(("component", "=", component))
        return action

    def _check_no_figures(self, vals):
        if set(FIGURES) & set(vals):
            raise AccessError(
                self.env._(
                    "The figures of a credit file follow its documents and lines; "
                    "change those."
                )
            )
