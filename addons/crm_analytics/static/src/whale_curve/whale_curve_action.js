import {Component, onWillStart, status, useComponent, useState} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {
    formatAmount,
    formatCount,
    formatShare,
} from "@crm_relationship/tier_pyramid/figures";
import {ExportButton} from "../export/export_button";
import {PartBars} from "./part_bars";
import {WhaleCurve} from "./whale_curve";

/** Who earns money, and who loses it again: the customers of one cost run. */
export class WhaleCurveAction extends Component {
    static template = "crm_analytics.WhaleCurveAction";
    static components = {ExportButton, Layout, PartBars, WhaleCurve};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.component = useComponent();
        this.state = useState({data: false});
        this.display = {controlPanel: {}};
        this.formatCount = formatCount;
        onWillStart(() => this.load());
    }

    async load(runId = false) {
        const data = await this.orm.call("crm.cost.run", "get_whale", [runId]);
        if (status(this.component) !== "destroyed") {
            this.state.data = data;
        }
    }

    get run() {
        return this.state.data.run;
    }

    get asOfText() {
        const when = formatDateTime(deserializeDateTime(this.run.computed_at));
        return this.run.state === "frozen"
            ? _t("Frozen; figures as of %s", when)
            : _t("Draft; figures as of %s", when);
    }

    /** What the pictures say; each line opens the customers it is about. */
    get facts() {
        const run = this.run;
        const best = Math.max(Math.floor(run.customers / 5), 1);
        const facts = [
            {
                code: "peak",
                text: _t("%(count)s customers earn %(amount)s", {
                    count: formatCount(run.peak_customers),
                    amount: this.amount(run.peak),
                }),
                range: [1, run.peak_customers],
            },
            {
                code: "losing",
                text: _t("%(count)s customers lose %(amount)s of it again", {
                    count: formatCount(run.losing),
                    amount: this.amount(run.destroyed),
                }),
                range: [run.customers - run.losing + 1, run.customers],
            },
            {
                code: "best",
                text: _t(
                    "The best 20 % bring %s of the profit",
                    this.share("best_profit")
                ),
                range: [1, best],
                hidden: run.best_profit === null,
            },
        ];
        return facts.filter((fact) => !fact.hidden && fact.range[0] <= fact.range[1]);
    }

    get revenueTexts() {
        const run = this.run;
        if (run.best_revenue === null) {
            return [];
        }
        return [
            _t("The largest 20 % bring %s of the revenue", this.share("best_revenue")),
            _t("%s customers bring 80 % of the revenue", formatCount(run.customers_80)),
            _t("Concentration of revenue (Gini): %s", run.gini.toFixed(2)),
        ];
    }

    share(name) {
        return formatShare(100 * this.run[name]);
    }

    amount(value) {
        return formatAmount(value, this.run.currency_id);
    }

    onRun(event) {
        return this.load(parseInt(event.target.value, 10));
    }

    openPlaces(first, last) {
        return this.action.doActionButton({
            type: "object",
            resModel: "crm.cost.run",
            name: "action_open_places",
            resIds: [this.run.id],
            args: JSON.stringify([first, last]),
        });
    }

    openPart(index) {
        const part = this.run.parts[index];
        return this.openPlaces(part.first, part.last);
    }

    openRuns() {
        return this.action.doAction("crm_analytics.crm_cost_run_action");
    }
}

registry.category("actions").add("crm_analytics.whale_curve", WhaleCurveAction);
