from odoo import api, fields, models
from odoo.fields import Domain

CAUSES = 6  # that the cockpit names


class CrmOrderTrace(models.Model):
    """The figures above the cockpit's list."""

    _name = "crm.order.trace"
    _inherit = ["crm.order.trace"]

    waiting_since = fields.Datetime(
        related="order_id.date_order",
        string="Waits Since",
        related_sudo=True,
        help="When the customer's order was confirmed.",
    )

    @api.model
    @api.readonly
    def cockpit(self, domain):
        """Counts by stage, and what late lines wait for, of the lines one may read.

        Neither follows a filter on itself: one may go on to the next stage or cause.
        The stages tell how many lines there are besides the late ones, too.
        """
        domain = Domain(domain)
        stages = _without(domain, {"stage", "is_late"})
        return {
            "stages": self._stage_bar(
                self._read_group(stages, ["stage", "is_late"], ["__count"])
            ),
            "causes": self._cockpit_causes(
                _without(domain, {"cause_model", "cause_id"})
            ),
        }

    @api.model
    def _stage_bar(self, counts):
        """Stages in their order, from (stage, is late, number) each."""
        numbers = {}
        for stage, is_late, number in counts:
            total = numbers.setdefault(stage, [0, 0])
            total[0] += number
            total[1] += number if is_late else 0
        return [
            {
                "stage": stage,
                "label": label,
                "count": numbers.get(stage, (0, 0))[0],
                "late": numbers.get(stage, (0, 0))[1],
            }
            for stage, label in self._fields["stage"]._description_selection(self.env)
            if stage in numbers or stage not in ("cancelled", "to_do")
        ]

    @api.model
    def _cockpit_causes(self, domain):
        """The causes to look at first, then what there is to say of each."""
        late = Domain("is_late", "=", True) & Domain("is_finished", "=", False)
        domain = domain & late & Domain("cause_id", "!=", False)
        cause = ["cause_model", "cause_id"]
        [measure] = self._cockpit_measure() or ["__count"]
        worst = self._read_group(
            domain, cause, [measure], order=f"{measure} DESC, cause_id", limit=CAUSES
        )
        keys = [tuple(row[:2]) for row in worst]
        chosen = Domain.OR(
            Domain("cause_model", "=", model) & Domain("cause_id", "=", id_)
            for model, id_ in keys
        )
        counted = ["cause_name:max", "__count", "customer_count:count_distinct"]
        rows = self._read_group(domain & chosen, cause, counted) if keys else []
        figures = {tuple(row[:2]): row[2:] for row in rows}
        return [self._cause_figures(*key, *figures[key]) for key in keys]

    def _cause_figures(self, model, id_, name, lines, customers):
        return {
            "model": model,
            "id": id_,
            "name": name or self.env._("a deleted document"),
            "lines": lines,
            "customers": customers,
            "figures": self._figures(lines, customers),
        }

    def _figures(self, lines, customers):
        env = self.env
        return ", ".join(
            (
                env._("1 line") if lines == 1 else env._("%s lines", lines),
                env._("1 customer")
                if customers == 1
                else env._("%s customers", customers),
            )
        )

    def _cockpit_measure(self):
        """Salespeople see first what costs most; others what most lines wait for."""
        may = self._has_field_access(self._fields["urgency"], "read")
        return ["urgency:sum"] if may else []


def _without(domain, names):
    return domain.map_conditions(
        lambda part: Domain.TRUE if part.field_expr in names else part
    )
