from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from babel.dates import format_skeleton

from odoo import api, models
from odoo.tools.misc import babel_locale_parse, formatLang

from ..tools import promising, supply
from .crm_order_network import Network

THERE = ("stock", "free", "supply", "kit")


class Ask(NamedTuple):
    """What can be promised of this? `lead`: days that the customer waits at least.

    Asks with the same basket take from the same goods, one after the other.
    """

    product: models.BaseModel
    quantity: float
    uom: models.BaseModel
    warehouse: models.BaseModel
    partner: models.BaseModel
    lead: float = 0.0
    routes: models.BaseModel = ()
    basket: object = None

    @property
    def key(self):
        return (
            self.product.id,
            self.warehouse.id,
            tuple(self.routes and self.routes.ids),
        )

    @property
    def group(self):
        return self.key[:2]


class PromiseOffer(NamedTuple):
    """The answer, in the unit that was asked for.

    :ivar date: the earliest for the full quantity; None if nobody can say
    :ivar split: (quantity, date) of the best deliveries; one if there is no need to
        split
    :ivar sentence: why
    :ivar batches: (quantity, date) of everything that could be delivered apart
    """

    date: date | None
    split: list[tuple[float, date | None]]
    sentence: str
    batches: list[tuple[float, date | None]]

    @property
    def parts(self):
        """The split, if there is one of which all days are known."""
        return self.split if self.date and len(self.split) > 1 else []


@dataclass
class Facts:
    """What offers of one company rest on."""

    company: models.BaseModel
    today: int
    calendar: promising.Calendar
    sources: dict = field(default_factory=dict)
    left: dict = field(default_factory=dict)
    documents: dict = field(default_factory=dict)  # of dated supply: what it is
    causes: dict = field(default_factory=dict)  # of dated supply: what decides its day
    keep: dict = field(default_factory=dict)  # by group and tier
    names: dict = field(default_factory=dict)  # of documents


