from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Which lines were suggested, and why, to see what suggestions are worth."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line"]

    crm_suggestion_kind = fields.Selection(
        [
            ("together", "Often Bought Together"),
            ("usual", "Usually Bought by the Customer"),
            ("better", "Better Product"),
        ],
        "Suggested Because",
        copy=False,
        index="btree_not_null",
    )
    crm_suggestion_reason = fields.Char("Reason of the Suggestion", copy=False)
    crm_suggestion_product_id = fields.Many2one(
        "product.product",
        "Suggested Product",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.onchange("product_id")
    def _onchange_product_forgets_suggestion(self):
        """Another product than the suggested one is no accepted suggestion."""
        for line in self:
            if line.product_id != line.crm_suggestion_product_id:
                line.update(line._forget_suggestion_vals())

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._check_suggestion(vals) for vals in vals_list])

    def write(self, vals):
        product = vals.get("product_id")
        if not product or product == vals.get("crm_suggestion_product_id"):
            return super().write(vals)
        others = self.filtered(
            lambda line: line.crm_suggestion_kind and line.product_id.id != product
        )
        res = super().write(vals)
        super(SaleOrderLine, others).write(self._forget_suggestion_vals())
        return res

    @api.model
    def _check_suggestion(self, vals):
        suggested = vals.get("crm_suggestion_product_id")
        if vals.get("crm_suggestion_kind") and suggested != vals.get("product_id"):
            return {**vals, **self._forget_suggestion_vals()}
        return vals

    @api.model
    def _forget_suggestion_vals(self):
        return {
            "crm_suggestion_kind": False,
            "crm_suggestion_reason": False,
            "crm_suggestion_product_id": False,
        }

    @api.readonly
    def action_open_suggestion_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }
