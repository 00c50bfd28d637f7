import {registry} from "@web/core/registry";

const OFFER = ".o_next_product_offer:contains('Tour Screws')";

registry.category("web_tour.tours").add("crm_analytics_next_product", {
    steps: () => [
        {
            content: "It says why, and nothing of margins",
            trigger: `${OFFER}:contains('In 6 of 8 orders with Tour Cabinet'):not(:contains('margin'))`,
        },
        {
            content: "Add it",
            trigger: `${OFFER} .o_next_product_add`,
            run: "click",
        },
        {
            content: "It is a line with the customer's price, and offered no more",
            trigger:
                ".o_field_widget[name='order_line'] .o_data_row:contains('Tour Screws'):contains('9.00')",
        },
        {
            trigger: `.o_form_view:not(:has(${OFFER}))`,
        },
        {
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            trigger:
                ".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))",
        },
    ],
});
