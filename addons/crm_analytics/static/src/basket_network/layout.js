/** Where the products of a network stand: on a circle, those bought together close. */

/** The products in the order of the circle: along the rules, the strongest first. */
export function circleOrder(rules) {
    const near = new Map();
    for (const rule of rules) {
        for (const [one, other] of [
            [rule.product, rule.also],
            [rule.also, rule.product],
        ]) {
            near.set(one, [...(near.get(one) || []), other]);
        }
    }
    const order = new Set();
    const visit = (product) => {
        if (!order.has(product)) {
            order.add(product);
            near.get(product).forEach(visit);
        }
    };
    [...near.keys()].forEach(visit);
    return [...order];
}

/** The place of each product, and on which side its name has room. */
export function circlePlaces(order, {x, y, rx, ry}) {
    const places = new Map();
    order.forEach((product, index) => {
        const angle = (2 * Math.PI * index) / order.length - Math.PI / 2;
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        places.set(product, {
            x: x + rx * cos,
            y: y + ry * sin,
            labelX: x + (rx + 12) * cos,
            labelY: y + (ry + 14) * sin + 4,
            anchor: Math.abs(cos) < 0.15 ? "middle" : cos > 0 ? "start" : "end",
        });
    });
    return places;
}

/** A curve that leans to the middle, and the point where its number stands. */
export function curve(from, to, middle) {
    const lean = 0.35;
    const bend = {
        x: ((from.x + to.x) / 2) * (1 - lean) + middle.x * lean,
        y: ((from.y + to.y) / 2) * (1 - lean) + middle.y * lean,
    };
    return {
        path: `M${from.x},${from.y} Q${bend.x},${bend.y} ${to.x},${to.y}`,
        label: {
            x: (from.x + 2 * bend.x + to.x) / 4,
            y: (from.y + 2 * bend.y + to.y) / 4,
        },
    };
}
