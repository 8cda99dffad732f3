"""The sums by month and day: those that an upgrade adds up are those that the projections kept."""

import datetime as dt
import importlib
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from core.ledger.commands import release
from core.ledger.queries import allocations_of, trial_balance
from core.store.tables.statements import MONTH_SUMS
from tests.core.books import a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.statements.test_ageing import a_busy_history

pytestmark = pytest.mark.slow
D = dt.date
STEP = importlib.import_module("core.store.migrations.versions.0019_statements")
TABLES = ("party_months", "account_days")


def rows_of(ask: Callable[[str], Iterable[Any]]) -> dict[str, list[tuple[object, ...]]]:
    """What the tables hold, rows at nought aside."""
    found = {}
    for table in TABLES:
        rows = [tuple(row) for row in ask(f"SELECT * FROM {table} ORDER BY 1, 2")]
        found[table] = [row for row in rows if any(row[2:])]
    return found


def added_up(read: Connection) -> dict[str, list[tuple[object, ...]]]:
    """What the upgrade's sentences make of the ledger's rows, in a file of their own."""
    with closing(sqlite3.connect(":memory:")) as apart:
        for table in ("open_items", "allocations", "postings", *TABLES):
            found = read.exec_driver_sql(f"SELECT * FROM {table}")
            names = list(found.keys())
            apart.execute(f"CREATE TABLE {table} ({', '.join(names)})")
            if table not in TABLES:
                marks = ", ".join("?" * len(names))
                apart.executemany(f"INSERT INTO {table} VALUES ({marks})", [tuple(row) for row in found])
        for sql in STEP.FILL:
            apart.execute(sql)
        return rows_of(apart.execute)


def test_an_upgrade_adds_up_what_the_projections_kept(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        a_busy_history(book)
        expected = book.read(lambda read: rows_of(read.exec_driver_sql))

        assert book.read(added_up) == expected
        assert book.verify().ok


def test_a_month_says_what_it_brought(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 1_000, D(2026, 6, 10), due_on=D(2026, 7, 31))
        a_bill(book, party, 500, D(2026, 6, 20), due_on=D(2026, 6, 25))
        receipt = money_in(book, party, 600, D(2026, 7, 5))
        claim = book.read(lambda read: allocations_of(read, receipt)[0].claim)

        def month(name: str, who: bytes) -> dict[str, int]:
            sql = f"SELECT {', '.join(MONTH_SUMS)} FROM party_months WHERE party = ? AND month = ?"
            found = book.read(lambda read: read.exec_driver_sql(sql, (who, name)).one())
            return {key: value for key, value in zip(MONTH_SUMS, found, strict=True) if value}

        assert month("2026-06", party) == {
            "billed_paise": 1_500_00, "opened_paise": 1_500_00, "fell_late_paise": 500_00,
        }  # fmt: skip
        july = {
            "received_paise": 600_00, "settled_paise": 600_00, "late_settled_paise": 500_00, "payments": 2,
            "paid_paise": 600_00, "late_days": 10, "late_paise_days": 500_00 * 10, "taken_days": 15 + 25,
            "taken_paise_days": 500_00 * 15 + 100_00 * 25,
        }  # fmt: skip
        assert month("2026-07", party) == july == month("2026-07", b"")
        assert month("2026-08", party) == {"fell_late_paise": 1_000_00, "late_settled_paise": 100_00}
        book.write("Undo", lambda work: release(work, claim, on=D(2026, 9, 1)))
        assert month("2026-07", party) == {
            "received_paise": 600_00, "settled_paise": 600_00, "late_settled_paise": 500_00
        }  # fmt: skip
        assert month("2026-09", party) == {"settled_paise": -600_00, "late_settled_paise": -600_00}
        days = "SELECT account, sum(paise) FROM account_days GROUP BY account HAVING sum(paise) <> 0"
        posted = dict(book.read(lambda read: [tuple(row) for row in read.exec_driver_sql(days)]))
        assert posted == book.read(trial_balance)
        assert book.verify().ok
