import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deserializeDate} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** What can be promised for an order line, why, and the buttons that accept it. */
export class OrderPromiseField extends Component {
    static template = "crm_relationship.OrderPromiseField";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({busy: false});
    }

    get offer() {
        return this.props.record.data[this.props.name] || null;
    }

    get promised() {
        return this.props.record.data.promise_date;
    }

    get earliest() {
        return this.offer?.date ? deserializeDate(this.offer.date) : null;
    }

    get isAccepted() {
        return Boolean(this.promised);
    }

    /** The goods would come later than what was accepted. */
    get isBroken() {
        return this.isAccepted && (!this.earliest || this.earliest > this.promised);
    }

    get split() {
        return (this.offer?.split || []).map((part) => part.quantity).join(" + ");
    }

    get canAccept() {
        return this.earliest && (!this.isAccepted || this.isBroken);
    }

    get isLocked() {
        return (
            this.state.busy || !["draft", "sent"].includes(this.props.record.data.state)
        );
    }

    day(date) {
        const year = date.year === luxon.DateTime.local().year ? {} : {year: "numeric"};
        return date.toLocaleString({day: "numeric", month: "short", ...year});
    }

    use() {
        return this.callOnLine("action_use_promise");
    }

    splitLine() {
        return this.callOnLine("action_split_promise");
    }

    another() {
        return this.callOnLine("action_repromise");
    }

    /** Save the quotation first: the line may be new, or say something else by now. */
    async callOnLine(method) {
        const {record} = this.props;
        const {root} = record.model;
        const lines = root.data.order_line;
        const position = lines ? lines.records.indexOf(record) : -1;
        this.state.busy = true;
        try {
            if (!(await root.save())) {
                return;
            }
            const saved =
                position < 0 ? record : root.data.order_line.records[position];
            const action = await this.orm.call("sale.order.line", method, [
                [saved.resId],
            ]);
            if (action) {
                await this.action.doAction(action, {onClose: () => root.load()});
            } else {
                await root.load();
            }
        } finally {
            this.state.busy = false;
        }
    }
}

export const orderPromiseField = {
    component: OrderPromiseField,
    displayName: _t("Promise"),
    supportedTypes: ["json", "jsonb"],
    fieldDependencies: [
        {name: "promise_date", type: "date", readonly: true},
        {name: "state", type: "selection", readonly: true},
    ],
    listViewWidth: [230, 330],
};

registry.category("fields").add("order_promise", orderPromiseField);
