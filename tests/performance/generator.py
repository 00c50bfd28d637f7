"""A company's past of any size, in Odoo's real tables, by set-based SQL.

Orders, invoices and credit notes are written by bin/load's own statements, so that a
row has all the columns which the ORM would fill. The same size gives the same data.
"""

from dataclasses import dataclass
from datetime import date

from dev.loader.documents import insert_invoices, insert_orders
from dev.loader.examples import make_examples
from dev.loader.insert import columns_of, insert_like, same
from dev.loader.numbering import number_documents

from odoo.tools import SQL

END = date(2025, 6, 30)
DAYS = 3 * 365
STEADY = "%(end)s::date - ago"
# From a day of the first half on, and until one of the rest or beyond the end.
LIFE = """%(end)s::date - %(days)s + (
    WITH life AS (SELECT %(days)s * 0.5 * MOD(c.n * 0.6180339887, 1) AS first,
        LEAST(1, 0.1 + 1.4 * MOD(c.n * 0.7548776662, 1)) AS share)
    SELECT CEIL(first + (%(days)s - first) * share * (1 - ago / %(days)s.0))::int
    FROM life)"""
TABLES = (
    "res_partner",
    "sale_order",
    "sale_order_line",
    "account_move",
    "account_move_line",
)


@dataclass(frozen=True)
class Size:
    """How much to make; a tenth of the customers has contacts who order."""

    customers: int
    lines: int  # of invoices
    invoices: int
    order_lines: int
    orders: int
    products: int = 500
    leaving: bool = False  # whether customers come and go; else they buy all the time

    @classmethod
    def of_invoices(cls, customers, lines):
        """For the parts that read the ledger: orders are there, too."""
        return cls(customers, lines, lines * 3 // 10, lines * 3 // 5, lines // 5)

    @classmethod
    def of_orders(cls, customers, lines, products):
        """For the analyses: ten lines an order, and invoices of two fifths as many."""
        invoiced = lines * 2 // 5
        orders = max(lines // 10, 1)
        return cls(
            customers, invoiced, invoiced // 10, lines, orders, products, leaving=True
        )

    @property
    def label(self):
        """For the name of a database that holds it."""
        counts = self.customers, self.lines, self.order_lines, self.products
        return "_".join(map(str, counts))


def generate(env, size, say):
    """Fill the main company; as fast as can be, for nobody else uses the database."""
    company = env.ref("base.main_company")
    env = env(context={**env.context, "allowed_company_ids": [company.id]})
    say(f"making {size.customers:,} customers and {size.products:,} products")
    indexes = _drop_indexes(env)
    env.cr.execute("SET LOCAL session_replication_role = replica; SELECT setseed(0.42)")
    _customers(env, size)
    _products(env, size.products)
    admin = env.ref("base.user_admin")
    examples = make_examples(env, company.with_env(env), END, admin)
    say(f"making {size.orders:,} orders with {size.order_lines:,} lines")
    _stage(env, size, size.orders, size.order_lines, refunds=0)
    insert_orders(env, examples, company)
    say(f"making {size.invoices:,} invoices with {size.lines:,} lines")
    _stage(env, size, size.invoices, size.lines, refunds=0.04)
    number_documents(env, examples)
    insert_invoices(env, examples)
    say("making indexes and statistics")
    for definition in indexes:
        env.cr.execute(definition)
    env.cr.commit()
    env.cr.execute(SQL("ANALYZE %s", SQL(", ").join(map(SQL.identifier, TABLES))))
    env.cr.commit()


def _drop_indexes(env):
    """Drop what slows down the inserts; returns what makes it again."""
    rows = env.execute_query(
        SQL(
            """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
                 FROM pg_index i
                WHERE i.indrelid = ANY (%s::regclass[])
                  AND NOT EXISTS (SELECT FROM pg_constraint
                                   WHERE conindid = i.indexrelid)""",
            list(TABLES),
        )
    )
    for name, _definition in rows:
        env.cr.execute(SQL("DROP INDEX %s", SQL(name)))
    return [definition for _name, definition in rows]


def _first_id(env, table, count):
    """Take so many ids from the table's sequence; returns the one before the first."""
    [(last,)] = env.execute_query(
        SQL(
            "SELECT setval(s, nextval(s::regclass) + %s) "
            "FROM pg_get_serial_sequence(%s, 'id') s",
            count,
            table,
        )
    )
    return last - count


def _customers(env, size):
    """Companies, the first of them the biggest; every tenth with a contact."""
    partner = env["res.partner"].create({"name": "Example", "is_company": True})
    env.flush_all()
    [(example,)] = env.execute_query(
        SQL("SELECT to_jsonb(p) FROM res_partner p WHERE id = %s", partner.id)
    )
    first = _first_id(env, "res_partner", size.customers)
    people = _first_id(env, "res_partner", size.customers // 10)
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE bench_customer AS
               SELECT n, %s + n AS id, 'Customer ' || n AS name,
                      CASE WHEN n %% 10 = 0 THEN %s + n / 10 END AS contact_id
                 FROM generate_series(1, %s) n""",
            first,
            people,
            size.customers,
        )
    )
    ours = same("c.name", "name", "complete_name")
    ours |= columns_of(id="c.id", commercial_partner_id="c.id", ref="c.n::text")
    ours |= columns_of(customer_rank="1")
    insert_like(env, "res_partner", example, ours, SQL("bench_customer c"))
    ours |= columns_of(
        id="c.contact_id",
        parent_id="c.id",
        name="'Buyer ' || c.n",
        complete_name="c.name || ', Buyer ' || c.n",
        is_company="FALSE",
        ref="NULL",
    )
    source = SQL("bench_customer c WHERE c.contact_id IS NOT NULL")
    insert_like(env, "res_partner", example, ours, source)
    env.cr.execute(SQL("CREATE UNIQUE INDEX ON bench_customer (n)"))
    env.cr.execute(SQL("ANALYZE bench_customer"))


def _products(env, count):
    """Prices follow a power law; the cost is 60 % of the price."""
    products = env["product.product"].create(
        [
            {
                "name": f"Product {n}",
                "default_code": f"P{n:04}",
                "type": "consu",
                "list_price": price,
                "standard_price": round(price * 0.6, 2),
                "invoice_policy": "order",
                "taxes_id": [],
                "supplier_taxes_id": [],
            }
            for n, price in enumerate(_prices(count), 1)
        ]
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE bench_product AS
               SELECT n, p.id AS product_id, t.uom_id, t.list_price::numeric AS price,
                      '[' || p.default_code || '] ' || (t.name->>'en_US') AS label
                 FROM UNNEST(%s) WITH ORDINALITY AS made (id, n)
                 JOIN product_product p ON p.id = made.id
                 JOIN product_template t ON t.id = p.product_tmpl_id""",
            products.ids,
        )
    )


def _prices(count):
    return [round(5 * (1 - n / (count + 1)) ** -0.6, 2) for n in range(count)]


def _stage(env, size, documents, lines, refunds):
    """Fill load_doc and load_line as bin/load does, in the order of the days.

    Each customer has one document at least, the n-th one's number and value fall by a
    power law.
    """
    env.cr.execute("DROP TABLE IF EXISTS load_doc, load_line, bench_document")
    _stage_documents(env, size, documents, lines, refunds)
    _stage_lines(env, lines, size.products)
    if refunds:
        env.cr.execute("UPDATE load_line SET order_line_id = NULL")
    _stage_heads(env, documents)
    env.cr.execute("CREATE UNIQUE INDEX ON load_doc (n); ANALYZE load_doc, load_line")


def _stage_lines(env, lines, products):
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE load_line AS
               SELECT %s + l.place AS line_id, %s + l.place AS order_line_id,
                      l.n, l.pos, l.quantity, p.product_id, p.uom_id, p.label,
                      FALSE AS service, p.price, l.quantity * p.price AS amount,
                      ROUND(l.quantity * p.price * 0.6, 2) AS cost
                 FROM (SELECT n, pos, ROW_NUMBER() OVER (ORDER BY n, pos) AS place,
                              1 + FLOOR(RANDOM() * %s)::int AS product,
                              1 + FLOOR(RANDOM()::numeric * 5 * d.factor)
                                  AS quantity
                         FROM bench_document d, generate_series(1, d.lines) pos) l
                 JOIN bench_product p ON p.n = l.product
                ORDER BY l.place""",
            _first_id(env, "account_move_line", lines),
            _first_id(env, "sale_order_line", lines),
            products,
        )
    )


def _stage_heads(env, documents):
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE load_doc AS
               SELECT d.*, %s + n AS move_id, %s + n AS order_id, %s + n AS term_id,
                      total, d.day + TIME '10:00' AS stamp, d.day + 30 AS due,
                      FALSE AS paid, NULL::int AS full_id,
                      CASE WHEN refund THEN -1 ELSE 1 END AS sign,
                      'B' || LPAD(n::text, 7, '0') AS ref,
                      NULL::text AS name, NULL::text AS prefix, NULL::int AS number,
                      NULL::text AS memo, NULL::text AS payment_name,
                      NULL::text AS payment_prefix, NULL::int AS payment_number
                 FROM bench_document d
                 JOIN (SELECT n, SUM(amount) AS total
                         FROM load_line GROUP BY n) t USING (n)
                ORDER BY n""",
            _first_id(env, "account_move", documents),
            _first_id(env, "sale_order", documents),
            _first_id(env, "account_move_line", documents),
        )
    )


