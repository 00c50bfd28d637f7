import {Component} from "@odoo/owl";
import {cookie} from "@web/core/browser/cookie";
import {getCustomColor} from "@web/core/colors/colors";
import {_t} from "@web/core/l10n/translation";
import {formatMonetary} from "@web/views/fields/formatters";

import {formatAmount, formatCount} from "@crm_relationship/tier_pyramid/figures";
import {Chart, chartColor} from "../chart/chart";
import {amountAt, placeOf, tickAmounts} from "./scale";

// also told apart without colours
const SHAPES = ["circle", "triangle", "rect", "crossRot"];
const [SMALLEST, LARGEST] = [3, 14];

/** Draws the cuts and names the quadrants. */
const cutLines = (places, color) => ({
    id: "cutLines",
    afterDatasetsDraw: ({ctx, chartArea: area, scales}) => {
        const x = scales.x.getPixelForValue(places.value);
        const y = scales.y.getPixelForValue(places.potential);
        ctx.save();
        ctx.strokeStyle = color;
        ctx.lineWidth = 1.5;
        ctx.setLineDash([6, 4]);
        ctx.beginPath();
        ctx.moveTo(x, area.top);
        ctx.lineTo(x, area.bottom);
        ctx.moveTo(area.left, y);
        ctx.lineTo(area.right, y);
        ctx.stroke();
        ctx.restore();
    },
});

/** The customers by value (to the right) and potential (upwards), and the cuts. */
export class PortfolioPicture extends Component {
    static template = "crm_analytics.PortfolioPicture";
    static components = {Chart};
    static props = {data: Object, cuts: Object, onOpen: Function};

    get key() {
        const {bins, as_of: day} = this.props.data;
        const {potential, value} = this.props.cuts;
        return JSON.stringify([bins.length, day, potential, value, bins.slice(0, 50)]);
    }

    get summary() {
        return this.props.data.strategies
            .map((row) =>
                _t("%(strategy)s: %(count)s customers, value %(value)s", {
                    strategy: row.label,
                    count: formatCount(row.customers),
                    value: this.amount(row.value),
                })
            )
            .join("; ");
    }

    get color() {
        return getCustomColor(cookie.get("color_scheme"), "#495057", "#adb5bd");
    }

    /** Whole amounts for the axes. */
    round(value) {
        return formatMonetary(Math.round(value), {
            currencyId: this.props.data.currency_id,
            digits: [16, 0],
        });
    }

    amount(value) {
        return formatAmount(value, this.props.data.currency_id);
    }

    radius(count, most) {
        const share = most > 1 ? Math.sqrt((count - 1) / (most - 1)) : 0;
        return SMALLEST + (LARGEST - SMALLEST) * share;
    }

    datasets() {
        const {bins, scales, strategies} = this.props.data;
        const most = Math.max(...bins.map((bin) => bin[3]));
        return strategies.map((strategy, index) => {
            const own = bins.filter((bin) => bin[2] === strategy.code);
            return {
                label: strategy.label,
                strategy: strategy.code,
                pointStyle: SHAPES[index % SHAPES.length],
                borderColor: chartColor(index),
                backgroundColor: `${chartColor(index)}99`,
                data: own.map(([potential, value, _code, count, name]) => ({
                    x: placeOf(scales.value, value),
                    y: placeOf(scales.potential, potential),
                    potential,
                    value,
                    count,
                    name,
                })),
                radius: own.map((bin) => this.radius(bin[3], most)),
                hoverRadius: own.map((bin) => this.radius(bin[3], most) + 1),
            };
        });
    }

    axis(code, text) {
        const scale = this.props.data.scales[code];
        const axis = {
            type: "linear",
            title: {display: true, text},
            ticks: {
                maxTicksLimit: 7,
                maxRotation: 0,
                callback: (place) => this.round(amountAt(scale, place)),
            },
        };
        if (scale.unit) {
            axis.afterBuildTicks = (built) => {
                built.ticks = tickAmounts(scale).map((amount) => ({
                    value: placeOf(scale, amount),
                }));
            };
        }
        return axis;
    }

    tooltip() {
        return {
            callbacks: {
                label: ({raw}) => [
                    raw.name || _t("%s customers, on average", formatCount(raw.count)),
                    _t("Potential %s", this.amount(raw.potential)),
                    _t("Value %s", this.amount(raw.value)),
                ],
            },
        };
    }

    config() {
        const {data, cuts} = this.props;
        const places = Object.fromEntries(
            ["potential", "value"].map((code) => [
                code,
                placeOf(data.scales[code], cuts[code]),
            ])
        );
        const named = (name, scale) =>
            scale.unit ? _t("%s (logarithmic)", name) : name;
        return {
            type: "scatter",
            data: {datasets: this.datasets()},
            plugins: [cutLines(places, this.color)],
            options: {
                maintainAspectRatio: false,
                animation: false,
                plugins: {
                    legend: {labels: {usePointStyle: true, boxHeight: 7}},
                    tooltip: this.tooltip(),
                },
                scales: {
                    x: this.axis(
                        "value",
                        named(_t("Value: %s", data.value_label), data.scales.value)
                    ),
                    y: this.axis(
                        "potential",
                        named(
                            _t("Potential per year: %s", data.potential_label),
                            data.scales.potential
                        )
                    ),
                },
                onClick: (_event, [element], chart) =>
                    element &&
                    this.props.onOpen(
                        chart.data.datasets[element.datasetIndex].strategy
                    ),
                onHover: (event, elements) => {
                    event.native.target.style.cursor = elements.length ? "pointer" : "";
                },
            },
        };
    }
}
