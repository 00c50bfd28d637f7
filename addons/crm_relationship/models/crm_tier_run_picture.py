from decimal import Decimal

from odoo import Command, api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import pyramid, tiering


class CrmTierRun(models.Model):
    """What the screens show of a run: its pyramid, who moves, and what if."""

    _inherit = "crm.tier.run"

    # ---------------------------------------------------------------- what if

    def _new_cuts(self, cuts):
        """The run's cuts with some replaced, checked.

        :param cuts: dict of tier id (number or string): cut
        :return: dict of tier id: Decimal, best tier first
        :raise UserError: when a cut is no number or the cuts do not add up
        """
        self.ensure_one()
        try:
            given = {int(tier): Decimal(str(cut)) for tier, cut in (cuts or {}).items()}
        except (ValueError, ArithmeticError):
            given = {0: Decimal("NaN")}
        if not all(cut.is_finite() for cut in given.values()):
            raise UserError(
                self.env._("A cut must be a number; look at the cuts again.")
            )
        new = {tier: given.get(tier, Decimal(cut)) for tier, cut in self.cuts}
        self._validate_cuts(new)
        return new

    def _line_standings(self):
        """The customers as the pure tiering takes them, from high to low value."""
        number = self._numbers()
        rows = self.env.execute_query(
            SQL(
                """SELECT value::text AS amount, from_tier_id, days_in_tier, purchases,
                          is_new, pinned
                     FROM crm_tier_run_line WHERE run_id = %s
                    ORDER BY value DESC, partner_id""",
                self.id,
            )
        )
        return [
            tiering.Standing(
                Decimal(value), number.get(tier), days, purchases, is_new, pinned
            )
            for value, tier, days, purchases, is_new, pinned in rows
        ]

    def _judge(self, standings, cuts):
        """Floors and verdicts for the standings under the given cuts."""
        return tiering.evaluate(
            self.method, standings, cuts, self._rules(), self.min_orders
        )

    @api.readonly
    def what_if(self, cuts=None):
        """The pyramid and the moves if the cuts were these; nothing is written.

        :param cuts: dict of tier id: cut; nothing for the run as it is stored
        :return: dict with ``tiers`` (best first: id, name, color, cut, floor or False,
            customers, customer_share, value, value_share), ``moves`` (from, to: tier
            names or False, up, count), ``move_count``, ``waiting``
            (customers who get no tier yet), ``movers`` (the 20 of most
            value: partner_id, name, from, to, value, reason) and ``error`` (a sentence
            when the cuts do not add up, then only that)
        """
        self.ensure_one()
        self.check_access("read")
        try:
            new = self._new_cuts(cuts)
        except (UserError, ValidationError) as error:
            return {"error": str(error)}
        standings = self._line_standings()
        if cuts:
            floors, verdicts = self._judge(standings, list(new.values()))
        else:
            floors, verdicts = self._stored_floors(), self._stored_verdicts()
        return self._picture(new, floors, standings, verdicts)

    def _stored_floors(self):
        return [Decimal(floor) for floor in self.floors]

    def _stored_verdicts(self):
        """What the run says, in the order of `_line_standings`."""
        number = self._numbers()
        rows = self.env.execute_query(
            SQL(
                """SELECT tier_id, cause FROM crm_tier_run_line
                    WHERE run_id = %s ORDER BY value DESC, partner_id""",
                self.id,
            )
        )
        return [tiering.Verdict(number.get(tier), cause) for tier, cause in rows]

    def _picture(self, cuts, floors, standings, verdicts):
        tiers = self.env["crm.tier"].browse(cuts)
        layers = pyramid.layers(standings, verdicts, len(tiers))
        lowest = [float(f) if f != tiering.UNREACHABLE else False for f in floors]
        moved = pyramid.movers(standings, verdicts)
        names = self._names()
        return {
            "error": False,
            "tiers": [
                layer._asdict()
                | {"value": float(layer.value), "cut": float(cut), "floor": floor}
                | {"id": tier.id, "name": tier.name, "color": tier.color}
                for tier, layer, cut, floor in zip(
                    tiers, layers, cuts.values(), [*lowest, False], strict=True
                )
            ],
            "moves": [
                {
                    "from": names[start],
                    "to": names[end],
                    "up": None not in (start, end) and end < start,
                    "count": count,
                }
                for start, end, count in pyramid.ways(standings, verdicts, moved)
            ],
            "move_count": len(moved),
            "waiting": sum(verdict.tier is None for verdict in verdicts),
            "movers": self._mover_rows(moved[:20], standings, verdicts, tiers, floors),
        }

    def _mover_rows(self, places, standings, verdicts, tiers, floors):
        names = self._names()
        return [
            {
                "partner_id": line.partner_id.id,
                "name": line.partner_id.display_name,
                "from": names[standings[place].current],
                "to": names[verdicts[place].tier],
                "value": float(standings[place].value),
                "reason": line._explain(
                    tiers[verdicts[place].tier], verdicts[place].cause, floors
                ),
            }
            for place, line in self._lines_at(places).items()
        ]

    def _names(self):
        """The tiers' names by their numbers; False for none."""
        numbers = self._numbers()
        named = self.env["crm.tier"].browse(numbers).mapped("name")
        return dict(zip(numbers.values(), named, strict=True)) | {None: False}

    def _lines_at(self, places):
        """The lines at these places, counted from high to low value."""
        if not places:
            return {}
        [(ids,)] = self.env.execute_query(
            SQL(
                """SELECT array_agg(id ORDER BY value DESC, partner_id)
                     FROM crm_tier_run_line WHERE run_id = %s""",
                self.id,
            )
        )
        lines = self.env["crm.tier.run.line"].browse([ids[place] for place in places])
        return dict(zip(places, lines, strict=True))

    def action_use_cuts(self, cuts):
        """Settle the draft anew under other cuts, and keep them in the policy."""
        run = self._check_draft()
        new = run._new_cuts(cuts)
        run.cuts = [[tier, str(cut)] for tier, cut in new.items()]
        values = run._counted_values(
            SQL(
                "SELECT %s AS counted FROM crm_tier_run_line WHERE run_id = %s",
                run._counted_sql(),
                run.id,
            )
        )
        floors = tiering.floors(run.method, values, run._cut_values())
        run.floors = [str(floor) for floor in floors]
        run._rewrite_lines(floors)
        run._keep_cuts(new)
        return True

    def _keep_cuts(self, cuts):
        self.policy_id.write(
            {
                "cut_ids": [
                    Command.update(cut.id, {"cut": float(cuts[cut.tier_id.id])})
                    for cut in self.policy_id.cut_ids
                    if cut.tier_id.id in cuts
                ]
            }
        )

    def _rewrite_lines(self, floors):
        verdict, tier, cause = self._verdict_sql(floors)
        self._put_lines(
            SQL(
                """
                UPDATE crm_tier_run_line l
                   SET tier_id = COALESCE(v.tier_id, from_tier_id),
                       cause = v.cause,
                       moved = COALESCE(v.tier_id, from_tier_id)
                               IS DISTINCT FROM from_tier_id
                  FROM (SELECT id, %(tier)s AS tier_id, %(cause)s AS cause
                          FROM (SELECT id, %(verdict)s AS verdict
                                  FROM crm_tier_run_line WHERE run_id = %(run)s
                                OFFSET 0) judged) v
                 WHERE v.id = l.id
                """,
                run=self.id,
                verdict=verdict,
                tier=tier,
                cause=cause,
            )
        )

    # ------------------------------------------------------------- who moved

    def _direction_domain(self, direction):
        """The run's lines of customers who move ``up`` or ``down``, or are ``new``."""
        domain = Domain("run_id", "in", self.ids) & Domain("moved", "=", True)
        if direction == "new":
            return domain & Domain("from_tier_id", "=", False)
        tiers = self.env["crm.tier"].search([("active", "in", (True, False))])
        order = tiers if direction == "up" else tiers[::-1]
        return domain & Domain.OR(
            Domain("from_tier_id", "=", tier.id)
            & Domain("tier_id", "in", order[:place].ids)
            for place, tier in enumerate(order)
        )

    def _count_moves(self):
        self.ensure_one()
        count = self.env["crm.tier.run.line"].search_count
        return {
            direction: count(self._direction_domain(direction))
            for direction in ("up", "down", "new")
        }

    def _movers(self, limit):
        """Who moved up, then who moved down: so many of most value, with reasons."""
        find = self.env["crm.tier.run.line"].search
        risen = find(self._direction_domain("up"), limit=limit)
        fallen = find(self._direction_domain("down"), limit=limit)
        return [
            {
                "partner_id": line.partner_id.id,
                "name": line.partner_id.display_name,
                "from": line.from_tier_id.name,
                "to": line.tier_id.name,
                "up": line in risen,
                "reason": line.reason,
            }
            for line in risen | fallen
        ]

    def action_open_moves(self, direction):
        """The lines of those who move up or down, or who are new, with reasons."""
        self.ensure_one()
        titles = {
            "up": self.env._("Moved Up"),
            "down": self.env._("Moved Down"),
            "new": self.env._("First Tier"),
        }
        return self.action_open_lines() | {
            "display_name": titles[direction],
            "domain": list(self._direction_domain(direction)),
            "context": {},
        }
