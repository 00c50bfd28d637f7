from odoo import fields, models


class CrmCreditApproval(models.Model):
    _inherit = "crm.credit.approval"

    def _log_entry(self):
        """The decision as the credit file tells it."""
        decisions = dict(self._fields["decision"]._description_selection(self.env))
        document = self.line_id or self.application_id
        about = document.display_name
        if document == self.application_id:
            about = f"{about} · {self.currency_id.format(self.amount)}"
        return {
            "key": f"{self._name}-{self.id}",
            "date": fields.Datetime.to_string(self.date),
            "what": decisions[self.decision],
            "user": self.user_id.name,
            "about": about,
            "comment": self.comment or "",
            "model": document._name,
            "id": document.id,
        }
