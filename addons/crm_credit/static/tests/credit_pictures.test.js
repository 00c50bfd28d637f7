import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    getService,
    models,
    mountView,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

import {Gauge} from "@crm_credit/gauge/gauge";
import {Waterfall} from "@crm_credit/waterfall/waterfall";

const GAUGE = {
    currency_id: 1,
    limit: 10000,
    unlimited: false,
    exposure: 8200,
    available: 1800,
    utilisation: 0.82,
    held: 0,
    shares: {used: 82, held: 0, limit: 100},
    tone: "warning",
};
const PANEL = {
    currency_id: 1,
    limit: 10000,
    unlimited: false,
    exposure: 8200,
    after: 9465,
    open: true,
    stopped: false,
    days_late: 0,
    shares: {used: 82, held: 12.7, limit: 100},
    tone: "warning",
};

class Debtor extends models.Model {
    _name = "debtor";

    panel = fields.Json();
    waterfall = fields.Json();
    strip = fields.Json();
    utilisation = fields.Float();
    limit_type = fields.Selection({
        selection: [
            ["lines", "Lines"],
            ["unlimited", "No limit"],
        ],
    });

    _records = [
        {id: 1, panel: PANEL, utilisation: 0.82, limit_type: "lines"},
        {
            id: 2,
            panel: {...PANEL, after: 10001, tone: "danger", days_late: 43},
            utilisation: 1.25,
            limit_type: "lines",
        },
        {id: 3, panel: false, utilisation: 0, limit_type: "unlimited"},
        {
            id: 4,
            waterfall: {
                currency_id: 1,
                bars: [
                    {
                        code: "ordered",
                        kind: "step",
                        amount: 5,
                        left: 0,
                        width: 100,
                        label: "Ordered",
                    },
                    {
                        code: "exposure",
                        kind: "total",
                        amount: 5,
                        left: 0,
                        width: 100,
                        label: "Exposure",
                    },
                ],
            },
        },
        {
            id: 5,
            strip: {
                currency_id: 1,
                limit: 80,
                months: [
                    {
                        month: "2026-02-01",
                        days: null,
                        peak: 0,
                        ratio: 0,
                        late: 0,
                        used: 0,
                    },
                    {
                        month: "2026-03-01",
                        days: 10.4,
                        peak: 500,
                        ratio: 1.25,
                        late: 34.7,
                        used: 100,
                    },
                ],
            },
        },
        {id: 6, strip: {currency_id: 1, limit: null, months: []}},
        {id: 7, panel: {missing_for: 5, may_open: true}},
        {id: 8, panel: {missing_for: 5, may_open: false}},
    ];
}

defineMailModels();
defineModels([Debtor]);

async function mountGauge(values) {
    await mountWithCleanup(Gauge, {props: {data: {...GAUGE, ...values}}});
}

async function mountPanel(resId) {
    await mountView({
        type: "form",
        resModel: "debtor",
        resId,
        arch: `<form><field name="panel" widget="credit_panel"/></form>`,
    });
}

test("gauge says what is used and what is left", async () => {
    await mountGauge();
    expect(".o_credit_gauge_used").toHaveText("$ 8,200.00 of $ 10,000 · 82 %");
    expect(".o_credit_gauge_text").toHaveText(/!\s*\$\s1,800.00 available/);
    expect(".o_credit_limit").toHaveCount(0);
    expect("[role='img']").toHaveAttribute("aria-label", /82\s% *; .*available/);
});

test("gauge over the limit shows the limit and held orders", async () => {
    await mountGauge({
        exposure: 12000,
        available: -2000,
        held: 3000,
        tone: "danger",
        shares: {used: 80, held: 20, limit: 66.7},
    });
    expect(".o_credit_gauge_text").toHaveText(/✗\s*\$\s2,000.00 over the limit/);
    expect(".o_credit_gauge_text").toHaveText(
        /held orders of \$\s3,000.00.* \$\s15,000/
    );
    expect(".o_credit_bar .o_credit_limit").toHaveAttribute("style", /66.7%/);
    expect(".o_credit_bar .o_credit_held").toHaveAttribute("style", /width: 20%/);
});

test("no limit is not the same as no credit", async () => {
    await mountGauge({unlimited: true, limit: 0});
    expect(".o_credit_gauge_used").toHaveText("$ 8,200.00, no limit");
    await mountGauge({limit: 0});
    expect(".o_credit_gauge_used:last").toHaveText("$ 8,200.00, no credit granted");
});

