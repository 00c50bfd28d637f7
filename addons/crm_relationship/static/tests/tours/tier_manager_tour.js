import {registry} from "@web/core/registry";

const editCut = (cut) => ({
    content: `Cut the best tier at ${cut} % of value`,
    trigger: ".o_tier_cut:eq(0) input[type='number']",
    run: `edit ${cut}`,
});

const SIMULATE = [
    {
        content: "Nobody has a tier; the empty screen offers a preview",
        trigger: ".o_view_nocontent button:contains('Preview run')",
        run: "click",
    },
    {
        content: "The preview says who would move",
        trigger: ".o_tier_move_count:contains('4 customers would move')",
        timeout: 60000, // the mart is brought up to date first
    },
    editCut(101),
    {
        content: "A cut that cannot be is one sentence",
        trigger: ".o_tier_what_if .alert-danger:contains('from 0 to 100')",
    },
    editCut(70),
    {
        content: "The pyramid follows the cut",
        trigger: ".o_tier_pyramid tbody tr:eq(0) .o_tier_number_cell:contains('2')",
    },
    {
        content: "Use the cuts",
        trigger: ".o_tier_use_cuts:enabled",
        run: "click",
    },
    {
        content: "They are used",
        trigger: ".o_tier_use_cuts:disabled",
    },
];

const APPLY = [
    {
        content: "Apply the run",
        trigger: "button[name='action_apply']",
        run: "click",
    },
    {
        trigger: ".modal .btn-primary",
        run: "click",
    },
    {
        trigger: ".o_statusbar_status .o_arrow_button_current:contains('Applied')",
    },
    {
        content: "Back to the pyramid",
        trigger: ".o_back_button, .breadcrumb-item a:contains('Tier Pyramid')",
        run: "click",
    },
];

const OVERRIDE = [
    {
        content: "See the customers of the last tier",
        trigger: ".o_tier_pyramid tbody tr:last-child .o_tier_number_cell button",
        run: "click",
    },
    {
        content: "The badge is in the list",
        trigger: ".o_data_row:contains('Tour Small') .o_tier_name:contains('Lead')",
    },
    {
        trigger: ".o_data_row .o_data_cell:contains('Tour Small')",
        run: "click",
    },
    {
        content: "Everything about the relationship",
        trigger: "button[name='action_open_relationship']",
        run: "click",
    },
    {
        trigger: "button[name='action_override_tier']",
        run: "click",
    },
    {
        trigger: ".modal .o_field_widget[name='tier_id'] input",
        run: "edit Gold",
    },
    {
        trigger: ".ui-autocomplete .dropdown-item:contains('Gold')",
        run: "click",
    },
    {
        trigger: ".modal .o_field_widget[name='reason'] input",
        run: "edit Three-year contract",
    },
    {
        trigger: ".modal .o_field_widget[name='override_until'] input",
        run: "edit 12/31/2099 && press Tab",
    },
    {
        trigger: ".modal button[name='action_override']",
        run: "click",
    },
    {
        content: "The override shows at once",
        trigger: ".o_field_widget[name='tier_id'] .o_tier_name:contains('Gold')",
    },
    {
        trigger: ".o_data_row:contains('Three-year contract')",
    },
];

registry.category("web_tour.tours").add("crm_relationship_tier_manager", {
    steps: () => [...SIMULATE, ...APPLY, ...OVERRIDE],
});
