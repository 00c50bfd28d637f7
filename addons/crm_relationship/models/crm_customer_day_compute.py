from odoo import models
from odoo.tools import SQL

from .crm_customer_day_source import COMPANIES


class CrmCustomerDay(models.Model):
    """The statement that makes rows of the mart right."""

    _name = "crm.customer.day"
    _inherit = ["crm.customer.day"]

    def _compute_days(self, queued, entities, within, surplus, days=()):
        """Make the mart's rows within the scope equal to the sources; count the writes.

        `queued`: which rows of the queue this settles. `entities`: the condition on
        their partners. `within(company, partner, day)`: the condition on a key.
        `surplus`: selects the keys that have no facts. `days`: periods that have all
        days within the scope, if it is about days. Rows that are right already are left
        alone.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH %(companies)s, taken AS (
                    DELETE FROM crm_customer_day_touch WHERE %(queued)s
                    RETURNING company_id, partner_id, day
                ), queue AS MATERIALIZED (
                    SELECT DISTINCT company_id, partner_id, day FROM taken
                ), day_entity AS MATERIALIZED (
                    SELECT id, commercial_partner_id FROM res_partner WHERE %(entities)s
                ), fact AS MATERIALIZED (%(facts)s), %(writes)s %(follow)s
                SELECT (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM changed)
                    + (SELECT COUNT(*) FROM added)""",
                companies=COMPANIES,
                queued=queued,
                entities=entities,
                facts=self._facts_sql(within, days),
                writes=self._writes_sql(surplus),
                follow=SQL(" ").join(
                    SQL(", follow_%s AS (%s)", number, statement)
                    for number, statement in enumerate(self._on_written_sql())
                ),
            )
        )
        rows = self.env.cr.fetchone()[0]
        self.invalidate_model()
        return rows

    def _writes_sql(self, surplus):
        """WITH parts: what makes the rows right, and the keys it was about."""
        return SQL(
            """wrong AS MATERIALIZED (%(wrong)s
            ), gone AS (%(delete)s RETURNING
                crm_customer_day.company_id, crm_customer_day.partner_id,
                crm_customer_day.day
            ), changed AS (%(update)s RETURNING 1
            ), added AS (%(insert)s RETURNING 1
            ), written AS (
                SELECT company_id, partner_id, day FROM wrong
                UNION ALL SELECT company_id, partner_id, day FROM gone
            ), computed AS (
                SELECT company_id, partner_id, day FROM queue
                WHERE company_id IS NOT NULL AND day IS NOT NULL
                UNION ALL SELECT company_id, partner_id, day FROM fact
            )""",
            wrong=self._wrong_sql(),
            delete=self._delete_sql(surplus),
            update=self._update_sql(),
            insert=self._insert_sql(),
        )

    def _facts_sql(self, within, days):
        """The rows that the sources make."""
        names = self._day_columns()
        sources = self._day_sources().values()
        return SQL(
            """SELECT company_id, partner_id, day, %s FROM (%s) part
            WHERE company_id IS NOT NULL AND day IS NOT NULL
            GROUP BY company_id, partner_id, day""",
            self._columns_sql("SUM(%(name)s) AS %(name)s"),
            SQL(" UNION ALL ").join(
                source.facts(names, within, days) for source in sources
            ),
        )

    def _surplus(self, within):
        """The keys of the rows that no document makes any more."""
        return SQL(
            """SELECT company_id, partner_id, day FROM crm_customer_day mart WHERE %s
            EXCEPT SELECT company_id, partner_id, day FROM fact""",
            within(*map(SQL, ("mart.company_id", "mart.partner_id", "mart.day"))),
        )

    def _delete_sql(self, surplus):
        return SQL(
            """DELETE FROM crm_customer_day USING (%s) surplus
            WHERE crm_customer_day.company_id = surplus.company_id
            AND crm_customer_day.partner_id = surplus.partner_id
            AND crm_customer_day.day = surplus.day""",
            surplus,
        )

    def _wrong_sql(self):
        """The facts whose rows are not right, with the row's id, or not there."""
        return SQL(
            """SELECT mart.id, fact.* FROM fact
            LEFT JOIN crm_customer_day mart USING (company_id, partner_id, day)
            WHERE mart.id IS NULL OR (%(old)s) IS DISTINCT FROM (%(new)s)""",
            old=self._columns_sql("mart.%(name)s"),
            new=self._columns_sql("fact.%(name)s"),
        )

    def _update_sql(self):
        return SQL(
            """UPDATE crm_customer_day SET %s
            FROM wrong WHERE wrong.id = crm_customer_day.id""",
            self._columns_sql("%(name)s = wrong.%(name)s"),
        )

    def _insert_sql(self):
        return SQL(
            """INSERT INTO crm_customer_day (company_id, partner_id, day, %(names)s)
            SELECT company_id, partner_id, day, %(names)s FROM wrong WHERE id IS NULL
            ON CONFLICT (partner_id, company_id, day) DO UPDATE SET %(update)s""",
            names=self._columns_sql("%(name)s"),
            update=self._columns_sql("%(name)s = EXCLUDED.%(name)s"),
        )

    def _on_written_sql(self):
        """Statements that follow from the keys in `written` or `computed`.

        Rows of the latter may be right as they were. Both have duplicates.
        """
        return []

    def _columns_sql(self, template):
        return SQL(", ").join(
            SQL(template, name=SQL.identifier(name)) for name in self._day_columns()
        )
