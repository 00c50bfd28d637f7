from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCostComputed(models.AbstractModel):
    """Rows of a cost run: only its computation writes them, by SQL.

    Nobody creates, changes or deletes one through the ORM, the superuser included; a
    draft that is deleted takes its rows along, by their foreign key.
    """

    _name = "crm.cost.computed"
    _description = "Computed by a Cost Run"
    _log_access = False

    run_id = fields.Many2one(
        "crm.cost.run", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    def unlink(self):
        self._refuse()
        return super().unlink()

    def _refuse(self):
        raise UserError(
            self.env._(
                "The figures of a cost run are computed, and kept once it is frozen: "
                "change the pools and compute a draft instead."
            )
        )
