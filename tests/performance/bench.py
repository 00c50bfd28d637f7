"""Measure our addons on generated data; print a table, and write JSON on demand.

PART is tiers, credit, trace, analytics or screens (of the analyses); without one, all
parts. The data are generated once for each size. The figures that count are ratios: to
the bare SQL that reads the same rows once, and to the same work in plain Odoo. Start it
with bin/bench.
"""

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path

# Run as a file, Python puts this folder on the path; dev/ is two levels up.
sys.path.insert(1, str(Path(__file__).resolve().parents[2]))

from dev.common import Stop, say, step
from dev.server import environment

INVOICED = 100_000, 1_000_000  # customers, lines
ORDERED = 50_000, 5_000_000
PARTS = ("tiers", "credit", "trace", "analytics", "screens")
HEAD = (
    f"\n{'work':38}{'seconds':>9}{'x 12 months':>13}{'x 3 years':>11}"
    f"{'processor':>11}{'x 12 months':>13}{'rows':>11}{'peak MB':>9}  aim"
)
LISTS_HEAD = (
    f"\n{'list (queries of 1 row and of all)':38}{'seconds':>9}{'x plain Odoo':>13}"
    f"{'queries':>11}{'plain Odoo':>12}  aim"
)
CHECKED = ("plain", "public", "below", "ours", "overhead", "check")
CHECK_HEAD = (
    f"\n{'confirming an order':34}{'plain':>9}{'public':>9}{'relations':>11}"
    f"{'credit':>9}{'over plain':>12}{'check':>9}  aim"
)
WORK_HEAD = (
    f"\n{'orders: seconds':42}{'plain':>9}{'ours':>9}{'overhead':>10}{'ratio':>8}"
)
TRACE_HEAD = f"\n{'order trace':42}{'seconds':>9}{'x bare SQL':>13}{'rows':>11}  aim"
SCREENS_HEAD = f"\n{'screens':38}{'seconds':>9}{'':>13}{'rows':>11}  aim"
CREDIT_HEAD = f"\n{'credit files':38}{'seconds':>9}{'x bare SQL':>13}{'rows':>11}  aim"


ANALYTICS_HEAD = (
    f"\n{'analyses':38}{'seconds':>9}{'x floor':>9}{'x direct SQL':>13}"
    f"{'rows':>11}{'peak MB':>9}  aim"
)


def main(args=None):
    """Measure what the command line names; the exit code tells of errors only."""
    options = _parse(args)
    try:
        with environment("test") as env:
            results = _measure(env, options)
    except Stop as stop:
        say(str(stop), error=True)
        return 1
    _print(results)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, default=str) + "\n")
        say(f"\nwritten to {options.json}")
    return 0


