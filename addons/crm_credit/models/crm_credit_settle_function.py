"""The statement that settles a few documents, planned once per connection.

Reading one order anew takes PostgreSQL ten times longer to plan than to do. A function
of PL/pgSQL keeps its plans for as long as the connection lives, through any rollback.
Its plans are for a handful of documents, so they go by the indexes whatever the tables
looked like when the plan was made.
"""

from odoo.tools import SQL

from . import crm_credit_exposure_query as query
from . import crm_credit_figures_query as figures

NAME = SQL.identifier("crm_credit_settle")
CHANGED = ("order", "order_line", "stock_move", "account_move", "account_move_line")
MOST = 100  # more documents than that are worth a plan of their own


def touched(ids):
    """Two arrays: ids of the orders and of the entries that changed rows belong to.

    :param ids: SQL of the ids by what they are of, see `CHANGED`
    """
    return SQL(
        """WITH item AS (
            SELECT id, move_id FROM account_move_line
            WHERE id = ANY(%(account_move_line)s::int[])
            OR move_id = ANY(%(account_move)s::int[])
        ), line AS (
            SELECT order_id FROM sale_order_line
                WHERE id = ANY(%(order_line)s::int[])
            UNION SELECT line.order_id FROM item
                JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = item.id
                JOIN sale_order_line line ON line.id = rel.order_line_id
            UNION SELECT line.order_id FROM stock_move move
                JOIN sale_order_line line ON line.id = move.sale_line_id
                WHERE move.id = ANY(%(stock_move)s::int[])
            UNION SELECT UNNEST(%(order)s::int[])
        )
        SELECT ARRAY(SELECT order_id FROM line) AS orders,
            ARRAY(
                SELECT move_id FROM item
                UNION SELECT UNNEST(%(account_move)s::int[])
            ) AS moves""",
        **ids,
    )


def create():
    """Make the function, as the queries are now.

    A plan for one document joins row by row through the indexes; anything else would
    be a guess from tables that were empty when the connection began.
    """
    return SQL(
        """CREATE OR REPLACE FUNCTION %(name)s (%(arguments)s, settled_at timestamp)
        RETURNS TABLE (file_id int, improved bool, due bool, stale bool)
        LANGUAGE plpgsql
        SET plan_cache_mode = force_generic_plan
        SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
        SET jit = off
        AS $function$
        #variable_conflict use_column
        DECLARE
            changed_orders int[];
            changed_moves int[];
        BEGIN
            SELECT orders, moves INTO changed_orders, changed_moves
                FROM (%(touched)s) touched;
            IF changed_orders <> '{}' THEN
                RETURN QUERY %(orders)s;
            END IF;
            IF changed_moves <> '{}' THEN
                RETURN QUERY %(moves)s;
            END IF;
        END $function$""",
        name=NAME,
        arguments=SQL(", ").join(
            SQL("%s int[]", SQL.identifier(f"changed_{name}")) for name in CHANGED
        ),
        touched=touched({name: SQL(f"changed_{name}") for name in CHANGED}),
        orders=_refresh("order_id = ANY(changed_orders)", query.ORDER_SOURCES),
        moves=_refresh("move_id = ANY(changed_moves)", query.MOVE_SOURCES),
    )


def drop():
    return SQL("DROP FUNCTION IF EXISTS %s", NAME)


def call(ids, now):
    """Settle what changed; gives rows of `figures.Changed`.

    :param ids: changed ids by what they are of, see `CHANGED`
    """
    return SQL(
        "SELECT * FROM %s(%s, %s)",
        NAME,
        SQL(", ").join(SQL("%s::int[]", list(ids[name])) for name in CHANGED),
        now,
    )


def _refresh(known, sources):
    scope = query.Scope.documents(SQL("changed_orders"), SQL("changed_moves"))
    return figures.refresh(scope, SQL(known), sources, SQL("settled_at"))
