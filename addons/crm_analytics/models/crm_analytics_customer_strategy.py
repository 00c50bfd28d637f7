from odoo import api, fields, models
from odoo.tools import SQL

from .crm_analytics_strategy import STRATEGIES


class CrmAnalyticsCustomer(models.Model):
    """Where each customer stands in the portfolio."""

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    potential = fields.Monetary(
        "Potential per Year",
        readonly=True,
        help="What the customer could buy in a year: the larger of what somebody typed "
        "in and what is expected; see the source.",
    )
    potential_source = fields.Selection(
        [
            ("typed", "Typed In"),
            ("expected", "Expected Purchases"),
            ("growth", "Growth Carried On"),
            ("peers", "Customers Like It"),
        ],
        readonly=True,
        help="Typed In: on the customer's form.\n"
        "Expected Purchases: of the last value run, in a year, at its average order.\n"
        "Growth Carried On: the last twelve months, and what they grew, once more.\n"
        "Customers Like It: the median of the better of the last two years, of five or "
        "more customers of its industry and tier, or else industry, or else tier.",
    )
    strategy = fields.Selection(
        STRATEGIES,
        readonly=True,
        help="The strategy that somebody chose or, if nobody did, the computed one.",
    )
    strategy_computed = fields.Selection(
        STRATEGIES,
        "Computed Strategy",
        readonly=True,
        help="By the cuts of the portfolio through potential and value.",
    )
    strategy_chosen = fields.Selection(
        STRATEGIES,
        "Chosen Strategy",
        readonly=True,
        help="Holds until somebody takes it back.",
    )
    _company_strategy_idx = models.Index("(company_id, strategy)")

    @api.model
    def _after_refresh(self, company):
        result = super()._after_refresh(company)
        self.env["crm.analytics.portfolio"]._evaluate(company)
        return result

    @api.model
    def _apply_choices(self, partner_ids):
        """Bring the strategies of these commercial entities up to what was chosen."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_analytics_customer figures
                SET strategy_chosen = new.chosen,
                    strategy = COALESCE(new.chosen, figures.strategy_computed)
                FROM (
                    SELECT own.id, choice.strategy AS chosen
                    FROM crm_analytics_customer own
                    LEFT JOIN (%s) choice USING (partner_id, company_id)
                    WHERE own.partner_id = ANY(%s)
                ) new
                WHERE new.id = figures.id
                AND figures.strategy_chosen IS DISTINCT FROM new.chosen""",
                self.env["crm.analytics.strategy"]._choices_sql(),
                list(partner_ids),
            )
        )
        self.invalidate_model(["strategy", "strategy_chosen"])

    def action_choose_strategy(self, strategy=False):
        """Say which strategy the customer is to have, and why."""
        return self._decide_action(
            self.env._("Strategy of %s", self.partner_id.display_name),
            default_kind="chosen",
            default_strategy=strategy,
        )

    def action_release_strategy(self):
        """Take a choice back, and say why."""
        return self._decide_action(
            self.env._("Back to the Computed Strategy"), default_kind="released"
        )

    def _decide_action(self, name, **context):
        self.ensure_one()
        self.check_access("read")
        form = self.env.ref("crm_analytics.crm_analytics_strategy_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.analytics.strategy",
            "view_mode": "form",
            "views": [(form.id, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                **context,
            },
        }

    def action_open_strategies(self):
        """Who decided what about the customer's strategy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_strategy_action"
        )
        return action | {
            "name": self.partner_id.display_name,
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
