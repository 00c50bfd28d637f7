import {registry} from "@web/core/registry";

const STATE = ".o_statusbar_status .o_arrow_button_current";

const decide = (button, comment, outcome) => [
    {
        trigger: `.o_form_statusbar button:contains(/^${button}$/):enabled`,
        run: "click",
    },
    {
        trigger: ".modal .o_field_widget[name='comment'] textarea",
        run: `edit ${comment}`,
    },
    {
        trigger: ".modal button[name='action_decide']",
        run: "click",
    },
    {
        content: `It is ${outcome}`,
        trigger: `${STATE}:contains('${outcome}')`,
    },
];

registry.category("web_tour.tours").add("crm_credit_application_asked", {
    steps: () => [
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='partner_id'] input",
            run: "edit Debtor",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains('Debtor')",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='amount'] input",
            run: "edit 5000",
        },
        {
            trigger: ".o_field_widget[name='reason'] textarea",
            run: "edit Opens a second shop",
        },
        {
            trigger: "button[name='action_submit']",
            run: "click",
        },
        {
            trigger: `${STATE}:contains('Submitted')`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_credit_application_granted", {
    steps: () => [
        ...decide("Checked", "Accounts of last year seen", "Checked"),
        ...decide("Approve", "Pays within terms", "Approved"),
        {
            content: "The line exists",
            trigger: ".o_field_widget[name='line_id']:contains('5,000.00')",
        },
    ],
});

registry.category("web_tour.tours").add("crm_credit_application_own_refused", {
    steps: () => [
        {
            trigger: ".o_form_statusbar button:contains(/^Checked$/):enabled",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='comment'] textarea",
            run: "edit All is well",
        },
        {
            trigger: ".modal button[name='action_decide']",
            run: "click",
        },
        {
            content: "Nobody decides on an own request",
            trigger: ".modal .modal-body:contains('somebody else has to check it')",
        },
    ],
});
