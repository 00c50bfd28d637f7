import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {KeepLast} from "@web/core/utils/concurrency";
import {useSetupAction} from "@web/search/action_hook";
import {onWillStart, useComponent, useState} from "@odoo/owl";

/** Whose figures a picture shows, and of which day. */
export function asOfText({company, as_of: day}) {
    return day
        ? _t("%(company)s, as of %(day)s.", {
              company,
              day: formatDate(deserializeDate(day)),
          })
        : company;
}

/**
 * What a picture was asked for and the answer. Who comes back from a list that the
 * picture opened finds the choices as they were left.
 *
 * @param {Function} ask gets the choices, answers the figures
 * @param {Object} defaults the choices at first
 * @returns {Object} the state with choices and data, a function that asks again, and
 *     one that changes choices
 */
export function useFigures(ask, defaults) {
    const {state: left} = useComponent().props;
    const keepLast = new KeepLast();
    const state = useState({...defaults, ...left?.choices, data: false});
    const load = async () => {
        state.data = await keepLast.add(ask(state));
    };
    const choose = (values) => {
        Object.assign(state, values);
        return load();
    };
    useSetupAction({
        getLocalState: () => {
            const names = Object.keys(defaults);
            return {
                choices: Object.fromEntries(names.map((name) => [name, state[name]])),
            };
        },
    });
    onWillStart(load);
    return {state, load, choose};
}
