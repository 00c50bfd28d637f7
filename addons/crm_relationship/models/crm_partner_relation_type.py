from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmPartnerRelationType(models.Model):
    """What one partner is to another, with the words for both directions."""

    _name = "crm.partner.relation.type"
    _description = "Relation Type"
    _order = "sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(
        required=True,
        translate=True,
        help='What the first partner is to the other one, such as "guarantor of".',
    )
    inverse_name = fields.Char(
        string="Seen from the Other Side",
        required=True,
        translate=True,
        compute="_compute_inverse_name",
        store=True,
        readonly=False,
        precompute=True,
        help='What the other partner is to the first one, such as "guaranteed by".',
    )
    code = fields.Char(
        string="Technical Code",
        required=True,
        copy=False,
        help="By this name other parts of the system ask for relations of this type.",
    )
    symmetric = fields.Boolean(help="Both partners are the same to each other.")
    acyclic = fields.Boolean(
        string="No Circle", help="Nobody may be this to itself through others."
    )
    needs_share = fields.Boolean(help="The relation says how many percent it is.")
    needs_amount = fields.Boolean(help="The relation says up to which amount it goes.")

    _code_uniq = models.UniqueIndex("(code)", "Another relation type has this code.")

    @api.depends("symmetric", "name")
    def _compute_inverse_name(self):
        for kind in self:
            if kind.symmetric:
                kind.inverse_name = kind.name
            else:
                kind.inverse_name = kind.inverse_name

    @api.constrains("symmetric", "acyclic", "needs_share")
    def _check_symmetric(self):
        for kind in self:
            if kind.symmetric and (kind.acyclic or kind.needs_share):
                raise ValidationError(
                    self.env._(
                        "“%(type)s” is the same from both sides, so it can neither "
                        "forbid circles nor ask for a share.",
                        type=kind.name,
                    )
                )

    def _name_from_the_other_side(self):
        self.ensure_one()
        return self.name if self.symmetric else self.inverse_name
