import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("crm_analytics_profit", {
    steps: () => [
        {
            content: "The whale curve says who loses money; open them",
            trigger: ".o_whale_action button[data-fact='losing']",
            run: "click",
        },
        {
            content: "Gamma only had visits",
            trigger: ".o_data_row .o_data_cell:contains('Gamma')",
            run: "click",
        },
        {
            content: "Its statement says what they cost",
            trigger: ".o_profit_statement td:contains('2 × 10 (Visits)')",
        },
        {
            trigger: ".o_profit_statement .o_profit_total:contains('20.00')",
        },
        {
            content: "To the pools",
            trigger: "button[data-menu-xmlid='crm_analytics.menu_profitability']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='crm_analytics.crm_cost_pool_menu']",
            run: "click",
        },
        {
            trigger: ".o_data_row .o_data_cell:contains('Sales visits')",
            run: "click",
        },
        {
            content: "A cost below 0 is one sentence",
            trigger: ".o_field_widget[name='amount'] input",
            run: "edit -5",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".modal:contains('must be 0 or more') .btn-primary",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_field_widget[name='amount'] input",
            run: "edit 90",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_dirty))",
        },
    ],
});
