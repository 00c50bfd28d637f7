import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

import {EmptyState} from "./empty_state";
import {formatChange, formatFigure, formatMonth} from "./figures";
import {TrendLine} from "./trend_line";

/** A number, how it changed, and its last months; opens what it is made of. */
export class OverviewTile extends Component {
    static template = "crm_analytics.OverviewTile";
    static components = {EmptyState, TrendLine};
    static props = {
        tile: {type: Object},
        currencyId: {type: Number},
        open: {type: Function},
    };

    get tile() {
        return this.props.tile;
    }

    get value() {
        return this.figure(this.tile.value);
    }

    figure(value) {
        return formatFigure(value, this.tile.unit, this.props.currencyId);
    }

    get changeText() {
        return formatChange(this.tile.change);
    }

    get changeTitle() {
        return _t("%(before)s %(since)s", {
            before: this.figure(this.tile.change.before),
            since: this.tile.since || _t("a year ago"),
        });
    }

    get hasTrend() {
        return this.tile.trend.filter(({value}) => value !== null).length > 1;
    }

    get trendText() {
        return this.tile.trend
            .map(({month, value}) => `${formatMonth(month)}: ${this.figure(value)}`)
            .join("; ");
    }
}
