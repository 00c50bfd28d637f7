import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {TierPill} from "../tier_badge/tier_badge";
import {formatDay, OrderChain} from "./order_chain";

/** Where does this order line hang? One screen per line. */
export class OrderChainAction extends Component {
    static template = "crm_relationship.OrderChainAction";
    static components = {Layout, OrderChain, TierPill};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({picture: false});
        this.display = {controlPanel: {}};
        this.formatDay = formatDay;
        onWillStart(() => this.load());
    }

    get lineId() {
        const {context, params} = this.props.action;
        return (context && context.active_id) || (params && params.active_id);
    }

    async load() {
        if (!this.lineId) {
            return;
        }
        const args = [Number(this.lineId)];
        const picture = await this.orm.call("crm.order.trace", "chain", args);
        this.state.picture = picture;
        this.env.config.setDisplayName(
            _t("%(order)s: %(goods)s", {order: picture.order, goods: picture.goods})
        );
    }

    get picture() {
        return this.state.picture;
    }

    open({model, id}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_relationship.order_chain", OrderChainAction);
