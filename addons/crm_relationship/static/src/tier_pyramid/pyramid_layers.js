import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {cookie} from "@web/core/browser/cookie";
import {getCustomColor} from "@web/core/colors/colors";

// a layer of few customers must stay visible and clickable
const THINNEST = 0.015;

/** Centred bars, one per tier from top to bottom, as wide as the tier's share. */
export class PyramidLayers extends Component {
    static template = "crm_relationship.PyramidLayers";
    static props = {
        shares: {type: Array, element: Number},
        texts: {type: Array, element: String},
        summary: {type: String},
        onOpen: {type: Function, optional: true},
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.chart = new window.Chart(this.canvas.el, this.config());
                return () => this.chart.destroy();
            },
            () => [this.props.shares.length]
        );
        useEffect(
            () => this.refresh(),
            () => [...this.props.shares, ...this.props.texts]
        );
    }

    refresh() {
        Object.assign(this.chart.data, this.data());
        Object.assign(this.chart.options.scales.x, this.range());
        this.chart.update();
    }

    widest() {
        return Math.max(...this.props.shares, 1);
    }

    range() {
        return {min: -this.widest() / 2, max: this.widest() / 2};
    }

    data() {
        const thinnest = this.widest() * THINNEST;
        return {
            labels: this.props.texts,
            datasets: [
                {
                    data: this.props.shares.map((share) => {
                        const half = Math.max(share, thinnest) / 2;
                        return [-half, half];
                    }),
                    backgroundColor: this.color("#8a94a3", "#8f9bad"),
                    hoverBackgroundColor: this.color("#5f6b7a", "#c2cad6"),
                    borderSkipped: false,
                    borderRadius: 3,
                    barPercentage: 0.9,
                    categoryPercentage: 1,
                },
            ],
        };
    }

    color(bright, dark) {
        return getCustomColor(cookie.get("color_scheme"), bright, dark);
    }

    config() {
        return {
            type: "bar",
            data: this.data(),
            options: {
                indexAxis: "y",
                maintainAspectRatio: false,
                animation: {duration: 250},
                layout: {padding: 0},
                interaction: {mode: "y", intersect: false},
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        displayColors: false,
                        callbacks: {title: () => "", label: (item) => item.label},
                    },
                },
                scales: {
                    x: {display: false, ...this.range()},
                    y: {display: false},
                },
                onClick: (_event, [element]) =>
                    element && this.props.onOpen?.(element.index),
                onHover: (event, [element]) => {
                    event.native.target.style.cursor =
                        element && this.props.onOpen ? "pointer" : "";
                },
            },
        };
    }
}
