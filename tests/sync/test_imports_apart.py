"""One company file taken in on two devices that could not hear each other: every paper of it stands once."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.changes.change import Outcome
from core.inbox.queries import items
from core.ledger.queries import trial_balance
from core.store import log
from tests.core.exchange.samples import INVOICE, LOTUS, NOTE, RECEIPT, a_file, take
from tests.sync.fleet import Device, a_fleet
from tests.sync.test_copies import receive

pytestmark = pytest.mark.slow
PAPERS = a_file(documents=[INVOICE, NOTE], receipts=[RECEIPT])
COUNTS = ("documents", "receipts", "allocations", "parties", "items")
Table = dict[str, int]


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[list[Device]]:
    with a_fleet(tmp_path) as (_service, devices):
        yield devices


def counts(book: Book) -> Table:
    def ask(read: Any) -> Table:
        return {name: read.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in COUNTS}

    return book.read(ask)


def open_paise(book: Book) -> dict[str, int]:
    """What is open of each paper, by its number."""
    sql = "SELECT number, open_paise FROM open_items"
    return book.read(lambda read: {row[0]: row[1] for row in read.exec_driver_sql(sql)})


def agree(*devices: Device) -> None:
    for device in (*devices, *devices):
        device.sync()
    assert len({device.digest for device in devices}) == 1
    for device in devices:
        assert device.book.verify().problems == ()
        assert device.sync().waiting == 0


def outcomes(device: Device, *, of: Device) -> dict[str, set[int]]:
    """What became of the changes that a device wrote, by kind."""
    author, found = of.book.facts()["device"], dict[str, set[int]]()
    for entry in device.entries():
        if entry.device == author:
            found.setdefault(entry.kind, set()).add(entry.outcome)
    return found


def assert_as_imported_once(alone: Book, *devices: Device) -> None:
    for device in devices:
        assert counts(device.book) == counts(alone)
        assert open_paise(device.book) == open_paise(alone)
        assert device.book.read(trial_balance) == alone.read(trial_balance)
        assert device.book.read(items) == []
        assert device.book.read(log.shelved_count) == 0


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Book]:
    """A book that took the same file in once, without any service."""
    folder = tmp_path / "alone"
    folder.mkdir()
    with a_fleet(folder, 1) as (_service, [device]):
        take(device.book, PAPERS)
        yield device.book


def test_the_same_file_imported_on_both_devices_makes_each_paper_once(
    fleet: list[Device], alone: Book
) -> None:
    one, two = fleet
    take(one.book, PAPERS)
    take(two.book, PAPERS)
    agree(one, two)
    assert_as_imported_once(alone, one, two)
    again = outcomes(one, of=two)
    assert again["invoicing.issued"] == again["receipts.recorded"] == {Outcome.DUPLICATE}
    assert again["ledger.allocated"] == {Outcome.DUPLICATE}


def test_the_same_papers_in_two_files_are_the_same_papers(fleet: list[Device], alone: Book) -> None:
    """What a paper states counts, not in which file it came nor beside what."""
    one, two = fleet
    take(one.book, PAPERS)
    first, second = a_file(documents=[INVOICE]), a_file(documents=[NOTE], receipts=[RECEIPT])
    del second["items"]
    take(two.book, first)
    take(two.book, second)
    agree(one, two)
    assert_as_imported_once(alone, one, two)


def test_of_one_number_that_the_files_state_otherwise_the_second_is_held(fleet: list[Device]) -> None:
    one, two = fleet
    other = copy.deepcopy(INVOICE) | {"due_date": "2026-07-31"}
    take(one.book, a_file(documents=[INVOICE]))
    take(two.book, a_file(documents=[other]))
    agree(one, two)
    for device in fleet:
        [held] = [each for each in device.book.read(items) if each.kind == "held"]
        assert "NI/26-27/0042" in held.about
        assert counts(device.book)["documents"] == 1


def test_what_was_done_with_an_imported_paper_on_either_device_stays(
    fleet: list[Device], alone: Book
) -> None:
    one, two = fleet
    party = copy.deepcopy(LOTUS) | {"name": "Lotus Foods Private Limited"}
    take(one.book, PAPERS)
    take(two.book, PAPERS | {"parties": [party, *PAPERS["parties"][1:]]})
    for device in fleet:
        record = device.book.read(
            lambda read: read.exec_driver_sql("SELECT id FROM parties WHERE code = 'LOTUS'").scalar_one()
        )
        receive(device.book, record, device.book.path.stem)
    agree(one, two)
    for device in fleet:
        assert counts(device.book)["receipts"] == counts(alone)["receipts"] + 2
        assert counts(device.book)["documents"] == counts(alone)["documents"]
        kept = [f"{each.mine} {each.theirs}" for each in device.book.read(items) if each.kind == "conflict"]
        assert len(kept) == 1
        assert "Lotus Foods Private Limited" in kept[0]


def test_the_answer_to_the_import_is_lost_and_the_file_taken_in_once_more(
    fleet: list[Device], alone: Book
) -> None:
    one, two = fleet
    take(one.book, PAPERS)
    one.wire.cut = True
    take(two.book, PAPERS)
    two.sync()
    assert take(one.book, PAPERS).is_empty
    one.wire.cut = False
    agree(one, two)
    assert take(two.book, PAPERS).is_empty
    agree(one, two)
    assert_as_imported_once(alone, one, two)