test("each bar of the waterfall opens its documents", async () => {
    const bar = {kind: "step", left: 0, width: 50};
    await mountWithCleanup(Waterfall, {
        props: {
            currencyId: 1,
            onOpen: ({code}) => expect.step(code),
            bars: [
                {...bar, code: "receivable_due", label: "Overdue", amount: 60},
                {...bar, code: "unallocated", label: "Paid", amount: -20, left: 50},
                {...bar, code: "exposure", label: "Sum", amount: 40, kind: "total"},
            ],
        },
    });
    expect(queryAllTexts(".o_credit_amount")).toEqual([
        "$ 60.00",
        "$ -20.00",
        "$ 40.00",
    ]);
    expect(".o_credit_less").toHaveCount(1);
    expect(".o_credit_total").toHaveCount(1);
    await contains("[data-component='unallocated']").click();
    await contains("[data-component='exposure']").click();
    expect.verifySteps(["unallocated", "exposure"]);
});

test("the field asks the server for the documents of a component", async () => {
    await mountView({
        type: "form",
        resModel: "debtor",
        resId: 4,
        arch: `<form><field name="waterfall" widget="credit_waterfall"/></form>`,
    });
    patchWithCleanup(getService("action"), {
        doActionButton: ({name, resId, context}) =>
            expect.step(`${name} ${resId} ${context.component}`),
    });
    await contains("[data-component='ordered']").click();
    await contains("[data-component='exposure']").click();
    expect.verifySteps([
        "action_open_component 4 ordered",
        "action_open_component 4 false",
    ]);
});

async function mountStrip(resId) {
    await mountView({
        type: "form",
        resModel: "debtor",
        resId,
        arch: `<form><field name="strip" widget="credit_strip"/></form>`,
    });
}

test("strip: two bars a month, with their numbers", async () => {
    await mountStrip(5);
    expect(queryAllTexts(".o_credit_days")).toEqual(["–", "10"]);
    expect(queryAllTexts(".o_credit_share")).toEqual(["0 %", "125 %"]);
    expect(".o_credit_month:eq(0)").toHaveAttribute(
        "title",
        /^February 2026: nothing paid, at most \$\s0.00 owed, 0\s% of today's limit$/
    );
    expect(".o_credit_month:eq(1)").toHaveAttribute(
        "title",
        /^March 2026: paid 10.4 days late on average, at most \$\s500.00 owed, 125\s%/
    );
    expect(".o_credit_late:eq(1)").toHaveAttribute("style", /34.7%/);
    expect(".o_credit_used:eq(1)").toHaveClass("o_credit_over");
    expect(".o_credit_used:eq(0)").not.toHaveClass("o_credit_over");
    expect(".o_credit_limit").toHaveCount(2);
});

test("strip: a debtor without history", async () => {
    await mountStrip(6);
    expect(".o_credit_month").toHaveCount(0);
    expect(".o_field_credit_strip").toHaveText(/Nothing was owed/);
});

test("panel: the order fits", async () => {
    await mountPanel(1);
    expect(".o_credit_panel").toHaveText(
        /Credit\s*\$\s8,200.00 of \$\s10,000\s*· after this order \$\s9,465.00\s*✓/
    );
});

test("panel: the order doesn't fit", async () => {
    await mountPanel(2);
    expect(".o_credit_panel").toHaveText(/✗ \$\s1.00 over the limit/);
    expect(".o_credit_panel").toHaveText(/oldest invoice 43 days late/);
});

test("panel: nothing without rights", async () => {
    await mountPanel(3);
    expect(".o_credit_panel").toHaveCount(0);
});

test("panel: no credit file yet", async () => {
    await mountPanel(7);
    expect(".o_credit_panel").toHaveText(/No credit file yet\s*Open Credit File/);
});

test("panel: no credit file yet, for who may not open one", async () => {
    await mountPanel(8);
    expect(".o_credit_panel").toHaveText(/No credit file yet$/);
    expect(".o_credit_panel button").toHaveCount(0);
});

test("utilisation in a list", async () => {
    await mountView({
        type: "list",
        resModel: "debtor",
        arch: `<list><field name="utilisation" widget="credit_utilisation"/></list>`,
    });
    expect(queryAllTexts(".o_data_row .o_data_cell").slice(0, 3)).toEqual([
        "82 %",
        "125 %",
        "no limit",
    ]);
    expect(".o_data_row:eq(1) .o_credit_bar").toHaveClass("o_credit_danger");
});
