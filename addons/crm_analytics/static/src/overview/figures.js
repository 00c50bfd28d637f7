import {
    formatAmount,
    formatCount,
    formatShare,
} from "@crm_relationship/tier_pyramid/figures";
import {deserializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/views/fields/formatters";

/** A month as the language writes it: "Nov 2026", "2026年11月". */
export function formatMonth(day) {
    return deserializeDate(day).toLocaleString({month: "short", year: "numeric"});
}

/** A number with its unit; a dash where nothing is known. */
export function formatFigure(value, unit, currencyId) {
    if (value === null) {
        return "–";
    }
    return {
        amount: () => formatAmount(value, currencyId),
        count: () => formatCount(value),
        share: () => formatShare(100 * value),
        days: () => _t("%s days", formatCount(Math.round(value))),
    }[unit]();
}

/** How much it changed, with its direction: "▲ 4.2 %", "▼ 1.3 points", "▲ 5 days". */
export function formatChange({value, unit}) {
    const mark = value > 0 ? "▲" : "▼";
    if (!value) {
        return _t("unchanged");
    }
    const size = Math.abs(value);
    return {
        share: () => `${mark}\u00a0${formatShare(100 * size)}`,
        points: () =>
            _t("%(mark)s %(size)s points", {
                mark,
                size: formatFloat(100 * size, {digits: [16, 1]}),
            }),
        days: () => _t("%(mark)s %(size)s days", {mark, size: formatCount(size)}),
    }[unit]();
}

/** How many more or fewer customers: "▲ 3". */
export function formatMove(count) {
    if (!count) {
        return "–";
    }
    return `${count > 0 ? "▲" : "▼"}\u00a0${formatCount(Math.abs(count))}`;
}
