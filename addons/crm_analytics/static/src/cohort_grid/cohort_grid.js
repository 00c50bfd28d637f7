import {deserializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {formatFloat, formatInteger, formatMonetary} from "@web/views/fields/formatters";

import {CustomerPicture} from "../picture/customer_picture";

const PERIOD_FORMATS = {quarter: "yyyy 'Q'q", year: "yyyy"};

/** Of those who first bought together: who, and how much, still buys. */
export class CohortGrid extends CustomerPicture {
    static template = "crm_analytics.CohortGrid";
    static choices = {measure: "retention", interval: "month"};

    setup() {
        super.setup();
        this.formatInteger = formatInteger;
    }

    get measures() {
        return [
            {code: "retention", label: _t("Customers")},
            {code: "net", label: _t("Net revenue")},
            {code: "gross", label: _t("Gross revenue")},
        ];
    }

    get intervals() {
        return [
            {code: "month", label: _t("Months")},
            {code: "quarter", label: _t("Quarters")},
            {code: "year", label: _t("Years")},
        ];
    }

    get explanation() {
        return {
            retention: _t("Share of the cohort's customers who bought in the period."),
            net: _t(
                "What the cohort bought, less credit notes, as a share of its first " +
                    "period; growth of some makes up for the loss of others."
            ),
            gross: _t(
                "The same, counting each customer at most with its first amount: " +
                    "only losses show."
            ),
        }[this.state.measure];
    }

    get ages() {
        const longest = Math.max(
            ...this.state.data.rows.map((row) => row.cells.length)
        );
        return [...Array(longest).keys()];
    }

    get exportParams() {
        return {domain: this.domain, interval: this.state.interval};
    }

    ask() {
        return this.call("get_cohorts", [this.domain], {interval: this.state.interval});
    }

    period(row) {
        const start = deserializeDate(row.start);
        const format = PERIOD_FORMATS[this.state.data.interval];
        return format
            ? start.toFormat(format)
            : start.toLocaleString({month: "short", year: "numeric"});
    }

    value(cell) {
        return cell[this.state.measure];
    }

    /** A whole percentage; where there is nothing to compare with, a dash. */
    text(cell) {
        const value = this.value(cell);
        return value === null
            ? "–"
            : `${formatFloat(100 * value, {digits: [16, 0]})}\u00a0%`;
    }

    /** Full colour is the first period's value, or more; small shares still differ. */
    style(cell) {
        const share = Math.max(0, Math.min(1, this.value(cell) || 0));
        return `--heat: ${Math.round(80 * Math.sqrt(share))}%`;
    }

    title(row, cell) {
        return _t(
            "%(cohort)s, %(age)s later: %(customers)s of %(size)s customers, %(amount)s",
            {
                cohort: this.period(row),
                age: cell.age,
                customers: formatInteger(cell.customers),
                size: formatInteger(row.size),
                amount: formatMonetary(cell.revenue, {
                    currencyId: this.state.data.currency_id,
                }),
            }
        );
    }

    async open(row, cell) {
        const action = await this.call("action_open_cohort", [row.cohort, cell.age], {
            interval: this.state.data.interval,
            domain: this.domain,
        });
        return this.action.doAction(action);
    }
}

registry.category("actions").add("crm_analytics.cohort_grid", CohortGrid);
