from werkzeug.exceptions import NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

URL = "/my/order-tracking"
ORDERS = {
    "date": "is_finished, expected_date, id",
    "promise": "is_finished, promise_date, id",
    "order": "order_id desc, id",
}


class OrderTrackingPortal(CustomerPortal):
    """Where each order line is: for customers, and for distributors of customers.

    Only lines of `crm.order.trace._portal_domain` are ever looked up, whatever id or
    word is asked for.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "order_tracking_count" in counters:
            values["order_tracking_count"] = self._tracked().search_count(
                self._tracking_domain(), limit=1
            )
        return values

    @http.route(
        [URL, f"{URL}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def order_tracking(self, page=1, filterby="open", sortby="date", search="", **_kw):
        filters, sortings = self._tracking_filters(), self._tracking_sortings()
        filterby = filterby if filterby in filters else "open"
        sortby = sortby if sortby in sortings else "date"
        domain = self._tracking_domain() & filters[filterby]["domain"]
        domain &= self._tracking_search(search)
        pages = pager(
            url=URL,
            url_args={"filterby": filterby, "sortby": sortby, "search": search},
            total=self._tracked().search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        lines = self._tracked().search(
            domain,
            order=ORDERS[sortby],
            limit=self._items_per_page,
            offset=pages["offset"],
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "order_tracking",
            "rows": [line._portal_row(self._viewer()) for line in lines],
            "pager": pages,
            "default_url": URL,
            "searchbar_filters": filters,
            "filterby": filterby,
            "searchbar_sortings": sortings,
            "sortby": sortby,
            "searchbar_inputs": {
                "all": {"input": "all", "label": request.env._("Product or order")}
            },
            "search": search,
            "search_in": "all",
        }
        return request.render("crm_relationship.portal_order_tracking", values)

    @http.route(
        f"{URL}/<int:line_id>", type="http", auth="user", website=True, readonly=True
    )
    def order_tracking_line(self, line_id, **_kw):
        line = self._tracked().search(
            self._tracking_domain() & Domain("sale_line_id", "=", line_id)
        )
        if not line:  # of nobody, or of somebody else: the answer is the same
            raise NotFound()
        own = line.partner_id.commercial_partner_id == self._viewer()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "order_tracking",
            "tracked_line": line._portal_row(self._viewer()),
            "shipments": line._portal_shipments(),
            "promises": line._portal_promises(),
            "order_url": own and f"/my/orders/{line.order_id.id}",
        }
        return request.render("crm_relationship.portal_order_tracking_line", values)

    def _tracked(self):
        # customers read no traces: each search is limited by the domain below
        return request.env["crm.order.trace"].sudo()

    def _viewer(self):
        return request.env.user.partner_id.commercial_partner_id

    def _tracking_domain(self):
        return self._tracked()._portal_domain(self._viewer())

    def _tracking_search(self, search):
        if not search:
            return Domain.TRUE
        return Domain.OR(
            Domain(name, "ilike", search)
            for name in (
                "product_id",
                "order_id.name",
                "order_id.client_order_ref",
                "partner_id.commercial_partner_id.name",
            )
        )

    def _tracking_filters(self):
        env = request.env
        return {
            "open": {
                "label": env._("Open"),
                "domain": Domain("is_finished", "=", False),
            },
            "late": {
                "label": env._("Late"),
                "domain": Domain("is_finished", "=", False)
                & Domain("is_late", "=", True),
            },
            "done": {
                "label": env._("Delivered"),
                "domain": Domain("is_finished", "=", True),
            },
            "all": {"label": env._("All"), "domain": Domain.TRUE},
        }

    def _tracking_sortings(self):
        env = request.env
        return {
            "date": {"label": env._("Expected date")},
            "promise": {"label": env._("Promised date")},
            "order": {"label": env._("Newest order")},
        }
