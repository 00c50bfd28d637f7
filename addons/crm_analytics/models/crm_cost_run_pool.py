from odoo import api, fields, models


class CrmCostRunPool(models.Model):
    """What a pool was in one run: a copy that stays when the pool changes."""

    _name = "crm.cost.run.pool"
    _description = "Pool of a Cost Run"
    _inherit = ["crm.cost.computed"]
    _order = "run_id desc, sequence, id"
    _rec_name = "pool_id"
    _log_access = False

    run_id = fields.Many2one(index=True)
    pool_id = fields.Many2one(
        "crm.cost.pool", required=True, readonly=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(readonly=True)
    driver = fields.Selection(
        selection=lambda self: self.env["crm.cost.pool"]._selection_driver(),
        readonly=True,
    )
    amount = fields.Monetary("Cost", readonly=True)
    quantity = fields.Float(
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Of all customers, in the period of the run.",
    )
    rate = fields.Float(
        readonly=True,
        digits=(16, 6),
        aggregator=None,
        help="Cost of one unit of the driver.",
    )
    allocated = fields.Monetary("Shared Out", readonly=True)
    unallocated = fields.Monetary(
        "Not Shared Out",
        readonly=True,
        help="Nobody used the driver, so nobody bears it.",
    )
    by_volume = fields.Boolean(
        readonly=True, help="Could be shared out by revenue too, to compare."
    )
    note = fields.Char(compute="_compute_note")

    @api.depends("quantity", "driver")
    def _compute_note(self):
        labels = dict(self.env["crm.cost.pool"]._selection_driver())
        for row in self:
            row.note = not row.quantity and self.env._(
                "Not shared out: no customer had any “%(driver)s” in the period.",
                driver=labels.get(row.driver, row.driver),
            )
