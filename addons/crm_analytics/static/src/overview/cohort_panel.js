import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {EmptyState} from "./empty_state";
import {formatFigure, formatMonth} from "./figures";

/** Do new customers stay? Those of the last six months, month by month. */
export class CohortPanel extends Component {
    static template = "crm_analytics.CohortPanel";
    static components = {EmptyState};
    static props = {data: {type: Object}, open: {type: Function}};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get ages() {
        const longest = Math.max(
            ...this.props.data.rows.map((row) => row.cells.length)
        );
        return [...Array(longest).keys()];
    }

    month(row) {
        return formatMonth(row.start);
    }

    count(value) {
        return formatFigure(value, "count");
    }

    text(cell) {
        return cell.retention === null
            ? "–"
            : `${Math.round(100 * cell.retention)}\u00a0%`;
    }

    title(row, cell) {
        return _t(
            "%(month)s, %(age)s months later: %(customers)s of %(size)s customers",
            {
                month: this.month(row),
                age: cell.age,
                customers: this.count(cell.customers),
                size: this.count(row.size),
            }
        );
    }

    style(cell) {
        return `--heat: ${Math.round(80 * Math.sqrt(Math.min(cell.retention || 0, 1)))}%`;
    }

    async openCell(row, cell) {
        const action = await this.orm.call(
            "crm.analytics.customer",
            "action_open_cohort",
            [row.cohort, cell.age]
        );
        return this.action.doAction(action);
    }
}
