import {Component} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

import {WhaleCurve} from "../whale_curve/whale_curve";
import {EmptyState} from "./empty_state";
import {formatFigure} from "./figures";

/** Cumulative profit of the last cost run, and what its losing customers cost. */
export class WhalePanel extends Component {
    static template = "crm_analytics.WhalePanel";
    static components = {EmptyState, WhaleCurve};
    static props = {
        data: {type: Object},
        currencyId: {type: Number},
        open: {type: Function},
    };

    setup() {
        this.openPlaces = this.openPlaces.bind(this);
    }

    get data() {
        return this.props.data;
    }

    get asOfText() {
        const values = {
            period: this.data.name,
            when: formatDateTime(deserializeDateTime(this.data.computed_at), {
                showSeconds: false,
            }),
        };
        return this.data.state === "frozen"
            ? _t("%(period)s, frozen, as of %(when)s", values)
            : _t("%(period)s, draft, as of %(when)s", values);
    }

    get facts() {
        return _t(
            "Peak %(peak)s; %(losing)s losing customers take %(lost)s; left %(total)s",
            {
                peak: this.amount(this.data.peak),
                losing: this.data.losing,
                lost: this.amount(this.data.lost),
                total: this.amount(this.data.total),
            }
        );
    }

    amount(value) {
        return formatFigure(value, "amount", this.props.currencyId);
    }

    openPlaces(first, last) {
        return this.props.open({
            action: "crm_analytics.crm_analytics_profit_action",
            name: _t("Customers %(first)s to %(last)s by profit", {first, last}),
            domain: [
                ["run_id", "=", this.data.run],
                ["place", ">=", first],
                ["place", "<=", last],
            ],
        });
    }
}
