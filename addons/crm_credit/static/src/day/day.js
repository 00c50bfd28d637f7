import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const NEAR_DAYS = 32;

/** A day in words: "in 3 days", and the date itself. */
export function dayText(date) {
    const near = Math.abs(date.diffNow("days").days) < NEAR_DAYS;
    const relative = date.toRelativeCalendar(near ? {unit: "days"} : {});
    const sameYear = date.hasSame(luxon.DateTime.local(), "year");
    const format = {day: "numeric", month: "short"};
    const year = sameYear ? {} : {year: "numeric"};
    return `${relative} · ${date.toLocaleString({...format, ...year})}`;
}

export function isPast(date) {
    return date < luxon.DateTime.local().startOf("day");
}

/** A month with its year, in the user's order: "Nov 2026", "2026年11月". */
export function monthText(date, month = "short") {
    return date.toLocaleString({month, year: "numeric"});
}

/** A date as a person says it, red once it has passed. */
export class CreditDayField extends Component {
    static template = "crm_credit.CreditDayField";
    static props = {...standardFieldProps};

    get date() {
        return this.props.record.data[this.props.name];
    }

    get late() {
        return Boolean(this.date) && isPast(this.date);
    }

    get text() {
        return this.date ? dayText(this.date) : "";
    }
}

registry.category("fields").add("credit_day", {
    component: CreditDayField,
    displayName: _t("Day in words"),
    supportedTypes: ["date"],
});
