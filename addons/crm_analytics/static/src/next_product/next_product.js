import {Component, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {formatFloat} from "@web/views/fields/formatters";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** What else to offer on a quotation, each with its reason, and a click to add it. */
export class NextProductField extends Component {
    static template = "crm_analytics.NextProductField";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({offers: [], busy: false});
        this.asked = "";
        useRecordObserver((record) => this.ask(record));
    }

    get groups() {
        const titles = [
            ["together", _t("Often bought with these")],
            ["usual", _t("This customer usually buys")],
            ["better", _t("Customers moved to something better")],
        ];
        return titles
            .map(([kind, title]) => ({
                kind,
                title,
                offers: this.state.offers.filter((offer) => offer.kind === kind),
            }))
            .filter((group) => group.offers.length);
    }

    get hidden() {
        return this.props.record.data[this.props.name] || [];
    }

    /** What is asked for: the products of the lines, saved or not, and of whom. */
    question(record) {
        const {
            order_line: lines,
            partner_id: partner,
            company_id: company,
        } = record.data;
        const products = lines.records
            .map((line) => line.data.product_id?.id)
            .filter(Boolean);
        const unread = lines.count > lines.records.length;
        return {
            product_ids: [...new Set(products)].sort((a, b) => a - b),
            company_id: company?.id || false,
            partner_id: partner?.id || false,
            hidden: record.data[this.props.name] || [],
            order_id: (unread && record.resId) || false,
        };
    }

    async ask(record) {
        const question = this.question(record);
        const open = ["draft", "sent"].includes(record.data.state);
        const key = JSON.stringify([open, question]);
        if (key === this.asked) {
            return;
        }
        this.asked = key;
        const {
            product_ids: products,
            company_id: company,
            partner_id: partner,
        } = question;
        if (!open || !company || !(products.length || partner)) {
            this.state.offers = [];
            return;
        }
        this.keepLast
            .add(this.orm.silent.call("sale.order", "get_next_products", [], question))
            .then((offers) => {
                this.state.offers = offers;
            });
    }

    /** The numbers behind an offer, short. */
    figures(offer) {
        const figures = [];
        if (offer.lift) {
            figures.push(_t("lift %s", formatFloat(offer.lift, {digits: [16, 1]})));
        }
        if (typeof offer.margin === "number") {
            figures.push(_t("margin %s %%", Math.round(100 * offer.margin)));
        }
        return figures.length ? `(${figures.join(", ")})` : "";
    }

    addText(offer) {
        return offer.instead
            ? _t("Use %s instead", offer.name)
            : _t("Add %s", offer.name);
    }

    /** Until when orders were looked at for it. */
    asOfText(offer) {
        return offer.as_of
            ? _t("Orders until %s", formatDate(deserializeDate(offer.as_of)))
            : "";
    }

    /** As if it was typed: prices, taxes and units come from the server's onchange. */
    async add(offer) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        const lines = this.props.record.data.order_line;
        const product = {id: offer.product_id, display_name: offer.name};
        const values = {
            product_id: product,
            crm_suggestion_kind: offer.kind,
            crm_suggestion_reason: offer.sentence,
            crm_suggestion_product_id: product,
        };
        try {
            await lines.leaveEditMode();
            const old = this.lineOf(offer.instead);
            const line =
                old ||
                (await lines.addNewRecord({position: "bottom", mode: "readonly"}));
            await line.update(values);
        } finally {
            this.state.busy = false;
        }
    }

    lineOf(productId) {
        const {records} = this.props.record.data.order_line;
        return (
            productId && records.find((line) => line.data.product_id?.id === productId)
        );
    }

    hide(offer) {
        return this.props.record.update({
            [this.props.name]: [...this.hidden, offer.product_id],
        });
    }
}

export const nextProductField = {
    component: NextProductField,
    displayName: _t("Next Product"),
    supportedTypes: ["json"],
    fieldDependencies: [
        {name: "partner_id", type: "many2one", relation: "res.partner"},
        {name: "company_id", type: "many2one", relation: "res.company"},
        {name: "state", type: "selection", readonly: true},
    ],
};

registry.category("fields").add("next_product", nextProductField);
