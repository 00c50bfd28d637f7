import {Component} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {formatAmount} from "@crm_relationship/tier_pyramid/figures";

import {monthText} from "../day/day";

/** Credit lines on a time axis: solid where they count, outlined where they don't. */
export class CreditLineBarsField extends Component {
    static template = "crm_credit.CreditLineBarsField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get data() {
        return this.props.record.data[this.props.name];
    }

    amount(line) {
        return formatAmount(line.amount, line.currency_id);
    }

    /** The month; its year where the axis or a year begins. */
    tick(day, index) {
        const date = deserializeDate(day);
        const yearBegins = index === 0 || date.month === 1;
        return yearBegins ? monthText(date) : date.toLocaleString({month: "short"});
    }

    period(line) {
        const first = formatDate(deserializeDate(line.date_from));
        return line.date_to
            ? _t("%(first)s to %(last)s", {
                  first,
                  last: formatDate(deserializeDate(line.date_to)),
              })
            : _t("%s, until further notice", first);
    }

    summary(line) {
        return [line.kind, this.amount(line), this.period(line), line.why]
            .filter(Boolean)
            .join(", ");
    }

    open(line) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.credit.line",
            res_id: line.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("credit_line_bars", {
    component: CreditLineBarsField,
    displayName: _t("Credit lines in time"),
    supportedTypes: ["json"],
});
