import {Component} from "@odoo/owl";

import {formatFigure, formatMove} from "./figures";

/** The RFM segments: customers now and a month ago, and who came in. */
export class SegmentPanel extends Component {
    static template = "crm_analytics.SegmentPanel";
    static props = {
        segments: {type: Array},
        open: {type: Function},
    };

    get widest() {
        return Math.max(...this.props.segments.map((row) => row.now), 1);
    }

    count(value) {
        return formatFigure(value, "count");
    }

    moved(value) {
        return formatMove(value);
    }
}