def _parse(args):
    parser = argparse.ArgumentParser(
        "bin/bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument(
        "--customers", type=int, metavar="N", help="100,000; of analytics 50,000"
    )
    parser.add_argument(
        "--lines",
        type=int,
        metavar="N",
        help="1,000,000 of invoices; of analytics 5,000,000 of orders",
    )
    parser.add_argument(
        "--products", type=int, default=2000, metavar="N", help="of analytics"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(args)
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {unknown.pop()}; there are {', '.join(PARTS)}")
    sizes = [_size(options, *INVOICED), _size(options, *ORDERED)]
    if any(customers < 100 or lines < customers for customers, lines in sizes):
        parser.error("give at least 100 customers, and as many lines as customers")
    return options


def _size(options, customers, lines):
    return options.customers or customers, options.lines or lines


def _measure(env, options):
    # first of all of Odoo, and not where only the usage is asked for
    importlib.import_module("odoo.init")

    parts = set(options.parts or PARTS)
    results = _traces(env) if "trace" in parts else {}
    if parts & {"tiers", "credit", "screens"}:
        results |= _on_invoices(env, options, parts)
    if "analytics" in parts:
        results |= _on_orders(env, options)
    return results


def _on_invoices(env, options, parts):
    import analytics_screens
    import credit
    import lists
    import tiers
    from database import copied, opened
    from generator import Size
    from measure import Meter

    size = Size.of_invoices(*_size(options, *INVOICED))
    with copied(env, size) as name:
        step(f"measuring on {size.customers:,} customers, {size.lines:,} invoice lines")
        with opened(name) as root:
            results = _figures(root, size)
            if "tiers" in parts:
                meter = Meter(root, processor=True)
                tiers.run(meter)
                results |= {"tiers": meter.rows, "lists": lists.run(root)}
            if "credit" in parts:
                results |= credit.run(env, root)
            if "screens" in parts:
                meter = Meter(root)
                analytics_screens.run(meter)
                results["screens"] = meter.rows
            return results


def _on_orders(env, options):
    import analytics
    import analytics_screens
    from database import copied, opened
    from generator import Size
    from measure import Meter

    size = Size.of_orders(*_size(options, *ORDERED), options.products)
    with copied(env, size) as name:
        step(
            f"measuring on {size.customers:,} customers, {size.order_lines:,} order "
            f"lines of {size.products:,} products, {size.lines:,} invoice lines"
        )
        with opened(name) as root:
            meter = Meter(root)
            analytics.run(meter, analytics_screens.measure_screens)
            return {"analytics_data": _figures(root, size), "analytics": meter.rows}


def _figures(root, size):
    """What the results are of."""
    return {
        "customers": size.customers,
        "invoices": size.invoices,
        "invoice_lines": size.lines,
        "orders": size.orders,
        "order_lines": size.order_lines,
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
        "postgresql": root.cr._cnx.server_version,
    }


def _traces(env):
    import trace_orders

    return trace_orders.run(env)


def _print(results):
    for part, show in (
        ("tiers", _print_tiers),
        ("lists", _print_lists),
        ("check", _print_check),
        ("credit", _print_credit),
        ("trace", _print_trace),
        ("trace_work", _print_work),
        ("analytics", _print_analytics),
        ("screens", _print_screens),
    ):
        if part in results:
            show(results[part])


def _print_tiers(rows):
    say(HEAD)
    for row in rows:
        say(
            f"{row['work']:38}{row['seconds']:9.3f}{row['ratio_window']:13.2f}"
            f"{row['ratio_history']:11.2f}{row['processor']:11.3f}"
            f"{row['ratio_processor']:13.2f}{row['rows']:11,}{row['peak_mb']:9.0f}"
            f"  {_verdict(row)}"
        )


def _print_lists(rows):
    say(LISTS_HEAD)
    for row in rows:
        ratio = row.get("ratio_plain")
        say(
            f"{row['work']:38}{row['seconds']:9.3f}"
            f"{f'{ratio:.2f}' if ratio else '':>13}{_queries(row, 'queries'):>11}"
            f"{_queries(row, 'plain_queries'):>12}  {_verdict(row)}"
        )


def _print_check(rows):
    """Plain Odoo, the public addon, crm_relationship, and crm_credit on top of it."""
    say(CHECK_HEAD)
    for row in rows:
        for unit, label, scale in (
            ("seconds", "ms", 1e3),
            ("processor", "ms of processor", 1e3),
            ("queries", "queries", 1),
        ):
            figures = [
                row[name][unit] * scale if name in row else "" for name in CHECKED
            ]
            plain, public, below, ours, overhead, check = (
                f"{value:.1f}" if value != "" else "" for value in figures
            )
            aimed = row | {"seconds": row["check"]["seconds"]}
            say(
                f"{row['open']:>6,} open, {label:20}{plain:>9}{public:>9}{below:>11}"
                f"{ours:>9}{overhead:>12}{check:>9}"
                f"  {_verdict(aimed) if unit == 'seconds' else ''}"
            )


def _print_credit(rows):
    _print_sets(CREDIT_HEAD, 38, rows)


def _print_trace(rows):
    _print_sets(TRACE_HEAD, 42, rows)


def _print_screens(rows):
    _print_sets(SCREENS_HEAD, 38, rows)


def _print_work(rows):
    say(WORK_HEAD)
    for row in rows:
        plain, ours = row["plain"], row["ours"]
        say(
            f"{row['work']:42}{plain:9.4f}{ours:9.4f}{ours - plain:10.4f}"
            f"{ours / plain:8.2f}"
        )


def _print_analytics(rows):
    say(ANALYTICS_HEAD)
    for row in rows:
        say(
            f"{row['work']:38}{row['seconds']:9.3f}{row['ratio_floor']:9.2f}"
            f"{row['ratio_direct']:13.2f}{row['rows']:11,}{row['peak_mb']:9.0f}"
            f"  {' '.join(filter(None, (_verdict(row), _too_big(row))))}"
        )


def _too_big(row):
    return "" if row["peak_mb"] <= row["aim_mb"] else f"MISSED ({row['aim_mb']} MB)"


def _print_sets(head, width, rows):
    say(head)
    for row in rows:
        ratio = row.get("ratio")
        say(
            f"{row['work']:{width}}{row['seconds']:9.3f}"
            f"{f'{ratio:.2f}' if ratio else '':>13}{row['rows']:11,}  {_verdict(row)}"
        )


def _queries(row, name):
    one, page = row.get(f"{name}_1"), row.get(name, "")
    return f"{one} / {page}" if one else page


def _verdict(row):
    """Whether the figure keeps what we aim at, where we aim at something."""
    aim = row.get("aim")
    if not aim:
        return ""
    return f"{'kept' if row['seconds'] <= aim else 'MISSED'} (at most {aim:.3f} s)"


if __name__ == "__main__":
    sys.exit(main())
