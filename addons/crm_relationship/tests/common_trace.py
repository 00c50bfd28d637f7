from datetime import datetime, time, timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase

from .common_people import new_user


class TraceCommon(TransactionCase):
    """A trading company, its people, a customer, a supplier, and goods.

    Days are counted from today; every document of a day is at noon.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "tracking_disable": True, "tz": "UTC"}
        )
        cls.company = cls.env["res.company"].create({"name": "Seller"})
        cls.company.partner_id.tz = "UTC"
        cls.warehouse = cls._warehouse(cls.company)
        cls.today = fields.Date.context_today(cls.company)
        cls._people()
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.customer = cls.env["res.partner"].create({"name": "Azure"})
        cls.supplier = cls.env["res.partner"].create({"name": "Wood Corner"})
        cls.env.cr.flush()

    @classmethod
    def _warehouse(cls, company):
        places = cls.env["stock.warehouse"].sudo()
        return places.search([("company_id", "=", company.id)], limit=1)

    @classmethod
    def _people(cls):
        groups = {
            "seller": "sales_team.group_sale_salesman",
            "worker": "stock.group_stock_user",
            "buyer": "purchase.group_purchase_user,stock.group_stock_user",
        }
        for who, group in groups.items():
            user = new_user(cls.env, f"trace_{who}", group, cls.company, tz="UTC")
            setattr(cls, who, user)

    @classmethod
    def _day(cls, days):
        return cls.today + timedelta(days=days)

    @classmethod
    def _noon(cls, days):
        return datetime.combine(cls._day(days), time(12))

    @classmethod
    def _product(cls, name, *routes, delay=None, **vals):
        """Goods; with `delay`, the supplier needs so many days."""
        offers = [
            Command.create(
                {"partner_id": cls.supplier.id, "delay": delay, "price": 1.0}
            )
        ]
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "invoice_policy": "delivery",
                "route_ids": [Command.set([route.id for route in routes])],
                "seller_ids": offers if delay is not None else [],
                **vals,
            }
        )

    @classmethod
    def _route_mto(cls):
        """Made or bought on order: archived in core until somebody wants it."""
        route = cls.env.ref("stock.route_warehouse0_mto")
        route.active = True
        rules = route.rule_ids.filtered(lambda rule: rule.company_id == cls.company)
        rules.write({"procure_method": "make_to_order", "active": True})
        return route

    @classmethod
    def _route_buy(cls):
        return cls.env.ref("purchase_stock.route_warehouse0_buy")

    @classmethod
    def _stock(cls, product, quantity, warehouse=None):
        place = (warehouse or cls.warehouse).lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(product, place, quantity)

    @classmethod
    def _count(cls, product, quantity):
        """Enter what was counted; nobody has applied it yet."""
        cls.env["stock.quant"].create(
            {
                "product_id": product.id,
                "location_id": cls.warehouse.lot_stock_id.id,
                "inventory_quantity": quantity,
            }
        )

    def _order(self, *items, promise=None, priority=None, confirm=True, **vals):
        """A salesperson's order: (product, quantity) each; promised in days."""
        order = (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "commitment_date": promise is not None and self._noon(promise),
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "price_unit": 10.0,
                            }
                        )
                        for product, quantity in items
                    ],
                    **vals,
                }
            )
        )
        if confirm:
            order.action_confirm()
        if priority:
            order.sudo().picking_ids.write({"priority": priority})
        return order

    def _purchase(self, product, quantity, days, confirm=True):
        """The buyer's own purchase, due in so many days."""
        purchase = (
            self.env["purchase.order"]
            .with_user(self.buyer)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_qty": quantity,
                                "price_unit": 1.0,
                                "date_planned": self._noon(days),
                            }
                        )
                    ],
                }
            )
        )
        if confirm:
            purchase.button_confirm()
        return purchase

    def _purchase_for(self, order):
        """The purchase that an order for goods bought on order has asked for."""
        requests = order.sudo().order_line.move_ids.created_purchase_line_ids
        return requests.order_id.with_user(self.buyer)

    def _transfer(self, transfer, quantities=None):
        """The warehouse does it, in part if told; what is left becomes a back-order."""
        transfer = transfer.with_user(self.worker)
        for move in transfer.move_ids:
            if quantities is None:
                move.quantity = move.product_uom_qty
            else:
                move.quantity = quantities.get(move.product_id, 0)
        transfer.move_ids.picked = True
        transfer.with_context(
            skip_backorder=True, cancel_backorder=False
        ).button_validate()

    def _trace(self, line):
        self.env.flush_all()
        return (
            self.env["crm.order.trace"]
            .with_user(self.seller)
            .search([("sale_line_id", "=", line.id)])
        )

    def assertTrace(self, line, **expected):
        """Compare fields of the line's trace; `expected` and `promise` in days, `cause`
        a record, or None.
        """
        trace = self._trace(line)
        self.assertTrue(trace, "the line has no trace")
        found = {}
        for name in expected:
            if name in ("expected", "promise"):
                value = trace[f"{name}_date"]
                found[name] = value and (value - self.today).days
            elif name == "cause":
                model = trace.cause_model
                found[name] = model and self.env[model].browse(trace.cause_id)
            elif name == "reason":
                found[name] = trace.cause_reason
            else:
                found[name] = trace[name]
        self.assertEqual(found, expected)
        self._assert_fresh(trace)

    def _assert_fresh(self, trace):
        """What is stored is what a new computation gives."""
        differing = self.env["crm.order.trace"].sudo()._refresh(trace.sale_line_id.ids)
        self.assertFalse(differing, "the stored trace is not up to date")
        board = self.env["crm.order.board"].sudo()
        differing = board._follow_orders(trace.order_id.ids)
        self.assertFalse(differing, "the warehouse board is not up to date")
