import {expect, test} from "@odoo/hoot";
import {click, queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class Trace extends models.Model {
    _name = "crm.order.trace";
    name = fields.Char();
    stage = fields.Char();
    cause_model = fields.Char();
    cause_id = fields.Integer();
    _records = [
        {
            id: 1,
            name: "Chair",
            stage: "buying",
            cause_model: "purchase.order",
            cause_id: 7,
        },
        {id: 2, name: "Table", stage: "in_stock"},
    ];
    _views = {
        list: `<list js_class="crm_order_cockpit"><field name="name"/></list>`,
        search: `<search/>`,
    };
}
class Order extends models.Model {
    _name = "sale.order";
    trace_stages = fields.Json();
    _records = [
        {
            id: 1,
            trace_stages: [
                {stage: "buying", label: "Being bought", count: 2, late: 1},
                {stage: "paid", label: "Paid", count: 0, late: 0},
            ],
        },
    ];
    _views = {form: `<form><field name="trace_stages" widget="order_stages"/></form>`};
}
defineMailModels();
defineModels([Trace, Order]);

function figures() {
    onRpc("crm.order.trace", "cockpit", ({args}) => {
        expect.step(args[0]);
        return {
            stages: [
                {stage: "buying", label: "Being bought", count: 1, late: 1},
                {stage: "in_stock", label: "In stock", count: 1, late: 0},
                {stage: "paid", label: "Paid", count: 0, late: 0},
            ],
            causes: [
                {
                    model: "purchase.order",
                    id: 7,
                    name: "P00012",
                    figures: "14 lines, 5 customers",
                },
            ],
        };
    });
}

async function settle() {
    await animationFrame();
    await animationFrame();
}

test("a stage filters the list, and a second click lets it go", async () => {
    figures();
    await mountView({type: "list", resModel: "crm.order.trace"});
    expect(queryAllTexts(".o_stage_label")).toEqual([
        "Being bought",
        "In stock",
        "Paid",
    ]);
    expect(queryAllTexts(".o_stage_late")).toEqual(["1 late"]);
    expect(".o_stage[data-stage=paid]").not.toBeEnabled();
    expect.verifySteps([[]]);
    await click(".o_stage[data-stage=buying]");
    await settle();
    expect(".o_stage_selected .o_stage_label").toHaveText("Being bought");
    expect(queryAllTexts(".o_data_cell")).toEqual(["Chair"]);
    expect(".o_facet_value").toHaveText("Being bought");
    await click(".o_stage[data-stage=in_stock]");
    await settle();
    expect(queryAllTexts(".o_data_cell")).toEqual(["Table"]);
    await click(".o_stage[data-stage=in_stock]");
    await settle();
    expect(".o_data_row").toHaveCount(2);
    expect(".o_stage_selected").toHaveCount(0);
    expect.verifySteps([[["stage", "=", "buying"]], [["stage", "=", "in_stock"]], []]);
});

test("a cause filters the list", async () => {
    figures();
    await mountView({type: "list", resModel: "crm.order.trace"});
    expect(".o_cockpit_cause").toHaveText("P00012: 14 lines, 5 customers");
    await click(".o_cockpit_cause");
    await settle();
    expect(".o_cockpit_cause").toHaveClass("active");
    expect(queryAllTexts(".o_data_cell")).toEqual(["Chair"]);
    expect.verifySteps([
        [],
        ["&", ["cause_model", "=", "purchase.order"], ["cause_id", "=", 7]],
    ]);
});

test("an order shows the stages of its lines", async () => {
    await mountView({type: "form", resModel: "sale.order", resId: 1});
    expect(queryAllTexts(".o_stage_count")).toEqual(["2", "0"]);
    expect(queryAllTexts(".o_stage_late")).toEqual(["1 late"]);
    expect(".o_stage:first").not.toBeEnabled();
});
