from odoo import api, models
from odoo.tools import SQL

from ..tools import concentration

PARTS = 10
RECENT = 24


class CrmCostRun(models.Model):
    """What the whale curve and the Pareto picture of a run show."""

    _name = "crm.cost.run"
    _inherit = ["crm.cost.run"]

    @api.model
    @api.readonly
    def get_whale(self, run_id=None):
        """The curve, its figures, and the parts of customers that can be opened.

        :param run_id: the last frozen run of the current company if nothing
        :return: dict with ``runs`` (the latest: id, name, state); False or those of
            ``_whale_figures``, with ``id``, ``name``, ``state``, ``computed_at`` and
            ``currency_id``, under ``run``
        """
        runs = self.search(
            [("company_id", "in", self.env.companies.ids), ("computed_at", "!=", False)]
        )
        runs = runs.sorted(
            lambda run: (run.company_id == self.env.company, run.state == "frozen"),
            reverse=True,
        )[:RECENT]
        run = self.browse(run_id).exists() if run_id else runs[:1]
        run.check_access("read")
        return {
            "runs": [
                {"id": row.id, "name": row._label(), "state": row.state} for row in runs
            ],
            "run": bool(run)
            and {
                "id": run.id,
                "name": run._label(),
                "state": run.state,
                "computed_at": run.computed_at,
                "currency_id": run.currency_id.id,
                "unallocated_note": run.unallocated_note or "",
                **run._whale_figures(),
            },
        }

    def _label(self):
        """The run's name, with its company where the user looks at several."""
        several = len(self.env.companies) > 1
        return f"{self.company_id.name}: {self.name}" if several else self.name

    def _whale_figures(self):
        """`points` (share of customers, cumulative profit, place), `parts` (first,
        last, profit, revenue), `peak`, `peak_customers`, `earning`, `losing`, `total`,
        `destroyed`, `share_destroyed`, `customers`, `best_profit`, `best_revenue`
        (shares that the best fifth hold), `customers_80`, `gini`.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT profit::float8, revenue::float8 FROM crm_analytics_profit
                WHERE run_id = %s ORDER BY place""",
                self.id,
            )
        )
        profits, revenues = map(list, zip(*rows, strict=True)) if rows else ([], [])
        whale = concentration.whale_curve(profits)
        size = len(profits)
        return {
            "customers": size,
            "points": [
                [share, profit, round(share * size)] for share, profit in whale.points()
            ],
            "parts": self._whale_parts(profits, revenues),
            "peak": whale.peak,
            "peak_customers": whale.peak_customers,
            "losing": sum(profit < 0 for profit in profits),
            "total": whale.total,
            "destroyed": whale.destroyed,
            "share_destroyed": whale.share_destroyed,
            "best_profit": concentration.pareto_share(profits),
            "best_revenue": concentration.pareto_share(revenues),
            "customers_80": concentration.customers_for(revenues),
            "gini": concentration.gini(revenues),
        }

    @api.model
    def _whale_parts(self, profits, revenues):
        """Tenths of the customers from the most profitable to the least."""
        size = len(profits)
        count = min(PARTS, size)
        edges = [round(size * number / max(count, 1)) for number in range(count + 1)]
        return [
            {
                "first": first + 1,
                "last": last,
                "profit": sum(profits[first:last]),
                "revenue": sum(revenues[first:last]),
            }
            for first, last in zip(edges, edges[1:], strict=False)
        ]

    def action_open_places(self, first, last):
        """The customers from one place to another, both included."""
        action = self.action_open_profits()
        places = [("place", ">=", int(first)), ("place", "<=", int(last))]
        return action | {
            "domain": [*action["domain"], *places],
            "display_name": self.env._(
                "Customers %(first)s to %(last)s by profit", first=first, last=last
            ),
        }
