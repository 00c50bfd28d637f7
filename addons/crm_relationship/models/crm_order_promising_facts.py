from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import promising
from . import crm_order_network_query as query

MAX_LEVELS = 50  # of bills of materials


class CrmOrderPromising(models.AbstractModel):
    """What an offer rests on, read for all its lines together.

    Callers use sudo: a salesperson may not read purchases, yet may promise from them.
    An addon that makes goods extends `_sources`.
    """

    _name = "crm.order.promising"
    _description = "Order Promising"

    @api.model
    def _all_sources(self, keys):
        """Sources by (product id, warehouse id, route ids), of all parts as well."""
        sources, wanted = {}, set(keys)
        for _level in range(MAX_LEVELS):
            if not wanted:
                break
            found = self._sources(wanted)
            sources.update(found)
            parts = {
                (*group, ())
                for source in found.values()
                for group, _quantity in source.parts
            }
            wanted = parts - sources.keys()
        return sources

    @api.model
    def _sources(self, keys):
        """How more of these comes into their warehouses: `promising.Source` by key.

        Routes are those of the order line; without any, those of the product hold.
        """
        products = self.env["product.product"].browse(dict.fromkeys(k[0] for k in keys))
        places = self.env["stock.warehouse"].browse(dict.fromkeys(k[1] for k in keys))
        products.fetch(["product_tmpl_id", "type", "is_storable"])
        return {
            key: self._source(
                products.browse(key[0]).with_prefetch(products.ids),
                places.browse(key[1]).with_prefetch(places.ids),
                self.env["stock.route"].browse(key[2]),
            )
            for key in keys
        }

    @api.model
    def _source(self, product, warehouse, routes):
        """Bought from the supplier that core would choose."""
        routes = self._routes(product, routes)
        to_order = warehouse.mto_pull_id.route_id
        direct = self._is_direct(routes)
        on_order = direct or bool(to_order.active and to_order in routes)
        if not product.is_storable and not on_order:
            return promising.Source("free")
        company = warehouse.company_id
        seller = self._seller(product.with_company(company))
        if not seller:
            return promising.Source("none", on_order=on_order, direct=direct)
        return promising.Source(
            "buy",
            days=seller.delay,
            prepare=int(company.days_to_purchase),
            on_order=on_order,
            direct=direct,
            name=seller.partner_id.display_name,
        )

    @api.model
    def _routes(self, product, routes):
        """The routes that a line with these routes of its own follows."""
        return routes or (product.route_ids | product.categ_id.total_route_ids)

    def _is_direct(self, routes):
        """The supplier sends it to the customer."""
        return any(
            rule.action == "buy" and rule.location_dest_id.usage == "customer"
            for rule in routes.rule_ids
        )

    def _seller(self, product):
        """As core's purchase rule: the first that is valid, or the first of all."""
        return (
            product._select_seller(quantity=None)
            or product._prepare_sellers(False).filtered(
                lambda seller: not seller.product_id or seller.product_id == product
            )[:1]
        )

    @api.model
    def _today(self, company):
        zone = company.partner_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone)).toordinal()

    @api.model
    def _calendar(self, company):
        """The days on which a company works; always, if it has no working hours."""
        hours = company.resource_calendar_id
        shifts = hours.attendance_ids.filtered(
            lambda shift: shift.day_period != "lunch" and not shift.display_type
        )
        if not shifts:
            return promising.ALWAYS
        open_days = set()
        for shift in shifts:
            day = int(shift.dayofweek)
            weeks = (0, 1) if not hours.two_weeks_calendar else (int(shift.week_type),)
            open_days.update(day + 7 * week for week in weeks)
        return promising.Calendar(
            frozenset(open_days), self._closed_days(hours, shifts, company)
        )

    def _closed_days(self, hours, shifts, company):
        """Days on which a holiday of everybody takes all working hours."""
        leaves = self.env["resource.calendar.leaves"].search(
            Domain("resource_id", "=", False)
            & Domain("calendar_id", "in", [False, hours.id])
            & Domain("company_id", "in", [False, company.id])
            & Domain("date_to", ">=", fields.Datetime.now())
        )
        zone = ZoneInfo(hours.tz or "UTC")
        begins = min(shifts.mapped("hour_from"))
        ends = max(shifts.mapped("hour_to"))
        closed = set()
        for leave in leaves:
            first, last = (
                time.replace(tzinfo=UTC).astimezone(zone)
                for time in (leave.date_from, leave.date_to)
            )
            start = first.toordinal() + (_hour(first) > begins)
            end = last.toordinal() - (_hour(last) < ends)
            closed.update(range(start, end + 1))
        return frozenset(closed)

    @api.model
    def _shipping_days(self, warehouse):
        """Days of the delivery's steps, and the company's margin."""
        rules = warehouse.delivery_route_id.rule_ids
        steps = rules.filtered(lambda rule: rule.action != "buy")
        margin = warehouse.company_id.security_lead
        return int(sum(steps.mapped("delay")) + margin)

    @api.model
    def _protected_shares(self):
        """Tiers that have a share of the stock kept for them, best first."""
        return self.env["crm.tier"].search([("protected_share", ">", 0)])

    @api.model
    def _on_hand(self, groups):
        """What lies in these stocks, reserved or not."""
        rows = self.env.execute_query(
            SQL(
                """SELECT pair.product_id, pair.warehouse_id,
                    SUM(COALESCE(quant.quantity, 0))
                FROM %s
                JOIN stock_quant quant ON quant.product_id = pair.product_id
                JOIN stock_location place ON place.id = quant.location_id
                    AND place.usage = 'internal'
                    AND place.warehouse_id = pair.warehouse_id
                GROUP BY 1, 2""",
                query.pairs(groups),
            )
        )
        return {(product, place): float(held) for product, place, held in rows}


def _hour(time: datetime) -> float:
    return time.hour + time.minute / 60 + time.second / 3600
