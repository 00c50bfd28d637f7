import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {formatCount} from "./figures";
import {TierPyramid} from "./tier_pyramid";

const NEAR_DAYS = 32;
const UP = "fa fa-arrow-up text-success";
const DOWN = "fa fa-arrow-down text-warning";

/** Who carries us, and who is moving? One screen per company. */
export class TierPyramidAction extends Component {
    static template = "crm_relationship.TierPyramidAction";
    static components = {Layout, TierPyramid};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({data: false, busy: false});
        this.display = {controlPanel: {}};
        this.formatCount = formatCount;
        onWillStart(async () => {
            this.state.data = await this.orm.call("crm.tier.policy", "get_pyramid");
        });
    }

    get data() {
        return this.state.data;
    }

    get directions() {
        const moves = this.data.last_run.moves;
        return [
            {code: "up", label: _t("up"), icon: UP, count: moves.up},
            {code: "down", label: _t("down"), icon: DOWN, count: moves.down},
            {code: "new", label: _t("first tier"), icon: "", count: moves.new},
        ];
    }

    /** What waits for the manager: each line opens the customers it counts. */
    get todo() {
        const sum = (total, tier) => total + tier.without_manager;
        const withoutManager = this.data.tiers.reduce(sum, 0);
        return [
            {
                code: "manager",
                count: withoutManager,
                color: "text-danger",
                text: _t(
                    "%s customers without the key account manager their tier asks for",
                    formatCount(withoutManager)
                ),
                open: () => this.openWithoutManager(),
            },
            {
                code: "unassigned",
                count: this.data.unassigned,
                color: "text-warning",
                text: _t(
                    "%s customers have bought but have no tier yet",
                    formatCount(this.data.unassigned)
                ),
                open: () => this.openUnassigned(),
            },
        ].filter((item) => item.count);
    }

    get asOfText() {
        return _t("Last run %s", this.day(this.data.last_run.date));
    }

    get draftText() {
        return _t("A preview waits (%(day)s): %(moves)s moves.", {
            day: this.day(this.data.draft.date),
            moves: formatCount(this.data.draft.moves),
        });
    }

    get noMoversText() {
        return this.data.last_run.moves.new
            ? _t("The customers got their first tier; the next run shows who moves.")
            : _t("Nobody changed tier.");
    }

    moverIcon(mover) {
        return mover.up ? UP : DOWN;
    }

    moverText(mover) {
        return `${mover.from} → ${mover.to}. ${mover.reason}`;
    }

    /** A day in words: "2 days ago", and the date itself. */
    day(value) {
        const date = deserializeDate(value);
        const near = Math.abs(date.diffNow("days").days) < NEAR_DAYS;
        const relative = date.toRelativeCalendar(near ? {unit: "days"} : {});
        return `${relative} · ${formatDate(date)}`;
    }

    /** Do what a button's method of the server returns. */
    async run(resModel, name, resIds, ...args) {
        this.state.busy = true;
        const params = {type: "object", resModel, name, resIds};
        try {
            await this.action.doActionButton({...params, args: JSON.stringify(args)});
        } finally {
            this.state.busy = false;
        }
    }

    preview() {
        return this.run("crm.tier.policy", "action_preview", [this.data.policy.id]);
    }

    openDraft() {
        return this.run("crm.tier.run", "action_open", [this.data.draft.id]);
    }

    openMoves(direction) {
        const ids = [this.data.last_run.id];
        return this.run("crm.tier.run", "action_open_moves", ids, direction);
    }

    openTier(tier) {
        return this.run("crm.tier", "action_open_customers", [tier.id]);
    }

    openTierValue(tier) {
        const ids = [this.data.last_run.id];
        return this.run("crm.tier.run", "action_open_lines", ids, tier.id);
    }

    openWithoutManager() {
        const ids = this.data.tiers.map((tier) => tier.id);
        return this.run("crm.tier", "action_open_without_manager", ids);
    }

    openUnassigned() {
        const ids = [this.data.policy.id];
        return this.run("crm.tier.policy", "action_open_unassigned", ids);
    }

    openCustomer(id) {
        return this.run("res.partner", "action_open_relationship", [id]);
    }

    openPolicy(id = false) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.tier.policy",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_relationship.tier_pyramid", TierPyramidAction);
