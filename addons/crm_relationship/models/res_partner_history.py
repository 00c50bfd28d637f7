from odoo import api, models
from odoo.tools import SQL

NEWCOMERS = "crm_relationship.newcomers"


class ResPartner(models.Model):
    """What happens to a customer's history when the customer changes."""

    _inherit = "res.partner"

    @api.model
    def _create(self, data_list):
        """A new partner has no history until it gets its first commercial entity."""
        partners = super()._create(data_list)
        self._newcomers().update(
            data["record"].id
            for data in data_list
            if not data["stored"].get("commercial_partner_id")
        )
        return partners

    def _write_multi(self, vals_list):
        """A partner that gets another commercial entity takes its history along."""
        moves = self._moves(
            {
                id_: vals["commercial_partner_id"]
                for id_, vals in zip(self._ids, vals_list, strict=True)
                if vals.get("commercial_partner_id")
            }
        )
        res = super()._write_multi(vals_list)
        if moves:
            self._move_history(moves)
        return res

    @api.model
    def _newcomers(self):
        """Ids of partners of this transaction whose entity was never written."""
        return self.env.cr.precommit.data.setdefault(NEWCOMERS, set())

    @api.model
    def _moves(self, entities):
        """The partners whose commercial entity changes, and from which to which.

        :param entities: {partner id: its commercial entity from now on}
        :returns: [(partner id, entity id, id of the entity before)]
        """
        newcomers = self._newcomers()
        known = [id_ for id_ in entities if id_ not in newcomers]
        newcomers.difference_update(entities)
        if not known:
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT id, commercial_partner_id FROM res_partner WHERE id = ANY(%s)",
                known,
            )
        )
        return [
            (id_, entities[id_], before)
            for id_, before in rows
            if before and before != entities[id_]
        ]

    @api.model
    def _move_history(self, moves):
        """`moves`: ids of the partner, of its commercial entity and of that before."""
        entities = {id_ for move in moves for id_ in move[1:]}
        self.env["crm.customer.day"]._touch_entities(entities)
        self.env["crm.customer.event"]._follow_contact([move[:2] for move in moves])

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
