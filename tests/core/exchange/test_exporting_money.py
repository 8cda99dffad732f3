"""An export of money of every kind, imported into an empty book, gives the same balances, lists, bank and TDS."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.book import PLAN, Book
from core.changes.answer import PLAIN
from core.changes.change import Outcome
from core.changes.kind import ChangeClass
from core.errors import RuleBroken
from core.exchange.exporting import encoded_file, export_book
from core.exchange.importing import import_files
from core.exchange.reading import Source, read_source
from core.exchange.report import Report
from core.receipts.queries import receipt_ids
from core.receipts.reversing import bounce_receipt
from tests.core.books import TODAY, a_book
from tests.core.exchange import busy_money
from tests.core.exchange.money_file import ACCOUNT, CHEQUE, a_money_file
from tests.core.exchange.money_told import told_of_money
from tests.core.exchange.samples import INVOICE, a_file, source
from tests.core.exchange.test_exporting import returns_of, settles_alike
from tests.core.order import Order, digests

pytestmark = pytest.mark.slow


TWICE = {
    name: (Outcome.DUPLICATE, PLAIN)
    for name, kind in PLAN.kinds.items()
    if kind.change_class is not ChangeClass.FIELDS
}
"""What the service says of papers and claims that it has already."""


def written(book: Book) -> bytes:
    return encoded_file(book.read(export_book), Path("out.json"))


def take(book: Book, source: Source) -> Report:
    report: Report = book.write("Import", lambda work: import_files(work, [source]))
    return report


def alike(one: dict[str, Any], other: dict[str, Any]) -> None:
    for key, said in one.items():
        assert other[key] == said, key


@settings(max_examples=3, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(seed=st.integers(0, 2**32))
def test_a_book_of_money_survives_the_way_out_and_in(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("money")
    with a_book(folder) as book:
        done = busy_money.fill(book, seed)
        assert sum(done.values()) > 90
        data = written(book)
        file = read_source(data, "out.json")
        with a_book(folder, name="copy.bahi", company=None) as copy:
            assert take(copy, file).known == {}
            alike(book.read(told_of_money), copy.read(told_of_money))
            assert copy.read(returns_of) == book.read(returns_of)
            assert copy.verify().ok
            assert take(copy, file).is_empty
            assert written(copy) == data
        assert take(book, file).is_empty
        assert written(book) == data
        settles_alike(book, file.file)


def test_every_deed_of_money_is_done_by_one_seed_or_another(tmp_path: Path) -> None:
    done: Counter[str] = Counter()
    for seed in range(2):
        with a_book(tmp_path, name=f"{seed}.bahi") as book:
            done += busy_money.fill(book, seed)
    assert {deed.__name__ for deed in (*busy_money.BEFORE, *busy_money.DEEDS)} <= set(done)


def test_two_devices_that_take_the_same_file_in_end_equal(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        busy_money.fill(book, 7, rounds=2)
        file = read_source(written(book), "out.json")
        told = book.read(told_of_money)
    with (
        a_book(tmp_path, name="here.bahi", company=None) as here,
        a_book(tmp_path, name="there.bahi", company=None, code="B") as there,
    ):
        order = Order(here, there)
        take(here, file)
        take(there, file)
        order.round(here)
        order.round(there, TWICE)
        assert len(digests([here, there])) == 1
        for device in (here, there):
            alike(told, device.read(told_of_money))


def test_what_came_after_its_period_was_closed_is_named(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        take(book, source(a_money_file()))
        late = {**INVOICE, "number": "NI/26-27/0099"}
        take(book, source(a_file(documents=[late])))
        with pytest.raises(RuleBroken) as caught:
            book.read(export_book)
        [problem] = caught.value.problems
        assert (problem.code, problem.field) == ("CANNOT_WRITE", "closes")
        assert "NI/26-27/0099" in problem.message


def test_what_is_held_is_named(tmp_path: Path) -> None:
    """Of two devices that saw one cheque bounce the second's reversal is held."""
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        take(here, source(a_file(documents=[INVOICE], receipts=[CHEQUE], bank_accounts=[ACCOUNT])))
        order.round(here)
        [cheque] = here.read(lambda read: receipt_ids(read, "R/1"))
        told = {"on": TODAY, "reason": "Returned", "today": TODAY}
        for book in (here, there):
            book.write("Bounce", lambda work: bounce_receipt(work, cheque, **told))
        order.round(here)
        order.round(there, {"receipts.reversed": (Outcome.HELD, PLAIN)})
        assert len(digests([here, there])) == 1
        with pytest.raises(RuleBroken) as caught:
            here.read(export_book)
        assert {problem.code for problem in caught.value.problems} == {"CANNOT_WRITE"}
        assert "BX/26-27/0001" in caught.value.problems[0].message
