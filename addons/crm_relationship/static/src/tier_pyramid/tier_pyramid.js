import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

import {TierPill} from "../tier_badge/tier_badge";
import {formatAmount, formatCount, formatShare} from "./figures";
import {PyramidLayers} from "./pyramid_layers";

/**
 * The pyramid and its numbers: a row per tier, the two pictures run through all rows.
 *
 * The slot `extra` draws one more cell per row, under the heading `extraTitle`.
 */
export class TierPyramid extends Component {
    static template = "crm_relationship.TierPyramid";
    static components = {PyramidLayers, TierPill};
    static props = {
        tiers: {type: Array, element: Object},
        currencyId: {type: Number},
        measure: {type: String, optional: true},
        onOpen: {type: Function, optional: true},
        onOpenValue: {type: Function, optional: true},
        extraTitle: {type: String, optional: true},
        slots: {type: Object, optional: true},
    };

    setup() {
        this.formatCount = formatCount;
        this.formatShare = formatShare;
    }

    get total() {
        const sum = (name) =>
            this.props.tiers.reduce((all, tier) => all + tier[name], 0);
        return {customers: sum("customers"), value: sum("value")};
    }

    get customerTexts() {
        return this.props.tiers.map((tier) =>
            _t("%(tier)s: %(count)s customers, %(share)s", {
                tier: tier.name,
                count: formatCount(tier.customers),
                share: formatShare(tier.customer_share),
            })
        );
    }

    get valueTexts() {
        return this.props.tiers.map((tier) =>
            _t("%(tier)s: %(amount)s, %(share)s", {
                tier: tier.name,
                amount: this.amount(tier.value),
                share: formatShare(tier.value_share),
            })
        );
    }

    shares(name) {
        return this.props.tiers.map((tier) => tier[name]);
    }

    amount(value) {
        return formatAmount(value, this.props.currencyId);
    }

    byIndex(open) {
        return open && ((index) => open(this.props.tiers[index]));
    }
}
