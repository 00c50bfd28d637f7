"""The first page of lists, with our columns and as plain Odoo shows it."""

import time
from statistics import median

from lxml import etree
from measure import count_queries

PAGE = 80
REPEAT = 5
OURS = ("crm_relationship", "crm_credit", "crm_analytics")
AIM = 0.3
# model, its list view, domain, what plain Odoo groups by
LISTS = (
    ("res.partner", "base.view_partner_tree", [], "country_id"),
    ("sale.order", "sale.view_order_tree", [], "user_id"),
    (
        "account.move",
        "account.view_out_invoice_tree",
        [("move_type", "=", "out_invoice")],
        "invoice_user_id",
    ),
    ("crm.tier.run.line", None, [], None),
    ("crm.tier.assignment", None, [], None),
)


def run(env):
    """A row of figures for each list, as the administrator with all rights sees it."""
    admin = env.ref("base.user_admin")
    env = env(user=admin, context={"lang": "en_US", "tz": "UTC"})
    rows = []
    for model, view, domain, group in LISTS:
        rows.append(_page(env[model], view, domain, group is not None))
        rows.append(_groups(env[model], domain, group))
    return rows


def _page(model, view, domain, has_plain):
    spec = specification(model, view)
    plain = {name: part for name, part in spec.items() if not _is_ours(model, name)}

    def read(specification, limit):
        # a whole page, as the web client asks for it
        return model.web_search_read(
            domain, specification, limit=limit, count_limit=10001
        )

    figures = {
        "work": f"{model._name}: {PAGE} rows",
        "columns": len(spec),
        "our_columns": len(spec) - len(plain),
        "queries_1": count_queries(model.env, lambda: read(spec, 1)),
        "queries": count_queries(model.env, lambda: read(spec, PAGE)),
        "seconds": _seconds(model.env, lambda: read(spec, PAGE)),
        "aim": AIM,
    }
    if has_plain:
        figures["plain_queries_1"] = count_queries(model.env, lambda: read(plain, 1))
        figures |= _plain(model.env, lambda: read(plain, PAGE), figures)
    return figures


def _groups(model, domain, plain_group):
    def group(name):
        return model.web_read_group(domain, [name], ["__count"], limit=80)

    figures = {
        "work": f"{model._name}: grouped by tier",
        "queries": count_queries(model.env, lambda: group("tier_id")),
        "seconds": _seconds(model.env, lambda: group("tier_id")),
        "aim": AIM,
    }
    if plain_group:
        figures |= _plain(model.env, lambda: group(plain_group), figures)
    return figures


def _plain(env, work, figures):
    seconds = _seconds(env, work)
    return {
        "plain_queries": count_queries(env, work),
        "plain_seconds": seconds,
        "ratio_plain": figures["seconds"] / seconds,
    }


def specification(model, view, kind="list"):
    """What the web client reads for the list or kanban view."""
    view_id = model.env.ref(view).id if view else False
    arch = model.get_views([(view_id, kind)])["views"][kind]["arch"]
    path = "/list/field/@name" if kind == "list" else "//field/@name"
    names = dict.fromkeys(etree.fromstring(arch).xpath(path))
    return {name: _part(model._fields[name]) for name in names}


def _part(field):
    return {"fields": {"display_name": {}}} if field.relational else {}


def _is_ours(model, name):
    modules = model._fields[name]._modules
    return bool(modules) and modules[0].startswith(OURS)


def _seconds(env, work):
    times = []
    for _ in range(REPEAT + 1):
        env.invalidate_all()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times[1:])
