from odoo import models
from odoo.exceptions import UserError


class CrmCreditEvidence(models.AbstractModel):
    """Append-only records: nobody edits or deletes them, from no interface.

    Create them with sudo (give nobody create rights). A model may name fields that
    its own methods complete later in `_evidence_open_fields`, through
    `records._unguarded().write(...)`; everything else is refused even there.
    Foreign keys of an evidence model use `ondelete="restrict"`.
    """

    _name = "crm.credit.evidence"
    _description = "Evidence That Cannot Be Changed"
    _inherit = ["crm.credit.guard"]

    _evidence_open_fields = frozenset()

    def write(self, vals):
        closed = set(vals) - self._evidence_open_fields
        if self and vals and (closed or not self._is_unguarded()):
            self._refuse_change(self.env._("cannot be changed"))
        return super().write(vals)

    def unlink(self):
        if self:
            self._refuse_change(self.env._("cannot be deleted"))
        return super().unlink()

    def _refuse_change(self, what):
        raise UserError(
            self.env._(
                "“%(record)s” (%(kind)s) is evidence of a decision: it "
                "%(what)s afterwards, by nobody.",
                record=self[:1].sudo().display_name,
                kind=self.env["ir.model"]._get(self._name).name,
                what=what,
            )
        )
