"""Fields that are right whenever they are read, also within the transaction."""

from odoo import fields


class SettledMixin:
    """A stored figure that `_settle` writes by SQL: it is settled before each read."""

    def __get__(self, record, owner=None):
        if record is not None and record._ids:
            record.env["crm.credit.account"]._settle()
        return super().__get__(record, owner)


class SettledMonetary(SettledMixin, fields.Monetary):
    def __init__(self, string=None, **kwargs):
        label = {"string": string} if string else {}
        super().__init__(readonly=True, copy=False, **label, **kwargs)


class SettledFloat(SettledMixin, fields.Float):
    def __init__(self, string=None, **kwargs):
        label = {"string": string} if string else {}
        super().__init__(
            readonly=True,
            copy=False,
            digits=(16, 4),
            aggregator=None,
            **label,
            **kwargs,
        )


class SettledDate(SettledMixin, fields.Date):
    def __init__(self, string=None, **kwargs):
        label = {"string": string} if string else {}
        super().__init__(readonly=True, copy=False, **label, **kwargs)
