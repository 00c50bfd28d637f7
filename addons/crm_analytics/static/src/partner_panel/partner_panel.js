import {Component, status, useComponent, useEffect, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {formatChange, formatFigure, formatMonth} from "../overview/figures";
import {openAnalysis} from "../overview/open_analysis";
import {TrendLine} from "../overview/trend_line";

/** What the analyses say of a customer; loads after its form, by a call of its own. */
export class PartnerPanel extends Component {
    static template = "crm_analytics.PartnerPanel";
    static components = {TrendLine};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.component = useComponent();
        this.state = useState({data: false});
        this.formatChange = formatChange;
        useEffect(
            (id) => {
                this.load(id);
            },
            () => [this.props.record.resId]
        );
    }

    async load(id) {
        this.state.data = false;
        if (!id) {
            return;
        }
        const data = await this.orm.silent.call("crm.analytics.customer", "get_panel", [
            id,
        ]);
        const isCurrent = id === this.props.record.resId;
        if (isCurrent && status(this.component) !== "destroyed") {
            this.state.data = data;
        }
    }

    get asOfText() {
        return _t("as of %s", formatDate(deserializeDate(this.state.data.as_of)));
    }

    value(fact) {
        if (fact.value === null || fact.unit === "text") {
            return fact.value || "–";
        }
        return fact.unit === "day"
            ? formatDate(deserializeDate(fact.value))
            : formatFigure(fact.value, fact.unit, this.state.data.currency_id);
    }

    trendText(fact) {
        const unit = {...fact, trend: []};
        return fact.trend
            .map(
                ({month, value}) =>
                    `${formatMonth(month)}: ${this.value({...unit, value})}`
            )
            .join("; ");
    }

    open(fact) {
        if (fact.open.action) {
            return openAnalysis(this.action, fact.open);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            ...fact.open,
            views: [[false, "form"]],
        });
    }

    openSegment(segment) {
        return this.action.doActionButton({
            type: "object",
            resModel: "crm.analytics.segment",
            name: "action_open_customers",
            resId: segment.id,
            resIds: [segment.id],
        });
    }
}

registry.category("view_widgets").add("analytics_partner_panel", {
    component: PartnerPanel,
});
