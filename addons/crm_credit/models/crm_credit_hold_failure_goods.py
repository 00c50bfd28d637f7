from odoo import fields, models


class CrmCreditHoldFailure(models.Model):
    _inherit = "crm.credit.hold.failure"  # pylint: disable=consider-merging-classes-inherited

    kind = fields.Selection(selection="_selection_kind")

    def _selection_kind(self):
        """Kinds of rules, and what a transfer may fail without any rule."""
        kinds = self.env["crm.credit.rule"]._fields["kind"]
        return [
            *kinds._description_selection(self.env),
            ("released_amount", self.env._("More than was released")),
        ]

    def _say_released_amount(self):
        return self.env._(
            "%(actual)s of the order shipped with this transfer, %(allowed)s released",
            actual=self._money(self.actual),
            allowed=self._money(self.allowed),
        )
