import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {
    formatFloat,
    formatInteger,
    formatPercentage,
} from "@web/views/fields/formatters";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Chart, chartColor, quietColor} from "../chart/chart";
import {ExportButton} from "../export/export_button";

const PLAIN = {maintainAspectRatio: false, animation: {duration: 250}};

/** Pictures of a run: the repeat purchases it explains, those it forecast, and where
 * regular customers stop. */
export class ClvCalibration extends Component {
    static template = "crm_analytics.ClvCalibration";
    static components = {Chart, ExportButton};
    static props = {...standardFieldProps};

    get histogram() {
        return this.props.record.data.histogram;
    }

    get calibration() {
        return this.props.record.data[this.props.name];
    }

    get renewals() {
        return this.props.record.data.renewals;
    }

    key(data) {
        return JSON.stringify(data);
    }

    /** "0", "1", … and "7+" for the last one. */
    label(count, most) {
        return count >= most ? `${formatInteger(count)}+` : formatInteger(count);
    }

    histogramConfig() {
        const {expected, actual} = this.histogram;
        const most = actual.length - 1;
        return {
            type: "bar",
            data: {
                labels: actual.map((_count, index) => this.label(index, most)),
                datasets: [
                    {
                        label: _t("Customers"),
                        data: actual,
                        backgroundColor: quietColor(),
                    },
                    {
                        label: _t("Expected by the model"),
                        data: expected,
                        backgroundColor: chartColor(0),
                    },
                ],
            },
            options: {...PLAIN, scales: this.axes(_t("Repeat purchases"))},
        };
    }

    calibrationConfig() {
        const rows = this.calibration;
        const line = (label, column, color) => ({
            label,
            data: rows.map((row) => row[column]),
            borderColor: color,
            backgroundColor: color,
        });
        return {
            type: "line",
            data: {
                labels: rows.map((row) => this.label(row[0], 7)),
                datasets: [
                    line(_t("Actual"), 3, quietColor()),
                    line(_t("Forecast"), 2, chartColor(0)),
                ],
            },
            options: {
                ...PLAIN,
                scales: this.axes(_t("Repeat purchases before the hold-out weeks")),
            },
        };
    }

    renewalsConfig() {
        const line = (label, value, color) => ({
            label,
            data: this.renewals.map(value),
            borderColor: color,
            backgroundColor: color,
        });
        return {
            type: "line",
            data: {
                labels: this.renewals.map((row) => formatInteger(row[0])),
                datasets: [
                    line(_t("Actual"), (row) => row[2] / row[1], quietColor()),
                    line(_t("Hazard by the model"), (row) => row[3], chartColor(0)),
                ],
            },
            options: {
                ...PLAIN,
                plugins: {
                    tooltip: {
                        callbacks: {
                            label: (item) =>
                                `${item.dataset.label}: ${formatPercentage(item.parsed.y)}`,
                        },
                    },
                },
                scales: this.axes(_t("Purchases so far"), {
                    ticks: {callback: (value) => formatPercentage(value)},
                }),
            },
        };
    }

    axes(text, vertical = {}) {
        return {
            x: {title: {display: true, text}, grid: {display: false}},
            y: {beginAtZero: true, ...vertical},
        };
    }

    get histogramText() {
        const {expected, actual} = this.histogram;
        return actual
            .map((count, index) =>
                _t("%(times)s times: %(count)s customers, %(expected)s expected", {
                    times: this.label(index, actual.length - 1),
                    count: formatInteger(count),
                    expected: formatInteger(Math.round(expected[index])),
                })
            )
            .join("; ");
    }

    get renewalsText() {
        return this.renewals
            .map(([purchases, customers, lost, hazard]) =>
                _t(
                    "%(purchases)s purchases: %(lost)s of %(customers)s customers stopped, %(hazard)s expected",
                    {
                        purchases: formatInteger(purchases),
                        lost: formatInteger(lost),
                        customers: formatInteger(customers),
                        hazard: formatPercentage(hazard),
                    }
                )
            )
            .join("; ");
    }

    get calibrationText() {
        return this.calibration
            .map(([times, , forecast, actual]) =>
                _t("%(times)s times: %(actual)s purchases, %(forecast)s forecast", {
                    times: this.label(times, 7),
                    actual: formatFloat(actual),
                    forecast: formatFloat(forecast),
                })
            )
            .join("; ");
    }
}

registry.category("fields").add("clv_calibration", {
    component: ClvCalibration,
    supportedTypes: ["json"],
    fieldDependencies: [
        {name: "histogram", type: "json"},
        {name: "renewals", type: "json"},
    ],
});
