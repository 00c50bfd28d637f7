import math

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import portfolio as maths
from .crm_analytics_portfolio import QUADRANTS
from .crm_analytics_strategy import STRATEGIES

CARDS = 4  # customers shown of each strategy
COLUMNS, ROWS = 36, 24  # fields of the picture


class CrmAnalyticsCustomer(models.Model):
    """The portfolio matrix of the customers that the reader may see.

    Whose measures the reader may not see are shown by revenue; the strategies stay
    those of the company.
    """

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    @api.model
    @api.readonly
    def get_matrix(self, domain=()):
        """The matrix of the current company, of the customers in a domain.

        :return: dict with ``company``, ``currency_id``, ``as_of``, ``editable``,
            ``portfolio_id``, ``value_label``, ``potential_label``, ``substituted``
            (revenue instead of a hidden measure), ``cuts`` (potential, value),
            ``cuts_fixed``, ``scales`` (potential and value: low, high, unit), ``bins``
            (potential, value, strategy, customers, name if it is one), and what
            `what_if` returns; its strategies have ``cards``, the largest customers
        """
        view = self._matrix_view(domain)
        portfolio = view["portfolio"]
        rows = self._matrix_sums(view, view["cuts"])
        scales = self._matrix_scales(view, rows)
        found = self._matrix_totals(portfolio, rows)
        cards = self._matrix_cards(view)
        for strategy in found["strategies"]:
            strategy["cards"] = cards.get(strategy["code"], [])
        return {
            "company": self.env.company.name,
            "currency_id": self.env.company.currency_id.id,
            "as_of": portfolio.as_of or False,
            "editable": bool(portfolio.id) and self._edits_portfolio(),
            "portfolio_id": portfolio.id or False,
            **view["labels"],
            "substituted": view["substituted"],
            "cuts": view["cuts"],
            "cuts_fixed": portfolio.cuts_fixed,
            "scales": {name: vars(scale) for name, scale in scales.items()},
            "bins": self._matrix_bins(view, scales),
            **found,
        }

    @api.model
    @api.readonly
    def what_if_cuts(self, potential_cut, value_cut, domain=()):
        """The strategies if the cuts were these; nothing is written.

        :return: dict with ``strategies`` (code, label, high_potential, high_value,
            customers, potential, value), ``moved`` (customers who would get another
            strategy), ``ways`` (from, to: labels, customers), ``without`` (customers
            without potential or value) and ``chosen`` (whose strategy a person chose)
        """
        view = self._matrix_view(domain)
        if view["substituted"]:
            raise UserError(
                self.env._("The cuts are amounts that you may not see; ask a manager.")
            )
        cuts = self._checked_cuts(potential_cut, value_cut)
        rows = self._matrix_sums(view, cuts)
        return self._matrix_totals(view["portfolio"], rows)

    @api.model
    def save_cuts(self, potential_cut, value_cut):
        """Set the cuts of the current company by hand; managers only."""
        cuts = self._checked_cuts(potential_cut, value_cut)
        self._own_portfolio().write(
            {"potential_cut": cuts["potential"], "value_cut": cuts["value"]}
        )

    @api.model
    def use_median_cuts(self):
        """Let the cuts be the medians again; managers only."""
        self._own_portfolio().write({"cuts_fixed": False})

    @api.model
    @api.readonly
    def action_open_strategy(self, strategy, domain=()):
        """The customers of a strategy; of none: those who miss a figure for it."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_portfolio_customer_action"
        )
        here = [("company_id", "=", self.env.company.id)]
        names = dict(self._fields["strategy"]._description_selection(self.env))
        if strategy:
            part = [("strategy", "=", strategy)]
            name = self.env._("Strategy: %s", names.get(strategy, strategy))
        else:
            part = [("strategy_computed", "=", False)]
            name = self.env._("Without Potential or Value")
        return action | {
            "name": name,
            "domain": [*domain, *here, *part],
            "context": {},
        }

    # -- what is shown -----------------------------------------------------------------

    @api.model
    def _edits_portfolio(self):
        return self.env["crm.analytics.portfolio"].has_access("write")

    @api.model
    def _own_portfolio(self):
        portfolios = self.env["crm.analytics.portfolio"]
        portfolios.check_access("write")
        company = self.env.company
        if not portfolios._of(company).id:
            portfolios._evaluate(company)
        return portfolios.browse(portfolios._of(company).id)

    @api.model
    def _checked_cuts(self, potential_cut, value_cut):
        try:
            cuts = {"potential": float(potential_cut), "value": float(value_cut)}
        except (TypeError, ValueError):
            cuts = {"potential": math.nan}
        if not all(math.isfinite(cut) for cut in cuts.values()):
            raise UserError(self.env._("A cut must be an amount."))
        return cuts

    @api.model
    def _matrix_view(self, domain):
        """What this reader sees of the company's portfolio."""
        self.check_access("read")
        portfolio = self.env["crm.analytics.portfolio"]._of(self.env.company)
        columns = portfolio._columns(
            portfolio.value_measure, portfolio.potential_measure
        )
        shown = [
            column if portfolio.with_env(self.env)._is_visible(column) else instead
            for column, instead in zip(
                columns, ("revenue_12m", "potential"), strict=True
            )
        ]
        view = {
            "portfolio": portfolio,
            "substituted": list(columns) != shown,
            "columns": shown,
            "rows": self._matrix_rows(domain, *shown),
            "labels": self._matrix_labels(portfolio, *shown),
        }
        return view | {"cuts": self._matrix_cuts(view)}

    @api.model
    def _matrix_labels(self, portfolio, value, potential):
        potentials = dict(
            portfolio._fields["potential_measure"]._description_selection(self.env)
        )
        measure = portfolio.potential_measure
        if measure == "clv" and potential != "clv":
            measure = "expected"
        values = portfolio._fields["value_measure"]._description_selection(self.env)
        return {
            "value_label": dict(values)[value],
            "potential_label": potentials[measure],
        }

    @api.model
    def _matrix_rows(self, domain, value, potential):
        return SQL(
            """SELECT id, partner_id, strategy, strategy_computed, strategy_chosen,
                %s AS p, %s AS v, potential_source
            FROM crm_analytics_customer WHERE %s""",
            SQL.identifier(potential),
            SQL.identifier(value),
            self._matrix_scope(domain),
        )

    @api.model
    def _matrix_scope(self, domain):
        """The condition on the rows shown; each part of the matrix applies it anew."""
        here = Domain("company_id", "=", self.env.company.id)
        if not domain and self.env["crm.analytics.overview"]._sees_all(self._name):
            self.flush_model()
            return SQL("company_id = %s", self.env.company.id)
        visible = self._search(Domain(list(domain)) & here, order=None)
        ids = [id_ for (id_,) in self.env.execute_query(visible.select())]
        return SQL("id = ANY(%s)", ids)

    @api.model
    def _matrix_cuts(self, view):
        """The company's; of substituted measures, the medians of what is seen."""
        portfolio = view["portfolio"]
        cuts = {"potential": portfolio.potential_cut, "value": portfolio.value_cut}
        return self._matrix_medians(view) if view["substituted"] else cuts

    @api.model
    def _matrix_medians(self, view):
        """Of the amounts above 0 that are seen; 0 where there are none."""
        rows = self.env.execute_query(
            SQL(
                """SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY p)
                        FILTER (WHERE p > 0),
                    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY v)
                        FILTER (WHERE v > 0)
                FROM (%s) seen""",
                view["rows"],
            )
        )
        medians = (median or 0 for median in rows[0])
        return dict(zip(("potential", "value"), medians, strict=True))

    # -- figures -----------------------------------------------------------------------

    @api.model
    def _matrix_sums(self, view, cuts):
        """By strategy now, and with these cuts: customers, sums, and the extremes.

        Amounts stay numeric: PostgreSQL takes longer to convert than to sum them.
        """
        after = SQL("strategy")
        if not view["substituted"]:
            after = SQL(
                "COALESCE(strategy_chosen, %s)", self._case_sql(view["portfolio"], cuts)
            )
        return self.env.execute_query(
            SQL(
                """SELECT strategy, %(after)s AS after, COUNT(*),
                    COALESCE(SUM(p), 0)::float8, COALESCE(SUM(v), 0)::float8,
                    COUNT(strategy_chosen),
                    COUNT(*) FILTER (WHERE p IS NULL OR v IS NULL),
                    (MIN(p) %(drawn)s)::float8, (MAX(p) %(drawn)s)::float8,
                    (MIN(v) %(drawn)s)::float8, (MAX(v) %(drawn)s)::float8
                FROM (%(rows)s) seen GROUP BY 1, 2""",
                after=after,
                drawn=SQL("FILTER (WHERE p IS NOT NULL AND v IS NOT NULL)"),
                rows=view["rows"],
            )
        )

    @api.model
    def _matrix_totals(self, portfolio, rows):
        moves = [row for row in rows if row[0] != row[1] and row[1]]
        names = dict(self._fields["strategy"]._description_selection(self.env))
        return {
            "strategies": self._strategy_totals(portfolio, rows, names),
            "customers": sum(row[2] for row in rows),
            "moved": sum(row[2] for row in moves),
            "ways": [
                {
                    "from": names.get(before, self.env._("None")),
                    "to": names[after],
                    "customers": count,
                }
                for before, after, count, *_rest in sorted(
                    moves, key=lambda row: -row[2]
                )
            ],
            "chosen": sum(row[5] for row in rows),
            "without": sum(row[6] for row in rows),
        }

    @api.model
    def _case_sql(self, portfolio, cuts):
        """The strategy that the cuts give; amounts as exact as they are stored."""
        table = portfolio._strategies_by_quadrant()
        return SQL(
            """CASE WHEN p IS NULL OR v IS NULL THEN NULL
                WHEN p >= %(pc)s AND v >= %(vc)s THEN %(hh)s
                WHEN p >= %(pc)s THEN %(hl)s
                WHEN v >= %(vc)s THEN %(lh)s ELSE %(ll)s END""",
            pc=cuts["potential"],
            vc=cuts["value"],
            hh=table[True, True],
            hl=table[True, False],
            lh=table[False, True],
            ll=table[False, False],
        )

    @api.model
    def _strategy_totals(self, portfolio, rows, names):
        """The strategies in the order of the matrix, high potential first."""
        places = {}
        for key in QUADRANTS:
            places.setdefault(portfolio._strategies_by_quadrant()[key], key)
        found = []
        for code in dict.fromkeys([*places, *(code for code, _name in STRATEGIES)]):
            own = [row for row in rows if row[1] == code]
            high_potential, high_value = places.get(code, (None, None))
            found.append(
                {
                    "code": code,
                    "label": names[code],
                    "high_potential": high_potential,
                    "high_value": high_value,
                    "customers": sum(row[2] for row in own),
                    "potential": sum(row[3] for row in own),
                    "value": sum(row[4] for row in own),
                }
            )
        return found

    @api.model
    def _matrix_scales(self, view, rows):
        """The axes: from the smallest amount to the largest."""
        # cuts that nobody set are medians
        is_fixed = view["portfolio"].cuts_fixed and not view["substituted"]
        middles = self._matrix_medians(view) if is_fixed else view["cuts"]

        def scale(name, column):
            lows = [row[column] for row in rows if row[column] is not None]
            highs = [row[column + 1] for row in rows if row[column + 1] is not None]
            high = max(highs, default=0)
            middle = middles[name] if high > 0 else 0
            return maths.scale(min(lows, default=0), middle, high)

        return {"potential": scale("potential", 7), "value": scale("value", 9)}

    @api.model
    def _matrix_bins(self, view, scales):
        """What lies in each field of the picture, by strategy."""
        rows = self.env.execute_query(
            SQL(
                """SELECT AVG(p)::float8, AVG(v)::float8, strategy, COUNT(*),
                    MIN(partner_id)
                FROM (%s) seen WHERE p IS NOT NULL AND v IS NOT NULL
                GROUP BY WIDTH_BUCKET(p, %s), WIDTH_BUCKET(v, %s), strategy""",
                view["rows"],
                SQL("%s::numeric[]", scales["potential"].edges(COLUMNS)),
                SQL("%s::numeric[]", scales["value"].edges(ROWS)),
            )
        )
        names = self._partner_names([row[4] for row in rows if row[3] == 1])
        return [
            [p, v, strategy, count, names[partner] if count == 1 else False]
            for p, v, strategy, count, partner in rows
        ]

    @api.model
    def _matrix_cards(self, view):
        """`{strategy: its customers of most value}`."""
        codes = [code for code, _name in STRATEGIES]
        rows = self.env.execute_query(
            SQL(
                """WITH narrow AS MATERIALIZED (
                    SELECT id, strategy, v FROM (%(rows)s) seen
                ), best AS MATERIALIZED (
                    SELECT largest.id FROM UNNEST(%(codes)s) strategy (code),
                    LATERAL (
                        SELECT id FROM narrow WHERE narrow.strategy = strategy.code
                        ORDER BY v DESC NULLS LAST, id LIMIT %(cards)s
                    ) largest
                )
                SELECT strategy, id, partner_id, p::float8, v::float8,
                    strategy_chosen IS NOT NULL
                FROM (%(rows)s) seen JOIN best USING (id)
                ORDER BY v DESC NULLS LAST, id""",
                rows=view["rows"],
                codes=codes,
                cards=CARDS,
            )
        )
        names = self._partner_names([row[2] for row in rows])
        cards = {}
        for code, id_, partner, potential, value, chosen in rows:
            card = {
                "id": id_,
                "partner_id": partner,
                "name": names[partner],
                "potential": potential,
                "value": value,
                "chosen": chosen,
            }
            cards.setdefault(code, []).append(card)
        return cards

    @api.model
    def _partner_names(self, ids):
        """Of customers whose figures the reader may see."""
        rows = self.env.execute_query(
            SQL("SELECT id, complete_name FROM res_partner WHERE id = ANY(%s)", ids)
        )
        return dict(rows)
