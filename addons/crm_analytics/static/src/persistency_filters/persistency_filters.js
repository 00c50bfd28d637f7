import {Component, onWillStart, useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/** Choose a tier and a salesperson; tells the domain on customer figures. */
export class PersistencyFilters extends Component {
    static template = "crm_analytics.PersistencyFilters";
    static props = {onChange: {type: Function}};

    setup() {
        this.orm = useService("orm");
        this.state = useState({tier: "", user: ""});
        onWillStart(async () => {
            this.choices = await this.orm.call(
                "crm.analytics.customer",
                "get_persistency_filters"
            );
        });
    }

    choose(name, value) {
        this.state[name] = value;
        const domain = [];
        if (this.state.tier) {
            domain.push(["tier_id", "=", parseInt(this.state.tier, 10)]);
        }
        if (this.state.user) {
            domain.push(["partner_id.user_id", "=", parseInt(this.state.user, 10)]);
        }
        this.props.onChange(domain);
    }
}
