import {registry} from "@web/core/registry";

const INVEST = ".o_portfolio_box[data-strategy='invest']";

const DRAG = [
    {
        content: "A customer of low potential and value",
        trigger:
            ".o_portfolio_box[data-strategy='let_go'] .o_portfolio_card:contains('Tour Small')",
        run: `drag_and_drop ${INVEST}`,
    },
    {
        content: "Why it is to be invested in",
        trigger: ".modal .o_field_widget[name='reason'] input",
        run: "edit Builds a second plant",
    },
    {
        trigger: ".modal .o_form_button_save",
        run: "click",
    },
    {
        content: "It is there now, and marked as chosen",
        trigger: `${INVEST} .o_portfolio_card:contains('Tour Small') .fa-hand-pointer-o`,
    },
];

const CUTS = [
    {
        content: "Value is high from more on",
        trigger: "input[data-cut='value']",
        run: "edit 5000",
    },
    {
        content: "Who would move is shown at once",
        trigger: ".o_portfolio_moved:contains('1')",
    },
    {
        trigger: ".o_portfolio_save:enabled",
        run: "click",
    },
    {
        content: "The customer moved",
        trigger:
            ".o_portfolio_box[data-strategy='cultivate'] .o_portfolio_card:contains('Tour Large')",
    },
    {
        content: "The number opens its customers",
        trigger: `${INVEST} header button`,
        run: "click",
    },
    {
        trigger: ".o_list_view .o_data_row:contains('Tour Small')",
    },
    {
        trigger: ".o_list_view .o_data_row .o_list_record_selector input",
        run: "click",
    },
    {
        content: "And the list ends in something to do",
        trigger: ".o_control_panel button:contains('Create Activities')",
    },
];

registry.category("web_tour.tours").add("crm_analytics_portfolio", {
    steps: () => [...DRAG, ...CUTS],
});
