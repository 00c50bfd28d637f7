import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {click, queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const split = [
    {quantity: 3, date: "2026-11-16"},
    {quantity: 2, date: "2026-11-24"},
];

class Line extends models.Model {
    _name = "sale.order.line";

    name = fields.Char();
    order_id = fields.Many2one({relation: "order"});
    state = fields.Selection({
        selection: [
            ["draft", "Quotation"],
            ["sale", "Order"],
        ],
    });
    promise_date = fields.Date();
    promise_offer = fields.Json();

    _records = [
        {
            id: 1,
            order_id: 1,
            state: "draft",
            promise_offer: {date: "2026-11-24", sentence: "3 in stock", split},
        },
        {
            id: 2,
            order_id: 1,
            state: "draft",
            promise_date: "2026-11-20",
            promise_offer: {date: "2026-11-20", sentence: "in time", split: []},
        },
        {
            id: 3,
            order_id: 1,
            state: "draft",
            promise_date: "2026-11-20",
            promise_offer: {date: "2027-01-02", sentence: "too late", split: []},
        },
        {
            id: 4,
            order_id: 1,
            state: "draft",
            promise_offer: {date: false, sentence: "nobody can say", split: []},
        },
        {id: 5, order_id: 1, state: "draft", promise_offer: false},
    ];
}

class Order extends models.Model {
    name = fields.Char();
    order_line = fields.One2many({
        relation: "sale.order.line",
        relation_field: "order_id",
    });

    _records = [{id: 1, name: "S1", order_line: [1, 2, 3, 4, 5]}];
}

defineModels([Line, Order]);
defineMailModels();

const form = `<form><field name="order_line"><list editable="bottom">
    <field name="name"/>
    <field name="promise_offer" widget="order_promise"/>
</list></field></form>`;

async function mount() {
    mockDate("2026-11-16 10:00:00");
    await mountView({resModel: "order", type: "form", resId: 1, arch: form});
}

test("each line says what can be promised, what is, and why", async () => {
    await mount();
    expect(
        queryAllTexts(".o_order_promise").map((text) => text.replace(/\s+/g, " "))
    ).toEqual([
        "Nov 24 · 3 in stock Use Split 3 + 2 Other date",
        "Nov 20 · in time Other date",
        "Nov 20 · earliest Jan 2, 2027 · too late Use Other date",
        "nobody can say Other date",
    ]);
    expect(".o_data_row:eq(1) .o_order_promise_accepted").toHaveClass("text-success");
    expect(".o_data_row:eq(2) .o_order_promise_accepted").toHaveClass("text-warning");
    expect(".o_data_row:eq(3) .o_order_promise_why").toHaveClass("text-danger");
});

test("a click asks the server and reads the order again", async () => {
    onRpc("sale.order.line", "action_use_promise", ({args}) => {
        expect.step(args[0]);
        return false;
    });
    onRpc("order", "web_read", () => {
        expect.step("read");
    });
    await mount();
    expect.verifySteps(["read"]);
    await click(".o_data_row:eq(2) button:contains(Use)");
    await animationFrame();
    expect.verifySteps([[3], "read"]);
});
