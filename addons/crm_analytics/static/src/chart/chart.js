import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {cookie} from "@web/core/browser/cookie";
import {getColor, getCustomColor} from "@web/core/colors/colors";

/** The n-th colour of the theme's palette. */
export function chartColor(index) {
    return getColor(index, cookie.get("color_scheme"), "sm");
}

/** A colour that steps back: of what the others are compared with. */
export function quietColor() {
    return getCustomColor(cookie.get("color_scheme"), "#8a94a3", "#8f9bad");
}

/** One picture of Chart.js, drawn anew when `key` changes; `summary` says it in words. */
export class Chart extends Component {
    static template = "crm_analytics.Chart";
    static props = {
        config: {type: Function},
        summary: {type: String},
        key: {type: String},
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new window.Chart(this.canvas.el, this.props.config());
                return () => chart.destroy();
            },
            () => [this.props.key]
        );
    }
}
