from odoo import fields, models

from .crm_credit_account_pictures import INSIDERS
from .settled import SettledMonetary


class CrmCreditAccount(models.Model):
    """A salesperson sees the summary: limit, exposure, what is left and overdue."""

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    exposure_receivable_not_due = SettledMonetary(groups=INSIDERS)
    exposure_unallocated = SettledMonetary(groups=INSIDERS)
    exposure_draft_invoice = SettledMonetary(groups=INSIDERS)
    exposure_delivered = SettledMonetary(groups=INSIDERS)
    exposure_ordered = SettledMonetary(groups=INSIDERS)
    exposure_quotation = SettledMonetary(groups=INSIDERS)
    exposure_uncleared = SettledMonetary(groups=INSIDERS)
    exposure_covered = SettledMonetary(groups=INSIDERS)
    exposure_net = SettledMonetary(groups=INSIDERS)
    cover_amount = SettledMonetary(groups=INSIDERS)
    grade = fields.Selection(groups=INSIDERS)
