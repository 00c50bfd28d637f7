import {Component} from "@odoo/owl";

import {TierPill} from "@crm_relationship/tier_badge/tier_badge";

import {EmptyState} from "./empty_state";
import {formatChange, formatFigure} from "./figures";

/** Who carries us: revenue of the last twelve months by tier. */
export class TierPanel extends Component {
    static template = "crm_analytics.TierPanel";
    static components = {EmptyState, TierPill};
    static props = {
        data: {type: Object},
        currencyId: {type: Number},
        open: {type: Function},
    };

    setup() {
        this.formatChange = formatChange;
    }

    get rows() {
        const most = Math.max(...this.props.data.rows.map((row) => row.amount), 0) || 1;
        return this.props.data.rows.map((row) => ({
            ...row,
            width: (100 * Math.max(row.amount, 0)) / most,
        }));
    }

    figure(value, unit) {
        return formatFigure(value, unit, this.props.currencyId);
    }
}
