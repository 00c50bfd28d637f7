from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import rfm
from .crm_analytics_overview import CUSTOMERS, GROWTH, TREND

SAVED = 6
COHORTS = 6
GOOD = ("champions", "loyal", "potential_loyalists", "new", "promising")


class CrmAnalyticsOverview(models.AbstractModel):
    """Marketing: which groups of customers grow and shrink, and do new ones stay?"""

    _name = "crm.analytics.overview"
    _inherit = ["crm.analytics.overview"]

    @api.model
    def _role_marketing(self, facts):
        months = self._months()
        return {
            "tiles": [
                self._customers_tile(facts, months),
                self._first_tile(facts),
                self._won_back_tile(facts),
                self._retention_tile(facts, months),
            ],
            "segments": self._segments(),
            "saved": self._saved(facts),
            "cohorts": self._cohorts(facts),
        }

    @api.model
    def _customers_tile(self, facts, months):
        return self._tile(
            "customers",
            self.env._("Customers"),
            facts["buyers"],
            "count",
            before=facts["buyers_before"],
            text=self.env._("bought in the last 12 months"),
            trend=self._trend(months, lambda month: month["buyer_count"]),
            open=self._open(
                CUSTOMERS, self.env._("Customers"), domain=[("revenue_12m", ">", 0)]
            ),
        )

    @api.model
    def _first_tile(self, facts):
        since = fields.Date.subtract(facts["as_of"], months=12)
        return self._tile(
            "first",
            self.env._("First Purchases"),
            facts["first"],
            "count",
            before=facts["first_before"],
            text=self.env._("customers won in the last 12 months"),
            trend=self._first_trend(facts["as_of"]),
            open=self._open(
                CUSTOMERS,
                self.env._("First Purchases"),
                domain=[("first_day", ">", since)],
            ),
        )

    @api.model
    def _first_trend(self, as_of):
        months = self.env["crm.analytics.month"]._months(as_of, TREND)
        rows = self._select(
            [SQL("COUNT(*)")],
            [("first_day", ">=", months[0])],
            [SQL("DATE_TRUNC('month', first_day)::date")],
        )
        found = dict(rows)
        return self._trend(
            [{"month": month, "first": found.get(month, 0)} for month in months],
            lambda month: month["first"],
        )

    @api.model
    def _won_back_tile(self, facts):
        return self._tile(
            "won_back",
            self.env._("Won Back"),
            facts["won_back"],
            "count",
            text=self.env._(
                "customers, with a revenue of %(amount)s",
                amount=self._amount(facts["won_back_revenue"]),
            ),
            open=self._open(
                GROWTH, self.env._("Won Back"), domain=[("growth", "=", "won_back")]
            ),
        )

    @api.model
    def _amount(self, amount):
        return self.env.company.currency_id.format(float(amount))

    # -- segments ----------------------------------------------------------------------

    @api.model
    def _segments(self):
        """The RFM segments: customers now and a month ago."""
        rows = self._select(
            [SQL("COUNT(*)")], keys=[SQL("rfm_segment"), SQL("rfm_segment_1m")]
        )
        now, before, came = {}, {}, {}
        for code, earlier, count in rows:
            now[code] = now.get(code, 0) + count
            before[earlier] = before.get(earlier, 0) + count
            if code != earlier:
                came[code] = came.get(code, 0) + count
        labels = dict(
            self.env["crm.analytics.customer"]
            ._fields["rfm_segment"]
            ._description_selection(self.env)
        )
        return [
            self._segment_row(
                segment.name,
                labels[segment.name],
                now.get(segment.name, 0),
                before.get(segment.name, 0),
                came.get(segment.name, 0),
            )
            for segment in rfm.SEGMENTS
        ]

    @api.model
    def _segment_row(self, code, label, now, before, came):
        moved = now - before
        better = "more" if code in GOOD else "less"
        tone = "success" if (moved > 0) == (better == "more") else "danger"
        here = [("rfm_segment", "=", code)]
        return {
            "code": code,
            "label": label,
            "now": now,
            "before": before,
            "moved": moved,
            "came": came,
            "tone": tone if moved else "muted",
            "open": self._open(CUSTOMERS, label, here),
            "open_came": self._open(
                CUSTOMERS,
                self.env._("%(segment)s since a month ago", segment=label),
                [*here, ("rfm_segment_1m", "!=", code)],
            ),
        }

    @api.model
    def _saved(self, facts):
        """The saved segments; how many a month ago, for who sees all customers."""
        segments = self.env["crm.analytics.segment"].search(
            [("company_id", "=", self.env.company.id)], limit=SAVED
        )
        counts = segments._counts(self.env["crm.analytics.customer"], self._within())
        before = self._saved_before(segments, facts["as_of"])
        return {
            "rows": [
                {
                    "id": segment.id,
                    "name": segment.name,
                    "now": counts[segment.id][0],
                    "before": before.get(segment, None),
                }
                for segment in segments
                if segment.id in counts
            ],
            "open": self._open("crm_analytics.crm_analytics_segment_action"),
        }

    @api.model
    def _saved_before(self, segments, as_of):
        history = self.env["crm.analytics.segment.count"]
        if not history.has_access("read"):
            return {}
        day = fields.Date.subtract(as_of, months=1)
        rows = history.search_fetch(
            [
                ("segment_id", "in", segments.ids),
                ("day", "<=", day),
                ("day", ">", fields.Date.subtract(day, days=7)),
            ],
            ["segment_id", "day", "count"],
            order="day",
        )
        return {row.segment_id: row.count for row in rows}

    # -- cohorts -----------------------------------------------------------------------

    @api.model
    def _cohorts(self, facts):
        """The grid of those who bought first in the last months."""
        first = fields.Date.start_of(facts["as_of"], "month")
        since = fields.Date.subtract(first, months=COHORTS - 1)
        figures = self.env["crm.analytics.customer"]
        recent = [] if self._sees_all(figures._name) else [("first_day", ">=", since)]
        grid = figures.get_cohorts(recent)
        rows = [row for row in grid["rows"] if row["start"] >= since]
        return {
            "rows": [
                {
                    **{name: row[name] for name in ("cohort", "start", "size")},
                    "cells": [
                        {name: cell[name] for name in ("age", "customers", "retention")}
                        for cell in row["cells"]
                    ],
                }
                for row in rows
            ],
            "empty": not rows
            and self._empty(
                self.env._("Nobody bought for the first time in the last six months.")
            ),
            "open": self._open("crm_analytics.crm_analytics_cohort_action"),
        }
