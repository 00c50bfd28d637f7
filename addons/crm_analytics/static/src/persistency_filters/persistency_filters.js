import {Component, onWillStart} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/** Nobody chosen: all customers. */
export const ALL = {tier: false, user: false};

/** The domain on customer figures of what was chosen. */
export function filterDomain({tier, user}) {
    const domain = [];
    if (tier) {
        domain.push(["tier_id", "=", tier]);
    }
    if (user) {
        domain.push(["partner_id.user_id", "=", user]);
    }
    return domain;
}

/** Choose a tier and a salesperson. */
export class PersistencyFilters extends Component {
    static template = "crm_analytics.PersistencyFilters";
    static props = {chosen: Object, onChange: Function};

    setup() {
        this.orm = useService("orm");
        onWillStart(async () => {
            this.choices = await this.orm.call(
                "crm.analytics.customer",
                "get_persistency_filters"
            );
        });
    }

    choose(name, value) {
        const id = value ? parseInt(value, 10) : false;
        return this.props.onChange({...this.props.chosen, [name]: id});
    }
}
