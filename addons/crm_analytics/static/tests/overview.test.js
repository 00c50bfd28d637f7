import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";
import {WebClient} from "@web/webclient/webclient";

defineMailModels();

const TILE = {text: "", trend: [], change: false, open: false, empty: false, since: ""};
const EMPTY = {text: "Nothing yet", action: false, button: false};
const MANAGEMENT = {
    role: "management",
    roles: [
        {code: "management", label: "Management"},
        {code: "sales", label: "Sales"},
    ],
    company: "Home",
    currency_id: 1,
    as_of: "2026-04-01",
    is_own: false,
    notes: [{tone: "danger", text: "The last refresh failed"}],
    customers: 2,
    tiles: [
        {
            ...TILE,
            code: "dso",
            label: "Days Sales Outstanding",
            value: 41.6,
            unit: "days",
            change: {value: 5, unit: "days", tone: "danger", before: 36.6},
            open: {action: "some.action"},
        },
        {
            ...TILE,
            code: "kept",
            label: "Kept",
            value: null,
            unit: "share",
            empty: EMPTY,
        },
    ],
    tiers: {rows: [], empty: {text: "No tier", action: "tiers", button: "Policies"}},
    whale: false,
};

async function mountOverview(answer) {
    onRpc("crm.analytics.overview", "get_overview", ({args}) => {
        expect.step(`role ${args[0]}`);
        return answer;
    });
    onRpc("has_group", () => false);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_analytics.overview",
    });
    patchWithCleanup(getService("action"), {
        doAction: (action) => expect.step(action),
    });
}

test("numbers with unit and change; empty tiles say what fills them", async () => {
    await mountOverview(MANAGEMENT);
    expect(queryAllTexts(".o_overview_tile")).toEqual([
        "Days Sales Outstanding\n42 days\n▲ 5 days",
        "Kept\n\nNothing yet",
    ]);
    expect(".o_overview_change").toHaveClass("o_overview_danger");
    expect(".alert-danger").toHaveText("The last refresh failed");
    expect("[data-panel='whale']").toHaveCount(0);
    await contains("[data-tile='dso'] button").click();
    await contains("[data-panel='tiers'] .o_overview_empty button").click();
    expect.verifySteps(["role false", "some.action", "tiers"]);
});

test("the role that was chosen is kept", async () => {
    await mountOverview(MANAGEMENT);
    await contains("[data-role='sales']").click();
    expect(browser.localStorage.getItem("crm_analytics.overview.role")).toBe("sales");
    expect.verifySteps(["role false", "role sales"]);
});
