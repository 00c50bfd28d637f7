import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {formatAmount} from "@crm_relationship/tier_pyramid/figures";
import {formatInteger} from "@web/views/fields/formatters";

const MARKS = {success: "✓", warning: "!", danger: "✗"};

export function formatPercent(ratio) {
    return `${formatInteger(Math.round(ratio * 100))}\u00a0%`;
}

const NOTHING_GRANTED = 9.99; // what the server stores where the limit is zero

/** How much of the limit is used; no number where there is no limit to use. */
export function useText(ratio) {
    return ratio === NOTHING_GRANTED ? _t("no credit") : formatPercent(ratio);
}

/** A bar from nothing to the limit: used, held (hatched), and where the limit is. */
export class GaugeBar extends Component {
    static template = "crm_credit.GaugeBar";
    static props = {
        shares: {type: Object},
        tone: {type: String},
        summary: {type: String},
    };

    get reachesLimit() {
        return this.props.shares.limit < 100;
    }
}

/** How much of the limit is used, in a bar and in words. */
export class Gauge extends Component {
    static template = "crm_credit.Gauge";
    static components = {GaugeBar};
    static props = {data: {type: Object}};

    get data() {
        return this.props.data;
    }

    get mark() {
        return MARKS[this.data.tone];
    }

    get usedText() {
        const used = this.amount(this.data.exposure);
        if (this.data.unlimited) {
            return _t("%s, no limit", used);
        }
        if (!this.data.limit) {
            return _t("%s, no credit granted", used);
        }
        return _t("%(used)s of %(limit)s · %(share)s", {
            used,
            limit: this.amount(this.data.limit),
            share: formatPercent(this.data.utilisation),
        });
    }

    get leftText() {
        const {available, unlimited} = this.data;
        if (unlimited) {
            return "";
        }
        return available < 0
            ? _t("%s over the limit", this.amount(-available))
            : _t("%s available", this.amount(available));
    }

    get heldText() {
        const {exposure, held} = this.data;
        return held
            ? _t("held orders of %(held)s would make it %(sum)s", {
                  held: this.amount(held),
                  sum: this.amount(exposure + held),
              })
            : "";
    }

    get summary() {
        return [this.usedText, this.leftText, this.heldText].filter(Boolean).join("; ");
    }

    amount(value) {
        return formatAmount(value, this.data.currency_id);
    }
}

export class CreditGaugeField extends Component {
    static template = "crm_credit.CreditGaugeField";
    static components = {Gauge};
    static props = {...standardFieldProps};

    get data() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("credit_gauge", {
    component: CreditGaugeField,
    displayName: _t("Credit gauge"),
    supportedTypes: ["json"],
});

/** The same in a list: a small bar and the share. */
export class CreditUtilisationField extends Component {
    static template = "crm_credit.CreditUtilisationField";
    static components = {GaugeBar};
    static props = {...standardFieldProps};

    get ratio() {
        return this.props.record.data[this.props.name];
    }

    get unlimited() {
        return this.props.record.data.limit_type === "unlimited";
    }

    get text() {
        return useText(this.ratio);
    }

    get tone() {
        if (this.ratio > 1) {
            return "danger";
        }
        return this.ratio >= 0.8 ? "warning" : "success";
    }

    get shares() {
        const whole = Math.max(this.ratio, 1);
        return {used: (100 * this.ratio) / whole, held: 0, limit: 100 / whole};
    }
}

registry.category("fields").add("credit_utilisation", {
    component: CreditUtilisationField,
    displayName: _t("Credit utilisation"),
    supportedTypes: ["float"],
    fieldDependencies: [{name: "limit_type", type: "selection", readonly: true}],
    listViewWidth: [120, 160],
});
