import {registry} from "@web/core/registry";

const LINE = ".o_data_row:contains('Tour Table')";
const WAITING = ".o_field_widget[name='waiting_trace_ids']";
const DATE = ".o_field_widget[name='date_planned']";
const LATER = {days: 37};

/** A day as the forms of the ERP take it; the people of the story live in UTC. */
function later() {
    return luxon.DateTime.utc().plus(LATER).toFormat("MM/dd/yyyy 12:00:00");
}

registry.category("web_tour.tours").add("crm_relationship_promise_and_confirm", {
    steps: () => [
        {
            content: "The line says from where the goods come",
            trigger: `${LINE} .o_order_promise_why:contains('2 to buy from Wood Corner')`,
        },
        {
            content: "Promise that day",
            trigger: `${LINE} .o_order_promise_buttons button:contains('Use')`,
            run: "click",
        },
        {
            trigger: `${LINE} .o_order_promise_accepted .fa-check`,
        },
        {
            trigger: ".o_statusbar_buttons button[name='action_confirm']:enabled",
            run: "click",
        },
        {
            trigger:
                ".o_statusbar_status .o_arrow_button_current:contains('Sales Order')",
        },
        {
            content: "The stages take the place of the offer",
            trigger: ".o_stage_bar .o_stage[data-stage='to_source']:contains('1')",
        },
    ],
});

registry.category("web_tour.tours").add("crm_relationship_buyer_delays", {
    steps: () => [
        {
            trigger: ".o_form_view button[name='button_confirm']:visible:enabled",
            run: "click",
        },
        {
            trigger:
                ".o_statusbar_status .o_arrow_button_current:contains('Purchase Order')",
        },
        {
            content: "Somebody waits for it",
            trigger: ".o_notebook .nav-link[name='waiting']",
            run: "click",
        },
        {
            trigger: `${WAITING}:contains('Tour Customer'):not(:has(.o_field_monetary))`,
        },
        {
            content: "The supplier needs more time",
            trigger: `${DATE} [data-field='date_planned']`,
            run: "click",
        },
        {
            trigger: `${DATE} input[data-field='date_planned']`,
            run: `edit ${later()} && press Tab`,
        },
        {
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            content: "It says at once for how many it is late",
            trigger: `${WAITING}:contains('32 days late')`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_relationship_why_late", {
    steps: () => [
        {
            content: "What the late lines wait for",
            trigger: ".o_cockpit_cause:contains('P0'):contains('1 line')",
            run: "click",
        },
        {
            content: "The line says how late and why",
            trigger: `${LINE}:contains('Tour Customer'):contains('32 days late')`,
        },
        {
            trigger: `${LINE} button[name='action_open_chain']`,
            run: "click",
        },
        {
            content: "The picture marks the purchase, without its price",
            trigger: ".o_order_chain .o_chain_card.o_chain_cause:contains('P0')",
        },
    ],
});

registry.category("web_tour.tours").add("crm_relationship_portal_new_date", {
    steps: () => [
        {
            trigger: ".o_tracking_row:contains('Tour Table'):contains('in 37 days')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The reason in plain words, without our documents",
            trigger:
                "#wrap:contains('Our supplier delivers later than planned.'):not(:contains('P0'))",
        },
        {
            content: "What we promised stays on the page",
            trigger: "#wrap:contains('What we promised')",
        },
    ],
});
