import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {formatFigure} from "./figures";

/** The RFM segments and the saved ones: now, and a month ago. */
export class SegmentPanel extends Component {
    static template = "crm_analytics.SegmentPanel";
    static props = {
        segments: {type: Array},
        saved: {type: Object},
        open: {type: Function},
    };

    setup() {
        this.action = useService("action");
    }

    get widest() {
        return Math.max(...this.props.segments.map((row) => row.now), 1);
    }

    count(value) {
        return formatFigure(value, "count");
    }

    moved(value) {
        if (!value) {
            return "–";
        }
        return `${value > 0 ? "▲" : "▼"}\u00a0${this.count(Math.abs(value))}`;
    }

    savedMoved(row) {
        return row.before === null ? _t("not counted yet") : this.moved(row.now - row.before);
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
