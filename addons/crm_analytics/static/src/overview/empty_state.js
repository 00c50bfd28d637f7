import {Component} from "@odoo/owl";

/** What would fill a place that has no figures yet, with a button that leads there. */
export class EmptyState extends Component {
    static template = "crm_analytics.EmptyState";
    static props = {empty: {type: Object}, open: {type: Function}};
}
