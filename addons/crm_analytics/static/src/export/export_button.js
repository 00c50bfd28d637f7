import {Component, onWillStart} from "@odoo/owl";
import {download} from "@web/core/network/download";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

/** Downloads the numbers behind a picture; `params` are what it was asked with. */
export class ExportButton extends Component {
    static template = "crm_analytics.ExportButton";
    static props = {
        picture: String,
        params: {type: Object, optional: true},
    };
    static defaultProps = {params: {}};

    setup() {
        this.ui = useService("ui");
        onWillStart(async () => {
            this.allowed = await user.hasGroup("base.group_allow_export");
        });
    }

    async export() {
        this.ui.block();
        try {
            await download({
                url: "/crm_analytics/export",
                data: {
                    data: JSON.stringify({
                        picture: this.props.picture,
                        params: this.props.params,
                        companies: user.activeCompanies.map((company) => company.id),
                    }),
                },
            });
        } finally {
            this.ui.unblock();
        }
    }
}
