from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_order_promising import Ask

PROMISING = object()  # lets a promise through `write`; no RPC caller can send it
SELLERS = "sales_team.group_sale_salesman"


class SaleOrderLine(models.Model):
    """Promises of a line: what can be promised, and what is.

    A quotation shows an offer that the salesperson accepts; confirming it keeps what
    was accepted. From then on `_promise` is the only way to another date, and each is
    kept in `crm.order.promise`.
    """

    _name = "sale.order.line"
    _inherit = ["sale.order.line"]

    promise_offer = fields.Json(
        "Can Be Promised",
        compute="_compute_promise_offer",
        groups=SELLERS,
        export_string_translation=False,
        help="The earliest date for the full quantity, why, and the best split.",
    )
    promise_reason = fields.Char(
        "Why So Early",
        copy=False,
        groups=SELLERS,
        help="Why a date before the earliest one was promised.",
    )

    @api.depends(
        "product_id",
        "product_uom_qty",
        "product_uom_id",
        "warehouse_id",
        "customer_lead",
        "route_ids",
        "state",
        "order_id.partner_id",
        "order_id.order_line.product_id",
        "order_id.order_line.product_uom_qty",
        "order_id.order_line.product_uom_id",
    )
    def _compute_promise_offer(self):
        lines = self.order_id.order_line | self
        asked = lines.filtered(lambda line: line._can_be_offered())
        offers = asked._promise_offers()
        for line in self:
            offer = offers.get(line)
            line.promise_offer = offer and {
                "date": fields.Date.to_string(offer.date) if offer.date else False,
                "sentence": offer.sentence,
                "split": [
                    {"quantity": quantity, "date": fields.Date.to_string(day)}
                    for quantity, day in offer.parts
                ],
            }

    def _can_be_offered(self):
        """Goods on a quotation of which something is asked for."""
        return self.state in ("draft", "sent") and self._wants_goods()

    def _wants_goods(self):
        return (
            not self.display_type
            and self.product_id.type == "consu"
            and self.product_uom_qty > 0
            and self.product_uom_id
            and self.warehouse_id
        )

    def _promise_offers(self, basket=None):
        """What can be promised now for these lines, by line; see `PromiseOffer`.

        Lines of one order, or of one basket, take from the same goods one after the
        other; open orders have their claims already.
        """
        asks = [
            Ask(
                product=line.product_id._origin or line.product_id,
                quantity=line.product_uom_qty,
                uom=line.product_uom_id._origin or line.product_uom_id,
                warehouse=line.warehouse_id._origin or line.warehouse_id,
                partner=line.order_id.partner_id._origin or line.order_id.partner_id,
                lead=line.customer_lead,
                routes=line.route_ids._origin or line.route_ids,
                basket=basket or line.order_id,
            )
            for line in self
        ]
        offers = self.env["crm.order.promising"]._offers(asks) if asks else []
        return dict(zip(self, offers, strict=True))

    # Promising ------------------------------------------------------------------------

    def write(self, vals):
        if (
            "promise_date" in vals
            and self.env.context.get("promising") is not PROMISING
            and any(line.state == "sale" for line in self)
        ):
            raise UserError(
                self.env._(
                    "A promise of a confirmed order is changed with Promise Again, so "
                    "that the old date and the reason are kept."
                )
            )
        return super().write(vals)

    def _promise(self, date, kind, reason=None):
        """Promise this date, and keep the one before.

        :param kind: of `crm.order.promise`
        """
        self._check_promise(date)
        self._set_promise(date, kind, reason)

    def _promise_open(self, date):
        """The order's delivery date is another now: so are the promises of what is
        still to be delivered.
        """
        self._promisable()._set_promise(date, "order")

    def _set_promise(self, date, kind, reason=None):
        changed = self.filtered(lambda line: line.promise_date != date)
        before = {line: line.promise_date for line in changed}
        changed.with_context(promising=PROMISING).write({"promise_date": date})
        confirmed = changed.filtered(lambda line: line.state == "sale")
        if confirmed:
            self.env["crm.order.promise"].sudo()._note(
                [
                    (line.id, line.order_id.id, before[line] or None, date)
                    for line in confirmed
                ],
                kind,
                reason or None,
            )
            confirmed._move_deliveries(before)

    def _promisable(self):
        """Lines of which something is still to be delivered."""
        return self.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and not line.is_expense
                and line.product_uom_qty > line.qty_delivered
            )
        )

    def _check_promise(self, date):
        for line in self:
            if not date:
                raise UserError(
                    self.env._(
                        "Enter the date to promise for %s.", line._promise_name()
                    )
                )
            if date < line._promise_today():
                raise UserError(
                    self.env._(
                        "%(date)s is past; promise %(line)s for today or later.",
                        date=line._promise_day(date),
                        line=line._promise_name(),
                    )
                )

    def _check_early(self, date, earliest, reason):
        """Before the earliest date only with a reason."""
        if reason or (earliest and date >= earliest):
            return
        name = self._promise_name()
        if not earliest:
            raise UserError(
                self.env._(
                    "Nobody can say when %(line)s can be had; give a reason to promise "
                    "a date all the same.",
                    line=name,
                )
            )
        raise UserError(
            self.env._(
                "%(line)s can be had on %(earliest)s at the earliest; give a reason to "
                "promise %(date)s.",
                line=name,
                earliest=self._promise_day(earliest),
                date=self._promise_day(date),
            )
        )

    def _promise_name(self):
        return self.product_id.display_name or self.name

    def _promise_day(self, date):
        return fields.Date.to_date(date).strftime(
            self.env["res.lang"]._get_data(code=self.env.lang or "en_US").date_format
        )

    def _promise_today(self):
        zone = self.company_id.sudo().partner_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    @api.model
    def _promise_time(self, date, company):
        """Noon of the company's day, in UTC."""
        zone = ZoneInfo(company.sudo().partner_id.tz or "UTC")
        noon = datetime.combine(date, time(12), tzinfo=zone)
        return noon.astimezone(UTC).replace(tzinfo=None)

    def _prepare_procurement_values(self):
        """What was promised is when the goods have to be with the customer.

        A time of core's on that day stays: transfers with another would not merge.
        """
        values = super()._prepare_procurement_values()
        zone = ZoneInfo(self.company_id.sudo().partner_id.tz or "UTC")
        core = values["date_deadline"].replace(tzinfo=UTC).astimezone(zone).date()
        if self.promise_date and self.promise_date != core:
            due = self._promise_time(self.promise_date, self.company_id)
            margin = values["date_deadline"] - values["date_planned"]
            values.update(date_deadline=due, date_planned=due - margin)
        return values

    def _move_deliveries(self, before):
        """Plan the open transfers of these lines for what is promised now."""
        self._set_deadlines()
        for line in self.filtered(lambda line: before[line]):
            shift = line.promise_date - before[line]
            for move in line._open_deliveries():
                move.date += shift
            line._ask_earlier(before[line])

    def _set_deadlines(self):
        for line in self:
            moves = line._open_deliveries()
            moves.filtered(
                lambda move: move.location_dest_id._is_outgoing()
            ).date_deadline = line._promise_time(line.promise_date, line.company_id)

    def _open_deliveries(self):
        # a salesperson may not write transfers, yet the promise is theirs to give
        return self.sudo().move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel") and not move._is_incoming()
            )
        )

    # Buttons --------------------------------------------------------------------------

    def action_use_promise(self):
        """Promise what is offered, on a quotation."""
        for line in self:
            offer = line.promise_offer
            if not offer or not offer["date"]:
                raise UserError(
                    self.env._(
                        "Nobody can say when %s can be had; ask the buyer, or enter a "
                        "date with a reason.",
                        line._promise_name(),
                    )
                )
            line.promise_reason = False
            line._promise(fields.Date.to_date(offer["date"]), "confirmed")
        self.order_id._commit_to_promises()

    def action_split_promise(self):
        """Split the line as offered, and promise each part."""
        for line in self:
            split = (line.promise_offer or {}).get("split")
            if split:
                line._split_promise(
                    [
                        (part["quantity"], fields.Date.to_date(part["date"]))
                        for part in split
                    ]
                )
        self.order_id._commit_to_promises()

    def action_repromise(self):
        """Promise other dates for these lines, of one order."""
        if len(self.order_id) > 1:
            raise UserError(
                self.env._("Choose lines of one order; each customer gets a message.")
            )
        return self.order_id.action_repromise(self)