class CrmOrderPromising(models.AbstractModel):
    """What can be promised, for many lines with a fixed number of queries.

    Free stock and dated supply that no open delivery claims (`crm.order.network`) are
    given to the asks in their order; the rest is bought or made from today. What a
    confirmed line was promised is claimed by its moves, and so is no longer there.
    """

    _inherit = "crm.order.promising"

    @api.model
    def _offer(self, ask):
        """The offer for one `Ask`."""
        return self._offers([ask])[0]

    @api.model
    def _offers(self, asks):
        """A `PromiseOffer` for each `Ask`, in their order."""
        self = self.sudo()  # purchases and stock that a salesperson may not open
        self._flush()
        offers = {}
        companies = {}
        for number, ask in enumerate(asks):
            companies.setdefault(ask.warehouse.company_id, []).append(number)
        for company, numbers in companies.items():
            chosen = [asks[number] for number in numbers]
            facts = self.with_company(company)._facts(company, chosen)
            offers.update(zip(numbers, self._answer(facts, chosen), strict=True))
        return [offers[number] for number in range(len(asks))]

    def _flush(self):
        for name in ("purchase.order", "purchase.order.line", "stock.move"):
            self.env[name].flush_model()
        self.env["stock.quant"].flush_model(["quantity", "reserved_quantity"])

    def _facts(self, company, asks):
        facts = Facts(company, self._today(company), self._calendar(company))
        facts.sources = self._all_sources(
            {(*ask.group, ()) for ask in asks} | {ask.key for ask in asks}
        )
        groups = {key[:2] for key in facts.sources}
        network = Network()
        self.env["crm.order.network"]._share_out(network, groups)
        self._date_supplies(facts, network)
        facts.keep = self._kept_for_others(groups, asks)
        return facts

    def _date_supplies(self, facts, network):
        """Confirmed supply on the days when it will really come, as the trace says."""
        keys = {row.key for rows in network.left.values() for row in rows if row.firm}
        loaded = self.env["crm.order.network"]._load(sorted(keys - {0}))
        outcomes = supply.solve(loaded.nodes, facts.today)
        for group, rows in network.left.items():
            dated = [
                (row.key, row.quantity, outcomes[row.key].day if row.key else 0)
                for row in rows
                if not row.key or (row.firm and _comes(outcomes.get(row.key)))
            ]
            facts.left[group] = sorted(dated, key=lambda row: (row[2], row[0]))
        for key, outcome in outcomes.items():
            facts.documents[key] = loaded.nodes[key].document
            facts.causes[key] = outcome.document

    def _kept_for_others(self, groups, asks):
        """`{(group, partner id): quantity that it must leave in stock}`"""
        tiers = self._protected_shares()
        if not tiers or not groups:
            return {}
        on_hand = self._on_hand(list(groups))
        kept = {}
        for ask in asks:
            own = ask.partner.tier_id
            better = [
                tier.protected_share
                for tier in tiers
                if not own or tier.sequence < own.sequence
            ]
            held = on_hand.get(ask.group, 0.0)
            kept[ask.group, ask.partner.id] = promising.held_back(held, better, 1)
        return kept

    def _answer(self, facts, asks):
        ship = {
            place: self._shipping_days(place)
            for place in {ask.warehouse for ask in asks}
        }
        usual = {key[:2]: row for key, row in facts.sources.items() if not key[2]}
        markets, found = {}, []
        for ask in asks:
            if ask.basket not in markets:
                market = promising.Market(facts.left, usual, facts.today)
                markets[ask.basket] = market
            wish = self._wish(facts, ask, ship[ask.warehouse])
            found.append(markets[ask.basket].offer(wish))
        self._read_names(facts, found)
        return [
            self._offered(facts, ask, offer)
            for ask, offer in zip(asks, found, strict=True)
        ]

    def _wish(self, facts, ask, ship):
        quantity = ask.uom._compute_quantity(
            ask.quantity, ask.product.uom_id, round=False
        )
        source = facts.sources[ask.key]
        return promising.Wish(
            group=ask.group,
            quantity=quantity,
            lead=int(ask.lead),
            ship=0 if source.direct else ship,
            keep=facts.keep.get((ask.group, ask.partner.id), 0.0),
            source=source,
            calendar=facts.calendar,
        )

    def _offered(self, facts, ask, offer):
        factor = ask.product.uom_id._compute_quantity(1, ask.uom, round=False)
        step = 1 if float(ask.quantity).is_integer() else 0.01
        batches = promising.whole(offer.batches, factor, step)
        return PromiseOffer(
            date=offer.day and date.fromordinal(offer.day),
            split=_dated(promising.best_split(batches)),
            sentence=self._sentence(facts, offer, factor),
            batches=_dated(batches),
        )

    # Words -----------------------------------------------------------------------

    def _read_names(self, facts, offers):
        """Names of the documents and products that the sentences mention."""
        wanted = {}
        for offer in offers:
            for piece in offer.pieces:
                while piece:
                    wanted.setdefault("product.product", set()).add(piece.group[0])
                    for table in (facts.documents, facts.causes):
                        if piece.key in table:
                            model, id_ = table[piece.key]
                            wanted.setdefault(model, set()).add(id_)
                    piece = piece.because
        for model, ids in wanted.items():
            for record in self.env[model].browse(ids):
                facts.names[model, record.id] = record.display_name

    def _sentence(self, facts, offer, factor):
        total = sum(piece.quantity for piece in offer.pieces)
        parts = [
            self._waiting_words(facts, piece, factor, total)
            if piece.because
            else self._piece_words(facts, piece, factor)
            for piece in offer.pieces
        ]
        if offer.kept:
            kept = self._number(offer.kept * factor)
            parts.append(self.env._("%s kept for better tiers", kept))
        return ", ".join(dict.fromkeys(filter(None, parts)))

    def _piece_words(self, facts, piece, factor):
        quantity = self._number(piece.quantity * factor)
        if piece.kind in THERE:
            return self._there_words(facts, piece, quantity)
        if piece.day is None:
            return self.env._("nobody can say when %s more can be had", quantity)
        day = self._day(piece.day)
        if piece.kind == "buy":
            values = {"quantity": quantity, "supplier": piece.name, "day": day}
            return self.env._(
                "%(quantity)s to buy from %(supplier)s (%(day)s)", **values
            )
        return self.env._("%(quantity)s to make (%(day)s)", quantity=quantity, day=day)

    def _there_words(self, facts, piece, quantity):
        if piece.kind == "free":
            return self.env._("always at hand")
        if piece.kind == "supply":
            return self.env._(
                "%(quantity)s on %(document)s",
                quantity=quantity,
                document=self._document(facts, piece),
            )
        return self.env._("%s in stock", quantity)

    def _waiting_words(self, facts, piece, factor, total):
        """What is made waits for the part at the end of the chain."""
        last = piece.because
        while last.because:
            last = last.because
        values = {
            "quantity": self._number(piece.quantity * factor),
            "part": facts.names["product.product", last.group[0]],
        }
        if last.day is None:
            return self.env._("nobody can say when %(part)s can be had", **values)
        if last.kind == "supply":
            values["origin"] = self._document(facts, last, separator=", ")
        elif last.kind == "buy":
            bought = {"supplier": last.name, "day": self._day(last.day)}
            values["origin"] = self.env._("to buy from %(supplier)s, %(day)s", **bought)
        else:
            values["origin"] = self._day(last.day)
        if piece.quantity == total:
            return self.env._("waits for %(part)s (%(origin)s)", **values)
        return self.env._("%(quantity)s waiting for %(part)s (%(origin)s)", **values)

    def _document(self, facts, piece, separator=None):
        """P00012 (18 Nov), or what else decides the day: P00012 (18 Nov, WH/IN/7)."""
        document, cause = (
            facts.names.get(table[piece.key])
            for table in (facts.documents, facts.causes)
        )
        day = self._day(piece.day)
        if separator:
            return f"{document}{separator}{day}"
        if cause != document:
            return self.env._(
                "%(document)s (%(day)s, waits for %(cause)s)",
                document=document,
                day=day,
                cause=cause,
            )
        return f"{document} ({day})"

    def _day(self, ordinal):
        locale = babel_locale_parse(self.env.lang or "en_US")
        return format_skeleton("MMMd", date.fromordinal(ordinal), locale=locale)

    def _number(self, quantity):
        quantity = round(quantity, 2)
        return formatLang(self.env, quantity, digits=0 if quantity % 1 == 0 else 2)


def _comes(outcome):
    return outcome is not None and outcome.day is not None


def _dated(batches):
    return [
        (batch.quantity, batch.day and date.fromordinal(batch.day)) for batch in batches
    ]
