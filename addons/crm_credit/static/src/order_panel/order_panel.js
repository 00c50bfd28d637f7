import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {formatAmount} from "@crm_relationship/tier_pyramid/figures";

import {GaugeBar, useText} from "../gauge/gauge";

/** What the customer's credit is after this order; follows the lines as they change. */
export class CreditPanelField extends Component {
    static template = "crm_credit.CreditPanelField";
    static components = {GaugeBar};
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get data() {
        return this.props.record.data[this.props.name];
    }

    async openFile() {
        const action = await this.orm.call("res.partner", "action_open_credit_file", [
            this.data.missing_for,
        ]);
        return this.action.doAction(action);
    }

    get fits() {
        const {after, limit, stopped, unlimited} = this.data;
        return !stopped && (unlimited || after <= limit || after <= 0);
    }

    get usedText() {
        const {exposure, limit, unlimited} = this.data;
        if (unlimited) {
            return _t("%s, no limit", this.amount(exposure));
        }
        return _t("%(used)s of %(limit)s", {
            used: this.amount(exposure),
            limit: this.amount(limit),
        });
    }

    get afterText() {
        return this.data.open
            ? _t("after this order %s", this.amount(this.data.after))
            : "";
    }

    get overText() {
        const {after, limit} = this.data;
        return this.data.stopped
            ? _t("no more credit: the file is stopped")
            : _t("%s over the limit", this.amount(after - limit));
    }

    get lateText() {
        const days = this.data.days_late;
        return days ? _t("oldest invoice %s days late", days) : "";
    }

    get summary() {
        return [this.usedText, this.afterText].filter(Boolean).join(", ");
    }

    amount(value) {
        return formatAmount(value, this.data.currency_id);
    }
}

registry.category("fields").add("credit_panel", {
    component: CreditPanelField,
    displayName: _t("Credit after this order"),
    supportedTypes: ["json"],
});

/** Use and what is left, on a smart button. */
export class CreditStatField extends Component {
    static template = "crm_credit.CreditStatField";
    static props = {...standardFieldProps};

    get data() {
        return this.props.record.data[this.props.name];
    }

    get value() {
        return this.data.unlimited
            ? _t("No limit")
            : _t("Credit %s", useText(this.data.utilisation));
    }

    get text() {
        const {available, currency_id: currencyId, unlimited} = this.data;
        if (unlimited) {
            return _t("Credit");
        }
        return available < 0
            ? _t("%s over", formatAmount(-available, currencyId))
            : _t("%s left", formatAmount(available, currencyId));
    }
}

registry.category("fields").add("credit_stat", {
    component: CreditStatField,
    displayName: _t("Credit smart button"),
    supportedTypes: ["json"],
});
