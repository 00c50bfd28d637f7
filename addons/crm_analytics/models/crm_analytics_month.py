from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import rolling
from .crm_analytics_customer import FINANCE

POINTS = 25  # months that are kept up to date: this one and those of two years
DSO_DAYS = 90
# Invoices and credit notes to customers, as opposed to payments and entries.
BILLS = ("out_invoice", "out_refund", "out_receipt")


class CrmAnalyticsMonth(models.Model):
    """A company's figures month by month, for the trends of the overview.

    Written after each refresh of the customer figures. They are of the whole company:
    who only sees own customers gets the same sums of those, see `_bought` and `_kept`.
    """

    _name = "crm.analytics.month"
    _description = "Figures of a Month"
    _order = "month desc, id desc"
    _rec_name = "month"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    revenue = fields.Monetary(readonly=True)
    buyer_count = fields.Integer(
        "Customers 12M",
        readonly=True,
        aggregator=None,
        help="Customers who were invoiced in the twelve months that end with this one.",
    )
    base_count = fields.Integer(
        "Customers 12M Before",
        readonly=True,
        aggregator=None,
        help="Customers who bought in the twelve months before these.",
    )
    retained_count = fields.Integer(
        "Bought Again", readonly=True, aggregator=None, help="Customers of both."
    )
    promise_count = fields.Integer("Promises Due", readonly=True)
    kept_count = fields.Integer("Promises Kept", readonly=True)
    receivable = fields.Monetary(
        readonly=True,
        aggregator=None,
        groups=FINANCE,
        help="What customers owed at the end of the month, or owe now, by the ledger.",
    )
    billed = fields.Monetary(
        readonly=True,
        aggregator=None,
        groups=FINANCE,
        help="Invoiced less credit notes in the 90 days until then, taxes included.",
    )
    stake = fields.Monetary(
        "Value at Stake",
        readonly=True,
        aggregator=None,
        help="As it was when the month ended, or is now.",
    )
    stake_known = fields.Boolean(readonly=True)

    _company_month_uniq = models.Constraint(
        "UNIQUE (company_id, month)", "A company has one row per month."
    )

    @api.model
    def _note(self, company):
        """Bring the last months of a company up to date."""
        today = self.env["crm.analytics.customer"]._today(company)
        months = self._months(today, POINTS)
        rows = {month: {"month": month} for month in months}
        for part in (
            self._bought(company, today, POINTS),
            self._kept(company, today, POINTS),
            self._owed(company, today, POINTS),
        ):
            for month, values in part.items():
                rows[month] |= values
        rows[months[-1]] |= self._stake(company)
        self._put(company, list(rows.values()))

    @api.model
    def _months(self, today, points):
        """The first days of the last months, this one included, oldest first."""
        first = fields.Date.start_of(today, "month")
        return [
            fields.Date.subtract(first, months=number)
            for number in reversed(range(points))
        ]

    @api.model
    def _bought(self, company, today, points, partners=None):
        """`{month: revenue, buyer_count, base_count, retained_count}`.

        :param partners: query of the customers; everybody if nothing
        """
        months = self._months(today, points + 2 * rolling.WINDOW - 1)
        self.env["crm.customer.day"].flush_model()
        rows = self.env.execute_query(
            self._bought_sql(company, months, today, partners)
        )
        masks = [(mask, count) for is_mask, mask, count in rows if is_mask]
        revenue = {n: float(sum_) for is_mask, n, sum_ in rows if not is_mask}
        bits, counts = zip(*masks, strict=True) if masks else ((), ())
        counts = [int(count) for count in counts]
        found = rolling.rolling(bits, counts, len(months))
        return {
            month: {
                "revenue": revenue.get(len(months) - points + place, 0.0),
                "buyer_count": figures.buyers,
                "base_count": figures.base,
                "retained_count": figures.retained,
            }
            for place, (month, figures) in enumerate(
                zip(months[-points:], found, strict=True)
            )
        }

    @api.model
    def _bought_sql(self, company, months, today, partners):
        """Rows of two kinds: customers by the months they bought in, and revenue.

        Months are numbers of places in `months`; those of a customer are bits of one.
        """
        scope = SQL(
            "mart.company_id = %s AND mart.day >= %s AND mart.day <= %s AND %s",
            company.id,
            months[0],
            today,
            SQL("mart.partner_id IN (SELECT partner_id FROM whose)")
            if partners
            else SQL("TRUE"),
        )
        return SQL(
            """WITH %(whose)s
            SELECT TRUE, months, COUNT(*) FROM (
                SELECT BIT_OR(1::bigint << %(n)s) AS months
                FROM crm_customer_day mart WHERE %(scope)s AND revenue > 0
                GROUP BY partner_id
            ) mask GROUP BY months
            UNION ALL
            SELECT FALSE, %(n)s, COALESCE(SUM(revenue), 0)
            FROM crm_customer_day mart WHERE %(scope)s GROUP BY 2""",
            whose=SQL("whose AS MATERIALIZED %s", partners)
            if partners
            else SQL("nobody AS (SELECT 1)"),
            n=SQL("(WIDTH_BUCKET(mart.day, %s::date[]) - 1)", months),
            scope=scope,
        )

    @api.model
    def _kept(self, company, today, points, lines=None):
        """`{month: promise_count, kept_count}`, as the report of kept promises has it.

        :param lines: query of the report's lines; all if nothing
        """
        months = self._months(today, points)
        report = self.env["crm.order.kept"].sudo()
        report.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DATE_TRUNC('month', trace.promise_date)::date, COUNT(*),
                    COUNT(*) FILTER (WHERE trace.is_finished
                        AND trace.expected_date <= trace.promise_date)
                FROM crm_order_trace trace %(due)s
                AND trace.company_id = %(company)s AND trace.promise_date >= %(since)s
                AND trace.promise_date < %(until)s AND %(whose)s GROUP BY 1""",
                due=report._where(),
                company=company.id,
                since=months[0],
                until=fields.Date.add(months[-1], months=1),
                whose=self._whose("trace.id", lines),
            )
        )
        found = {month: (count, kept) for month, count, kept in rows}
        return {
            month: dict(
                zip(
                    ("promise_count", "kept_count"),
                    found.get(month, (0, 0)),
                    strict=True,
                )
            )
            for month in months
        }

    @api.model
    def _owed(self, company, today, points):
        """`{month: receivable, billed}` at the end of each month, or today."""
        months = self._months(today, points)
        ends = [min(fields.Date.end_of(month, "month"), today) for month in months]
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """WITH daily AS MATERIALIZED (
                    SELECT line.date, SUM(line.balance) AS owed,
                        SUM(line.balance) FILTER (
                            WHERE move.move_type = ANY(%(bills)s)) AS billed
                    FROM account_move_line line
                    JOIN account_move move ON move.id = line.move_id
                    WHERE line.account_id = ANY(%(accounts)s)
                    AND line.company_id = %(company)s AND line.date <= %(today)s
                    AND line.parent_state = 'posted' GROUP BY line.date
                )
                SELECT month, (SELECT COALESCE(SUM(owed), 0) FROM daily
                        WHERE date <= closed),
                    (SELECT COALESCE(SUM(billed), 0) FROM daily
                        WHERE date <= closed AND date > closed - %(days)s)
                FROM UNNEST(%(months)s::date[], %(ends)s::date[]) span (month, closed)
                """,
                bills=list(BILLS),
                accounts=self._receivable_accounts(company),
                company=company.id,
                today=today,
                days=DSO_DAYS,
                months=months,
                ends=ends,
            )
        )
        return {
            month: {"receivable": float(owed), "billed": float(billed)}
            for month, owed, billed in rows
        }

    @api.model
    def _receivable_accounts(self, company):
        accounts = self.env["account.account"].sudo().with_company(company)
        return (
            accounts.with_context(active_test=False)
            .search([("account_type", "=", "asset_receivable")])
            .ids
        )

    @api.model
    def _stake(self, company):
        """What is at stake now, if anybody has computed it."""
        figures = self.env["crm.analytics.customer"].sudo()
        query = figures._search(
            figures._stake_domain() & figures._here_domain(company), order=None
        )
        amount, known = self.env.execute_query(
            SQL(
                """SELECT (SELECT COALESCE(SUM(value_at_stake), 0)
                    FROM crm_analytics_customer WHERE id IN %s),
                EXISTS (SELECT FROM crm_analytics_customer
                    WHERE company_id = %s AND clv_date IS NOT NULL)""",
                query.subselect(),
                company.id,
            )
        )[0]
        return {"stake": float(amount), "stake_known": known}

    @api.model
    def _whose(self, column, query):
        """The condition that a column is of a query's records."""
        if query is None:
            return SQL("TRUE")
        name = SQL.identifier(*column.split("."))
        return SQL("%s IN %s", name, query)

    @api.model
    def _put(self, company, rows):
        """Write the months that are not right; `rows` have different columns."""
        names = sorted({name for row in rows for name in row} - {"month"})
        values = SQL(", ").join(
            SQL(
                "(%s, %s::date, %s)",
                company.id,
                row["month"],
                SQL(", ").join(
                    SQL("%s::%s", row.get(name), SQL(self._fields[name].column_type[1]))
                    for name in names
                ),
            )
            for row in rows
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_analytics_month AS old (company_id, month, %(names)s)
                VALUES %(values)s
                ON CONFLICT (company_id, month) DO UPDATE SET %(set)s
                WHERE (%(old)s) IS DISTINCT FROM (%(new)s)""",
                names=self._each("%(name)s", names),
                values=values,
                set=self._each(
                    "%(name)s = COALESCE(EXCLUDED.%(name)s, old.%(name)s)", names
                ),
                old=self._each("old.%(name)s", names),
                new=self._each("COALESCE(EXCLUDED.%(name)s, old.%(name)s)", names),
            )
        )
        self.invalidate_model()

    @api.model
    def _each(self, template, names):
        return SQL(", ").join(
            SQL(template, name=SQL.identifier(name)) for name in names
        )

    @api.model
    def _dso(self, receivable, billed):
        """Days sales outstanding; None where nothing was billed.

        Receivables at the end ÷ billed in the last 90 days × 90, taxes in both.
        """
        return DSO_DAYS * receivable / billed if billed > 0 else None
