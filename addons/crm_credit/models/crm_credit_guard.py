from odoo import api, models
from odoo.exceptions import UserError

IN_PROCESS = object()  # compared with `is`: no RPC caller can send it


class CrmCreditGuard(models.AbstractModel):
    """Fields that only methods of this addon may set, whoever the user is.

    `_guarded_fields` are refused in create and write, and take no default from the
    context or from a user's own defaults, unless the records were made by
    `_unguarded()`. Superuser rights don't open them.
    """

    _name = "crm.credit.guard"
    _description = "Fields Set by Decisions Only"

    _guarded_fields = frozenset()

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if not self._is_unguarded():
            for name in self._guarded_fields.intersection(fields):
                values.pop(name, None)
                values.update(self._guarded_default(name))
        return values

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_unguarded():
            for vals in vals_list:
                self._refuse_guarded(self._guarded_in_create(vals))
        return super().create(vals_list)

    def write(self, vals):
        if not self._is_unguarded():
            self._refuse_guarded(self._guarded_fields.intersection(vals))
        return super().write(vals)

    def _unguarded(self):
        """Give these records to a method that decides. Never hand them on."""
        return self.with_context(crm_credit_guard=IN_PROCESS)

    def _guarded_again(self):
        return self.with_context(crm_credit_guard=None)

    def _is_unguarded(self):
        return self.env.context.get("crm_credit_guard") is IN_PROCESS

    def _guarded_default(self, name):
        field = self._fields[name]
        if not field.default:
            return {}
        value = field.convert_to_cache(field.default(self), self, validate=False)
        return {name: field.convert_to_write(value, self)}

    def _guarded_in_create(self, vals):
        return {
            name
            for name in self._guarded_fields.intersection(vals)
            if vals[name] and vals[name] != self._guarded_default(name).get(name)
        }

    def _refuse_guarded(self, names):
        if not names:
            return
        labels = self.fields_get(sorted(names), ["string"])
        raise UserError(
            self.env._(
                "%(fields)s of a %(record)s cannot be set directly: it is the outcome "
                "of a decision, which is recorded with who and why. Use its buttons.",
                fields=", ".join(
                    labels[name]["string"] if name in labels else name
                    for name in sorted(names)
                ),
                record=self.env["ir.model"]._get(self._name).name.lower(),
            )
        )
