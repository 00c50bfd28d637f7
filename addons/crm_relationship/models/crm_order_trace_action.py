from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .crm_order_trace_figure import SALES_GROUPS

AT_STAKE = 20  # lines that a request to hurry names


class CrmOrderTrace(models.Model):
    """What one does about a late line."""

    _name = "crm.order.trace"
    _inherit = ["crm.order.trace"]

    can_open_cause = fields.Boolean(compute="_compute_can_open_cause")

    @api.depends("cause_id", "cause_model")
    @api.depends_context("uid")
    def _compute_can_open_cause(self):
        for model, traces in self.grouped("cause_model").items():
            documents = (
                self.env[model].browse(traces.mapped("cause_id")) if model else []
            )
            readable = set(
                documents and documents.exists()._filtered_access("read").ids
            )
            for trace in traces:
                trace.can_open_cause = trace.cause_id in readable

    def action_open_cause(self):
        self.ensure_one()
        if not self.cause_id:
            raise UserError(self.env._("Nothing holds up this line."))
        if not self.can_open_cause:
            raise UserError(
                self.env._(
                    "You may not open %(name)s. Ask its owner to expedite it.",
                    name=self.cause_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.cause_model,
            "res_id": self.cause_id,
            "views": [(False, "form")],
        }

    def action_open_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }

    def action_expedite(self):
        """Ask whoever looks after the causes to hurry; tell which customers wait."""
        self._check_sales()
        waiting = self.filtered(lambda trace: trace.cause_id and not trace.is_finished)
        if not waiting:
            raise UserError(self.env._("Nothing holds up these lines."))
        asked = Counter()
        for (model, id_), traces in waiting.grouped(
            lambda trace: (trace.cause_model, trace.cause_id)
        ).items():
            asked[traces._expedite(self.env[model].browse(id_)).name] += 1
        return self._notification(
            self.env._("%(people)s will be asked to hurry.", people=", ".join(asked))
        )

    def _check_sales(self):
        self.check_access("read")
        if not self.env.user.has_groups(SALES_GROUPS):
            raise AccessError(
                self.env._("Only salespeople speak for the customers of an order.")
            )

    def _notification(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _expedite(self, document):
        """Leave one activity on the document, which names all who wait for it."""
        # The salesperson need not be allowed to read the document.
        document = document.sudo().exists()
        if document._name == "stock.move":
            document = document.product_id
        user = self._expedite_user(document)
        kind = self.env.ref("crm_relationship.mail_activity_type_expedite").sudo()
        note = self.with_context(lang=user.lang).sudo()._expedite_note(document)
        activity = document.activity_ids.filtered(
            lambda a: a.activity_type_id == kind and a.user_id == user
        )[:1]
        if activity:
            activity.note = note
        else:
            document.activity_schedule(
                activity_type_id=kind.id, user_id=user.id, note=note
            )
        return user

    def _expedite_user(self, document):
        """Its buyer, planner or owner; else who is responsible for the product."""
        people = self.env["res.users"].sudo()
        if document and "user_id" in document._fields:
            people |= document.user_id
        for product in self.sudo().product_id:
            people |= product.responsible_id
        people = people.filtered(lambda user: user.active and not user.share)
        if document and people:
            return people[0]
        raise UserError(
            self.env._(
                "Nobody looks after %(name)s. Set its responsible person, or that of "
                "the product %(product)s.",
                name=self[:1].cause_name,
                product=self[:1].product_id.display_name,
            )
        )

    def _expedite_note(self, document):
        """Who waits for the cause of these lines, the best tiers and latest first."""
        cause = self[0]
        traces = self.search(
            [
                ("cause_model", "=", cause.cause_model),
                ("cause_id", "=", cause.cause_id),
                ("is_finished", "=", False),
            ],
        ).sorted(lambda t: (t.tier_id.sequence or 99, -t.days_late, t.id))
        return self.env["ir.qweb"]._render(
            "crm_relationship.expedite_note",
            {
                "name": cause.cause_name,
                "person": self.env.user.name,
                "customers": len(traces.partner_id.commercial_partner_id),
                "traces": traces[:AT_STAKE],
                "more": max(len(traces) - AT_STAKE, 0),
            },
            minimal_qcontext=True,
        )

    def action_message_customer(self):
        """A message to the customer of these lines, drafted in their language."""
        self._check_sales()
        if len(self.order_id) != 1:
            raise UserError(
                self.env._("Choose lines of one order to write to its customer.")
            )
        order = self.order_id
        draft = self.with_context(lang=order.partner_id.lang or self.env.lang)
        return order._message_to_customer(
            draft._message_subject(order),
            draft._message_body(order),
            default_email_layout_xmlid="mail.mail_notification_light",
        )

    def action_repromise(self):
        """Promise other dates for these lines of one order, or split them; proposed is
        no day before the one that is expected.
        """
        self._check_sales()
        action = self.sale_line_id.action_repromise()
        expected = {trace.sale_line_id: trace.expected_date for trace in self}
        for row in self.env[action["res_model"]].browse(action["res_id"]).line_ids:
            date = expected.get(row.sale_line_id)
            if date and (not row.date or row.date < date):
                row.date = date
        return action

    def _message_subject(self, order):
        return self.env._("News of your order %(name)s", name=order.name)

    def _message_body(self, order):
        return self.env["ir.qweb"]._render(
            "crm_relationship.customer_message",
            {"order": order, "traces": self, "person": self.env.user.name},
            minimal_qcontext=True,
        )
