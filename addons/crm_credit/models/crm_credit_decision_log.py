from odoo import fields, models


class CrmCreditDecision(models.Model):
    _inherit = "crm.credit.decision"

    def _log_entry(self):
        """The decision as the credit file tells it."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        hold = self.hold_id
        return {
            "key": f"{self._name}-{self.id}",
            "date": fields.Datetime.to_string(self.date),
            "what": kinds[self.kind],
            "user": self.user_id.name,
            "about": f"{hold.name} · {self.currency_id.format(self.amount_seen)}",
            "comment": ": ".join(
                text for text in (self.reason_id.name, self.comment) if text
            ),
            "model": hold._name,
            "id": hold.id,
        }
