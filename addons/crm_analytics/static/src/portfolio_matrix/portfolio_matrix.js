import {Component, onWillStart, status, useRef, useState} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useSortable} from "@web/core/utils/sortable_owl";
import {useDebounced} from "@web/core/utils/timing";
import {useSetupAction} from "@web/search/action_hook";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {formatAmount, formatCount} from "@crm_relationship/tier_pyramid/figures";
import {ExportButton} from "../export/export_button";
import {
    ALL,
    filterDomain,
    PersistencyFilters,
} from "../persistency_filters/persistency_filters";
import {EmptyPicture} from "../picture/empty_picture";
import {asOfText} from "../picture/figures";
import {PortfolioPicture} from "./portfolio_picture";
import {amountAt, placeOf} from "./scale";

const MODEL = "crm.analytics.customer";
const WAIT = 300;
const STEPS = 200;

/** Which customers to invest in: potential × value, and what people chose. */
export class PortfolioMatrix extends Component {
    static template = "crm_analytics.PortfolioMatrix";
    static components = {
        Dropdown,
        DropdownItem,
        EmptyPicture,
        ExportButton,
        Layout,
        PersistencyFilters,
        PortfolioPicture,
    };
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.asOfText = asOfText;
        this.formatCount = formatCount;
        this.steps = STEPS;
        this.state = useState({
            data: false,
            cuts: false,
            totals: false,
            filters: this.props.state?.filters || ALL,
            error: false,
        });
        useSetupAction({getLocalState: () => ({filters: {...this.state.filters}})});
        this.ask = useDebounced(() => this.whatIf(), WAIT);
        this.question = 0;
        this.boxes = useRef("boxes");
        useSortable({
            ref: this.boxes,
            elements: ".o_portfolio_card",
            groups: ".o_portfolio_box",
            connectGroups: true,
            ignore: "button",
            cursor: "grabbing",
            placeholderClasses: ["opacity-50"],
            onDrop: ({element, parent}) => {
                if (parent) {
                    this.move(Number(element.dataset.id), parent.dataset.strategy);
                }
            },
        });
        onWillStart(() => this.load());
    }

    async load() {
        const question = ++this.question;
        const data = await this.orm.call(MODEL, "get_matrix", [], {
            domain: this.domain,
        });
        if (status(this) === "destroyed" || question !== this.question) {
            return;
        }
        Object.assign(this.state, {
            data,
            cuts: {...data.cuts},
            totals: false,
            error: false,
        });
    }

    get domain() {
        return filterDomain(this.state.filters);
    }

    filter(filters) {
        this.ask.cancel();
        this.state.filters = filters;
        return this.load();
    }

    get exportParams() {
        return {domain: this.domain};
    }

    // -- what is said ------------------------------------------------------------------

    get substitutedText() {
        return _t(
            "The company sorts by figures that you may not see. Shown are revenue and " +
                "expected purchases with the medians of your customers; the strategies " +
                "are the company's."
        );
    }

    get withoutText() {
        return _t(
            "%s customers without potential or value have no computed strategy.",
            formatCount(this.totals.without)
        );
    }

    get movedText() {
        return _t("%s customers would move", formatCount(this.totals.moved));
    }

    get chosenText() {
        return _t(
            "%s strategies chosen by people; cuts do not move these.",
            formatCount(this.totals.chosen)
        );
    }

    amount(value) {
        return formatAmount(value, this.state.data.currency_id);
    }

    quadrantText(strategy) {
        if (strategy.high_potential === null) {
            return _t("Only by choice");
        }
        return [
            strategy.high_potential ? _t("high potential") : _t("low potential"),
            strategy.high_value ? _t("high value") : _t("low value"),
        ].join(" · ");
    }

    cardTitle(card) {
        return _t("%(name)s: potential %(potential)s, value %(value)s", {
            name: card.name,
            potential: card.potential === null ? "–" : this.amount(card.potential),
            value: card.value === null ? "–" : this.amount(card.value),
        });
    }

    // -- cuts --------------------------------------------------------------------------

    get totals() {
        return this.state.totals || this.state.data;
    }

    /** The strategies as they lie in the picture, with the totals under the tried cuts. */
    get boxList() {
        const cards = Object.fromEntries(
            this.state.data.strategies.map((row) => [row.code, row.cards])
        );
        const place = (row) =>
            row.high_potential === null ? 4 : 2 * !row.high_potential + row.high_value;
        return this.totals.strategies
            .map((row) => ({...row, cards: cards[row.code]}))
            .sort((one, other) => place(one) - place(other));
    }

    get axes() {
        const {potential_label: potential, value_label: value} = this.state.data;
        return [
            {code: "value", label: value, name: _t("Value is high from")},
            {code: "potential", label: potential, name: _t("Potential is high from")},
        ];
    }

    get isDirty() {
        const {cuts, data} = this.state;
        return cuts.potential !== data.cuts.potential || cuts.value !== data.cuts.value;
    }

    /** Where the slider of a cut stands, 0 to STEPS. */
    position(code) {
        const scale = this.state.data.scales[code];
        const [low, high] = [placeOf(scale, scale.low), placeOf(scale, scale.high)];
        const place = placeOf(scale, this.state.cuts[code]);
        return high > low ? Math.round((STEPS * (place - low)) / (high - low)) : 0;
    }

    slide(code, position) {
        const scale = this.state.data.scales[code];
        const [low, high] = [placeOf(scale, scale.low), placeOf(scale, scale.high)];
        const amount = amountAt(scale, low + (Number(position) / STEPS) * (high - low));
        this.setCut(code, Number(amount.toPrecision(3)));
    }

    setCut(code, value) {
        if (value === "" || !Number.isFinite(Number(value))) {
            return;
        }
        this.state.cuts[code] = Number(value);
        this.ask();
    }

    async whatIf() {
        const question = ++this.question;
        const {cuts} = this.state;
        const totals = await this.orm.call(
            MODEL,
            "what_if_cuts",
            [cuts.potential, cuts.value],
            {domain: this.domain}
        );
        if (status(this) !== "destroyed" && question === this.question) {
            this.state.totals = totals;
        }
    }

    reset() {
        this.ask.cancel();
        this.question++;
        this.state.cuts = {...this.state.data.cuts};
        this.state.totals = false;
    }

    async save() {
        this.ask.cancel();
        const {potential, value} = this.state.cuts;
        await this.orm.call(MODEL, "save_cuts", [potential, value]);
        return this.load();
    }

    async useMedians() {
        this.ask.cancel();
        await this.orm.call(MODEL, "use_median_cuts");
        return this.load();
    }

    openSettings() {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Portfolio"),
                res_model: "crm.analytics.portfolio",
                res_id: this.state.data.portfolio_id,
                views: [[false, "form"]],
                target: "new",
            },
            {onClose: () => this.load()}
        );
    }

    // -- customers ---------------------------------------------------------------------

    async open(strategy) {
        const action = await this.orm.call(MODEL, "action_open_strategy", [strategy], {
            domain: this.domain,
        });
        return this.action.doAction(action);
    }

    openCustomer(card) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: card.id,
            views: [[false, "form"]],
        });
    }

    /** Ask why, then move; whatever happens, show what holds. */
    async move(id, strategy) {
        const action = await this.orm.call(MODEL, "action_choose_strategy", [
            [id],
            strategy,
        ]);
        return this.action.doAction(action, {onClose: () => this.load()});
    }

    async release(id) {
        const action = await this.orm.call(MODEL, "action_release_strategy", [[id]]);
        return this.action.doAction(action, {onClose: () => this.load()});
    }
}

registry.category("actions").add("crm_analytics.portfolio_matrix", PortfolioMatrix);
