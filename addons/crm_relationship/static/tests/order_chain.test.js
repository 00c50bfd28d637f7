import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAll, queryAllTexts} from "@odoo/hoot-dom";
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

const CARD = {
    name: "",
    detail: "",
    goods: "",
    state: "",
    date: false,
    needed: false,
    late: 0,
    status: "open",
    cause: false,
    reason: "",
    open: false,
    row: 0,
};

function edge(source, target, late = false) {
    return {key: `${source}-${target}`, source, target, path: [], late};
}

const PICTURE = {
    order: "S00012",
    customer: "Azure",
    tier: "Gold",
    tier_color: 3,
    goods: "2 Units Table",
    stage: "Being bought",
    promise: "2026-07-09",
    expected: "2026-07-12",
    late: 3,
    finished: false,
    columns: 5,
    rows: 1,
    nodes: [
        {
            ...CARD,
            key: 0,
            kind: "order",
            title: "Order",
            name: "S00012",
            column: 0,
            amount: 20,
            currency: 1,
            open: {model: "sale.order", id: 12},
        },
        {
            ...CARD,
            key: 1,
            kind: "purchase",
            title: "Purchase",
            name: "P00007",
            detail: "Wood Corner",
            column: 1,
            date: "2026-07-12",
            needed: "2026-07-09",
            late: 3,
            status: "late",
            cause: true,
            reason: "Overdue",
        },
        {
            ...CARD,
            key: 2,
            kind: "delivery",
            title: "Delivery",
            name: "OUT/1",
            column: 2,
            date: "2026-07-02",
            status: "done",
            open: {model: "stock.picking", id: 4},
        },
        {
            ...CARD,
            key: 3,
            kind: "invoice",
            title: "Invoice",
            detail: "Not invoiced yet",
            status: "missing",
            column: 3,
        },
        {...CARD, key: 4, kind: "payment", title: "Payment", column: 4},
    ],
    edges: [edge(0, 1), edge(1, 2, true), edge(2, 3), edge(3, 4)],
};

async function openChain(picture = PICTURE, lineId = 5) {
    mockDate("2026-07-02 12:00:00");
    onRpc("crm.order.trace", "chain", ({args}) => {
        expect.step(`chain ${args}`);
        return picture;
    });
    await mountWithCleanup(WebClient);
    const service = getService("action");
    await service.doAction({
        type: "ir.actions.client",
        tag: "crm_relationship.order_chain",
        context: {active_id: lineId},
    });
    patchWithCleanup(service, {
        doAction: (action) => expect.step(`${action.res_model} ${action.res_id}`),
    });
}

test("documents stand from left to right, joined by lines", async () => {
    await openChain();
    expect.verifySteps(["chain 5"]);
    expect(queryAllTexts(".o_chain_title .text-truncate")).toEqual([
        "Order",
        "Purchase",
        "Delivery",
        "Invoice",
        "Payment",
    ]);
    const lefts = queryAll(".o_chain_node").map((n) => n.getBoundingClientRect().left);
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
    expect(".o_order_chain_edges path").toHaveCount(4);
    expect(".o_order_chain_edges path.o_chain_late").toHaveCount(1);
    expect(".o_chain_head").toHaveText(/2 Units Table.*Azure.*3 days late/s);
});

test("the cause is marked and says what is wrong", async () => {
    await openChain();
    expect(".o_chain_cause").toHaveCount(1);
    expect("[data-kind='purchase']").toHaveText(/Cause.*P00007.*Wood Corner/s);
    expect("[data-kind='purchase']").toHaveText(/in 10 days · Jul 12/);
    expect("[data-kind='purchase'] .o_chain_trouble").toHaveText(
        "3 days late · Overdue"
    );
    expect("[data-kind='purchase'] .o_chain_card").toHaveAttribute(
        "title",
        /Needed by 07\/09\/2026/
    );
    expect("[data-kind='delivery']").toHaveText(/Done today/);
    expect.verifySteps(["chain 5"]);
});

test("only what the reader may read opens, and only its amount is there", async () => {
    await openChain();
    expect("button.o_chain_card").toHaveCount(2);
    expect(".o_chain_amount").toHaveCount(1);
    expect(".o_chain_amount").toHaveText(/^\$\s20\.00$/);
    await contains("[data-kind='order'] button").click();
    await contains("[data-kind='delivery'] button").click();
    await contains("[data-kind='purchase'] .o_chain_card").click();
    expect.verifySteps(["chain 5", "sale.order 12", "stock.picking 4"]);
});

test("an edge that passes a column runs through its slot", async () => {
    const far = {key: "0-2", source: 0, target: 2, path: [[1, 1.15]], late: false};
    await openChain({...PICTURE, rows: 1.3, edges: [far]});
    expect("path").toHaveAttribute("d", /115.*L 186 115 C/);
    expect.verifySteps(["chain 5"]);
});

test("without a line it says where the picture is found", async () => {
    await openChain(PICTURE, false);
    expect(".o_content").toHaveText(/Open the picture from an order line/);
});
