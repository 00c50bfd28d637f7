import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {formatAmount} from "@crm_relationship/tier_pyramid/figures";

/** From gross to net exposure: a row per component, each opens its documents. */
export class Waterfall extends Component {
    static template = "crm_credit.Waterfall";
    static props = {
        bars: {type: Array, element: Object},
        currencyId: {type: Number},
        onOpen: {type: Function},
    };

    amount(bar) {
        return formatAmount(bar.amount, this.props.currencyId);
    }

    summary(bar) {
        return _t("%(figure)s: %(amount)s", {
            figure: bar.label,
            amount: this.amount(bar),
        });
    }

    barClass(bar) {
        if (bar.kind === "total") {
            return "o_credit_total";
        }
        return bar.amount < 0 ? "o_credit_less" : `o_credit_part_${bar.code}`;
    }
}

export class CreditWaterfallField extends Component {
    static template = "crm_credit.CreditWaterfallField";
    static components = {Waterfall};
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get data() {
        return this.props.record.data[this.props.name];
    }

    open(bar) {
        const {resModel, resId} = this.props.record;
        return this.action.doActionButton({
            type: "object",
            name: "action_open_component",
            resModel,
            resId,
            resIds: [resId],
            context: {component: bar.kind === "total" ? false : bar.code},
        });
    }
}

registry.category("fields").add("credit_waterfall", {
    component: CreditWaterfallField,
    displayName: _t("Exposure from gross to net"),
    supportedTypes: ["json"],
});
