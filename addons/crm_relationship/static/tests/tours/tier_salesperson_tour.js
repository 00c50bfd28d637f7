import {registry} from "@web/core/registry";

const ROW = ".o_data_row:contains('Tour Key')";

const SEARCH = [
    {
        content: "The list of quotations shows the tier",
        trigger: `${ROW} .o_tier_name:contains('Platinum')`,
    },
    {
        content: "Look for a tier",
        trigger: ".o_searchview_input",
        run: "edit Platinum",
    },
    {
        trigger: ".o_searchview_autocomplete .o-dropdown-item:contains('Tier')",
        run: "click",
    },
    {
        trigger: ".o_searchview_facet:contains('Platinum')",
    },
    {
        content: "Only that tier is left",
        trigger: ".o_list_view:not(:has(.o_data_row:contains('Tour Small')))",
    },
    {
        trigger: ".o_searchview_facet:contains('Platinum') .o_facet_remove",
        run: "click",
    },
    {
        trigger: ".o_data_row:contains('Tour Small')",
    },
    {
        content: "Group by tier",
        trigger: ".o_searchview_dropdown_toggler",
        run: "click",
    },
    {
        trigger: ".o_group_by_menu .o-dropdown-item:contains(/^Tier$/)",
        run: "click",
    },
    {
        trigger: ".o_group_header:contains('Platinum')",
    },
    {
        trigger: ".o_group_header:contains('Lead')",
    },
    {
        trigger: ".o_searchview_facet:contains('Tier') .o_facet_remove",
        run: "click",
    },
];

const SEE = [
    {
        content: "The cards show it too",
        trigger: ".o_switch_view.o_kanban",
        run: "click",
    },
    {
        trigger:
            ".o_kanban_record:contains('Tour Key') .o_tier_name:contains('Platinum')",
    },
    {
        content: "And the quotation itself",
        trigger: ".o_kanban_record:contains('Tour Key')",
        run: "click",
    },
    {
        trigger: ".o_form_view .o_field_tier_badge .o_tier_name:contains('Platinum')",
    },
];

registry.category("web_tour.tours").add("crm_relationship_tier_salesperson", {
    steps: () => [...SEARCH, ...SEE],
});
