import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {formatFloat} from "@web/views/fields/formatters";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {formatAmount} from "@crm_relationship/tier_pyramid/figures";

/** The failed rules of a hold: what the check found then, and what holds now. */
export class CreditThenNowField extends Component {
    static template = "crm_credit.CreditThenNowField";
    static props = {...standardFieldProps};

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    now(row) {
        if (!row.waiting) {
            return "";
        }
        if (!row.now) {
            return _t("no longer");
        }
        return row.now === row.then ? _t("unchanged") : row.now;
    }
}

registry.category("fields").add("credit_then_now", {
    component: CreditThenNowField,
    displayName: _t("Failed rules, then and now"),
    supportedTypes: ["json"],
});

/** What the held document is about, in a few lines. */
export class CreditContentField extends Component {
    static template = "crm_credit.CreditContentField";
    static props = {...standardFieldProps};

    get data() {
        return this.props.record.data[this.props.name] || {lines: []};
    }

    quantity(line) {
        return `${formatFloat(line.quantity, {trailingZeros: false})} ${line.unit}`;
    }

    amount(line) {
        return formatAmount(line.amount, this.data.currency_id);
    }

    get moreText() {
        return _t("and %s more lines", this.data.more);
    }
}

registry.category("fields").add("credit_content", {
    component: CreditContentField,
    displayName: _t("Content of a held document"),
    supportedTypes: ["json"],
});

/** The next hold takes the place of the one that was decided. */
async function openNextHold(env, {params}) {
    const action = await env.services.orm.call("crm.credit.hold", "action_open_next", [
        params.hold_ids,
    ]);
    return env.services.action.doAction(action, {
        stackPosition: "replaceCurrentAction",
    });
}

registry.category("actions").add("crm_credit.next_hold", openNextHold);
