import {Component} from "@odoo/owl";

const WIDTH = 96;
const HEIGHT = 24;
const EDGE = 2;

/** A line without axes: the shape of the last months, their numbers in the tooltip. */
export class TrendLine extends Component {
    static template = "crm_analytics.TrendLine";
    static props = {points: {type: Array}, summary: {type: String}};

    /** Where each known point lies; months of which nothing is known are skipped. */
    get dots() {
        const values = this.props.points.map((point) => point.value);
        const known = values.filter((value) => value !== null);
        const low = Math.min(...known);
        const range = Math.max(...known) - low || 1;
        const step = (WIDTH - 2 * EDGE) / Math.max(values.length - 1, 1);
        return values
            .map((value, index) => ({
                value,
                x: EDGE + index * step,
                y: HEIGHT - EDGE - ((value - low) / range) * (HEIGHT - 2 * EDGE),
            }))
            .filter(({value}) => value !== null);
    }

    get path() {
        return this.dots.map(({x, y}) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    }

    get last() {
        return this.dots.at(-1);
    }

    get viewBox() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }
}
