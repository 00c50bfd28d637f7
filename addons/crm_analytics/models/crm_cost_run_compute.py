from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_relationship.models.crm_pass_mixin import PassJob

from ..tools import costing

TRADE = ("revenue", "refunds", "discount", "cost")
# What one customer owed in the mean over the period: the sum of what it owed at the
# end of each day, by the number of days. An entry counts for the days it was there.
RECEIVABLE = """
    SELECT partner.commercial_partner_id AS partner_id,
        SUM(line.balance * (%(to)s::date - GREATEST(line.date, %(from)s::date) + 1))
            / (%(to)s::date - %(from)s::date + 1) AS receivable
    FROM account_move_line line
    JOIN account_account account ON account.id = line.account_id
        AND account.account_type = 'asset_receivable'
    JOIN res_partner partner ON partner.id = line.partner_id
    WHERE line.company_id = %(company)s AND line.parent_state = 'posted'
    AND line.date <= %(to)s
    GROUP BY partner.commercial_partner_id
"""


class CrmCostRun(models.Model):
    """How a run gets its figures."""

    _name = "crm.cost.run"
    _inherit = ["crm.cost.run"]

    def action_compute(self):
        """Compute the drafts again, from customer days that are up to date."""
        for run in self:
            run._check_draft()
        self.env["crm.customer.day"].sudo().refresh()  # the mart's job, not the user's
        for run in self:
            run._compute_figures()
        return True

    def _compute_figures(self):
        """Compute the run as a job in the job log."""
        log = self._run_pass(
            PassJob(
                code="crm.cost.run",
                model=self._name,
                name=self.env._("Cost run %(run)s", run=self.name),
                ids=lambda position, size: [self.id] if position < self.id else [],
                batch=lambda ids: self._put_figures(),
                size=1,
                total=lambda: 1,
            ),
            self.company_id,
        )
        if log.error_ids:
            raise UserError(
                self.env._(
                    "The run %(run)s could not be computed: %(reason)s",
                    run=self.name,
                    reason=log.error_ids[:1].message,
                )
            )

    def _put_figures(self):
        """Compute everything and write it. Returns how many rows."""
        self._forget_figures()
        pools = self.env["crm.cost.pool"].search(
            [("company_id", "=", self.company_id.id)]
        )
        facts = self._facts()
        drivers = {
            code: [max(amount, 0.0) for amount in facts[driver.column]]
            for code, driver in pools._drivers().items()
        }
        costs = pools._costs(self.date_from, self.date_to)
        asked = [costing.Pool(pool.id, costs[pool], pool.driver) for pool in pools]
        rounding = Decimal(str(self.currency_id.rounding))
        shared = costing.allocate(asked, drivers, rounding)
        # what nobody bears is in neither, so that the two can be compared
        by_volume = costing.allocate_by_volume(
            [pool for pool in asked if pool.key not in shared.unallocated],
            facts["revenue"],
            rounding,
        )
        self._put_pools(pools, asked, shared, by_volume, drivers)
        rows = self._put_lines(asked, shared, by_volume, drivers, facts)
        rows += self._put_profits(shared, by_volume, facts, rounding)
        self._put_totals(asked, shared)
        return rows

    # -- facts -------------------------------------------------------------------------

    def _facts(self):
        """What the mart and the ledger say of the period, as columns by customer.

        :return: dict of column: list; `partner_id`, `receivable`, and those of the mart
        """
        drivers = self.env["crm.cost.pool"]._drivers().values()
        names = list(dict.fromkeys([*TRADE, *(driver.column for driver in drivers)]))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, COALESCE(owed.receivable, 0)::float8, %(columns)s
                FROM (SELECT partner_id, %(sums)s FROM crm_customer_day
                    WHERE company_id = %(company)s
                    AND day BETWEEN %(from)s AND %(to)s GROUP BY partner_id) mart
                FULL JOIN (%(owed)s) owed USING (partner_id)
                WHERE mart.partner_id IS NOT NULL OR owed.receivable <> 0
                ORDER BY partner_id""",
                columns=self._columns_sql("COALESCE(mart.%s, 0)::float8", names),
                sums=self._columns_sql("SUM(%s) AS %s", names, times=2),
                owed=SQL(RECEIVABLE, **self._period()),
                **self._period(),
            )
        )
        columns = zip(*rows, strict=True) if rows else [()] * (len(names) + 2)
        names = ["partner_id", "receivable", *names]
        return {name: list(column) for name, column in zip(names, columns, strict=True)}

    def _period(self):
        return {
            "company": self.company_id.id,
            "from": self.date_from,
            "to": self.date_to,
        }

    def _columns_sql(self, template, names, times=1):
        return SQL(", ").join(
            SQL(template, *[SQL.identifier(name)] * times) for name in names
        )

    # -- rows --------------------------------------------------------------------------

    def _put_pools(self, pools, asked, shared, by_volume, drivers):
        sequences = {pool.id: number for number, pool in enumerate(pools)}
        self._insert(
            "crm.cost.run.pool",
            {
                "pool_id": [pool.key for pool in asked],
                "sequence": [sequences[pool.key] for pool in asked],
                "driver": [pool.driver for pool in asked],
                "amount": [pool.amount for pool in asked],
                "quantity": [sum(drivers.get(pool.driver, ())) for pool in asked],
                "rate": [shared.rates[pool.key] for pool in asked],
                "allocated": [
                    0 if pool.key in shared.unallocated else pool.amount
                    for pool in asked
                ],
                "unallocated": [shared.unallocated.get(pool.key, 0) for pool in asked],
                "by_volume": [
                    by_volume.rates.get(pool.key) is not None for pool in asked
                ],
            },
        )

    def _put_lines(self, asked, shared, by_volume, drivers, facts):
        """A line for each pool that a customer used or would bear by volume."""
        written = 0
        for pool in asked:
            if pool.key in shared.unallocated:
                continue
            columns = zip(
                facts["partner_id"],
                drivers[pool.driver],
                shared.parts[pool.key].tolist(),
                by_volume.parts[pool.key].tolist(),
                strict=True,
            )
            rows = [row for row in columns if any(row[1:])]
            partner, quantity, amount, volume = map(list, zip(*rows, strict=True))
            written += self._insert(
                "crm.cost.run.line",
                {
                    "partner_id": partner,
                    "pool_id": [pool.key] * len(rows),
                    "rate": [shared.rates[pool.key]] * len(rows),
                    "quantity": quantity,
                    "amount": amount,
                    "volume_amount": volume,
                },
            )
        return written

    def _put_profits(self, shared, by_volume, facts, rounding):
        import numpy as np

        trade = self._trade(facts)
        days = (self.date_to - self.date_from).days + 1
        rate = self.capital_rate / 100

        def rows(allocation):
            found = costing.profit_and_loss(trade, allocation, rate, days, rounding)
            return {row.key: row.amounts for row in found if row.key != "pool"}

        real, volume = rows(shared), rows(by_volume)
        profit = real["profit"]
        place = np.empty(len(profit), dtype=np.int64)
        place[np.argsort(-profit, kind="stable")] = np.arange(1, len(profit) + 1)
        return self._insert(
            "crm.analytics.profit",
            {
                "partner_id": facts["partner_id"],
                "place": place,
                "gross": real["revenue"],
                "discount": 0 - real["discount"],
                "returns": 0 - real["returns"],
                "revenue": real["net"],
                "goods": 0 - real["goods"],
                "margin": real["margin"],
                "cost_to_serve": shared.total(),
                "receivable": trade.receivable,
                "capital_cost": 0 - real["capital"],
                "profit": profit,
                "volume_cost": by_volume.total(),
                "volume_profit": volume["profit"],
                "difference": profit - volume["profit"],
            },
        )

    def _trade(self, facts):
        """What the customers bought; revenue is before discounts and credit notes."""
        import numpy as np

        revenue, refunds, discount, cost, owed = (
            np.array(facts[name]) for name in (*TRADE, "receivable")
        )
        gross = revenue + refunds + discount
        no_freight = np.zeros(len(revenue))
        return costing.Trade(gross, discount, cost, refunds, no_freight, owed)

    def _insert(self, model, columns):
        """Write rows given as columns, amounts rounded as their fields say."""
        target = self.env[model]
        target.flush_model()
        digits = self.currency_id.decimal_places
        names = list(columns)
        self.env.cr.execute(
            SQL(
                """INSERT INTO %(table)s (run_id, company_id, %(names)s)
                SELECT %(run)s, %(company)s, %(values)s
                FROM UNNEST(%(arrays)s) AS given (%(names)s)""",
                table=SQL.identifier(target._table),
                run=self.id,
                company=self.company_id.id,
                names=self._columns_sql("%s", names),
                values=SQL(", ").join(
                    self._value_sql(target._fields[name], digits) for name in names
                ),
                arrays=SQL(", ").join(
                    SQL("%s::" + self._array_type(target._fields[name]), list(values))
                    for name, values in (
                        (name, getattr(values, "tolist", lambda v=values: v)())
                        for name, values in columns.items()
                    )
                ),
            )
        )
        rows = self.env.cr.rowcount
        target.invalidate_model()
        return rows

    @staticmethod
    def _array_type(field):
        types = {"monetary": "numeric[]", "float": "float8[]", "boolean": "bool[]"}
        return types.get(field.type, "text[]" if field.type == "selection" else "int[]")

    @staticmethod
    def _value_sql(field, digits):
        name = SQL.identifier("given", field.name)
        return SQL("ROUND(%s, %s)", name, digits) if field.type == "monetary" else name

    def _put_totals(self, asked, shared):
        [(customers, profit)] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*), COALESCE(SUM(profit), 0)::float8
                FROM crm_analytics_profit WHERE run_id = %s""",
                self.id,
            )
        )
        total = sum(pool.amount for pool in asked)
        left = sum(shared.unallocated.values())
        self._unguarded().write(
            {
                "computed_at": fields.Datetime.now(),
                "customer_count": customers,
                "total": total,
                "allocated": total - left,
                "unallocated": left,
                "profit": profit,
            }
        )
        self.invalidate_recordset()
