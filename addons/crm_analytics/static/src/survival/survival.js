import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {formatFloat, formatInteger} from "@web/views/fields/formatters";

import {Chart, chartColor} from "../chart/chart";
import {CustomerPicture} from "../picture/customer_picture";

const percent = (share, digits = 0) =>
    `${formatFloat(100 * share, {digits: [16, digits]})}\u00a0%`;

/** How long customers stay, and who loses them. */
export class Survival extends CustomerPicture {
    static template = "crm_analytics.Survival";
    static components = {...CustomerPicture.components, Chart};
    static choices = {group: "tier"};

    setup() {
        super.setup();
        this.formatInteger = formatInteger;
        this.percent = percent;
    }

    get groups() {
        return [
            {code: "tier", label: _t("By tier")},
            {code: "salesperson", label: _t("By salesperson")},
        ];
    }

    get summary() {
        const {customers, lost, median} = this.state.data;
        const counts = _t("%(lost)s of %(customers)s customers were lost.", {
            lost: formatInteger(lost),
            customers: formatInteger(customers),
        });
        const half =
            median === false
                ? _t("More than half are still there.")
                : median === 0
                  ? _t("Half never bought again.")
                  : _t("Half were lost within %s months of their first purchase.", [
                        formatFloat(median, {digits: [16, 1]}),
                    ]);
        return `${counts} ${half}`;
    }

    get definition() {
        const {factor, days} = this.state.data;
        return _t(
            "A customer is lost once recorded as lost, or when its last purchase is " +
                "longer ago than %(factor)s times its usual gap (with fewer than three " +
                "purchases: %(days)s days). It was a customer until its last purchase.",
            {
                factor: formatFloat(factor, {digits: [16, 1], trailingZeros: false}),
                days: formatInteger(days),
            }
        );
    }

    get key() {
        return JSON.stringify(this.state.data.points);
    }

    get exportParams() {
        return {domain: this.domain, group: this.state.group};
    }

    ask() {
        return this.call("get_survival", [this.domain], {group: this.state.group});
    }

    async define(name, value) {
        const {factor, days} = {...this.state.data, [name]: Number(value)};
        await this.call("set_lost_definition", [factor, days]);
        return this.load();
    }

    config() {
        return {
            type: "line",
            data: {
                datasets: [
                    {
                        label: _t("Still customers"),
                        data: [[0, 1], ...this.state.data.points].map(([x, y]) => ({
                            x,
                            y,
                        })),
                        stepped: "before",
                        pointRadius: 0,
                        pointHitRadius: 6,
                        borderColor: chartColor(0),
                        backgroundColor: chartColor(0),
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
                            title: ([item]) => _t("%s months", item.parsed.x),
                            label: (item) => percent(item.parsed.y, 1),
                        },
                    },
                },
                scales: {
                    x: {
                        type: "linear",
                        title: {
                            display: true,
                            text: _t("Months since the first purchase"),
                        },
                        grid: {display: false},
                    },
                    y: {min: 0, max: 1, ticks: {callback: (value) => percent(value)}},
                },
            },
        };
    }

    async open(row) {
        const action = await this.call(
            "action_open_lost",
            row ? [this.state.group, row.id] : [],
            {domain: this.domain}
        );
        return this.action.doAction(action);
    }
}

registry.category("actions").add("crm_analytics.survival", Survival);
