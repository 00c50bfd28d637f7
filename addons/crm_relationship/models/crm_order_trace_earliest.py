from datetime import date

from odoo import api, fields, models

from ..tools import order_trace, supply
from . import crm_order_trace_query as query
from .crm_order_network import request_key
from .crm_order_trace_settle import Facts


class CrmOrderTrace(models.Model):
    """When a confirmed line could come at the earliest."""

    _name = "crm.order.trace"
    _inherit = ["crm.order.trace"]

    @api.model
    def _earliest(self, line_ids):
        """`{line id: the first day, or None if nobody can say}`.

        The line's own transfers are planned for what was promised, and so is a request
        that serves them: neither keeps the line from coming earlier. What somebody has
        confirmed does, and a request that its buyer knows to come later.
        """
        sql = query.lines(line_ids, self._traced_condition(), fields.Datetime.now())
        facts = [Facts._make(row) for row in self.env.execute_query(sql)]
        lines = {fact.id: self._line(fact) for fact in facts}
        network = self._network(lines)
        self._bring_forward(network, lines)
        found = {}
        for fact in facts:
            today = fact.today.toordinal()
            outcomes = supply.solve(network.nodes, today)
            trace = order_trace.trace_line(lines[fact.id], outcomes, today)
            found[fact.id] = trace.expected and date.fromordinal(trace.expected)
        return found

    def _bring_forward(self, network, lines):
        """Plan what serves these lines alone as early as it can be done."""
        needed = {}  # by origin: the last day for which it was planned
        for line in lines.values():
            needed.update(dict.fromkeys(line.nodes, line.promise))
            for key in line.moves:
                node = network.nodes[key]
                needed.update(dict.fromkeys(node.origins, node.start))
                if node.kind == "transfer":
                    node.start = 0
        requests = {
            key: network.nodes[key]
            for key, day in needed.items()
            if key in network.nodes
            and network.nodes[key].kind == "request"
            and day is not None
            and network.nodes[key].start <= day
        }
        for key, day in self._supplier_days(requests).items():
            requests[key].start = min(requests[key].start, day)

    def _supplier_days(self, keys):
        """When the suppliers of these requests deliver what is ordered today."""
        days = {}
        ids = [-key // 2 for key in keys if key < 0]
        for line in self.env["purchase.order.line"].sudo().browse(ids):
            company = line.company_id
            offer = line.product_id.with_company(company)._select_seller(
                partner_id=line.partner_id, quantity=None
            )
            if offer:
                today = self._company_day(fields.Datetime.now(), company).toordinal()
                lead = int(company.days_to_purchase) + offer.delay
                days[request_key(line.id)] = today + lead
        return days
