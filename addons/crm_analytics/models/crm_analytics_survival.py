from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import survival

MONTH = 365 / 12
MIN_PURCHASES = 3  # fewer make no rhythm, see tools/rhythm
GROUPS = {
    "tier": SQL(
        """SELECT tier_id FROM crm_tier_assignment a WHERE a.date_to IS NULL
        AND a.partner_id = stay.partner_id AND a.company_id = stay.company_id"""
    ),
    "salesperson": SQL(
        "SELECT user_id FROM res_partner p WHERE p.id = stay.partner_id"
    ),
}
MODELS = {"tier": "crm.tier", "salesperson": "res.users"}


class CrmAnalyticsCustomer(models.Model):
    """How long customers stay: from the first to the last purchase, or until now.

    A customer is lost when somebody recorded it after its last purchase, or when that
    is longer ago than its company allows (`crm_lost_factor`, `crm_lost_days`).
    It was a customer until its last purchase.
    """

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    is_lost = fields.Boolean(
        "Lost",
        compute="_compute_is_lost",
        search="_search_is_lost",
        help="Recorded as lost since its last purchase, or longer without one than the "
        "company allows for its rhythm.",
    )

    def _compute_is_lost(self):
        lost = self.search([("id", "in", self.ids), ("is_lost", "=", True)])
        for row in self:
            row.is_lost = row in lost

    def _search_is_lost(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain(
                "partner_id",
                "any!",
                SQL(
                    "SELECT partner_id FROM (%s) s WHERE lost", self._stays_sql(company)
                ),
            )
            for company in self.env["res.company"].browse(self.env.companies.ids)
        )

    def _stays_sql(self, company, within=None):
        """Select partner_id, company_id, stayed (days) and lost of each customer."""
        today = self._today(company)
        recorded = self.env["crm.analytics.loss"]._recorded_sql(company.id)
        partner = SQL.identifier("figures", "partner_id")
        return SQL(
            """SELECT partner_id, company_id,
                CASE WHEN lost THEN last_day ELSE %(today)s END - first_day AS stayed,
                lost
            FROM (
                SELECT partner_id, company_id, first_day, last_day,
                    COALESCE(lost_on >= last_day, FALSE)
                    OR CASE WHEN purchase_days >= %(least)s
                        THEN %(today)s - last_day > %(factor)s * rhythm_days
                        ELSE %(today)s - last_day > %(days)s END AS lost
                FROM crm_analytics_customer figures
                LEFT JOIN (%(recorded)s) loss USING (partner_id)
                WHERE company_id = %(company)s AND last_day IS NOT NULL AND %(within)s
            ) judged""",
            company=company.id,
            today=today,
            least=MIN_PURCHASES,
            factor=company.crm_lost_factor,
            days=company.crm_lost_days,
            within=within(partner) if within else SQL("TRUE"),
            recorded=recorded,
        )

    @api.model
    @api.readonly
    def get_survival(self, domain=(), group="tier"):
        """The survival curve of the reader's customers, and the churn by group.

        :param group: tier or salesperson
        :return: dict with ``company``, ``as_of``, ``customers``, ``lost``, ``median``
            (months, or False), ``points`` ([month, share that stays longer]),
            ``groups`` (id, name, customers, lost, churn), and the definition:
            ``factor``, ``days``, ``editable``
        """
        self.check_access("read")
        company = self.env.company
        rows = self._stays(list(domain), group)
        stayed, lost, customers, whose = zip(*rows, strict=True) if rows else [()] * 4
        curve = survival.kaplan_meier(stayed, lost, customers)
        months = int(max(stayed, default=0) / MONTH) + 1 if rows else 0
        return {
            "company": company.name,
            "as_of": self._today(company),
            "customers": curve.customers,
            "lost": int(curve.lost.sum()),
            "median": False if curve.median is None else curve.median / MONTH,
            "points": [[n, curve.at(n * MONTH)] for n in range(months)],
            "groups": self._churn_groups(
                group, zip(whose, lost, customers, strict=True)
            ),
            "factor": company.crm_lost_factor,
            "days": company.crm_lost_days,
            "editable": self._edits_definition(),
        }

    def _stays(self, domain, group):
        """(days stayed, whether lost, how many customers, id of their group)."""
        company = self.env.company
        visible = self._search(
            Domain(domain) & Domain("company_id", "=", company.id), order=None
        )
        partners = visible.subselect("partner_id")
        stays = self._stays_sql(
            company, lambda column: SQL("%s IN %s", column, partners)
        )
        return self.env.execute_query(
            SQL(
                """SELECT stayed, lost, COUNT(*), (%s LIMIT 1) AS whose
                FROM (%s) stay GROUP BY stayed, lost, whose""",
                GROUPS[group],
                stays,
            )
        )

    def _churn_groups(self, group, rows):
        counts = {}
        for key, gone, customers in rows:
            count = counts.setdefault(key or False, [0, 0])
            count[0] += customers
            count[1] += gone * customers
        records = self.env[MODELS[group]].browse([key for key in counts if key])
        names = {record.id: record.display_name for record in records.sudo()}
        found = [
            {
                "id": key,
                "name": names.get(key, self.env._("None")),
                "customers": customers,
                "lost": gone,
                "churn": gone / customers,
            }
            for key, (customers, gone) in counts.items()
        ]
        return sorted(
            found, key=lambda row: (-row["churn"], -row["customers"], row["name"])
        )

    @api.model
    def _edits_definition(self):
        return self.env.user.has_group("crm_analytics.group_crm_analytics_manager")

    @api.model
    def set_lost_definition(self, factor, days):
        """When a customer of the current company counts as lost; managers only."""
        self.env["crm.analytics.clv.run"].check_access("write")
        # managers of the analyses need not be settings administrators
        self.env.company.sudo().write(
            {"crm_lost_factor": factor, "crm_lost_days": days}
        )

    @api.model
    @api.readonly
    def action_open_lost(self, group=False, key=False, domain=()):
        """The lost customers, of one group if there is one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_at_risk_action"
        )
        here = [("company_id", "=", self.env.company.id), ("is_lost", "=", True)]
        field = {"tier": "tier_id", "salesperson": "partner_id.user_id"}.get(group)
        mine = [(field, "=", key)] if field else []
        return {
            **action,
            "name": self.env._("Lost Customers"),
            "domain": [*domain, *here, *mine],
            "context": {},
        }
