import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {formatDate} from "@web/views/fields/formatters";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;

/** A day as people say it, and which day that is: "in 3 days · 24 Nov". */
export class DayDistanceField extends Component {
    static template = "crm_relationship.DayDistanceField";
    static props = {
        ...standardFieldProps,
        lateField: {type: String, optional: true},
    };

    get day() {
        return this.props.record.data[this.props.name];
    }

    get relative() {
        const unit = Math.abs(this.days) < 60 ? "days" : undefined;
        return this.day.toRelativeCalendar({base: this.today, unit});
    }

    get absolute() {
        const near = this.day.year === this.today.year;
        return this.day.toLocaleString({
            day: "numeric",
            month: "short",
            ...(near ? {} : {year: "numeric"}),
        });
    }

    get title() {
        return formatDate(this.day, {numeric: true});
    }

    get today() {
        return DateTime.local().startOf("day");
    }

    get days() {
        return this.day.startOf("day").diff(this.today, "days").days;
    }

    get isLate() {
        const {lateField, record} = this.props;
        return Boolean(lateField && record.data[lateField]);
    }
}

export const dayDistanceField = {
    component: DayDistanceField,
    displayName: _t("Day and distance"),
    supportedTypes: ["date"],
    supportedOptions: [
        {
            label: _t("Late if"),
            name: "late_field",
            type: "field",
            availableTypes: ["boolean"],
        },
    ],
    extractProps: ({options}) => ({lateField: options.late_field}),
    fieldDependencies: ({options}) =>
        options.late_field
            ? [{name: options.late_field, type: "boolean", readonly: true}]
            : [],
    listViewWidth: [150, 190],
};

registry.category("fields").add("day_distance", dayDistanceField);
