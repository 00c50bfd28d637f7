from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

SALE_TYPES = ("out_invoice", "out_refund", "out_receipt")


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "crm.customer.day.document"]

    crm_cost = fields.Monetary(
        "Cost",
        compute="_compute_crm_cost",
        store=True,
        currency_field="company_currency_id",
        groups="account.group_account_invoice,sales_team.group_sale_manager",
        help="Cost of what this line invoices, as it was when the invoice was posted.",
    )

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )

    def _auto_init(self):
        """Fill the costs of invoices posted so far in one statement, not by the ORM."""
        if not column_exists(self.env.cr, "account_move_line", "crm_cost"):
            create_column(self.env.cr, "account_move_line", "crm_cost", "numeric")
            self._crm_fill_cost()
        return super()._auto_init()

    # Not on the product's cost: posting freezes what it was.
    @api.depends(
        "parent_state", "display_type", "product_id", "product_uom_id", "quantity"
    )
    def _compute_crm_cost(self):
        for line in self:
            line.crm_cost = line._crm_cost() if line._crm_has_cost() else 0

    @api.model
    def _day_key_fields(self):
        return super()._day_key_fields() | {"display_type", "move_id"}

    def _crm_has_cost(self):
        return (
            self.parent_state == "posted"
            and self.display_type == "product"
            and self.product_id
            and self.move_id.move_type in SALE_TYPES
        )

    def _crm_cost(self):
        product = self.product_id.with_company(self.company_id).sudo()
        quantity = self.product_uom_id._compute_quantity(
            self.quantity, product.uom_id, round=False
        )
        sign = -1 if self.move_id.move_type == "out_refund" else 1
        return self.company_currency_id.round(sign * quantity * product.standard_price)

    @api.model
    def _crm_fill_cost(self):
        """What `_compute_crm_cost` gives, for all lines, at today's costs."""
        self.env.cr.execute(
            SQL(
                """UPDATE account_move_line line SET crm_cost = cost.amount
                FROM (
                    SELECT sold.id, ROUND(
                        CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                        * sold.quantity
                        * CASE WHEN sold.product_uom_id = template.uom_id THEN 1
                            ELSE COALESCE(unit.factor / product_unit.factor, 1)::numeric
                        END
                        * (product.standard_price ->> move.company_id::text)::numeric,
                        currency.decimal_places) AS amount
                    FROM account_move move
                    JOIN res_company company ON company.id = move.company_id
                    JOIN res_currency currency ON currency.id = company.currency_id
                    JOIN account_move_line sold ON sold.move_id = move.id
                    JOIN product_product product ON product.id = sold.product_id
                    JOIN product_template template
                        ON template.id = product.product_tmpl_id
                    JOIN uom_uom product_unit ON product_unit.id = template.uom_id
                    LEFT JOIN uom_uom unit ON unit.id = sold.product_uom_id
                    WHERE move.state = 'posted' AND move.move_type IN %s
                    AND sold.display_type = 'product'
                ) cost
                WHERE cost.id = line.id AND cost.amount <> 0""",
                SALE_TYPES,
            )
        )
