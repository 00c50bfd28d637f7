import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {mockDate} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {WebClient} from "@web/webclient/webclient";

defineMailModels();

const open = (name) => ({
    name,
    model: "crm.credit.account",
    domain: [["id", "=", 1]],
    views: ["list", "form"],
});

const TILE = {text: "", date: false, tone: "warning"};
const FILE = {status: "active", unlimited: false, tone: "success", overdue: 0};

const TILES = [
    {
        ...TILE,
        code: "holds",
        label: "Holds waiting",
        count: 2,
        text: "promised",
        date: "2026-07-05",
        open: open("Holds"),
    },
];
const COMPONENTS = [
    {
        code: "receivable_due",
        label: "Overdue",
        amount: 300,
        open: open("Overdue"),
    },
    {
        code: "ordered",
        label: "Ordered",
        amount: 20000,
        open: open("Ordered"),
    },
    {
        code: "unallocated",
        label: "Unallocated",
        amount: -100,
        open: open("Unallocated"),
    },
];
const UTILISATION = [
    {
        code: "0",
        label: "Unused",
        count: 1,
        tone: "success",
        open: open("Unused"),
    },
    {code: "6", label: "Over", count: 2, tone: "danger", open: open("Over")},
];
const AGING = [
    {
        code: "1",
        label: "1–30 days",
        amount: 300,
        count: 1,
        open: open("1–30 days"),
    },
];
const TOP = [
    {
        ...FILE,
        id: 7,
        name: "Big",
        exposure: 15000,
        net: 14000,
        overdue: 300,
        utilisation: 1.2,
        tone: "danger",
    },
    {
        ...FILE,
        id: 8,
        name: "Free",
        exposure: 50,
        net: 50,
        utilisation: 0,
        unlimited: true,
    },
];
const WATCH = [
    {
        ...FILE,
        id: 9,
        name: "Odd",
        status: "stop",
        exposure: 10,
        currency_id: 1,
        utilisation: 0.1,
        oldest_due_date: "2026-06-30",
    },
];

function dashboard(values) {
    return {
        company: "Mine",
        currency_id: 1,
        file_count: 3,
        tiles: TILES,
        components: COMPONENTS,
        utilisation: UTILISATION,
        aging: AGING,
        top: TOP,
        watch: WATCH,
        ...values,
    };
}

async function mountDashboard(data) {
    mockDate("2026-07-02 12:00:00");
    let calls = 0;
    onRpc("crm.credit.dashboard", "get_data", () => {
        calls += 1;
        expect(calls).toBe(1, {message: "one call for the whole screen"});
        return data;
    });
    await mountWithCleanup(WebClient);
    const service = getService("action");
    await service.doAction({type: "ir.actions.client", tag: "crm_credit.dashboard"});
    patchWithCleanup(service, {
        doAction: (action) => expect.step(action.res_id || action.name || action),
    });
}

test("every number opens what it is made of", async () => {
    await mountDashboard(dashboard());
    expect(".o_credit_tile").toHaveText(
        /2\s*Holds waiting\s*promised in 3 days · Jul 5/
    );
    await contains(".o_credit_tile").click();
    await contains("[data-component='unallocated']").click();
    await contains("[data-utilisation='6']").click();
    await contains("[data-age='1']").click();
    await contains("[data-file='7']").click();
    expect.verifySteps(["Holds", "Unallocated", "Over", "1–30 days", 7]);
});

test("totals and shares", async () => {
    await mountDashboard(dashboard());
    expect(queryAllTexts(".o_credit_card h2")).toEqual([
        "Exposure\n$ 20,200",
        "Use of limits\n3 files",
        "Overdue\n$ 300.00",
        "Largest debtors",
        "Watch list",
    ]);
    expect(".o_credit_stack span:eq(0)").toHaveStyle({width: /px$/});
    expect(".o_credit_column:eq(0)").toHaveAttribute("style", /height: 50%/);
    expect(queryAllTexts(".o_credit_top tbody tr td:last-child")).toEqual([
        "120 %",
        "no limit",
    ]);
    expect(".o_credit_watch li").toHaveText(/Stopped, oldest due 2 days ago · Jun 30/);
});

test("without files it says what would fill it", async () => {
    await mountDashboard(dashboard({file_count: 0}));
    expect(".o_credit_card").toHaveCount(0);
    await contains(".o_view_nocontent button").click();
    expect.verifySteps(["crm_credit.crm_credit_account_action"]);
});
