import {registry} from "@web/core/registry";

const ASK = [
    {
        content: "The customer of most value at stake is the first",
        trigger: ".o_data_row:eq(0):contains('Tour Large')",
    },
    {
        content: "Choose all",
        trigger: "thead .o_list_record_selector input",
        run: "click",
    },
    {
        content: "Ask their salespeople to act",
        trigger: "button[name='action_create_activities']",
        run: "click",
    },
    {
        content: "Each with what is at stake",
        trigger: ".modal .o_field_widget[name='with_stake'] input:checked",
    },
    {
        trigger: ".modal button[name='action_create']",
        run: "click",
    },
    {
        content: "They were asked",
        trigger: ".o_notification:contains('2 activities created')",
    },
];

const RECORD_LOSS = [
    {
        content: "One of them is lost",
        trigger: ".o_data_row:contains('Tour Small') button[name='action_record_loss']",
        run: "click",
    },
    {
        trigger: ".modal .o_radio_item:contains('Price') input",
        run: "click",
    },
    {
        trigger: ".modal .o_form_button_save",
        run: "click",
    },
    {
        content: "It is no longer among those at risk",
        trigger:
            ".o_list_table tbody:not(:contains('Tour Small')) .o_data_row:contains('Tour Large')",
    },
];

const OPEN_COHORT = [
    {
        content: "The cohorts",
        trigger:
            "body:not(:has(.modal)) button[data-menu-xmlid='crm_analytics.menu_persistency']",
        run: "click",
    },
    {
        trigger: "a[data-menu-xmlid='crm_analytics.crm_analytics_cohort_menu']",
        run: "click",
    },
    {
        content: "A cell opens its customers",
        trigger: ".o_cohort_cell button:contains('100')",
        run: "click",
    },
    {
        trigger: ".o_list_view .o_data_row:contains('Tour Small')",
    },
];

const OPEN_LOST = [
    {
        content: "How long customers stay",
        trigger: "button[data-menu-xmlid='crm_analytics.menu_persistency']",
        run: "click",
    },
    {
        trigger: "a[data-menu-xmlid='crm_analytics.crm_analytics_survival_menu']",
        run: "click",
    },
    {
        content: "Who loses them",
        trigger: "button[data-choice='salesperson']",
        run: "click",
    },
    {
        content: "Both are three rhythms late; who are they?",
        trigger:
            ".o_analytics_survival tr:contains('persist seller') button:contains('2')",
        run: "click",
    },
    {
        trigger: ".o_list_view .o_data_row:contains('Tour Small')",
    },
    {
        content: "Back to the curve",
        trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
        run: "click",
    },
    {
        content: "It is as it was left",
        trigger: ".o_analytics_survival button[data-choice='salesperson'].active",
    },
];

registry.category("web_tour.tours").add("crm_analytics_at_risk", {
    steps: () => [...ASK, ...RECORD_LOSS, ...OPEN_COHORT, ...OPEN_LOST],
});
