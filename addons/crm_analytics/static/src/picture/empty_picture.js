import {Component, onWillStart} from "@odoo/owl";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

/** What would fill a screen, and for who sells the button that leads there. */
export class EmptyPicture extends Component {
    static template = "crm_analytics.EmptyPicture";
    static props = {slots: Object};

    setup() {
        this.action = useService("action");
        onWillStart(async () => {
            this.sells = await user.hasGroup("sales_team.group_sale_salesman");
        });
    }

    openQuotations() {
        return this.action.doAction("sale.action_quotations_with_onboarding");
    }
}
