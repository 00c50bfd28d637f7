from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import renewal

MIN_PURCHASES = 6  # fewer do not show that the gaps are much the same
MAX_VARIATION = 0.5  # of the gap; that of purchases at random is 1
SHOWN = 20  # purchases in the picture
BATCH = 20000  # customers whose days are in memory


class CrmAnalyticsClvRun(models.Model):
    """Customers who buy like by contract: do they come back once more?

    The model of the run takes purchases to come at random times. Those of regular
    customers do not, and one that is missing says more. So they get a hazard: the
    chance that the next purchase does not come, by how often they have come back.
    A regular customer is lost when its last purchase is longer ago than the company
    allows for its rhythm (`crm_lost_factor`), or when somebody recorded it since.
    """

    _name = "crm.analytics.clv.run"
    _inherit = ["crm.analytics.clv.run"]

    regular_customers = fields.Integer(readonly=True, copy=False)
    renewal_alpha = fields.Float(
        readonly=True, copy=False, digits=False, aggregator=None
    )
    renewal_beta = fields.Float(
        readonly=True, copy=False, digits=False, aggregator=None
    )
    renewal_log_likelihood = fields.Float(
        readonly=True, copy=False, digits=False, aggregator=None
    )
    renewal_reason_code = fields.Char(readonly=True, copy=False)
    renewals = fields.Json(readonly=True, copy=False)
    renewal_text = fields.Text(
        "Whether They Come Back", compute="_compute_renewal_text"
    )

    @api.depends("state", "renewal_reason_code", "renewal_alpha", "renewal_beta")
    def _compute_renewal_text(self):
        for run in self:
            run.renewal_text = run._renewal_text() if run.state == "done" else False

    def _renewal_text(self):
        env = self.env
        reasons = {
            renewal.FEW: env._("they are too few to learn from"),
            renewal.NONE_LOST: env._("none of them was lost"),
            renewal.ALL_LOST: env._("all of them were lost"),
            renewal.NOT_CONVERGED: env._(
                "the search for the parameters did not come to an end"
            ),
        }
        if not self.regular_customers and not self.renewal_reason_code:
            return False  # a run of before these were looked for
        if not self.regular_customers:
            return env._(
                "No customer has bought %(least)s times or more in a steady rhythm.",
                least=MIN_PURCHASES,
            )
        if self.renewal_reason_code:
            return env._(
                "%(count)s customers buy in a steady rhythm. Nothing is said about "
                "their next purchase, because %(reason)s.",
                count=self.regular_customers,
                reason=reasons.get(self.renewal_reason_code, self.renewal_reason_code),
            )
        first, later = renewal.hazard(self._renewal_model(), [0, 10]) * 100
        return env._(
            "%(count)s customers buy in a steady rhythm. Of those with %(least)s "
            "purchases %(first).0f %% stop; of those with %(more)s, %(later).0f %%.",
            count=self.regular_customers,
            least=MIN_PURCHASES,
            first=first,
            more=MIN_PURCHASES + 10,
            later=later,
        )

    def _renewal_model(self):
        return renewal.Model(self.renewal_alpha, self.renewal_beta)

    # -- reading -----------------------------------------------------------------------

    def _read_regular(self, within):
        """Ids, purchases after the one that makes them regular, and whether lost."""
        found = self._rhythm(within)
        regular = found.known & (found.purchases >= MIN_PURCHASES)
        regular &= found.tolerance <= MAX_VARIATION * found.gap
        lost = found.overdue > self.company_id.crm_lost_factor
        lost |= self._is_recorded_lost(found)
        return (
            found.customers[regular],
            found.purchases[regular] - MIN_PURCHASES,
            lost[regular],
        )

    def _is_recorded_lost(self, found):
        """Whether somebody recorded the customer as lost since its last purchase."""
        losses = self.env["crm.analytics.loss"].sudo()
        rows = self.env.execute_query(losses._recorded_sql(self.company_id.id))
        days = {who: (day - self.date).days for who, day in rows}
        pairs = zip(found.customers.tolist(), found.last.tolist(), strict=True)
        return [last <= days.get(who, last - 1) <= 0 for who, last in pairs]

    def _fit_renewals(self):
        """The values of this fit, as they are kept on the run."""
        import numpy as np

        parts, position = [], 0
        while ids := self._customer_ids(position, BATCH):
            position = ids[-1]
            within = self._within(ids)
            parts.append(self._read_regular(within)[1:])
        renewals, lost = (
            [np.concatenate(part) for part in zip(*parts, strict=True)]
            if parts
            else ([], [])
        )
        found = renewal.fit(renewals, lost)
        model = found.model or renewal.Model(0, 0)
        return {
            "regular_customers": len(renewals),
            "renewal_alpha": model.alpha,
            "renewal_beta": model.beta,
            "renewal_log_likelihood": found.log_likelihood,
            "renewal_reason_code": found.reason or False,
            "renewals": self._renewal_rows(renewals, lost, found),
        }

    def _renewal_rows(self, renewals, lost, found):
        """Purchases, customers, lost ones, and the hazard; nothing without a model."""
        if found.reason:
            return False
        rows = [
            row for row in renewal.life_table(renewals, lost)[:SHOWN] if row.at_risk
        ]
        hazards = renewal.hazard(found.model, [row.renewals for row in rows])
        return [
            [row.renewals + MIN_PURCHASES, row.at_risk, row.lost, round(chance, 4)]
            for row, chance in zip(rows, hazards.tolist(), strict=True)
        ]

    @api.model
    def _within(self, ids):
        return lambda column: SQL("%s = ANY(%s)", column, ids)

    # -- valuing -----------------------------------------------------------------------

    def _hazards(self, known, within):
        """By customer: the chance that its next purchase does not come, or NaN."""
        import numpy as np

        chances = np.full(len(known.customers), np.nan)
        if self.renewal_reason_code or not self.regular_customers:
            return chances
        who, renewals, lost = self._read_regular(within)
        place = np.searchsorted(known.customers, who[~lost])
        chances[place] = renewal.hazard(self._renewal_model(), renewals[~lost])
        return chances
