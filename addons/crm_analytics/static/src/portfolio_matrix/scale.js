/** The axes of the picture: as tools/portfolio.py has them. */

/** Where an amount is on the axis. */
export function placeOf(scale, amount) {
    return scale.unit
        ? Math.sign(amount) * Math.log10(1 + Math.abs(amount) / scale.unit)
        : amount;
}

/** The amount at a place. */
export function amountAt(scale, place) {
    return scale.unit
        ? Math.sign(place) * scale.unit * (10 ** Math.abs(place) - 1)
        : place;
}

/** Round amounts for the axis' labels, of a logarithmic scale. */
export function tickAmounts(scale) {
    const largest = Math.max(Math.abs(scale.low), Math.abs(scale.high));
    const ticks = [0];
    const first = Math.ceil(Math.log10(scale.unit));
    for (let power = first; 10 ** power <= largest; power++) {
        ticks.push(10 ** power, -(10 ** power));
    }
    return ticks
        .filter((tick) => tick >= scale.low && tick <= scale.high)
        .sort((a, b) => a - b);
}
