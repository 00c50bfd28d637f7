import {Component, status, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {formatAmount, formatCount} from "../tier_pyramid/figures";
import {TierPyramid} from "../tier_pyramid/tier_pyramid";

const WAIT = 300;

/** The pyramid of a run; in a preview the cuts can be moved to see who moves. */
export class TierWhatIf extends Component {
    static template = "crm_relationship.TierWhatIf";
    static components = {TierPyramid};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({picture: false, error: false, cuts: {}, dirty: false});
        this.formatCount = formatCount;
        this.ask = useDebounced(() => this.load(this.state.cuts), WAIT);
        this.question = 0;
        useRecordObserver((record) => this.start(record));
    }

    /** Show the run as it is stored, unless it is shown already. */
    async start(record) {
        const key = `${record.resId} ${record.data.state} ${record.data.write_date}`;
        if (key !== this.shown && record.resId) {
            this.shown = key;
            await this.reset(record);
        }
    }

    async reset(record = this.props.record) {
        this.ask.cancel();
        this.state.dirty = false;
        await this.load(false, record);
        this.state.cuts = Object.fromEntries(
            this.state.picture.tiers.map((tier) => [tier.id, tier.cut])
        );
    }

    async load(cuts, record = this.props.record) {
        const question = ++this.question;
        const answer = await this.orm.call("crm.tier.run", "what_if", [
            [record.resId],
            cuts,
        ]);
        if (status(this) === "destroyed" || question !== this.question) {
            return;
        }
        this.state.error = answer.error;
        if (!answer.error) {
            this.state.picture = answer;
        }
    }

    get isDraft() {
        return this.props.record.data.state === "draft";
    }

    get currencyId() {
        return this.props.record.data.currency_id.id;
    }

    get isShare() {
        return this.props.record.data.method !== "threshold";
    }

    get cutTitle() {
        const titles = {
            pareto_value: _t("Up to % of value"),
            pareto_customers: _t("Up to % of customers"),
            percentile: _t("From percentile"),
            threshold: _t("From amount"),
        };
        return titles[this.props.record.data.method];
    }

    amount(value) {
        return formatAmount(value, this.currencyId);
    }

    get waitingText() {
        return _t(
            "%s more have no tier until they buy on a second day.",
            formatCount(this.state.picture.waiting)
        );
    }

    get moveCountText() {
        const count = formatCount(this.state.picture.move_count);
        return this.isDraft
            ? _t("%s customers would move", count)
            : _t("%s customers moved", count);
    }

    wayText(move) {
        return move.from ? `${move.from} → ${move.to}` : _t("First tier %s", move.to);
    }

    floorText(tier) {
        return _t("from %s", this.amount(tier.floor));
    }

    cutLabel(tier) {
        return `${tier.name}: ${this.cutTitle}`;
    }

    setCut(tier, value) {
        if (value === "") {
            return;
        }
        this.state.cuts[tier.id] = Number(value);
        this.state.dirty = true;
        this.ask();
    }

    async useCuts() {
        this.ask.cancel();
        const {record} = this.props;
        await this.orm.call("crm.tier.run", "action_use_cuts", [
            [record.resId],
            {...this.state.cuts},
        ]);
        this.shown = false;
        await record.load();
        await this.start(record);
    }

    openCustomer(mover) {
        return this.action.doActionButton({
            type: "object",
            name: "action_open_relationship",
            resModel: "res.partner",
            resId: mover.partner_id,
        });
    }
}

export const tierWhatIf = {
    component: TierWhatIf,
    fieldDependencies: [
        {name: "currency_id", type: "many2one", relation: "res.currency"},
        {name: "method", type: "selection"},
        {name: "state", type: "selection"},
        {name: "write_date", type: "datetime"},
    ],
};

registry.category("view_widgets").add("tier_what_if", tierWhatIf);
