import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {cookie} from "@web/core/browser/cookie";
import {getColor, getCustomColor} from "@web/core/colors/colors";
import {_t} from "@web/core/l10n/translation";

import {
    formatAmount,
    formatCount,
    formatShare,
} from "@crm_relationship/tier_pyramid/figures";

/** A chart that is drawn anew when its props change. */
export class ChartComponent extends Component {
    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.chart = new window.Chart(this.canvas.el, this.config());
                return () => this.chart.destroy();
            },
            () => this.watched()
        );
    }

    get scheme() {
        return cookie.get("color_scheme");
    }

    color(bright, dark) {
        return getCustomColor(this.scheme, bright, dark);
    }

    main(number = 1) {
        return getColor(number, this.scheme, "sm");
    }

    get muted() {
        return this.color("#6c757d", "#a6aeb8");
    }

    get grid() {
        return this.color("#e4e7eb", "#3c4148");
    }

    amount(value) {
        return formatAmount(value, this.props.currencyId);
    }

    amountAxis() {
        return {
            grid: {color: this.grid},
            ticks: {color: this.muted, callback: (value) => this.amount(value)},
        };
    }

    pointer(event, elements) {
        event.native.target.style.cursor = elements.length ? "pointer" : "";
    }
}

/** Cumulative profit of the customers, from the most profitable to the least. */
export class WhaleCurve extends ChartComponent {
    static template = "crm_analytics.ChartCanvas";
    static props = {
        points: {type: Array, element: Array},
        customers: Number,
        currencyId: Number,
        onOpen: Function,
    };

    watched() {
        return [this.props.points];
    }

    get summary() {
        return _t(
            "Cumulative profit of %s customers",
            formatCount(this.props.customers)
        );
    }

    config() {
        const points = this.props.points.map(([share, profit]) => ({
            x: 100 * share,
            y: profit,
        }));
        return {
            type: "line",
            data: {
                datasets: [
                    {
                        data: points,
                        borderColor: this.main(),
                        backgroundColor: this.main(),
                        borderWidth: 2,
                        pointRadius: points.length > 30 ? 0 : 3,
                        pointHitRadius: 12,
                        tension: 0,
                    },
                ],
            },
            options: {
                maintainAspectRatio: false,
                animation: {duration: 250},
                interaction: {mode: "nearest", axis: "x", intersect: false},
                plugins: {legend: {display: false}, tooltip: this.tooltip()},
                scales: {
                    x: {
                        type: "linear",
                        min: 0,
                        max: 100,
                        title: {
                            display: true,
                            text: _t("Customers, most profitable first"),
                            color: this.muted,
                        },
                        grid: {display: false},
                        ticks: {color: this.muted, callback: (value) => `${value} %`},
                    },
                    y: this.amountAxis(),
                },
                onClick: (_event, [element]) => element && this.open(element.index),
                onHover: this.pointer,
            },
        };
    }

    tooltip() {
        return {
            displayColors: false,
            callbacks: {
                title: () => "",
                label: ({dataIndex}) => {
                    const [share, profit, place] = this.props.points[dataIndex];
                    return _t("The best %(count)s customers (%(share)s): %(amount)s", {
                        count: formatCount(place),
                        share: formatShare(100 * share),
                        amount: this.amount(profit),
                    });
                },
            },
        };
    }

    open(index) {
        if (index) {
            const [before, here] = this.props.points.slice(index - 1, index + 1);
            this.props.onOpen(before[2] + 1, here[2]);
        }
    }
}
