import {registry} from "@web/core/registry";

const BACK = {
    content: "Back to where it was",
    trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
    run: "click",
};

registry.category("web_tour.tours").add("crm_analytics_heat_map", {
    steps: () => [
        {
            content: "What each region bought in March",
            trigger: ".o_heat_table tr:contains('France') .o_heat_cell:contains('66')",
        },
        {
            content: "What was sold of each product",
            trigger: "button[data-choice='product']",
            run: "click",
        },
        {
            trigger: "button[data-choice='quantity']",
            run: "click",
        },
        {
            content: "Eight cups of tea; whose?",
            trigger:
                ".o_heat_table tr:contains('Tea') .o_heat_cell button:contains('8')",
            run: "click",
        },
        {
            content: "Five of them in the United States, three in France",
            trigger:
                ".o_list_view:has(.o_data_row:contains('United States')) .o_data_row:contains('France'):contains('3')",
        },
        BACK,
        {
            content: "It is as it was left",
            trigger:
                ".o_control_panel:has([data-choice='product'].active) [data-choice='quantity'].active",
        },
        {
            trigger:
                ".o_heat_table tr:contains('Tea') .o_heat_cell button:contains('8')",
        },
    ],
});

registry.category("web_tour.tours").add("crm_analytics_stopped", {
    steps: () => [
        {
            content: "The larger revenue is the first",
            trigger: ".o_data_row:eq(0):contains('Alpha'):contains('Tea')",
        },
        {
            content: "Both are late, by their own rhythm",
            trigger: ".o_data_row:eq(1):contains('Beta'):contains('Coffee')",
        },
        {
            content: "A row opens the orders",
            trigger: ".o_data_row:contains('Tea') .o_data_cell[name='product_id']",
            run: "click",
        },
        {
            trigger:
                ".o_list_view:has(.o_data_row:eq(2)) .o_data_row:contains('Alpha')",
        },
        BACK,
        {
            trigger: ".o_data_row:eq(0):contains('Tea')",
        },
        {
            content: "Choose all",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Ask their salespeople why",
            trigger: "button[name='action_create_activities']",
            run: "click",
        },
        {
            trigger:
                ".modal:contains('2 customers') .o_field_widget[name='summary'] input:value('Has stopped buying')",
        },
        {
            trigger: ".modal button[name='action_create']",
            run: "click",
        },
        {
            content: "They were asked",
            trigger: ".o_notification:contains('2 activities created')",
        },
        {
            content: "Or offer it at once",
            trigger:
                "body:not(:has(.modal)) .o_data_row:contains('Tea') button[name='action_new_quotation']",
            run: "click",
        },
        {
            trigger:
                ".o_form_view .o_field_widget[name='order_line'] .o_data_row:contains('Tea')",
        },
    ],
});
