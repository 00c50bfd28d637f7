from odoo import api, fields, models
from odoo.tools import SQL

from .crm_pass_mixin import PassJob

# The day that a customer expects, and the one that it heard last: a promise that is
# younger than our last mail counts more than the mail.
EXPECTED = SQL("GREATEST(trace.expected_date, trace.promise_date)")
HEARD = SQL(
    """CASE WHEN trace.told_at >= (
        SELECT MAX(promise.create_date) FROM crm_order_promise promise
        WHERE promise.sale_line_id = trace.sale_line_id
    ) THEN trace.told_date ELSE trace.promise_date END"""
)
MAILS = 100  # customers in one transaction


class CrmOrderTrace(models.Model):
    """Tells customers when dates move, once a day and all lines in one mail."""

    _name = "crm.order.trace"
    _inherit = ["crm.order.trace", "crm.pass.mixin"]

    told_date = fields.Date(
        "Told", readonly=True, help="The expected day that the customer heard last."
    )
    told_at = fields.Datetime(readonly=True)

    @api.model
    def _cron_tell(self):
        """Write to each customer who waits for a line whose day has moved too far.

        Nobody knows what customers had heard before we began to follow their orders:
        the first time, what is known is only remembered.
        """
        done = [("code", "=", "trace.tell"), ("state", "=", "done")]
        if not self.env["crm.pass"].sudo().search_count(done, limit=1):
            self._remember_all()
        return self._run_pass(
            PassJob(
                code="trace.tell",
                name=self.env._("Order trace: mail to customers"),
                ids=self._customers_with_news,
                batch=self._tell,
                size=MAILS,
                lock="trace.tell",
            )
        )

    def _news(self, condition):
        """Ids of the lines with news: customer, trace and the day last heard."""
        return SQL(
            """SELECT contact.commercial_partner_id, trace.id, %(heard)s
            FROM crm_order_trace trace
            JOIN res_partner contact ON contact.id = trace.partner_id
            JOIN res_partner entity ON entity.id = contact.commercial_partner_id
            WHERE trace.is_finished IS NOT TRUE AND trace.expected_date IS NOT NULL
            AND trace.promise_date IS NOT NULL AND %(condition)s
            AND ABS(%(expected)s - (%(heard)s))
                > COALESCE(entity.promise_tolerance_days, 0)""",
            heard=HEARD,
            expected=EXPECTED,
            condition=condition,
        )

    def _customers_with_news(self, position, size):
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT commercial_partner_id FROM (%s) news
                ORDER BY 1 LIMIT %s""",
                self._news(SQL("contact.commercial_partner_id > %s", position or 0)),
                size,
            )
        )
        return [id_ for (id_,) in rows]

    def _tell(self, partner_ids):
        """Write to these customers, one mail for each and company; count the mails."""
        condition = SQL("contact.commercial_partner_id = ANY(%s)", list(partner_ids))
        rows = self.env.execute_query(self._news(condition))
        heard = {trace: day for _customer, trace, day in rows}
        traces = self.sudo().browse(heard)
        mails = traces.grouped(
            lambda trace: (trace.partner_id.commercial_partner_id, trace.company_id)
        )
        return sum(
            lines._send_news(customer, company, heard)
            for (customer, company), lines in mails.items()
        )

    def _send_news(self, customer, company, heard):
        people = self.partner_id.filtered("email") or customer.filtered("email")
        if not people:
            return 0
        template = self.env.ref("crm_relationship.mail_template_order_news").sudo()
        lang = people[0].lang or customer.lang or self.env.lang
        lines = self.with_context(lang=lang).sorted(
            lambda trace: (trace.order_id.id, trace.sale_line_id.id)
        )
        template.with_context(
            lang=lang,
            news=[line._news_line(heard[line.id]) for line in lines],
            news_company=company.name,
            news_url=bool(people.user_ids)
            and f"{customer.get_base_url()}/my/order-tracking",
        ).send_mail(
            customer.id,
            email_values={
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "recipient_ids": people.ids,
            },
        )
        self._mark_told()
        return 1

    def _news_line(self, heard):
        """What the mail says of a line, in the customer's language."""
        expected = max(self.expected_date, self.promise_date)
        return {
            "product": self.product_id.display_name,
            "order": self.order_id.client_order_ref or self.order_id.name,
            "heard": self._short_date(heard),
            "expected": self._short_date(expected),
            "earlier": expected < heard,
            "reason": self._portal_reason(),
        }

    def _mark_told(self):
        self._remember(SQL("id = ANY(%s)", self.ids))

    def _remember_all(self):
        self.flush_model()
        self._remember(
            SQL("is_finished IS NOT TRUE AND expected_date IS NOT NULL"),
        )

    def _remember(self, condition):
        """The expected days of these lines are what their customers have heard."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_order_trace trace SET told_date = %s, told_at = %s
                WHERE %s""",
                EXPECTED,
                fields.Datetime.now(),
                condition,
            )
        )
        self.invalidate_model(["told_date", "told_at"], flush=False)
