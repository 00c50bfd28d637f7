import {Component} from "@odoo/owl";
import {deserializeDateTime, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** Who decided what about this debtor, the latest first. */
export class CreditLogField extends Component {
    static template = "crm_credit.CreditLogField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get entries() {
        return this.props.record.data[this.props.name] || [];
    }

    day(entry) {
        const date = deserializeDateTime(entry.date);
        return `${date.toRelativeCalendar()} · ${formatDate(date)}`;
    }

    open(entry) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: entry.model,
            res_id: entry.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("credit_log", {
    component: CreditLogField,
    displayName: _t("Credit decisions"),
    supportedTypes: ["json"],
});