def _stage_documents(env, size, documents, lines, refunds):
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE bench_document AS
               SELECT ROW_NUMBER() OVER (ORDER BY day, d.n) AS n, refund, lines,
                      day,
                      POWER(%(customers)s::float / d.customer, 0.3)::numeric AS factor,
                      COALESCE(CASE WHEN by_contact THEN c.contact_id END, c.id)
                          AS partner_id,
                      c.id AS commercial_id, c.name AS partner_name
                 FROM (SELECT n,
                              FLOOR(RANDOM() * %(days)s)::int AS ago,
                              CASE WHEN n <= %(customers)s THEN n
                                   ELSE CEIL(%(customers)s * POWER(1 - RANDOM(), 2.5))
                              END::int AS customer,
                              n > %(customers)s AND RANDOM() < %(refunds)s AS refund,
                              RANDOM() < 0.5 AS by_contact,
                              %(lines)s / %(documents)s
                              + (n <= %(lines)s %% %(documents)s)::int AS lines
                         FROM GENERATE_SERIES(1, %(documents)s) n) d
                 JOIN bench_customer c ON c.n = GREATEST(d.customer, 1)
                CROSS JOIN LATERAL (SELECT %(day)s AS day) at""",
            day=SQL(LIFE if size.leaving else STEADY, end=END, days=DAYS),
            customers=size.customers,
            end=END,
            days=DAYS,
            refunds=refunds,
            lines=lines,
            documents=documents,
        )
    )
    env.cr.execute("ANALYZE bench_document")
