import {Component} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

import {formatAmount} from "../tier_pyramid/figures";

const {DateTime} = luxon;
const NEAR_DAYS = 62;
const YEAR_DAYS = 320; // from here on a day without its year could be either
const CARD = {width: 86, top: 6, height: 88}; // per cent of a column and of a row
const ICONS = {
    order: "fa-shopping-cart",
    request: "fa-question-circle-o",
    purchase: "fa-credit-card",
    production: "fa-wrench",
    shortage: "fa-exclamation-circle",
    receipt: "fa-sign-in",
    transfer: "fa-exchange",
    dropship: "fa-truck",
    delivery: "fa-truck",
    return: "fa-undo",
    invoice: "fa-file-text-o",
    payment: "fa-money",
    stop: "fa-hand-paper-o",
};

/** A day in words and in figures: "in 3 days · 24 Nov". */
export function formatDay(value) {
    const date = deserializeDate(value);
    const days = date.diff(DateTime.now().startOf("day"), "days").days;
    const unit = Math.abs(days) < NEAR_DAYS ? "days" : "months";
    const year = Math.abs(days) < YEAR_DAYS ? {} : {year: "numeric"};
    const day = date.toLocaleString({day: "numeric", month: "short", ...year});
    return `${date.toRelativeCalendar({unit})} · ${day}`;
}

/** The documents of an order line as cards, from left to right as the goods go. */
export class OrderChain extends Component {
    static template = "crm_relationship.OrderChain";
    static props = {
        picture: {type: Object},
        onOpen: {type: Function, optional: true},
    };

    setup() {
        this.formatDay = formatDay;
    }

    get picture() {
        return this.props.picture;
    }

    get style() {
        const {columns, rows} = this.picture;
        return `--chain-columns: ${columns}; --chain-rows: ${rows};`;
    }

    get viewBox() {
        return `0 0 ${this.picture.columns * 100} ${this.picture.rows * 100}`;
    }

    place(node) {
        const {columns, rows} = this.picture;
        const left = (node.column * 100) / columns;
        const top = ((node.row + CARD.top / 100) * 100) / rows;
        const width = CARD.width / columns;
        const height = CARD.height / rows;
        return `left: ${left}%; top: ${top}%; width: ${width}%; height: ${height}%;`;
    }

    /** The edges, those of the delay last: they lie on top. */
    get edges() {
        const nodes = Object.fromEntries(this.picture.nodes.map((n) => [n.key, n]));
        return [...this.picture.edges]
            .sort((one, other) => one.late - other.late)
            .map((edge) => ({
                key: edge.key,
                late: edge.late,
                line: this.line(nodes[edge.source], nodes[edge.target], edge.path),
            }));
    }

    height(row) {
        return Math.round(row * 100);
    }

    /** From the card's right edge, straight across the columns that are passed. */
    line(source, target, path) {
        const points = [
            [source.column * 100 + CARD.width, this.height(source.row + 0.5)],
            ...path.flatMap(([column, row]) => [
                [column * 100, this.height(row)],
                [column * 100 + CARD.width, this.height(row)],
            ]),
            [target.column * 100, this.height(target.row + 0.5)],
        ];
        const parts = [`M ${points[0].join(" ")}`];
        points.slice(1).forEach(([x, y], index) => {
            const [fromX, fromY] = points[index];
            const middle = (fromX + x) / 2;
            parts.push(
                index % 2
                    ? `L ${x} ${y}`
                    : `C ${middle} ${fromY} ${middle} ${y} ${x} ${y}`
            );
        });
        return parts.join(" ");
    }

    icon(node) {
        return ICONS[node.kind] || "fa-file-o";
    }

    amount(node) {
        return formatAmount(node.amount, node.currency);
    }

    /** What is wrong with this document, in a few words. */
    trouble(node) {
        const parts = [];
        if (node.late) {
            parts.push(_t("%s days late", node.late));
        }
        if (node.reason) {
            parts.push(node.reason);
        }
        return parts.join(" · ");
    }

    dateText(node) {
        if (!node.date) {
            return node.status === "unsure" || node.status === "late"
                ? _t("no date")
                : "";
        }
        return node.status === "done"
            ? _t("Done %s", formatDay(node.date))
            : formatDay(node.date);
    }

    /** Everything on the card, for a pointer that rests on it. */
    tip(node) {
        const lines = [node.title, node.name, node.detail, node.goods, node.state];
        if (node.needed) {
            lines.push(_t("Needed by %s", formatDate(deserializeDate(node.needed))));
        }
        return lines.filter(Boolean).join("\n");
    }

    open(node) {
        if (node.open && this.props.onOpen) {
            this.props.onOpen(node.open);
        }
    }
}
