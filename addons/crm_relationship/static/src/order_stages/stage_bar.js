import {Component} from "@odoo/owl";

/** How many lines are at each stage, and how many of them are late. */
export class StageBar extends Component {
    static template = "crm_relationship.StageBar";
    static props = {
        stages: {type: Array},
        selected: {type: String, optional: true},
        onSelect: {type: Function, optional: true},
    };

    classOf(stage) {
        return {
            o_stage_empty: !stage.count,
            o_stage_selected: stage.stage === this.props.selected,
        };
    }

    select(stage) {
        this.props.onSelect?.(stage);
    }
}
