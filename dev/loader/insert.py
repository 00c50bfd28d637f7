"""Insert sets of rows that look like an example."""

import json

from odoo.tools import SQL


def insert_like(env, table, example, values, source):
    """Insert a row per row of `source`: `values` by column, the rest as in `example`.

    `example` is a stored row as JSON, `values` maps columns to SQL over `source`,
    `source` is what follows FROM.
    """
    now = SQL("%s::timestamp", env.cr.now())
    values = {"create_date": now, "write_date": now, **values}
    columns = [
        column
        for column, value in example.items()
        if column in values or value is not None
    ]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM jsonb_populate_record(NULL::%s, %s) "
            "AS like_ CROSS JOIN %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(
                values.get(column) or SQL("like_.%s", SQL.identifier(column))
                for column in columns
            ),
            SQL.identifier(table),
            json.dumps(example),
            source,
        )
    )
    return env.cr.rowcount


def same(expression, *columns):
    """One expression for several columns."""
    return dict.fromkeys(columns, SQL(expression))


def columns_of(**expressions):
    """SQL per column."""
    return {name: SQL(expression) for name, expression in expressions.items()}
