import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {StageBar} from "./stage_bar";

/** The stages of one order's lines, as the server counted them. */
export class OrderStagesField extends Component {
    static template = "crm_relationship.OrderStagesField";
    static components = {StageBar};
    static props = {...standardFieldProps};

    get stages() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("order_stages", {
    component: OrderStagesField,
    displayName: _t("Order stages"),
    supportedTypes: ["jsonb", "json"],
});
