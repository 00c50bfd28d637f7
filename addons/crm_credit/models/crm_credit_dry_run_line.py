from odoo import api, fields, models


class CrmCreditDryRunLine(models.Model):
    """An order that the rules of a dry run would have held or warned about."""

    _name = "crm.credit.dry.run.line"
    _description = "Order in a Credit Dry Run"
    _order = "run_id, date, id"

    run_id = fields.Many2one(
        "crm.credit.dry.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    currency_id = fields.Many2one(related="run_id.currency_id")
    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", string="Salesperson", ondelete="set null")
    date = fields.Date(string="Confirmed On")
    amount = fields.Monetary()
    exposure = fields.Monetary(
        string="Exposure Before", aggregator=None, help="Without the order itself."
    )
    limit = fields.Monetary(aggregator=None, help="The limit assumed for the run.")
    unlimited = fields.Boolean()
    overdue = fields.Monetary(aggregator=None)
    oldest_overdue = fields.Integer(string="Oldest Overdue (Days)", aggregator=None)
    outcome = fields.Selection([("hold", "Hold"), ("warn", "Warn")])
    reason = fields.Char()
    rule_ids = fields.Many2many(
        "crm.credit.rule", string="Failed Rules", context={"active_test": False}
    )
    cleared_on = fields.Date(help="Empty: it would still be waiting.")
    days = fields.Integer(string="Days Held", aggregator="avg")
    is_waiting = fields.Boolean(string="Still Waiting")

    @api.model
    def _reason(self, failures, currency):
        """Why, in one sentence with the figures of that day."""
        rows = self.env["crm.credit.hold.failure"]
        names = [
            rows.new({**rows._prepare(failure), "currency_id": currency.id}).name
            for failure in failures
        ]
        text = "; ".join(names)
        return f"{text[:1].upper()}{text[1:]}." if text else ""
