"""bin/load's script on a database of its own: rows as by hand, all or nothing."""

import os
import subprocess

import pytest
from dev import databases
from dev.common import TOP
from dev.odoo_tests import template
from dev.server import environment

HEADER = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
)
UK, FR = "17850,United Kingdom", "12583,France"
LANTERN = "71053,WHITE METAL LANTERN"
SALES = f"""\
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,{UK}
536365,{LANTERN},6,2010-12-01 08:26:00,3.39,{UK}
536365,PADS,PADS,1,2010-12-01 08:26:00,0.001,{UK}
536366,{LANTERN},2,2011-06-30 23:30:00,3.39,{FR}
536366,POST,POSTAGE,3,2011-06-30 23:30:00,18.0,{FR}
536366,{LANTERN},2,2011-06-30 23:30:00,3.39,{FR}
536367,{LANTERN},2,2011-11-20 12:00:00,3.39,{UK}
536368,{LANTERN},7,2011-07-20 12:00:00,0.0,{UK}
536369,PADS,PADS,3,2011-12-09 12:00:00,0.003,{FR}
536369,PADS,PADS,1,2011-12-09 12:00:00,0.004,{FR}
C536379,85123A,WHITE HANGING HEART,-1,2010-12-05 09:41:00,2.55,{UK}
C536380,{LANTERN},-1,2011-12-09 09:41:00,3.39,{FR}
536370,{LANTERN},1,2011-01-01 09:41:00,3.39,,United Kingdom
"""
LATER = f"536371,{LANTERN},4,2011-12-09 13:00:00,3.39,{FR}\n"
COUNTS = """\
SELECT (SELECT count(*) FROM account_move), (SELECT count(*) FROM sale_order),
    (SELECT count(*) FROM res_partner), (SELECT count(*) FROM res_company),
    (SELECT count(*) FROM account_payment), (SELECT count(*) FROM product_product)
"""


class Database:
    """A database with the first addon, and what the tests do with it."""

    def __init__(self, env, name):
        self.env = env
        self.name = name

    def load(self, path):
        """What bin/load runs."""
        odoo = self.env.odoo.python_path
        return subprocess.run(
            [self.env.python, TOP / "dev/load.py", path, "--database", self.name],
            env={**self.env.variables(), "PYTHONPATH": f"{odoo}:{TOP}"},
            capture_output=True,
            text=True,
            check=False,
        )

    def check(self, *calls):
        """Call functions of load_checks in Odoo's shell."""
        code = [f"import sys; sys.path.insert(0, {str(TOP)!r})"]
        code.append("from tests.system import load_checks")
        for call in calls:
            name, _bracket, args = call.partition("(")
            code.append(f"load_checks.{name}(env, {args or ')'}; env.cr.rollback()")
        self.env.shell(self.name, "\n".join([*code, ""]))

    def counts(self):
        return self.env.server.sql(COUNTS, self.name)


@pytest.fixture(scope="module")
def empty():
    """Before the first load."""
    with environment("test") as env:
        name = f"test_load_{os.getpid()}"
        databases.copy(env, template(env), name)
        args = ["-d", name, "-i", "crm_relationship", "--with-demo"]
        databases.run_odoo(env, "test-load", "The addon could not be installed", *args)
        yield Database(env, name)
        databases.drop(env, name)


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    path = tmp_path_factory.mktemp("load") / "orders.csv"
    path.write_text(f"{HEADER}\n{SALES}")
    return path


@pytest.fixture(scope="module")
def loaded(empty, orders):
    """After it. Tests before this fixture's first use see an empty database."""
    done = empty.load(orders)
    assert done.returncode == 0, done.stderr
    empty.said = done.stdout
    return empty


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("InvoiceNo,StockCode\n1,2\n", "lacks the columns Description, Quantity, "),
        (f"{HEADER}\n{SALES}1,2,3,six,now,,,\n", "line 15: Quantity 'six' is not a"),
        ("x", "is neither Online Retail"),
    ],
)
def test_bad_file(empty, tmp_path, content, sentence):
    before = empty.counts()
    path = tmp_path / "bad.csv"
    path.write_text(content)
    done = empty.load(path)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert empty.counts() == before


def test_all_or_nothing(empty, orders):
    before = empty.counts()
    empty.check(f"check_all_or_nothing({str(orders)!r})")
    assert empty.counts() == before


def test_no_such_database(empty, orders):
    done = Database(empty.env, "test_load_nowhere").load(orders)
    assert done.returncode == 1
    assert "test_load_nowhere can't be opened" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_it_says(loaded):
    assert "7 documents of 2 customers, net 104.05 GBP" in loaded.said
    assert "left out: 1 rows without customer, worth 3.39" in loaded.said
    assert "5 orders with 10 lines" in loaded.said
    assert "12 rows loaded in " in loaded.said


def test_rows_as_by_hand(loaded):
    """Paid, with services, still open, free, below a cent; credit notes likewise."""
    refs = ("536365", "536366", "536367", "536368", "536369", "C536379", "C536380")
    loaded.check(*(f"check_twin({ref!r})" for ref in refs))


def test_orm_agrees(loaded):
    loaded.check("check_recompute", "check_screens", "check_mart")


def test_erp_goes_on(loaded):
    loaded.check("check_go_on")


def test_second_run_adds_nothing(loaded, orders):
    before = loaded.counts()
    done = loaded.load(orders)
    assert done.returncode == 0, done.stderr
    assert "all 7 documents are there already: nothing to add" in done.stdout
    assert loaded.counts() == before


def test_longer_file_adds_the_rest(loaded, tmp_path):
    """Also with a cost, which the ERP has learnt meanwhile, frozen at posting."""
    path = tmp_path / "more.csv"
    path.write_text(f"{HEADER}\n{SALES}{LATER}")
    loaded.check("check_later(" + f"{str(path)!r}, '536371')")


def test_cdnow(loaded, tmp_path):
    path = tmp_path / "log.txt"
    path.write_text(" 00001 19970101  3   10.00\r\n 00001 19980630  1   0.00\r\n")
    done = loaded.load(path)
    assert done.returncode == 0, done.stderr
    assert "2 documents of 1 customers, net 10.00 USD" in done.stdout
    loaded.check("check_cdnow")
