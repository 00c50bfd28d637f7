from odoo import api, models
from odoo.tools import SQL

PEERS = 5  # so many customers say something about another one


class CrmAnalyticsPortfolio(models.Model):
    """The potential, the cuts and the strategy of all customers of a company.

    Three statements, however many customers there are; each writes what differs.
    """

    _name = "crm.analytics.portfolio"
    _inherit = ["crm.analytics.portfolio"]

    @api.model
    def _evaluate(self, company):
        """Sort the company's customers anew."""
        figures = self.env["crm.analytics.customer"]
        portfolio = self._of(company)
        if not portfolio.id:
            portfolio = self.sudo().create({"company_id": company.id})
        self.env.flush_all()
        self._fill_potential(portfolio)
        vals = {"as_of": figures._today(company)}
        if not portfolio.cuts_fixed:
            vals |= self._median_cuts(portfolio)
        portfolio._store(vals)
        portfolio._fill_strategies()
        figures.invalidate_model()

    def _store(self, vals):
        """Without sorting anew, as `write` does."""
        vals = {name: value for name, value in vals.items() if self[name] != value}
        if vals:
            models.Model.write(self, vals)
            self.flush_recordset()

    # -- potential ---------------------------------------------------------------------

    def _fill_potential(self, portfolio):
        company = portfolio.company_id
        self.env.cr.execute(
            SQL(
                """WITH best AS MATERIALIZED (%(best)s), %(peers)s, told AS (
                    SELECT best.id, best.typed, %(expected)s AS expected,
                        %(like)s AS peers
                    FROM best
                    LEFT JOIN crm_analytics_clv_run run ON run.id = best.clv_run_id
                    LEFT JOIN both_alike ON both_alike.industry_id = best.industry_id
                        AND both_alike.tier_id = best.tier_id
                    LEFT JOIN industry_alike
                        ON industry_alike.industry_id = best.industry_id
                    LEFT JOIN tier_alike ON tier_alike.tier_id = best.tier_id
                ), new AS (
                    SELECT id, ROUND(
                            COALESCE(GREATEST(typed, expected), peers)::numeric,
                            %(decimals)s) AS potential,
                        CASE WHEN typed >= COALESCE(expected, typed) THEN 'typed'
                            WHEN expected IS NOT NULL THEN %(source)s
                            WHEN peers IS NOT NULL THEN 'peers' END AS source
                    FROM told
                )
                UPDATE crm_analytics_customer figures
                SET potential = new.potential, potential_source = new.source
                FROM new WHERE new.id = figures.id
                AND (figures.potential, figures.potential_source)
                    IS DISTINCT FROM (new.potential, new.source)""",
                best=self._best_sql(company),
                peers=self._peers_sql(),
                expected=self._expected_sql(portfolio.potential_measure),
                like=self._like_sql(portfolio.potential_measure),
                source="growth"
                if portfolio.potential_measure == "growth"
                else "expected",
                decimals=company.currency_id.decimal_places,
            )
        )

    def _best_sql(self, company):
        """The customers with what was typed in, and the better of their two years."""
        return SQL(
            """SELECT figures.*, partner.industry_id, tier.tier_id,
                NULLIF((partner.crm_potential ->> %(key)s)::numeric, 0) AS typed,
                GREATEST(figures.revenue_12m, figures.revenue_prev_12m) AS year
            FROM crm_analytics_customer figures
            JOIN res_partner partner ON partner.id = figures.partner_id
            LEFT JOIN crm_tier_assignment tier ON tier.partner_id = figures.partner_id
                AND tier.company_id = figures.company_id AND tier.date_to IS NULL
            WHERE figures.company_id = %(company)s""",
            key=str(company.id),
            company=company.id,
        )

    def _peers_sql(self):
        """WITH parts: what customers of the same kind buy, where there are enough."""

        def alike(name, *keys):
            columns = SQL(", ").join(map(SQL.identifier, keys))
            known = SQL(" AND ").join(
                SQL("%s IS NOT NULL", SQL.identifier(key)) for key in keys
            )
            return SQL(
                """%s AS (
                    SELECT %s, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY year) AS year
                    FROM best WHERE %s AND year > 0
                    GROUP BY %s HAVING COUNT(*) >= %s
                )""",
                SQL.identifier(name),
                columns,
                known,
                columns,
                PEERS,
            )

        return SQL(", ").join(
            [
                alike("both_alike", "industry_id", "tier_id"),
                alike("industry_alike", "industry_id"),
                alike("tier_alike", "tier_id"),
            ]
        )

    def _expected_sql(self, measure):
        """What is expected of a customer in a year; NULL: nobody can say."""
        if measure == "typed":
            return SQL("NULL::numeric")
        if measure == "growth":
            return SQL(
                """CASE WHEN best.revenue_prev_12m > 0 THEN
                    GREATEST(2 * best.revenue_12m - best.revenue_prev_12m, 0) END"""
            )
        return SQL(
            """CASE WHEN best.clv_source IN ('model', 'alive') THEN
                GREATEST(best.expected_orders::numeric * best.average_order
                    * 12 / run.horizon_months, 0) END"""
        )

    def _like_sql(self, measure):
        if measure == "typed":
            return SQL("NULL::numeric")
        return SQL("COALESCE(both_alike.year, industry_alike.year, tier_alike.year)")

    # -- cuts --------------------------------------------------------------------------

    def _median_cuts(self, portfolio):
        """The medians of the amounts above 0, so that nothing is never high."""
        company = portfolio.company_id
        step = 10**company.currency_id.decimal_places
        value, potential = self._columns(
            portfolio.value_measure, portfolio.potential_measure
        )

        def median(column):
            """Rounded down, so that the customer in the middle is high."""
            return SQL(
                """COALESCE(FLOOR(%(step)s * PERCENTILE_CONT(0.5)
                    WITHIN GROUP (ORDER BY %(column)s)
                    FILTER (WHERE %(column)s > 0)), 1) / %(step)s""",
                step=step,
                column=SQL.identifier(column),
            )

        rows = self.env.execute_query(
            SQL(
                "SELECT %s, %s FROM crm_analytics_customer WHERE company_id = %s",
                median(value),
                median(potential),
                company.id,
            )
        )
        return dict(zip(("value_cut", "potential_cut"), rows[0], strict=True))

    # -- strategies --------------------------------------------------------------------

    def _fill_strategies(self):
        """The computed strategies; what changes goes into history and timeline."""
        self.ensure_one()
        strategies = self.env["crm.analytics.strategy"]
        self.env.cr.execute(
            SQL(
                """WITH new AS MATERIALIZED (
                    SELECT figures.id, figures.partner_id, figures.company_id,
                        figures.strategy_computed AS before, %(strategy)s AS after,
                        choice.strategy AS chosen
                    FROM crm_analytics_customer figures
                    LEFT JOIN (%(choices)s) choice USING (partner_id, company_id)
                    WHERE figures.company_id = %(company)s
                ), changed AS (
                    UPDATE crm_analytics_customer figures
                    SET strategy_computed = new.after, strategy_chosen = new.chosen,
                        strategy = COALESCE(new.chosen, new.after)
                    FROM new WHERE new.id = figures.id
                    AND (figures.strategy_computed, figures.strategy_chosen)
                        IS DISTINCT FROM (new.after, new.chosen)
                    RETURNING new.*
                )
                INSERT INTO crm_analytics_strategy (partner_id, origin_id, company_id,
                    date, kind, strategy_before, strategy)
                SELECT partner_id, partner_id, company_id, %(now)s, 'computed', before,
                    after
                FROM changed WHERE before IS DISTINCT FROM after
                RETURNING id""",
                strategy=self._strategy_sql(self.potential_cut, self.value_cut),
                choices=strategies._choices_sql(),
                company=self.company_id.id,
                now=self.env.cr.now(),
            )
        )
        written = [id_ for (id_,) in self.env.cr.fetchall()]
        strategies.invalidate_model()
        if written:
            self._log_computed(written)

    def _strategy_sql(self, potential_cut, value_cut):
        """What the cuts make of a row; NULL if an amount is not known."""
        value, potential = self._columns(self.value_measure, self.potential_measure)
        return SQL(
            """CASE WHEN %(p)s IS NULL OR %(v)s IS NULL THEN NULL
                WHEN %(p)s >= %(pc)s AND %(v)s >= %(vc)s THEN %(hh)s
                WHEN %(p)s >= %(pc)s THEN %(hl)s
                WHEN %(v)s >= %(vc)s THEN %(lh)s ELSE %(ll)s END""",
            p=SQL.identifier("figures", potential),
            v=SQL.identifier("figures", value),
            pc=potential_cut,
            vc=value_cut,
            hh=self.strategy_high_high,
            hl=self.strategy_high_low,
            lh=self.strategy_low_high,
            ll=self.strategy_low_low,
        )

    def _log_computed(self, ids):
        """Into the timelines: who has another strategy now than before."""
        names = dict(
            self.env["crm.analytics.strategy"]
            ._fields["strategy"]
            ._description_selection(self.env)
        )
        pairs = SQL(", ").join(SQL("(%s, %s)", *pair) for pair in names.items())
        self.env["crm.customer.event"]._insert_from(
            SQL(
                """SELECT history.partner_id, history.partner_id, history.company_id,
                    'strategy', history.date,
                    FORMAT(%(text)s, before.name, after.name), %(user)s,
                    'crm.analytics.strategy', history.id
                FROM crm_analytics_strategy history
                JOIN crm_analytics_customer figures USING (partner_id, company_id)
                JOIN (VALUES %(pairs)s) before (code, name)
                    ON before.code = history.strategy_before
                JOIN (VALUES %(pairs)s) after (code, name)
                    ON after.code = history.strategy
                WHERE history.id = ANY(%(ids)s) AND figures.strategy_chosen IS NULL""",
                text=self.env._(
                    "Strategy: %(before)s → %(after)s (computed)",
                    before="%1$s",
                    after="%2$s",
                ),
                pairs=pairs,
                user=self.env.uid,
                ids=ids,
            )
        )
