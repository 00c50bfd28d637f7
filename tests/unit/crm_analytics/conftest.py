"""The public data sets, which are not part of the project."""

import csv
import gzip
import os
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

TOP = Path(__file__).resolve().parents[3]


def _find(name):
    """In the folder that CRM_DATA names, or beside the project in shared/data."""
    folder = Path(os.environ.get("CRM_DATA") or TOP.parent / "shared/data")
    if not (folder / name).is_file():
        pytest.skip(f"{name} is not in {folder}: name its folder with CRM_DATA")
    return folder / name


@pytest.fixture(scope="session")
def cdnow():
    """The 1/10 sample: customers, days and dollars of 6,919 rows."""
    with open(_find("cdnow/CDNOW_sample.txt"), encoding="ascii") as log:
        rows = [line.split() for line in log]
    return SimpleNamespace(
        customers=[int(row[1]) for row in rows],
        days=[date.fromisoformat(row[2]).toordinal() for row in rows],
        dollars=[float(row[4]) for row in rows],
        middle=date(1997, 9, 30).toordinal(),  # 39 weeks, and another 39
        end=date(1998, 6, 30).toordinal(),
    )


@pytest.fixture(scope="session")
def online_retail():
    """Its clean rows: quantity and price above 0, customer known."""
    customers, days, values = [], [], []
    path = _find("online_retail.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            quantity, price = int(row["Quantity"]), float(row["UnitPrice"])
            if row["CustomerID"] and quantity > 0 and price > 0:
                customers.append(int(float(row["CustomerID"])))
                days.append(date.fromisoformat(row["InvoiceDate"][:10]))
                values.append(quantity * price)
    return SimpleNamespace(customers=customers, days=days, values=values)
