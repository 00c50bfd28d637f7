import {_t} from "@web/core/l10n/translation";
import {RecordSelector} from "@web/core/record_selectors/record_selector";
import {registry} from "@web/core/registry";
import {formatFloat, formatMonetary} from "@web/views/fields/formatters";

import {CustomerPicture} from "../picture/customer_picture";

const OTHERS = -1;
const THOUSAND = 1000;

/** What sells where and when: regions or products by period, products by region. */
export class HeatMap extends CustomerPicture {
    static template = "crm_analytics.HeatMap";
    static components = {...CustomerPicture.components, RecordSelector};
    static choices = {
        shape: "region",
        interval: "month",
        measure: "revenue",
        product: false,
        category: false,
        country: false,
        page: 0,
    };

    // -- choices ------------------------------------------------------------------

    get shapes() {
        return [
            {code: "region", label: _t("Regions by period")},
            {code: "product", label: _t("Products by period")},
            {code: "both", label: _t("Products by region")},
        ];
    }

    get intervals() {
        return [
            {code: "month", label: _t("Months")},
            {code: "quarter", label: _t("Quarters")},
        ];
    }

    get measures() {
        const labels = {
            revenue: _t("Revenue"),
            quantity: _t("Quantity"),
            margin: _t("Margin"),
        };
        return this.state.data.measures.map((code) => ({code, label: labels[code]}));
    }

    get options() {
        const {shape, interval, measure, product, category, country, page} = this.state;
        return {
            rows: shape === "region" ? "region" : "product",
            columns: shape === "both" ? "region" : interval,
            measure,
            product,
            category,
            country,
            domain: this.domain,
            page,
        };
    }

    ask() {
        return this.call("get_heat_map", [], {options: this.options});
    }

    turn(pages) {
        return this.choose({page: Math.max(0, this.state.page + pages)});
    }

    // -- texts --------------------------------------------------------------------

    get explanation() {
        return {
            revenue: _t(
                "Invoiced less credit notes, before taxes, in %s.",
                this.state.data.currency
            ),
            margin: _t(
                "Revenue less the cost of what was invoiced, in %s.",
                this.state.data.currency
            ),
            quantity: this.state.data.unit
                ? _t("Invoiced less credit notes, in %s.", this.state.data.unit)
                : _t(
                      "Invoiced less credit notes. Units differ: compare a product " +
                          "with itself."
                  ),
        }[this.state.measure];
    }

    get rowTitle() {
        return this.options.rows === "product" ? _t("Product") : _t("Region");
    }

    get hiddenText() {
        return _t("%s others", this.state.data.hidden);
    }

    full(value) {
        if (this.state.measure === "quantity") {
            const number = formatFloat(value, {digits: [16, 2], trailingZeros: false});
            return this.state.data.unit ? `${number} ${this.state.data.unit}` : number;
        }
        return formatMonetary(value, {currencyId: this.state.data.currency_id});
    }

    /** Short enough to compare: no decimals from a thousand on. */
    text(value) {
        if (value === null) {
            return "";
        }
        const digits = Math.abs(value) >= THOUSAND || Number.isInteger(value) ? 0 : 1;
        return formatFloat(value, {digits: [16, digits]});
    }

    sum(cells) {
        return cells.reduce((total, value) => total + (value || 0), 0);
    }

    get largest() {
        const values = this.state.data.rows.flatMap((row) => row.cells);
        return Math.max(0, ...values);
    }

    /** Full colour is the largest value shown; small ones still differ. */
    style(value) {
        const share = this.largest ? Math.max(0, value || 0) / this.largest : 0;
        return `--heat: ${Math.round(80 * Math.sqrt(share))}%`;
    }

    title(row, column, value) {
        return `${row.name}, ${column.name}: ${this.full(value)}`;
    }

    // -- actions ------------------------------------------------------------------

    canOpen(column) {
        return column === null || column.key !== OTHERS;
    }

    async open(row, column) {
        const action = await this.call("action_open_heat_cell", [
            this.options,
            row && row.key,
            column && column.key,
        ]);
        return this.action.doAction({
            ...action,
            name: [row && row.name, column && column.name].filter(Boolean).join(", "),
        });
    }
}

registry.category("actions").add("crm_analytics.heat_map", HeatMap);
