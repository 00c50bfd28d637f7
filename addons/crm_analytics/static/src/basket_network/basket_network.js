import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {formatFloat, formatInteger} from "@web/views/fields/formatters";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {ExportButton} from "../export/export_button";
import {asOfText, useFigures} from "../picture/figures";
import {circleOrder, circlePlaces, curve} from "./layout";

const CIRCLE = {x: 390, y: 270, rx: 195, ry: 215};
const LONGEST = 28;

/** Which products are bought together: the strongest pairs, as a network. */
export class BasketNetwork extends Component {
    static template = "crm_analytics.BasketNetwork";
    static components = {ExportButton, Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.limits = [10, 20, 30];
        this.asOfText = asOfText;
        this.formatInteger = formatInteger;
        const ask = ({limit}) =>
            this.orm.call("crm.analytics.basket.rule", "get_network", [], {limit});
        const {state, choose} = useFigures(ask, {limit: 20});
        Object.assign(this, {state, choose});
    }

    setLimit(limit) {
        this.mark(false);
        return this.choose({limit});
    }

    get names() {
        return new Map(this.state.data.products.map(({id, name}) => [id, name]));
    }

    /** The products and the curves between them, with all that is drawn. */
    get network() {
        const {rules} = this.state.data;
        const order = circleOrder(rules);
        const places = circlePlaces(order, CIRCLE);
        const {names} = this;
        const most = Math.max(...rules.map((rule) => rule.lift));
        return {
            nodes: order.map((id) => ({
                id,
                ...places.get(id),
                name: names.get(id),
                short: this.short(names.get(id)),
            })),
            edges: rules.map((rule, index) => ({
                ...rule,
                ...curve(places.get(rule.product), places.get(rule.also), CIRCLE),
                number: index + 1,
                width: 1 + (4 * rule.lift) / most,
                text: this.text(rule),
            })),
        };
    }

    short(name) {
        return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
    }

    percent(share) {
        return `${formatFloat(100 * share, {digits: [16, 0]})}\u00a0%`;
    }

    lift(rule) {
        return formatFloat(rule.lift, {digits: [16, 1]});
    }

    text(rule) {
        const {names} = this;
        return _t(
            "%(count)s of %(orders)s orders with %(product)s hold %(also)s too (%(share)s); " +
                "%(lift)s times as often as by chance; %(customers)s customers",
            {
                count: formatInteger(rule.count),
                orders: formatInteger(rule.product_orders),
                product: names.get(rule.product),
                also: names.get(rule.also),
                share: this.percent(rule.confidence),
                lift: this.lift(rule),
                customers: formatInteger(rule.customers),
            }
        );
    }

    mark(ruleId) {
        this.state.marked = ruleId;
    }

    openOrders(rule) {
        return this.action.doActionButton({
            type: "object",
            resModel: "crm.analytics.basket.rule",
            name: "action_open_orders",
            resIds: [rule.id],
            resId: rule.id,
        });
    }

    /** The numbers of the picture, to be read or exported. */
    openNumbers() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Bought Together"),
            res_model: "crm.analytics.basket.rule",
            views: [[false, "list"]],
            domain: [["id", "in", this.state.data.rules.map(({id}) => id)]],
        });
    }

    compute() {
        return this.action.doActionButton({
            type: "object",
            resModel: "crm.analytics.basket.run",
            name: "action_compute_now",
            resIds: [],
        });
    }
}

registry.category("actions").add("crm_analytics.basket_network", BasketNetwork);
