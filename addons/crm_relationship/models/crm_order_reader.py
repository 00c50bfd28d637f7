from odoo import models

ORDERS = ("sale.order", "sale.order.line")


class CrmOrderReader(models.AbstractModel):
    """Stock records of a warehouse that may not read the orders behind them.

    A warehouse user has no access to sale orders, which show prices. Where core's code
    for transfers asks the order (what was ordered, whom to tell, which line to add), it
    goes on with `_with_orders`.
    """

    _name = "crm.order.reader"
    _description = "Stock Record with an Order behind It"

    def _reads_orders(self):
        return all(self.env[name].has_access("read") for name in ORDERS)

    def _with_orders(self):
        """The same records, able to read their orders; the user remains who acts."""
        return self if self._reads_orders() else self.sudo()

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """A column that is an order tells its name, as a list does."""
        named = {
            number: path[0]
            for number, path in enumerate(fields)
            if path[1:] in ([], ["display_name"])
            and path
            and self._fields[path[0]].type == "many2one"
            and self._fields[path[0]].comodel_name in ORDERS
        }
        if not named or self._reads_orders():
            return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        known = [[".id"] if n in named else path for n, path in enumerate(fields)]
        rows = []
        for record in self:
            first, *more = super(CrmOrderReader, record)._export_rows(
                known, _is_toplevel_call=_is_toplevel_call
            )
            for number, name in named.items():
                first[number] = record.sudo()[name].display_name or ""
            rows += [first, *more]
        return rows
