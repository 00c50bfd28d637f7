from odoo import fields, models
from odoo.tools import float_is_zero, formatLang


class CrmCostRunLine(models.Model):
    """What one customer bears of one pool in one run."""

    _name = "crm.cost.run.line"
    _description = "Cost Run Line"
    _inherit = ["crm.cost.computed"]
    _order = "run_id desc, amount desc, id"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    pool_id = fields.Many2one(
        "crm.cost.pool", required=True, readonly=True, index=True, ondelete="restrict"
    )
    quantity = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    rate = fields.Float(readonly=True, digits=(16, 6), aggregator=None)
    amount = fields.Monetary("Cost", readonly=True)
    volume_amount = fields.Monetary(
        "Cost by Volume",
        readonly=True,
        help="What the customer would bear if the pool were shared out by revenue.",
    )

    _run_partner_idx = models.Index("(run_id, partner_id)")

    def _reckoning(self):
        """How the amount came about: so many units at so much each."""
        drivers = dict(self.env["crm.cost.pool"]._selection_driver())
        shared = self.run_id.pool_ids.filtered(lambda row: row.pool_id == self.pool_id)
        return self.env._(
            "%(quantity)s × %(rate)s (%(driver)s)",
            quantity=self._number(self.quantity, 2),
            rate=self._number(self.rate, 4),
            driver=drivers.get(shared.driver, shared.driver),
        )

    def _number(self, value, digits):
        whole = float_is_zero(value - round(value), precision_digits=digits)
        return formatLang(self.env, value, digits=0 if whole else digits)
