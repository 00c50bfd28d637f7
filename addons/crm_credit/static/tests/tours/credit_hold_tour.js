import {registry} from "@web/core/registry";

const NO_AMOUNT = ".o_form_view:not(:has(.o_field_monetary, .o_credit_bar))";

registry.category("web_tour.tours").add("crm_credit_salesperson_held", {
    steps: () => [
        {
            content: "The panel says before confirming that it doesn't fit",
            trigger: ".o_credit_panel_over:contains('200.00 over the limit')",
        },
        {
            content: "Nothing keeps from asking",
            trigger: "button[name='action_confirm']:enabled",
            run: "click",
        },
        {
            content: "It is held, with figures",
            trigger: ".o_notification:contains('Waits for credit control')",
        },
        {
            trigger: ".alert-danger:contains('200.00 over the limit of')",
        },
        {
            trigger: ".ribbon:contains('Awaiting Credit')",
        },
        {
            content: "It keeps its quotation state",
            trigger:
                ".o_statusbar_status .o_arrow_button_current:contains('Quotation')",
        },
    ],
});

registry.category("web_tour.tours").add("crm_credit_controller_releases", {
    steps: () => [
        {
            content: "The dashboard counts it",
            trigger: ".o_credit_tile[data-tile='holds']:contains('1')",
            run: "click",
        },
        {
            content: "The card says why",
            trigger:
                ".o_kanban_record:contains('Debtor') .o_credit_then_now:contains('200.00 over the limit')",
            run: "click",
        },
        {
            content: "So does the hold, with what was ordered",
            trigger: ".o_form_view .o_field_credit_content:contains('Pump')",
        },
        {
            trigger: ".o_form_view .o_credit_gauge:contains('held orders of')",
        },
        {
            trigger: "button[name='action_release']",
            run: "click",
        },
        {
            content: "No decision without a reason",
            trigger: ".modal button[name='action_decide']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_invalid[name='reason_id']",
        },
        {
            trigger: ".modal .o_radio_item:contains('Bound by contract') input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='comment'] textarea",
            run: "edit Frame contract, page 4",
        },
        {
            trigger: ".modal button[name='action_decide']",
            run: "click",
        },
        {
            content: "The next hold opens by itself; there is none",
            trigger: ".o_kanban_view .o_view_nocontent:contains('Nothing waits')",
        },
    ],
});

registry.category("web_tour.tours").add("crm_credit_warehouse_ships", {
    steps: () => [
        {
            trigger: ".o_data_row:contains('Debtor'):contains('Ready') .o_data_cell",
            run: "click",
        },
        {
            content: "No amount in the warehouse",
            trigger: NO_AMOUNT,
        },
        {
            trigger: "button[name='button_validate']:visible",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Done')",
        },
    ],
});
