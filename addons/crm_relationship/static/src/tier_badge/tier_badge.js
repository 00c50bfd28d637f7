import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const COLORS = 12;

/** The pill alone, for every place that has a tier's name and colour at hand. */
export class TierPill extends Component {
    static template = "crm_relationship.TierPill";
    static props = {
        name: {type: String},
        color: {type: Number, optional: true},
    };
    static defaultProps = {color: 0};

    get colorClass() {
        return `o_tier_color_${Math.abs(this.props.color) % COLORS}`;
    }
}

/** A document's or customer's tier: read only, nothing to fetch beyond its record. */
export class TierBadgeField extends Component {
    static template = "crm_relationship.TierBadgeField";
    static components = {TierPill};
    static props = {...standardFieldProps};

    get tier() {
        return this.props.record.data[this.props.name];
    }

    get color() {
        return this.props.record.data.tier_color || 0;
    }
}

export const tierBadgeField = {
    component: TierBadgeField,
    displayName: _t("Tier badge"),
    supportedTypes: ["many2one"],
    fieldDependencies: [{name: "tier_color", type: "integer", readonly: true}],
    listViewWidth: [105, 130],
};

registry.category("fields").add("tier_badge", tierBadgeField);
