"""Files changed at random are settled or refused with their place, and never make the program stumble."""

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import RuleBroken
from core.exchange.importing import import_files
from core.exchange.ledger_files import bills_in, ledger_file
from core.exchange.preview import preview
from core.exchange.report import TriedOut
from core.exchange.tables import read_table
from core.problems import Problem
from tests.core.books import a_book
from tests.core.exchange.samples import INVOICE, NOTE, RECEIPT, RECEIVABLES, Json, a_file, source

VALUES: list[Any] = [
    "", "0", "-1", "1e9", "1e999999", "NaN", "99999999999999", "0.005", "x" * 500, None, True, [], {}, "2026-02-28",
    "1899-01-01", "9999-12-31", "overseas", "sez", "CRN", "DBN", "96", "00", "29", "\0", "😀", 12, 0.1, -5, 10**20,
    "WALKIN", "NI/26-27/0042", "nil", "DE",
]  # fmt: skip
KEYS = [
    "with_payment",
    "reverse_charge",
    "category",
    "discount",
    "applicable_percent",
    "buyer_gstin",
    "treatment",
]
CONTRACT = {
    "code": "C1", "title": "Plant", "party": "LOTUS", "value": "100000",
    "milestones": [{"title": "Design", "amount": "5209", "certified": {"on": "2026-05-01"},
                    "billed": {"number": "NI/26-27/0042", "date": "2026-05-04"}}],
}  # fmt: skip
REMINDER = {
    "number": "RM/1", "date": "2026-06-10", "party": "LOTUS", "step": 1, "tone": "gentle", "title": "x",
    "lines": [{"document": "NI/26-27/0042", "date": "2026-05-04", "due_date": "2026-06-03", "amount": "6087",
               "open": "6087", "days_late": 7, "step": 1}],
    "total": "6087",
}  # fmt: skip
WHOLE = a_file(
    documents=[INVOICE, NOTE], receipts=[RECEIPT], contracts=[CONTRACT], reminders=[REMINDER],
    opening=[{"number": "O1", "date": "2026-01-01", "party": "LOTUS", "amount": "10"}],
    cancelled=[{"type": "INV", "number": "Z", "date": "2026-05-05"}],
    unissued=[{key: value for key, value in INVOICE.items() if key != "number"}],
)  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in members:
        yield from paths(inner, (*path, key))


def changed(dice: random.Random) -> Json:
    file = copy.deepcopy(WHOLE)
    for _turn in range(dice.randint(1, 3)):
        path = dice.choice(list(paths(file)))
        holder: Any = file
        for key in path[:-1]:
            holder = holder[key]
        what = dice.random()
        if what < 0.75:
            holder[path[-1]] = copy.deepcopy(dice.choice(VALUES))
        elif what < 0.85:
            del holder[path[-1]]
        elif isinstance(holder, dict):
            holder[dice.choice(KEYS)] = copy.deepcopy(dice.choice(VALUES))
    return file


@pytest.mark.slow
def test_a_file_changed_at_random_is_settled_or_refused_with_its_place(tmp_path: Path) -> None:
    dice = random.Random(20_261_121)
    settled = refused = 0
    homeless: list[Problem] = []
    with a_book(tmp_path) as book:
        for _turn in range(300):
            try:
                read = source(changed(dice))
            except RuleBroken:
                refused += 1
                continue
            preview(read, lambda _document, _paise: "")
            try:
                book.write("Try", lambda work, read=read: import_files(work, [read], dry_run=True))
            except TriedOut:
                settled += 1
            except RuleBroken as found:
                refused += 1
                homeless += [problem for problem in found.problems if not problem.file or not problem.line]
    assert homeless == []
    assert settled > 20
    assert refused > 100


def test_a_table_changed_at_random_is_read_or_refused() -> None:
    dice = random.Random(20_261_121)
    whole = b"\n".join(RECEIVABLES.read_bytes().splitlines()[:30])
    parts = [b'"', b"\0", b",,,", b"\r", b"\n\n", b"\xff\xfe", b";", b"\t", b"9" * 50, b"=cmd()"]
    outcomes = set()
    homeless: list[Problem] = []
    for _turn in range(400):
        data = bytearray(whole)
        for _time in range(dice.randint(1, 4)):
            at = dice.randrange(len(data))
            if dice.random() < 0.5:
                data[at] = dice.randrange(256)
            else:
                data[at:at] = dice.choice(parts)
        try:
            bills_in(ledger_file(read_table(bytes(data), "old.csv"), {}))
            outcomes.add("read")
        except RuleBroken as found:
            outcomes.add("refused")
            homeless += [problem for problem in found.problems if problem.file != "old.csv"]
    assert homeless == []
    assert outcomes == {"read", "refused"}
