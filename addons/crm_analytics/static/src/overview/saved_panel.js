import {Component} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

import {formatFigure, formatMove} from "./figures";

/** The saved segments: customers now and, for who sees all of them, a month ago. */
export class SavedPanel extends Component {
    static template = "crm_analytics.SavedPanel";
    static props = {data: {type: Object}, open: {type: Function}};

    setup() {
        this.action = useService("action");
    }

    count(value) {
        return formatFigure(value, "count");
    }

    moved(row) {
        return row.before === null ? "–" : formatMove(row.now - row.before);
    }

    openSaved(row) {
        return this.action.doActionButton({
            type: "object",
            resModel: "crm.analytics.segment",
            name: "action_open_customers",
            resId: row.id,
            resIds: [row.id],
        });
    }
}
