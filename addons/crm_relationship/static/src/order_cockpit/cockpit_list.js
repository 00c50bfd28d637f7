import {Component, onWillStart, onWillUpdateProps, useState, status} from "@odoo/owl";
import {Domain} from "@web/core/domain";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {ListRenderer} from "@web/views/list/list_renderer";
import {listView} from "@web/views/list/list_view";
import {StageBar} from "../order_stages/stage_bar";

/** The stages of all lines that the search finds, and what most late ones wait for. */
export class OrderCockpit extends Component {
    static template = "crm_relationship.OrderCockpit";
    static components = {StageBar};
    static props = {list: {type: Object}};

    setup() {
        this.orm = useService("orm");
        this.state = useState({stages: [], causes: []});
        onWillStart(() => this.load());
        onWillUpdateProps(() => this.load());
    }

    get searchModel() {
        return this.env.searchModel;
    }

    async load() {
        const figures = await this.orm.call("crm.order.trace", "cockpit", [
            this.searchModel.domain,
        ]);
        if (status(this) !== "destroyed") {
            Object.assign(this.state, figures);
        }
    }

    /** The filter that this bar has set, of one kind. */
    active(kind) {
        return this.searchModel.query
            .map(({searchItemId}) => this.searchModel.searchItems[searchItemId])
            .find((item) => item.cockpitKind === kind);
    }

    key(kind) {
        return this.active(kind)?.cockpitKey;
    }

    toggle(kind, key, description, domain) {
        const active = this.active(kind);
        if (active) {
            this.searchModel.deactivateGroup(active.groupId);
        }
        if (active?.cockpitKey !== key) {
            this.searchModel.createNewFilters([
                {
                    cockpitKind: kind,
                    cockpitKey: key,
                    description,
                    domain: new Domain(domain).toString(),
                    invisible: "True",
                },
            ]);
        }
    }

    selectStage(stage) {
        const domain = [["stage", "=", stage.stage]];
        this.toggle("stage", stage.stage, stage.label, domain);
    }

    causeKey(cause) {
        return `${cause.model},${cause.id}`;
    }

    selectCause(cause) {
        this.toggle("cause", this.causeKey(cause), cause.name, [
            ["cause_model", "=", cause.model],
            ["cause_id", "=", cause.id],
        ]);
    }
}

export class OrderCockpitRenderer extends ListRenderer {
    static template = "crm_relationship.OrderCockpitRenderer";
    static components = {...ListRenderer.components, OrderCockpit};
}

registry.category("views").add("crm_order_cockpit", {
    ...listView,
    Renderer: OrderCockpitRenderer,
});
