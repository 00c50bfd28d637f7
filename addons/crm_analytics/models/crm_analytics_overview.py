from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, format_list

from .crm_analytics_customer import FINANCE
from .crm_analytics_month import POINTS

ROLES = ("management", "sales", "marketing")
ALL_DOCUMENTS = "sales_team.group_sale_salesman_all_leads"
SALESPERSON = "sales_team.group_sale_salesman"
REFRESHES = ("analytics_customer", "analytics_customer_rebuild")
TREND = 13  # months in a small picture: this one and the same of last year
LATE = 1.5  # rhythms after which a purchase is overdue, as in the list of customers
CUSTOMERS = "crm_analytics.crm_analytics_customer_action"
AT_RISK = "crm_analytics.crm_analytics_at_risk_action"
GROWTH = "crm_analytics.crm_analytics_growth_action"
# The sums of the figures that tiles show, read in one go.
SUMS = {
    "customers": SQL("COUNT(*)"),
    "as_of": SQL("MAX(as_of)"),
    "revenue": SQL("COALESCE(SUM(revenue_12m), 0)"),
    "revenue_before": SQL("COALESCE(SUM(revenue_prev_12m), 0)"),
    "buyers": SQL("COUNT(*) FILTER (WHERE revenue_12m > 0)"),
    "buyers_before": SQL("COUNT(*) FILTER (WHERE revenue_prev_12m > 0)"),
    "retained": SQL("COUNT(*) FILTER (WHERE revenue_12m > 0 AND revenue_prev_12m > 0)"),
    "base_before": SQL("COUNT(*) FILTER (WHERE revenue_third_12m > 0)"),
    "retained_before": SQL(
        "COUNT(*) FILTER (WHERE revenue_prev_12m > 0 AND revenue_third_12m > 0)"
    ),
    "late": SQL("COUNT(*) FILTER (WHERE overdue_factor > %s)", LATE),
    "won_back": SQL("COUNT(*) FILTER (WHERE growth = 'won_back')"),
    "won_back_revenue": SQL(
        "COALESCE(SUM(revenue_12m) FILTER (WHERE growth = 'won_back'), 0)"
    ),
    "clv_date": SQL("MAX(clv_date)"),
    "first": SQL(
        """COUNT(*) FILTER (WHERE first_day > (as_of - INTERVAL '12 months')::date)"""
    ),
    "first_before": SQL(
        """COUNT(*) FILTER (WHERE first_day > (as_of - INTERVAL '24 months')::date
        AND first_day <= (as_of - INTERVAL '12 months')::date)"""
    ),
}


