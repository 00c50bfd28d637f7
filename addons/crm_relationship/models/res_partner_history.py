from odoo import models
from odoo.tools import SQL


class ResPartner(models.Model):
    """What happens to a customer's history when the customer changes."""

    _inherit = "res.partner"

    def _write_multi(self, vals_list):
        """A partner that gets another commercial entity takes its history along."""
        moves = [
            (id_, vals["commercial_partner_id"])
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if vals.get("commercial_partner_id")
        ]
        if moves:
            self._move_history(moves)
        return super()._write_multi(vals_list)

    def _move_history(self, moves):
        """`moves`: pairs of a partner's id and the id of its new commercial entity."""
        self.env.cr.execute(
            SQL(
                """SELECT partner.id, move.entity_id, partner.commercial_partner_id
                FROM (VALUES %s) AS move (partner_id, entity_id)
                JOIN res_partner partner ON partner.id = move.partner_id
                WHERE partner.commercial_partner_id <> move.entity_id""",
                SQL(", ").join(SQL("(%s, %s)", *move) for move in moves),
            )
        )
        if rows := self.env.cr.fetchall():
            entities = {id_ for row in rows for id_ in row[1:]}
            self.env["crm.customer.day"]._touch_entities(entities)
            self.env["crm.customer.event"]._follow_contact([row[:2] for row in rows])

    def _before_partner_merge(self, destination):
        """Called on the partners about to be merged into `destination`."""
        self.env["crm.customer.day"]._touch_partners(self | destination)

    def _after_partner_merge(self, sources):
        """Called on the partner into which `sources` were merged, before they go.

        The merge moves contacts by SQL, so their commercial entity is found again here.
        """
        contacts = self.search(
            [("id", "child_of", self.ids), ("id", "not in", sources.ids)]
        )
        self.env.add_to_compute(self._fields["commercial_partner_id"], contacts)
        self.env["crm.customer.day"]._touch_partners(self)
        self._log_customer_event(
            "merge",
            self.env._(
                "Merged with %(names)s.",
                names=", ".join(sources.mapped("display_name")),
            ),
        )

    def _log_customer_event(self, kind, name, record=None, date=None, company=None):
        """Add one sentence to the timeline of each partner's commercial entity."""
        return (
            self.env["crm.customer.event"]
            .sudo()
            .create(
                [
                    self._prepare_customer_event_vals(
                        kind=kind, name=name, record=record, date=date, company=company
                    )
                    | {
                        "partner_id": partner.commercial_partner_id.id,
                        "contact_id": partner.id,
                    }
                    for partner in self
                ]
            )
        )

    def _prepare_customer_event_vals(self, kind, name, record, date, company):
        if company is None and record is not None and "company_id" in record:
            company = record.company_id
        return {
            "kind": kind,
            "name": name,
            "date": date or self.env.cr.now(),
            "company_id": company.id if company else False,
            "user_id": self.env.uid,
            "res_model": record._name if record else False,
            "res_id": record.id if record else False,
        }
