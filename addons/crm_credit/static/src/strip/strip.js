import {Component} from "@odoo/owl";
import {deserializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {formatFloat, formatInteger} from "@web/views/fields/formatters";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {monthText} from "@crm_credit/day/day";
import {formatPercent} from "@crm_credit/gauge/gauge";
import {formatAmount} from "@crm_relationship/tier_pyramid/figures";

/** Month by month: how late the debtor paid, and how much of the limit it used. */
export class CreditStripField extends Component {
    static template = "crm_credit.CreditStripField";
    static props = {...standardFieldProps};

    get data() {
        return this.props.record.data[this.props.name];
    }

    month(column) {
        return monthText(deserializeDate(column.month));
    }

    days(column) {
        return column.days === null ? "–" : formatInteger(Math.round(column.days));
    }

    use(column) {
        if (column.ratio !== null) {
            return formatPercent(column.ratio);
        }
        return column.peak ? "" : "–";
    }

    summary(column) {
        const month = monthText(deserializeDate(column.month), "long");
        return `${month}: ${this.paid(column)}, ${this.owed(column)}`;
    }

    paid({days}) {
        if (days === null) {
            return _t("nothing paid");
        }
        if (!days) {
            return _t("paid on time");
        }
        return _t(
            "paid %s days late on average",
            formatFloat(days, {digits: [16, 1], trailingZeros: false})
        );
    }

    owed({peak, ratio}) {
        const amount = formatAmount(peak, this.data.currency_id);
        return ratio === null
            ? _t("at most %s owed", amount)
            : _t("at most %(amount)s owed, %(share)s of today's limit", {
                  amount,
                  share: formatPercent(ratio),
              });
    }
}

registry.category("fields").add("credit_strip", {
    component: CreditStripField,
    displayName: _t("Behaviour month by month"),
    supportedTypes: ["json"],
});
