import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    preloadBundle,
} from "@web/../tests/web_test_helpers";

preloadBundle("web.chartjs_lib");

class TierRun extends models.Model {
    _name = "crm.tier.run";

    state = fields.Selection({
        selection: [
            ["draft", "Preview"],
            ["applied", "Applied"],
        ],
    });
    method = fields.Selection({
        selection: [
            ["pareto_value", "Share of value"],
            ["threshold", "Fixed amounts"],
        ],
    });
    currency_id = fields.Many2one({relation: "res.currency"});

    _records = [
        {id: 1, state: "draft", method: "pareto_value", currency_id: 1},
        {id: 2, state: "applied", method: "pareto_value", currency_id: 1},
        {id: 3, state: "draft", method: "threshold", currency_id: 1},
    ];
}

class Currency extends models.Model {
    _name = "res.currency";

    name = fields.Char();

    _records = [{id: 1, name: "USD"}];
}

defineMailModels();
defineModels([Currency, TierRun]);

function picture(cut) {
    const tier = {customers: 2, customer_share: 50, value: 50, value_share: 50};
    return {
        error: cut > 99 && "That does not add up.",
        tiers: [
            {...tier, id: 1, name: "Gold", color: 3, cut, floor: 30},
            {...tier, id: 2, name: "Rest", color: 2, cut: 100, floor: false},
        ],
        moves: [{from: "Rest", to: "Gold", up: true, count: cut}],
        move_count: cut,
        waiting: 1500,
        movers: [
            {
                partner_id: 11,
                name: "Riser",
                from: "Rest",
                to: "Gold",
                value: 60,
                reason: "Gold starts at 30.",
            },
        ],
    };
}

async function mountRun(resId) {
    onRpc("crm.tier.run", "what_if", ({args: [, cuts]}) => {
        expect.step(cuts ? `what if ${cuts[1]}` : "stored");
        return picture(cuts ? cuts[1] : 80);
    });
    await mountView({
        type: "form",
        resModel: "crm.tier.run",
        resId,
        arch: `<form><widget name="tier_what_if"/></form>`,
    });
    expect.verifySteps(["stored"]);
}

test("moving a cut asks once, shortly after, and shows who would move", async () => {
    await mountRun(1);
    expect("input[type='range']").toHaveCount(1);
    expect(".o_tier_move_count").toHaveText("80 customers would move");
    await contains("input[type='number']").edit("70", {instantly: true});
    await contains("input[type='number']").edit("75", {instantly: true});
    await advanceTime(300);
    await animationFrame();
    expect.verifySteps(["what if 75"]);
    expect(".o_tier_move_count").toHaveText("75 customers would move");
    expect(".o_tier_ways").toHaveText(/Rest → Gold\s*75/);
    expect(".o_tier_mover_table").toHaveText(/Gold starts at 30./);
    expect("input[type='range']").toHaveValue(75);
    await contains(".o_tier_reset").click();
    expect.verifySteps(["stored"]);
    expect("input[type='number']").toHaveValue(80);
});

test("cuts that do not add up are one sentence, and cannot be used", async () => {
    await mountRun(1);
    await contains("input[type='number']").edit("100");
    await advanceTime(300);
    await animationFrame();
    expect.verifySteps(["what if 100"]);
    expect(".o_tier_what_if .alert").toHaveText("That does not add up.");
    expect(".o_tier_move_count").toHaveText("80 customers would move");
    expect(".o_tier_use_cuts").not.toBeEnabled();
});

test("cuts that are used are written and shown anew", async () => {
    onRpc("crm.tier.run", "action_use_cuts", ({args}) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await mountRun(1);
    expect(".o_tier_use_cuts").not.toBeEnabled();
    await contains("input[type='number']").edit("60");
    await contains(".o_tier_use_cuts").click();
    await advanceTime(300);
    expect.verifySteps(['[[1],{"1":60,"2":100}]', "stored"]);
    expect(".o_tier_use_cuts").not.toBeEnabled();
});

test("an applied run only shows", async () => {
    await mountRun(2);
    expect("input, .o_tier_cut_buttons").toHaveCount(0);
    expect(".o_tier_move_count").toHaveText("80 customers moved");
    expect(".o_tier_waiting_customers").toHaveText(/^1,500 more have no tier/);
});

test("fixed amounts have no slider", async () => {
    await mountRun(3);
    expect("input[type='range']").toHaveCount(0);
    expect("input[type='number']").toHaveCount(1);
});
