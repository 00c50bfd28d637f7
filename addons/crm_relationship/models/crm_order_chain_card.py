from collections import defaultdict
from datetime import date

from odoo import api, models

from ..tools.order_chain import arrange
from .crm_order_trace import REASONS
from .crm_tier import COMMERCIAL_GROUPS

BUYERS = "purchase.group_purchase_user,account.group_account_invoice"
# Who may see, and by opening the document come to see, its amounts.
SEES_AMOUNTS = {
    "sale.order": COMMERCIAL_GROUPS,
    "account.move": COMMERCIAL_GROUPS,
    "account.payment": COMMERCIAL_GROUPS,
    "product.product": f"{COMMERCIAL_GROUPS},{BUYERS}",
    "purchase.order": BUYERS,
}
# So many columns stay free on the right of a document.
FREE = {"delivery": 2, "dropship": 2, "return": 1, "invoice": 1}
NAMED = 5  # products that a card names
PAID = ("paid", "in_payment", "reversed")


class CrmOrderChainCard(models.AbstractModel):
    """The chain of an order line as its reader may see it, as plain data to draw.

    A document's name says where things hang; what is written in it, and its amounts,
    stay with those who may read it. Whoever must not see prices opens no document that
    shows them.
    """

    _name = "crm.order.chain.card"
    _description = "Card of a Document in a Chain"

    @api.model
    def _draw(self, chain):
        kinds = {document: self._kind(chain, document) for document in chain.steps}
        least = {document: FREE.get(kind, 0) for document, kind in kinds.items()}
        picture = arrange(least, chain.edges)
        keys = {document: number for number, document in enumerate(picture.places)}
        readable = self._readable(chain.steps)
        late = chain.late_documents()
        nodes = []
        for document, (column, row) in picture.places.items():
            card = self._card(chain, document, kinds[document], document in readable)
            place = {"key": keys[document], "column": column, "row": row}
            nodes.append({**card, **place})
        edges = [
            {
                "key": f"{keys[source]}-{keys[target]}",
                "source": keys[source],
                "target": keys[target],
                "path": picture.paths[source, target],
                "late": source in late and target in late,
            }
            for source, target in picture.paths
        ]
        size = {"columns": picture.columns, "rows": picture.rows}
        return {**self._head(chain), **size, "nodes": nodes, "edges": edges}

    def _head(self, chain):
        """What is said above the picture."""
        trace = chain.trace
        return {
            "order": trace.order_id.name,
            "customer": trace.partner_id.display_name,
            "tier": trace.tier_id.name or "",
            "tier_color": trace.tier_color,
            "goods": self._quantity(
                trace.qty_ordered, trace.product_uom_id, trace.product_id
            ),
            "stage": self._label(trace, "stage"),
            "promise": trace.promise_date,
            "expected": trace.expected_date,
            "late": trace.days_late if trace.is_late else 0,
            "finished": trace.is_finished,
        }

    def _readable(self, documents):
        """The documents that the reader may open."""
        by_model = defaultdict(list)
        for model, id_ in documents:
            if id_ and self._may_see_amounts(model):
                by_model[model].append(id_)
        return {
            (model, id_)
            for model, ids in by_model.items()
            for id_ in self.env[model].browse(ids)._filtered_access("read").ids
        }

    def _may_see_amounts(self, model):
        groups = SEES_AMOUNTS.get(model)
        return not groups or self.env.user.has_groups(groups)

    def _card(self, chain, document, kind, readable):
        model, id_ = document
        record = self._record(chain, document)
        card = {
            "kind": kind,
            "title": self._titles().get(kind, ""),
            "name": "",
            "detail": "",
            "goods": "",
            "state": "",
            "date": False,
            "needed": False,
            "late": 0,
            "status": "open",
            "cause": self._is_cause(chain, document),
            "reason": "",
            "open": {"model": model, "id": id_} if readable else False,
            **self._work(chain, document),
            **(self._facts(chain, record, kind) if id_ else self._missing(kind)),
        }
        if readable:
            card.update(self._amount(chain, record, kind))
        elif kind == "stop":
            card["name"] = ""
        return card

    def _record(self, chain, document):
        """A document with all rights; those of its model are read together."""
        model, id_ = document
        together = [other for name, other in chain.steps if name == model and other]
        return self.env[model].sudo().browse(id_).with_prefetch(together)

    def _moves(self, chain, keys):
        every = {key for steps in chain.steps.values() for key in steps if key > 0}
        moves = self.env["stock.move"].sudo().browse(key for key in keys if key > 0)
        return moves.with_prefetch(every)

    def _is_cause(self, chain, document):
        trace = chain.trace
        matters = trace.is_late or trace.cause_reason != "planned"
        return document == chain.cause and matters and not trace.is_finished

    def _kind(self, chain, document):
        model = document[0]
        if document == chain.order:
            return "order"
        if model == "stock.picking":
            return self._transfer_kind(self._record(chain, document))
        if model == "purchase.order":
            asked = self._record(chain, document).state != "purchase"
            return "request" if asked else "purchase"
        return {
            "account.move": "invoice",
            "account.payment": "payment",
            "mrp.production": "production",
            "product.product": "shortage",
            "stock.move": "transfer",
        }.get(model, "stop")

    def _transfer_kind(self, transfer):
        source, target = (
            (transfer.location_id or transfer.move_ids.location_id[:1]).usage,
            (transfer.location_dest_id or transfer.move_ids.location_dest_id[:1]).usage,
        )
        if target == "customer":
            return "dropship" if source == "supplier" else "delivery"
        if source == "customer":
            return "return"
        return "receipt" if source == "supplier" else "transfer"

    def _titles(self):
        return {
            "order": self.env._("Order"),
            "request": self.env._("Request for quotation"),
            "purchase": self.env._("Purchase"),
            "production": self.env._("Production"),
            "shortage": self.env._("Not ordered yet"),
            "receipt": self.env._("Receipt"),
            "transfer": self.env._("Transfer"),
            "dropship": self.env._("Drop-shipment"),
            "delivery": self.env._("Delivery"),
            "return": self.env._("Return"),
            "invoice": self.env._("Invoice"),
            "payment": self.env._("Payment"),
            "stop": self.env._("On hold"),
        }

    # Work that is open, and work that is done ------------------------------------

    def _work(self, chain, document):
        """When a document's part of the work is done, and how late that is."""
        steps = chain.steps[document]
        open_ = [key for key in steps if key in chain.outcomes]
        if open_:
            return self._open_work(chain, open_)
        if document == chain.order:
            return self._order_work(chain)
        if steps:
            return self._done_work(chain, document)
        reason = chain.trace.cause_reason if document == chain.cause else ""
        return {"status": "late", "reason": self._reason(reason)} if reason else {}

    def _open_work(self, chain, keys):
        days = [chain.outcomes[key].day for key in keys]
        needed = [chain.needed[key] for key in keys if key in chain.needed]
        day, need = None if None in days else max(days), min(needed, default=None)
        late = max(day - need, 0) if day and need else 0
        reasons = {self._own_reason(chain, chain.network.nodes[key]) for key in keys}
        reason = next((r for r, _name in REASONS[::-1] if r in reasons), "planned")
        unsure = day is None or reason != "planned"
        return {
            "date": day and date.fromordinal(day),
            "needed": date.fromordinal(need) if late else False,
            "late": late,
            "reason": self._reason(reason) if reason != "planned" else "",
            "status": "late" if late else "unsure" if unsure else "open",
        }

    def _done_work(self, chain, document):
        times = self._moves(chain, chain.steps[document]).mapped("date")
        trace = chain.trace
        day = trace._company_day(max(times, default=None), trace.company_id)
        promise = trace.promise_date
        matters = day and promise and document in chain.ends
        late = max((day - promise).days, 0) if matters else 0
        return {
            "status": "done",
            "date": day,
            "late": late,
            "needed": promise if late else False,
        }

    def _own_reason(self, chain, node):
        if chain.outcomes[node.key].reason == "circular":
            return "circular"
        if node.kind in ("request", "shortage"):
            return {"request": "request", "shortage": "no_supply"}[node.kind]
        overdue = node.start is not None and node.start < chain.today
        return "overdue" if overdue and not node.origins else "planned"

    def _order_work(self, chain):
        trace = chain.trace
        done = "late" if trace.is_late else "done" if trace.is_finished else "open"
        return {
            "date": trace.expected_date,
            "needed": trace.promise_date if trace.is_late else False,
            "late": trace.days_late,
            "status": done,
        }

    def _reason(self, code):
        selection = self.env["crm.order.trace"]._fields["cause_reason"]
        return dict(selection._description_selection(self.env)).get(code, "")

    # What is written on the card -------------------------------------------------

    def _missing(self, kind):
        texts = {
            "invoice": self.env._("Not invoiced yet"),
            "payment": self.env._("Not paid yet"),
        }
        return {"detail": texts.get(kind, ""), "status": "missing"}

    def _facts(self, chain, record, kind):
        """The card's texts; `record` is read with all rights."""
        describe = getattr(self, f"_facts_{kind}", None)
        facts = describe(chain, record) if describe else self._facts_goods(record)
        if kind not in ("order", "invoice", "payment", "stop"):
            facts.setdefault("goods", self._goods(chain, record))
        return facts

    def _facts_order(self, chain, order):
        trace = chain.trace
        goods = self._quantity(
            trace.qty_ordered, trace.product_uom_id, trace.product_id
        )
        return {
            "name": order.name,
            "detail": order.partner_id.display_name,
            "goods": goods,
            "state": self._label(trace, "stage"),
        }

    def _facts_purchase(self, _chain, purchase):
        return {"name": purchase.name, "detail": purchase.partner_id.display_name}

    def _facts_request(self, chain, purchase):
        return self._facts_purchase(chain, purchase)

    def _facts_shortage(self, _chain, product):
        return {"name": product.display_name, "goods": ""}

    def _facts_stop(self, _chain, record):
        return {"name": record.display_name if record.exists() else ""}

    def _facts_goods(self, record):
        return {"name": record.display_name, "state": self._label(record, "state")}

    def _facts_invoice(self, _chain, invoice):
        paid = invoice.payment_state in PAID
        return {
            "name": invoice.name or self.env._("Draft"),
            "date": invoice.invoice_date,
            "state": self._label(
                invoice, "payment_state" if invoice.state == "posted" else "state"
            ),
            "status": "done" if paid else "open",
        }

    def _facts_payment(self, _chain, payment):
        return {
            "name": payment.name or "",
            "date": payment.date,
            "state": self._label(payment, "state"),
            "status": "done" if payment.state in ("paid", "in_process") else "open",
        }

    def _label(self, record, name):
        if name not in record._fields or not record[name]:
            return ""
        labels = record._fields[name]._description_selection(self.env)
        return dict(labels).get(record[name], "")

    def _goods(self, chain, record):
        """How much of what, of what concerns the line."""
        amounts = defaultdict(float)
        for key in chain.steps[record._name, record.id]:
            for product, unit, quantity in self._step_goods(chain, key):
                amounts[product, unit] += quantity
        goods = [
            self._quantity(quantity, unit, product)
            for (product, unit), quantity in amounts.items()
        ]
        return ", ".join(goods[:NAMED]) + (", …" if len(goods) > NAMED else "")

    def _step_goods(self, chain, key):
        if key > 0:
            move = self._moves(chain, [key])
            done = move.state == "done"
            quantity = move.quantity if done else move.product_uom_qty
            return [(move.product_id, move.product_uom, quantity)]
        if key % 2:
            return []
        line = self.env["purchase.order.line"].sudo().browse(-key // 2)
        return [(line.product_id, line.product_uom_id, line.product_qty)]

    def _quantity(self, quantity, unit, product):
        return self.env._(
            "%(quantity)s %(unit)s %(product)s",
            quantity=f"{round(quantity, 3):g}",
            unit=unit.name or "",
            product=product.name or "",
        )

    def _amount(self, chain, record, kind):
        """The amount that concerns the line, for readers of the document."""
        if kind == "order":
            lines = chain.line
        elif kind in ("purchase", "request"):
            lines = self._purchase_lines(chain, record)
        elif kind == "invoice":
            lines = chain.line.invoice_lines & record.invoice_line_ids
        else:
            return {}
        return {
            "amount": sum(lines.mapped("price_subtotal")),
            "currency": record.currency_id.id,
        }

    def _purchase_lines(self, chain, purchase):
        steps = chain.steps["purchase.order", purchase.id]
        moves = self._moves(chain, steps)
        asked = [-key // 2 for key in steps if key < 0 and not key % 2]
        lines = moves.purchase_line_id | moves.purchase_line_id.browse(asked)
        return lines & purchase.order_line
