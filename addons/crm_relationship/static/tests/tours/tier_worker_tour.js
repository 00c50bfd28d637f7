import {registry} from "@web/core/registry";

const ROW = ".o_data_row:contains('Tour Key')";
const CARD = ".o_kanban_record:contains('Tour Key')";

registry.category("web_tour.tours").add("crm_relationship_tier_worker", {
    steps: () => [
        {
            content: "The list of transfers shows tier and priority",
            trigger: `${ROW} .o_tier_name:contains('Platinum')`,
        },
        {
            trigger: `${ROW} .o_priority .fa-star:eq(2)`,
        },
        {
            content: "No amount in the list",
            trigger:
                ".o_list_view:not(:has(.o_field_monetary, .o_list_number:contains('$')))",
        },
        {
            trigger: ".o_switch_view.o_kanban",
            run: "click",
        },
        {
            content: "The cards show tier and priority",
            trigger: `${CARD} .o_tier_name:contains('Platinum')`,
        },
        {
            trigger: `${CARD} .o_priority .fa-star:eq(2)`,
        },
        {
            trigger: CARD,
            run: "click",
        },
        {
            content: "So does the transfer",
            trigger:
                ".o_form_view .o_field_tier_badge .o_tier_name:contains('Platinum')",
        },
        {
            trigger: ".o_form_view .o_field_priority .fa-star:eq(2)",
        },
        {
            content: "No amount on the transfer",
            trigger: ".o_form_view:not(:has(.o_field_monetary)):not(:contains('$'))",
        },
    ],
});