class CrmAnalyticsOverview(models.AbstractModel):
    """How are our customers doing? The answer for each role, at one glance.

    All figures are those of the customers that the reader may see, in the current
    company. Who sees them all gets the trends from `crm.analytics.month`; for others
    the same sums are made of their own customers.
    """

    _name = "crm.analytics.overview"
    _description = "Overview of Customers"

    @api.model
    @api.readonly
    def get_overview(self, role=None):
        """All that the screen shows, in one call.

        :param role: management, sales or marketing; by the reader's groups if nothing
        :return: dict with ``role``, ``roles`` (code, label), ``company``,
            ``currency_id``, ``as_of``, ``is_own`` (only own customers), ``notes``
            (sentences about the refresh: text and tone), ``customers`` and, where there
            are any, ``tiles`` and the panels of the role
        """
        figures = self.env["crm.analytics.customer"]
        figures.check_access("read")
        figures.flush_model()
        role = role if role in ROLES else self._default_role()
        with self._rules_once():
            return self._overview(role)

    @api.model
    def _overview(self, role):
        figures = self.env["crm.analytics.customer"]
        facts = dict(zip(SUMS, self._select(SUMS.values())[0], strict=True))
        found = {
            "role": role,
            "roles": self._roles(),
            "company": self.env.company.name,
            "currency_id": self.env.company.currency_id.id,
            "as_of": facts["as_of"] or figures._today(self.env.company),
            "is_own": not self._sees_all("crm.analytics.customer"),
            "notes": self._notes(facts),
            "customers": facts["customers"],
        }
        if facts["customers"]:
            found |= getattr(self, f"_role_{role}")(facts)
        return found

    @api.model
    def _default_role(self):
        """Who sees profit manages; who sees all documents leads the salespeople."""
        user = self.env.user
        if user.has_group(FINANCE):
            return "management"
        return "sales" if user.has_group(SALESPERSON) else "marketing"

    @api.model
    def _roles(self):
        all_documents = self.env.user.has_group(ALL_DOCUMENTS)
        return [
            {"code": "management", "label": self.env._("Management")},
            {
                "code": "sales",
                "label": self.env._("Sales Manager")
                if all_documents
                else self.env._("Sales"),
            },
            {"code": "marketing", "label": self.env._("Marketing")},
        ]

    # -- whose figures -----------------------------------------------------------------

    @api.model
    def _sees_all(self, model):
        """Whether no rule keeps records of the company from the reader."""
        rule = self.env["ir.rule"]._compute_domain(model, "read")
        rule = Domain(rule).optimize(self.env[model])
        return all(part.field_expr == "company_id" for part in rule.iter_conditions())

    @contextmanager
    def _rules_once(self):
        """Apply the rules of a reader once for all the pictures of a page."""
        kept, key = self.env.cr.cache, self._rules_key()
        if not self._sees_all("crm.analytics.customer"):
            kept[key] = self._visible().get_result_ids()
        try:
            yield
        finally:
            kept.pop(key, None)

    @api.model
    def _rules_key(self):
        return self._name, self.env.uid, self.env.su, self.env.company.id

    @api.model
    def _visible(self, domain=Domain.TRUE):
        """Query of the customer figures that the reader may see in the company."""
        figures = self.env["crm.analytics.customer"]
        here = self._within()
        if here.is_true():
            here = figures._here_domain(self.env.company)
        else:
            figures = figures.sudo()  # the rules have been applied
        return figures._search(here & Domain(domain), order=None)

    @api.model
    def _within(self):
        """The figures that the rules leave of the company; all, if not known yet."""
        own = self.env.cr.cache.get(self._rules_key())
        return Domain.TRUE if own is None else Domain("id", "in", own)

    @api.model
    def _select(self, sums, domain=Domain.TRUE, keys=()):
        """Rows of keys and sums of the visible figures.

        :param sums: aggregates of columns of the figures
        """
        rows = self._visible(domain).select(SQL("crm_analytics_customer.*"))
        by = SQL("GROUP BY %s", SQL(", ").join(keys)) if keys else SQL()
        parts = SQL(", ").join([*keys, *sums])
        return self.env.execute_query(
            SQL("SELECT %s FROM (%s) figures %s", parts, rows, by)
        )

    @api.model
    def _months(self):
        """The last months, oldest first, of the customers that the reader may see."""
        company = self.env.company
        today = self.env["crm.analytics.customer"]._today(company)
        months = self.env["crm.analytics.month"].sudo()
        if self._sees_all("crm.analytics.customer"):
            rows = months.search_fetch(
                [("company_id", "=", company.id)],
                ["month", "revenue", "buyer_count", "base_count", "retained_count"]
                + ["receivable", "billed", "stake", "stake_known"]
                + ["promise_count", "kept_count"],
                limit=POINTS,
            )
            found = {row.month: row for row in rows}
            return [
                found[month] if month in found else months.new({"month": month})
                for month in months._months(today, TREND)
            ]
        partners = self._visible().subselect("partner_id")
        bought = months._bought(company, today, TREND, partners)
        return [{"month": month} | values for month, values in bought.items()]

    @api.model
    def _trend(self, months, value):
        """Points of a small picture; none where nothing is known."""
        points = [{"month": month["month"], "value": value(month)} for month in months]
        known = [point for point in points if point["value"] is not None]
        return points if any(point["value"] for point in known) else []

    # -- when they are from ------------------------------------------------------------

    @api.model
    def _notes(self, facts):
        """Sentences about figures that are not as they should be: text and tone."""
        notes = [*self._refresh_notes(facts)]
        if names := self._rateless():
            text = self.env._(
                "There is no exchange rate for %(currencies)s: Odoo posted these "
                "invoices one to one, and so are they in these figures. Enter the rate "
                "before you post more.",
                currencies=format_list(self.env, names),
            )
            notes.append(("warning", text))
        return [{"tone": tone, "text": text} for tone, text in notes]

    @api.model
    def _refresh_notes(self, facts):
        """Tone and text, where the figures are not as fresh as they should be."""
        # the log is for administrators; that a run failed concerns every reader
        runs = self.env["crm.pass"].sudo()
        last = runs.search_fetch(
            [("code", "in", REFRESHES)],
            ["state", "finished_at", "started_at", "error_count"],
            limit=1,
        )
        today = self.env["crm.analytics.customer"]._today(self.env.company)
        if last.state == "failed":
            text = self.env._(
                "The last refresh of these figures failed; an administrator finds the "
                "reason in the job log."
            )
            yield "danger", text
        elif last.state in ("running", "paused"):
            yield "info", self.env._("The figures are being refreshed.")
        if facts["as_of"] and facts["as_of"] < today:
            text = self.env._(
                "The figures are %(days)s days old: the scheduled refresh has not run "
                "since.",
                days=(today - facts["as_of"]).days,
            )
            yield "warning", text

    @api.model
    def _rateless(self):
        """Foreign currencies of customer invoices that have no rate at all."""
        company = self.env.company
        rated = (
            self.env["res.currency.rate"]
            .sudo()
            .search([("company_id", "in", (False, company.root_id.id))])
        )
        currencies = self.env["res.currency"].search(
            [("id", "not in", (rated.currency_id | company.currency_id).ids)]
        )
        rows = currencies and self.env.execute_query(
            SQL(
                """SELECT currency.name FROM UNNEST(%s::int[]) id
                JOIN res_currency currency USING (id) WHERE EXISTS (
                    SELECT FROM account_move move WHERE move.currency_id = currency.id
                    AND move.company_id = %s AND move.state = 'posted'
                    AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt'))
                ORDER BY currency.name""",
                currencies.ids,
                company.id,
            )
        )
        return [name for (name,) in rows]

    # -- parts of the answer -----------------------------------------------------------

    @api.model
    def _tile(self, code, label, value, unit, **more):
        """One number.

        :param unit: amount, count, share (0 to 1) or days
        :param more: ``before`` (the same of the period before), ``better`` (``more`` or
            ``less``, what is good), ``text``, ``trend``, ``open``, ``empty`` (text, and
            the action of a button)
        """
        before = more.pop("before", None)
        better = more.pop("better", "more")
        return {
            "code": code,
            "label": label,
            "value": value,
            "unit": unit,
            "change": self._change(value, before, unit, better),
            "text": "",
            "trend": [],
            "open": False,
            "empty": False,
            "since": "",
            **more,
        }

    @api.model
    def _change(self, value, before, unit, better):
        """How much better or worse it is; False where there is nothing to compare.

        Amounts and counts change by a share, shares by points, days by days.
        """
        if before is None or value is None:
            return False
        if unit in ("amount", "count"):
            if before <= 0:
                return False
            change, unit = (value - before) / before, "share"
        else:
            change, unit = value - before, "points" if unit == "share" else unit
        shown = round(change, 3 if unit != "days" else 0)
        good = bool(shown) and (shown > 0) == (better == "more")
        return {
            "value": shown,
            "unit": unit,
            "tone": ("success" if good else "danger") if shown else "muted",
            "before": float(before),
        }

    @api.model
    def _empty(self, text, action=False, button=False):
        return {"text": text, "action": action, "button": button}

    @api.model
    def _open(self, action, name="", domain=None):
        """What a number opens: an action, with the records of a domain if there is one.

        The domain is always of the current company.
        """
        if domain is None:
            return {"action": action}
        here = [("company_id", "=", self.env.company.id)]
        return {"action": action, "name": name, "domain": [*here, *Domain(domain)]}

    @api.model
    def _revenue_tile(self, facts, months):
        return self._tile(
            "revenue",
            self.env._("Revenue"),
            float(facts["revenue"]),
            "amount",
            before=float(facts["revenue_before"]),
            text=self.env._("last 12 months"),
            trend=self._trend(months, lambda month: month["revenue"]),
            open=self._open(
                CUSTOMERS, self.env._("Revenue"), domain=[("revenue_12m", "!=", 0)]
            ),
        )

    @api.model
    def _retention_tile(self, facts, months):
        base, kept = facts["buyers_before"], facts["retained"]
        earlier = facts["base_before"]
        tile = self._tile(
            "retention",
            self.env._("Retention"),
            kept / base if base else None,
            "share",
            before=facts["retained_before"] / earlier if earlier else None,
            text=self.env._(
                "%(kept)s of %(base)s customers bought again", kept=kept, base=base
            ),
            trend=self._trend(
                months,
                lambda month: (
                    month["retained_count"] / month["base_count"]
                    if month["base_count"]
                    else None
                ),
            ),
            open=self._open(
                GROWTH, self.env._("Lost Customers"), domain=[("growth", "=", "lost")]
            ),
        )
        if not base:
            tile["empty"] = self._empty(
                self.env._("Nobody bought in the twelve months before the last twelve.")
            )
        return tile
