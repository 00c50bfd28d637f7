import {Component, onWillStart, status, useComponent, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {ExportButton} from "../export/export_button";
import {EmptyPicture} from "../picture/empty_picture";
import {BridgePanel} from "./bridge_panel";
import {CohortPanel} from "./cohort_panel";
import {EmptyState} from "./empty_state";
import {openAnalysis} from "./open_analysis";
import {OverviewTile} from "./overview_tile";
import {RiskPanel} from "./risk_panel";
import {SavedPanel} from "./saved_panel";
import {SegmentPanel} from "./segment_panel";
import {TierPanel} from "./tier_panel";
import {WhalePanel} from "./whale_panel";

const ROLE = "crm_analytics.overview.role";

/** How are our customers doing? One screen for each role. */
export class Overview extends Component {
    static template = "crm_analytics.Overview";
    static components = {
        BridgePanel,
        CohortPanel,
        EmptyPicture,
        EmptyState,
        ExportButton,
        Layout,
        OverviewTile,
        RiskPanel,
        SavedPanel,
        SegmentPanel,
        TierPanel,
        WhalePanel,
    };
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.component = useComponent();
        this.display = {controlPanel: {}};
        this.state = useState({data: false});
        this.open = this.open.bind(this);
        onWillStart(() => this.load(browser.localStorage.getItem(ROLE)));
    }

    get data() {
        return this.state.data;
    }

    get asOfText() {
        const values = {
            company: this.data.company,
            day: formatDate(deserializeDate(this.data.as_of)),
        };
        return this.data.is_own
            ? _t(
                  "%(company)s, your own customers, as of %(day)s. Changes are against a year ago.",
                  values
              )
            : _t("%(company)s, as of %(day)s. Changes are against a year ago.", values);
    }

    /** @param {String|null} role what the user chose last; null: by its groups */
    async load(role) {
        const data = await this.orm.call("crm.analytics.overview", "get_overview", [
            role || false,
        ]);
        if (status(this.component) !== "destroyed") {
            this.state.data = data;
        }
    }

    choose(role) {
        browser.localStorage.setItem(ROLE, role);
        return this.load(role);
    }

    open(analysis) {
        return openAnalysis(this.action, analysis);
    }
}

registry.category("actions").add("crm_analytics.overview", Overview);
