import {registry} from "@web/core/registry";

const role = (code) => ({
    content: `The overview of ${code}`,
    trigger: `.o_analytics_overview [data-role='${code}']`,
    run: "click",
});

registry.category("web_tour.tours").add("crm_analytics_overview", {
    steps: () => [
        role("management"),
        {
            content: "Revenue with its change, and what customers owe",
            trigger:
                ".o_overview_tile[data-tile='revenue']:contains('▲'):contains('50.0')",
        },
        {
            content: "Who loses money shows in the curve",
            trigger: "[data-panel='whale']:contains('cost run')",
        },
        role("sales"),
        {
            content: "A bar of the bridge opens its customers",
            trigger: "[data-panel='bridge'] [data-bar='lost']:contains('1')",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('Tour Lost')",
        },
        {
            content: "Back on the overview, still that of sales",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            trigger: ".o_analytics_overview [data-role='sales'].active",
        },
        role("marketing"),
        {
            content: "A segment opens its customers",
            trigger: "[data-panel='segments'] tbody button:first",
            run: "click",
        },
        {
            trigger: ".o_list_view",
        },
    ],
});
