import {registry} from "@web/core/registry";

const COLUMN = ".o_kanban_group:contains('Can ship complete')";
const CARD = `${COLUMN} .o_kanban_record:contains('Board Customer')`;

registry.category("web_tour.tours").add("crm_relationship_order_board", {
    steps: () => [
        {
            content: "The order is promised for tomorrow and can be shipped complete",
            trigger: `${CARD} .o_day_distance:contains('tomorrow')`,
        },
        {
            trigger: `${CARD}:contains('lines ready')`,
        },
        {
            content: "No money anywhere on the board",
            trigger: ".o_kanban_view:not(:has(.o_field_monetary)):not(:contains('$'))",
        },
        {
            content: "Tap the card: the transfer opens",
            trigger: CARD,
            run: "click",
        },
        {
            content: "No money on the transfer",
            trigger: ".o_form_view:not(:has(.o_field_monetary)):not(:contains('$'))",
        },
        {
            content: "Ship it",
            trigger: ".o_form_view button[name='button_validate']",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_statusbar_status:contains('Done')",
        },
    ],
});
