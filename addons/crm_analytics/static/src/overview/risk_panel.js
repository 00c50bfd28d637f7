import {Component} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {useService} from "@web/core/utils/hooks";

import {EmptyState} from "./empty_state";
import {formatFigure} from "./figures";

/** The ten customers with the most at stake. */
export class RiskPanel extends Component {
    static template = "crm_analytics.RiskPanel";
    static components = {EmptyState};
    static props = {
        data: {type: Object},
        currencyId: {type: Number},
        open: {type: Function},
    };

    setup() {
        this.action = useService("action");
    }

    figure(value, unit) {
        return formatFigure(value, unit, this.props.currencyId);
    }

    day(value) {
        return value ? formatDate(deserializeDate(value)) : "–";
    }

    openCustomer(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.analytics.customer",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}
