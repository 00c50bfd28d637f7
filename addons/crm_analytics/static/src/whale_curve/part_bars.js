import {_t} from "@web/core/l10n/translation";

import {formatCount} from "@crm_relationship/tier_pyramid/figures";
import {ChartComponent} from "./whale_curve";

/** Revenue and profit of each tenth of the customers, most profitable first. */
export class PartBars extends ChartComponent {
    static template = "crm_analytics.ChartCanvas";
    static props = {
        parts: {type: Array, element: Object},
        currencyId: Number,
        onOpen: Function,
    };

    watched() {
        return [this.props.parts];
    }

    get summary() {
        return this.props.parts
            .map((part) => `${this.name(part)}: ${this.amount(part.profit)}`)
            .join("; ");
    }

    name(part) {
        const [first, last] = [formatCount(part.first), formatCount(part.last)];
        return part.first === part.last ? first : `${first}–${last}`;
    }

    config() {
        const parts = this.props.parts;
        const bars = (label, name, color) => ({
            label,
            data: parts.map((part) => part[name]),
            backgroundColor: color,
            borderRadius: 2,
        });
        return {
            type: "bar",
            data: {
                labels: parts.map((part) => this.name(part)),
                datasets: [
                    bars(_t("Revenue"), "revenue", this.color("#b6bec9", "#5f6b7a")),
                    bars(_t("Profit"), "profit", this.main()),
                ],
            },
            options: {
                maintainAspectRatio: false,
                animation: {duration: 250},
                interaction: {mode: "index", intersect: false},
                plugins: {
                    legend: {labels: {color: this.muted, boxWidth: 12}},
                    tooltip: {
                        callbacks: {
                            title: ([item]) => _t("Customers %s", item.label),
                            label: (item) =>
                                `${item.dataset.label}: ${this.amount(item.raw)}`,
                        },
                    },
                },
                scales: {
                    x: {grid: {display: false}, ticks: {color: this.muted}},
                    y: this.amountAxis(),
                },
                onClick: (_event, [element]) =>
                    element && this.props.onOpen(element.index),
                onHover: this.pointer,
            },
        };
    }
}
