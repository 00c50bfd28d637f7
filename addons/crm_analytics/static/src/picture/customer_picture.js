import {Component} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {ExportButton} from "../export/export_button";
import {
    ALL,
    filterDomain,
    PersistencyFilters,
} from "../persistency_filters/persistency_filters";
import {ChoiceButtons} from "./choice_buttons";
import {EmptyPicture} from "./empty_picture";
import {asOfText, useFigures} from "./figures";

const MODEL = "crm.analytics.customer";

/** A picture of the customer figures, of a tier and a salesperson if these are chosen. */
export class CustomerPicture extends Component {
    static components = {
        ChoiceButtons,
        EmptyPicture,
        ExportButton,
        Layout,
        PersistencyFilters,
    };
    static props = {...standardActionServiceProps};
    /** What else can be chosen, as it is at first. */
    static choices = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.asOfText = asOfText;
        const defaults = {...this.constructor.choices, filters: ALL};
        Object.assign(
            this,
            useFigures(() => this.ask(), defaults)
        );
    }

    get domain() {
        return filterDomain(this.state.filters);
    }

    call(method, args = [], kwargs = {}) {
        return this.orm.call(MODEL, method, args, kwargs);
    }
}
