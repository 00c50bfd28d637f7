import {Component} from "@odoo/owl";

/** One of a few, each a button beside the others. */
export class ChoiceButtons extends Component {
    static template = "crm_analytics.ChoiceButtons";
    static props = {
        label: String,
        choices: {type: Array, element: Object},
        chosen: String,
        onChoose: Function,
    };
}
