import {defineMailModels} from "@mail/../tests/mail_test_helpers";
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

import {circleOrder, circlePlaces, curve} from "@crm_analytics/basket_network/layout";

class Product extends models.Model {
    _name = "product.product";
    name = fields.Char();
    _records = [
        {id: 1, name: "Cabinet"},
        {id: 2, name: "Screws"},
        {id: 3, name: "Better Cabinet"},
    ];
}

class Line extends models.Model {
    _name = "sale.order.line";
    order_id = fields.Many2one({relation: "sale.order"});
    product_id = fields.Many2one({relation: "product.product"});
    crm_suggestion_kind = fields.Char();
    crm_suggestion_reason = fields.Char();
    crm_suggestion_product_id = fields.Many2one({relation: "product.product"});
    _records = [{id: 1, order_id: 1, product_id: 1}];
}

class Order extends models.Model {
    _name = "sale.order";
    partner_id = fields.Many2one({relation: "res.partner"});
    company_id = fields.Many2one({relation: "res.company"});
    state = fields.Char();
    hidden = fields.Json();
    order_line = fields.One2many({
        relation: "sale.order.line",
        relation_field: "order_id",
    });
    _records = [{id: 1, state: "draft", company_id: 1, order_line: [1]}];
}

defineMailModels();
defineModels([Product, Line, Order]);

const OFFERS = [
    {
        kind: "together",
        product_id: 2,
        name: "Screws",
        sentence: "In 34 of 50 orders with Cabinet",
        lift: 4.2,
        margin: 0.38,
        instead: false,
    },
    {
        kind: "better",
        product_id: 3,
        name: "Better Cabinet",
        sentence: "12 customers moved",
        lift: false,
        margin: null,
        instead: 1,
    },
];

async function mount() {
    onRpc("sale.order", "get_next_products", ({kwargs}) => {
        expect.step([kwargs.product_ids, kwargs.hidden]);
        return OFFERS.filter(
            ({product_id: id}) =>
                !kwargs.product_ids.includes(id) && !kwargs.hidden.includes(id)
        );
    });
    await mountView({
        type: "form",
        resModel: "sale.order",
        resId: 1,
        arch: `<form>
            <field name="order_line"><list editable="bottom">
                <field name="product_id"/>
                <field name="crm_suggestion_kind"/>
                <field name="crm_suggestion_reason" column_invisible="1"/>
                <field name="crm_suggestion_product_id" column_invisible="1"/>
            </list></field>
            <field name="hidden" widget="next_product"/>
        </form>`,
    });
    await animationFrame();
}

const offers = () =>
    queryAllTexts(".o_next_product_offer").map((text) => text.replace(/\s+/g, " "));
const cells = () =>
    queryAllTexts(".o_data_row").map((text) => text.replace(/\s+/g, " "));

test("each offer says why, and who may sees the margin", async () => {
    await mount();
    expect.verifySteps([[[1], []]]);
    expect(offers()).toEqual([
        "Screws (lift 4.2, margin 38 %) In 34 of 50 orders with Cabinet",
        "Better Cabinet 12 customers moved",
    ]);
});

test("a click adds the line, unsaved, and asks again", async () => {
    await mount();
    await click(".o_next_product_offer:contains(Screws) .o_next_product_add");
    await animationFrame();
    await animationFrame();
    await animationFrame();
    expect.verifySteps([
        [[1], []],
        [[1, 2], []],
    ]);
    expect(cells()).toEqual(["Cabinet", "Screws together"]);
    expect(offers()).toEqual(["Better Cabinet 12 customers moved"]);
});

test("something better takes the place of its line", async () => {
    await mount();
    await click(".o_next_product_offer:contains(Better) .o_next_product_add");
    await animationFrame();
    await animationFrame();
    await animationFrame();
    expect.verifySteps([
        [[1], []],
        [[3], []],
    ]);
    expect(cells()).toEqual(["Better Cabinet better"]);
});

test("what is put aside is not asked for again", async () => {
    await mount();
    await click(".o_next_product_offer:contains(Screws) .o_next_product_hide");
    await animationFrame();
    await animationFrame();
    expect.verifySteps([
        [[1], []],
        [[1], [2]],
    ]);
    expect(offers()).toEqual(["Better Cabinet 12 customers moved"]);
});

test("products bought together stand side by side", () => {
    const rules = [
        {product: 1, also: 2},
        {product: 3, also: 4},
        {product: 2, also: 5},
    ];
    expect(circleOrder(rules)).toEqual([1, 2, 5, 3, 4]);
    const circle = {x: 100, y: 100, rx: 50, ry: 50};
    const places = circlePlaces([1, 2], circle);
    expect(Math.round(places.get(1).y)).toBe(50);
    expect(Math.round(places.get(2).y)).toBe(150);
    expect(curve({x: 0, y: 0}, {x: 10, y: 0}, {x: 5, y: 10}).label.x).toBe(5);
});
