import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {mockDate} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeMockEnv,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    preloadBundle,
} from "@web/../tests/web_test_helpers";
import {WebClient} from "@web/webclient/webclient";

import {formatAmount, formatShare} from "@crm_relationship/tier_pyramid/figures";

preloadBundle("web.chartjs_lib");
defineMailModels();

const TIER = {up: 0, down: 0, came: 0, without_manager: 0};
const TIERS = [
    {
        ...TIER,
        id: 1,
        name: "Gold",
        color: 3,
        customers: 2,
        customer_share: 20,
        value: 80000,
        value_share: 80,
        without_manager: 1,
    },
    {
        ...TIER,
        id: 2,
        name: "Rest",
        color: 2,
        customers: 8,
        customer_share: 80,
        value: 20000,
        value_share: 20,
    },
];

function pyramid(values = {}) {
    return {
        policy: {id: 5, name: "By revenue", measure: "Revenue", method: "pareto_value"},
        company: "Seller",
        currency_id: 1,
        last_run: {id: 7, date: "2026-06-30", moves: {up: 1, down: 0, new: 9}},
        movers: [
            {
                partner_id: 11,
                name: "Riser",
                from: "Rest",
                to: "Gold",
                up: true,
                reason: "Gold starts at 30.",
            },
        ],
        draft: false,
        tiers: TIERS,
        unassigned: 3,
        ...values,
    };
}

async function mountPyramid(data) {
    mockDate("2026-07-02 12:00:00");
    onRpc("crm.tier.policy", "get_pyramid", () => data);
    await mountWithCleanup(WebClient);
    const service = getService("action");
    await service.doAction({
        type: "ir.actions.client",
        tag: "crm_relationship.tier_pyramid",
    });
    patchWithCleanup(service, {
        doAction: (action) => expect.step(action.res_model),
        doActionButton: ({resModel, name, resIds, args}) =>
            expect.step(`${resModel} ${name} ${resIds} ${args}`),
    });
}

test("amounts lose their cents from 10,000 on", async () => {
    await makeMockEnv();
    expect(formatAmount(9999.5, 1)).toBe("$\u00a09,999.50");
    expect(formatAmount(-10000.4, 1)).toBe("$\u00a0-10,000");
    expect(formatShare(12.34)).toBe("12.3\u00a0%");
});

test("numbers stand beside the picture and open what they count", async () => {
    await mountPyramid(pyramid());
    expect("canvas").toHaveCount(2);
    expect(queryAllTexts("tbody .o_tier_name")).toEqual(["Gold", "Rest"]);
    expect("tbody tr:eq(0)").toHaveText(/2\s*20.0\s%\s*\$\s80,000\s*80.0\s%/);
    expect("tfoot tr").toHaveText(/10\s*\$\s100,000/);
    expect(".o_tier_as_of").toHaveText(/Last run 2 days ago · 06\/30\/2026/);
    await contains("button[data-tier='1']").click();
    await contains("button[data-direction='up']").click();
    await contains("button[data-todo='manager']").click();
    await contains("button[data-todo='unassigned']").click();
    expect.verifySteps([
        "crm.tier action_open_customers 1 []",
        'crm.tier.run action_open_moves 7 ["up"]',
        "crm.tier action_open_without_manager 1,2 []",
        "crm.tier.policy action_open_unassigned 5 []",
    ]);
    expect("button[data-direction='down']").not.toBeEnabled();
});

test("who moved most value is named with the reason", async () => {
    await mountPyramid(pyramid());
    expect(".o_tier_movers li").toHaveText(/Riser\s*Rest → Gold. Gold starts at 30./);
});

test("a waiting preview is pointed out", async () => {
    await mountPyramid(pyramid({draft: {id: 8, date: "2026-07-02", moves: 12}}));
    expect(".o_tier_waiting").toHaveText(/waits \(today · 07\/02\/2026\): 12 moves./);
    await contains(".o_tier_waiting button").click();
    expect.verifySteps(["crm.tier.run action_open 8 []"]);
});

test("without a run it offers one", async () => {
    await mountPyramid(pyramid({last_run: false, movers: []}));
    expect("canvas").toHaveCount(0);
    await contains(".o_view_nocontent button").click();
    expect.verifySteps(["crm.tier.policy action_preview 5 []"]);
});

test("without a policy it offers to make one", async () => {
    await mountPyramid(false);
    await contains(".o_view_nocontent button").click();
    expect.verifySteps(["crm.tier.policy"]);
});
