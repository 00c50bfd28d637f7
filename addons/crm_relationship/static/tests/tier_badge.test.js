import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Tier extends models.Model {
    name = fields.Char();

    _records = [
        {id: 1, name: "Platinum"},
        {id: 2, name: "Gold"},
    ];
}

class Paper extends models.Model {
    name = fields.Char();
    tier_id = fields.Many2one({relation: "tier"});
    tier_color = fields.Integer();

    _records = [
        {id: 1, name: "one", tier_id: 1, tier_color: 8},
        {id: 2, name: "two", tier_id: 2, tier_color: 15},
        {id: 3, name: "three", tier_id: false, tier_color: 0},
    ];
}

defineModels([Paper, Tier]);
defineMailModels();

const field = `<field name="tier_id" widget="tier_badge"/>`;

test("a list shows name and colour of each tier, and nothing without one", async () => {
    onRpc("tier", "*", ({method}) => expect.step(method));
    await mountView({
        resModel: "paper",
        type: "list",
        arch: `<list><field name="name"/>${field}</list>`,
    });
    expect(queryAllTexts(".o_tier_name")).toEqual(["Platinum", "Gold"]);
    expect(".o_data_row:eq(0) .o_tier_pill").toHaveClass("o_tier_color_8");
    expect(".o_data_row:eq(1) .o_tier_pill").toHaveClass("o_tier_color_3");
    expect(".o_data_row:eq(2) .o_tier_pill").toHaveCount(0);
    expect.verifySteps([]); // everything came with the list
});

test("a form cannot edit it", async () => {
    await mountView({
        resModel: "paper",
        type: "form",
        resId: 1,
        arch: `<form><field name="name"/>${field}</form>`,
    });
    expect(".o_field_tier_badge").toHaveText("◆\nPlatinum");
    expect(".o_field_tier_badge input").toHaveCount(0);
});

test("a kanban card shows it", async () => {
    await mountView({
        resModel: "paper",
        type: "kanban",
        arch: `<kanban><templates><t t-name="card">${field}</t></templates></kanban>`,
    });
    expect(".o_kanban_record .o_tier_pill").toHaveCount(2);
});
