import {Component} from "@odoo/owl";
import {cookie} from "@web/core/browser/cookie";
import {getCustomColor} from "@web/core/colors/colors";
import {_t} from "@web/core/l10n/translation";

import {Chart, quietColor} from "../chart/chart";
import {EmptyState} from "./empty_state";
import {formatFigure} from "./figures";

const AXIS = 80; // pixels; the words below begin there

/** The revenue of the twelve months before, what came and went, and that of the last. */
export class BridgePanel extends Component {
    static template = "crm_analytics.BridgePanel";
    static components = {Chart, EmptyState};
    static props = {
        data: {type: Object},
        currencyId: {type: Number},
        open: {type: Function},
    };

    get bars() {
        return this.props.data.bars;
    }

    get key() {
        return JSON.stringify(this.bars);
    }

    get summary() {
        return this.bars.map((bar) => `${bar.label}: ${this.text(bar)}`).join("; ");
    }

    /** What it adds or takes, with its sign; the ends have none. */
    text(bar) {
        const {amount} = bar;
        const figure = (size) => formatFigure(size, "amount", this.props.currencyId);
        if (!amount || this.isEnd(bar)) {
            return figure(amount);
        }
        return `${amount > 0 ? "+" : "−"}${figure(Math.abs(amount))}`;
    }

    count(bar) {
        return formatFigure(bar.customers, "count");
    }

    customers(bar) {
        return bar.customers === 1
            ? _t("1 customer")
            : _t("%s customers", this.count(bar));
    }

    isEnd(bar) {
        return ["before", "now"].includes(bar.code);
    }

    color(bar) {
        const scheme = cookie.get("color_scheme");
        if (this.isEnd(bar)) {
            return quietColor();
        }
        return bar.amount < 0
            ? getCustomColor(scheme, "#c9414d", "#e0646e")
            : getCustomColor(scheme, "#2f8f5b", "#4cb27c");
    }

    config() {
        const bars = this.bars;
        return {
            type: "bar",
            data: {
                labels: bars.map((bar) => bar.label),
                datasets: [
                    {
                        data: bars.map((bar) =>
                            bar.start === bar.end ? null : [bar.start, bar.end]
                        ),
                        backgroundColor: bars.map((bar) => this.color(bar)),
                        minBarLength: 2,
                        categoryPercentage: 0.9,
                        barPercentage: 0.95,
                    },
                ],
            },
            options: {
                maintainAspectRatio: false,
                animation: {duration: 250},
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        displayColors: false,
                        callbacks: {
                            label: ({dataIndex}) => [
                                this.text(bars[dataIndex]),
                                this.customers(bars[dataIndex]),
                            ],
                        },
                    },
                },
                scales: {
                    x: {grid: {display: false}, ticks: {display: false}},
                    y: {
                        beginAtZero: true,
                        afterFit: (axis) => {
                            axis.width = AXIS;
                        },
                        ticks: {
                            maxTicksLimit: 6,
                            callback: (value) =>
                                formatFigure(value, "amount", this.props.currencyId),
                        },
                    },
                },
                onClick: (_event, [element]) =>
                    element && this.props.open(bars[element.index].open),
                onHover: (event, elements) => {
                    event.native.target.style.cursor = elements.length ? "pointer" : "";
                },
            },
        };
    }
}
