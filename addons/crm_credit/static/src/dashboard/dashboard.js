import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {formatAmount, formatCount} from "@crm_relationship/tier_pyramid/figures";

import {dayText, isPast} from "../day/day";
import {formatPercent, useText} from "../gauge/gauge";

/** What needs a decision today? Every number opens what it is made of. */
export class CreditDashboard extends Component {
    static template = "crm_credit.Dashboard";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({data: false});
        this.display = {controlPanel: {}};
        this.formatCount = formatCount;
        this.formatPercent = formatPercent;
        onWillStart(async () => {
            this.state.data = await this.orm.call("crm.credit.dashboard", "get_data");
        });
    }

    get data() {
        return this.state.data;
    }

    /** Total exposure: what adds up, less what is already paid. */
    get total() {
        return this.data.components.reduce((sum, part) => sum + part.amount, 0);
    }

    get components() {
        const positive = this.data.components.filter((part) => part.amount > 0);
        const whole = positive.reduce((sum, part) => sum + part.amount, 0);
        return this.data.components.map((part) => ({
            ...part,
            share: part.amount > 0 ? (100 * part.amount) / whole : 0,
        }));
    }

    get componentsSummary() {
        return this.data.components
            .map((part) => `${part.label} ${this.amount(part.amount)}`)
            .join("; ");
    }

    /** Columns of the histogram, as high as their count. */
    get utilisation() {
        return this.withShare(this.data.utilisation, "count");
    }

    get aging() {
        return this.withShare(this.data.aging, "amount");
    }

    withShare(rows, name) {
        const most = Math.max(...rows.map((row) => row[name]), 0) || 1;
        return rows.map((row) => ({
            ...row,
            share: (100 * Math.max(row[name], 0)) / most,
        }));
    }

    get overdue() {
        return this.data.aging.reduce((sum, age) => sum + age.amount, 0);
    }

    amount(value, currencyId = this.data.currency_id) {
        return formatAmount(value, currencyId);
    }

    use(file) {
        return file.unlimited ? _t("no limit") : useText(file.utilisation);
    }

    tileText(tile) {
        return [tile.text, tile.date && this.day(tile.date)].filter(Boolean).join(" ");
    }

    filesText(count) {
        return count === 1 ? _t("1 file") : _t("%s files", formatCount(count));
    }

    watchText(file) {
        const parts = [file.status === "stop" ? _t("Stopped") : _t("Watched")];
        if (file.oldest_due_date && this.isPast(file.oldest_due_date)) {
            parts.push(_t("oldest due %s", this.day(file.oldest_due_date)));
        }
        return parts.join(", ");
    }

    isPast(value) {
        return isPast(deserializeDate(value));
    }

    day(value) {
        return dayText(deserializeDate(value));
    }

    open({name, model, domain, views}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            domain,
            views: views.map((view) => [false, view]),
        });
    }

    openFile(file) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.credit.account",
            res_id: file.id,
            views: [[false, "form"]],
        });
    }

    openFiles() {
        return this.action.doAction("crm_credit.crm_credit_account_action");
    }
}

registry.category("actions").add("crm_credit.dashboard", CreditDashboard);
