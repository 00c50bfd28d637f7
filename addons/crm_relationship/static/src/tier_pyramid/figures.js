import {formatFloat, formatInteger, formatMonetary} from "@web/views/fields/formatters";

const WITHOUT_DECIMALS = 10000;

/** An amount with its currency; cents only where they are worth reading. */
export function formatAmount(value, currencyId) {
    const options = {currencyId};
    if (Math.abs(value) >= WITHOUT_DECIMALS) {
        options.digits = [16, 0];
    }
    return formatMonetary(value, options);
}

export function formatCount(value) {
    return formatInteger(value);
}

/** A share of 0–100 with one decimal. */
export function formatShare(share) {
    return `${formatFloat(share, {digits: [16, 1]})}\u00a0%`;
}
