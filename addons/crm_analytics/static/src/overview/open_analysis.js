/** The analysis behind a number, with just the records it is made of. */
export async function openAnalysis(service, {action, name, domain}) {
    if (!domain) {
        return service.doAction(action);
    }
    const found = await service.loadAction(action);
    return service.doAction({
        ...found,
        name,
        display_name: name,
        domain,
        context: {},
    });
}
