"""A paper that the service cannot read or judge: its number was printed and handed over, and is never given again."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from core.book import PLAN, Book
from core.changes.change import Role
from core.clock import FixedClock
from core.fiscal import financial_year
from core.ids import Id
from core.inbox.commands import accept, settle
from core.inbox.model import Choice
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.invoicing.kinds import ISSUED
from core.invoicing.model import Original
from core.invoicing.queries import document
from core.ledger.model import AllocationLine
from core.numbering.queries import last_number
from core.numbering.rules import is_copy_series
from core.returns.gaps import gaps
from core.returns.month import month_of
from core.store.log import base_of
from core.store.plan import Plan
from sync.client import bootstrap
from sync.client.owner import Owner
from sync.client.rebinding import bind
from sync.server import snapshots
from sync.server.gate import Gate
from sync.server.service import Service
from tests.core.books import CHEAP, PASSPHRASE
from tests.core.dealings import money_in
from tests.sync.day import TODAY, a_draft, begin
from tests.sync.fleet import Device, Wire, a_fleet, a_joiner
from tests.sync.test_replay import agree

pytestmark = [pytest.mark.slow, pytest.mark.allow_logs]
YEAR = financial_year(TODAY)
POISON = "Beyond the service"
READING, JUDGING = "_read_body", "_ruled"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[tuple[Service, list[Device]]]:
    with a_fleet(tmp_path, marks=tmp_path / "marks") as (service, devices):
        yield service, devices


def breaks(monkeypatch: pytest.MonkeyPatch, step: str = READING) -> Callable[[], None]:
    """Let the service stumble over documents of one description; answers how it is mended."""
    real = getattr(Gate, step)

    def broken(gate: Gate, change: Any, *rest: Any) -> Any:
        if POISON.encode() in bytes(change.body):
            raise ZeroDivisionError
        return real(gate, change, *rest)

    monkeypatch.setattr(Gate, step, broken)
    return lambda: monkeypatch.setattr(Gate, step, real)


def issue(book: Book, party: Id, text: str = "Calibration") -> str:
    record = book.write("Issue", lambda work: issue_document(work, a_draft(party, text=text), today=TODAY))
    paper = book.read(lambda read: document(read, record))
    assert paper is not None
    return paper.number


def held(book: Book) -> list[str]:
    return [gap.number for gap in book.read(lambda read: gaps(read, YEAR)) if gap.why == "held"]


def missing(book: Book) -> list[str]:
    return [gap.number for gap in book.read(lambda read: gaps(read, YEAR)) if gap.is_open]


def used(book: Book) -> list[str]:
    """The numbers that Table 13 of GSTR-1 tells."""
    return [each.number for each in book.read(lambda read: month_of(read, f"{TODAY:%Y-%m}")).numbers]


@pytest.mark.parametrize("step", [READING, JUDGING])
def test_its_number_is_never_given_again(
    fleet: tuple[Service, list[Device]], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    _service, (one, two) = fleet
    party = begin(one.book).party
    breaks(monkeypatch, step)
    bad = [issue(one.book, party, POISON)]
    good = [issue(one.book, party)]
    one.sync()
    good.append(issue(one.book, party))
    one.sync()
    bad.append(issue(one.book, party, POISON))
    one.sync()
    bad.append(issue(one.book, party, POISON))
    agree(one, two)
    good.append(issue(one.book, party))
    assert [*bad, *good] == [f"A/26-27/{n:04d}" for n in (2, 5, 6, 3, 4, 7)]
    agree(one, two)
    for device in (one, two):
        assert held(device.book) == sorted(bad)
        assert missing(device.book) == []
        assert used(device.book) == ["A/26-27/0001", *sorted(good)], "a held paper enters no return"
        assert [item.kind for item in device.book.read(items)] == ["held"] * 3


def test_what_leans_on_it_is_named_with_it(
    fleet: tuple[Service, list[Device]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _service, (one, two) = fleet
    party = begin(one.book).party
    agree(one, two)
    breaks(monkeypatch, JUDGING)
    bill = one.book.write("Bill", lambda work: issue_document(work, a_draft(party, text=POISON), today=TODAY))
    money_in(one.book, party, 100, TODAY, allocate=[AllocationLine(bill, 100_00)])
    original = Original("A/26-27/0002", TODAY, bill)
    note = structs.replace(a_draft(party, 10), type="CRN", original=original, reason="return")
    one.book.write("Note", lambda work: issue_document(work, note, today=TODAY))
    agree(one, two)
    for device in (one, two):
        told = {item.kind: item for item in device.book.read(items)}
        assert told.keys() == {"held", "refused", "leaning"}
        assert "On it rest: Settling with AR/26-27/0001, " in told["held"].text
        assert "It rests on A/26-27/0002, which is held" in told["leaning"].text
    one.book.write("Accept", lambda work: accept(work, bill))
    agree(one, two)
    for device in (one, two):
        assert "leaning" not in {item.kind for item in device.book.read(items)}


def test_nor_after_a_restart_a_snapshot_and_a_new_key(
    fleet: tuple[Service, list[Device]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, (one, two) = fleet
    party = begin(one.book).party
    breaks(monkeypatch)
    bad = issue(one.book, party, POISON)
    agree(one, two)
    one.book.close()
    with Book.open(
        one.book.path, passphrase=PASSPHRASE, clock=one.book.clock, marks=tmp_path / "marks"
    ) as book:
        assert issue(book, party) == "A/26-27/0003"
        issue(two.book, party)
        two.sync()
        monkeypatch.setattr(snapshots, "SNAPSHOT_WORTH", 0)
        monkeypatch.setattr(bootstrap, "is_far", lambda seq, head: seq < head)
        one = Device(book, Wire(service))
        one.sync()
        assert book.read(base_of).seq, "it was loaded from a snapshot, with one bill waiting"
        assert issue(book, party) == "A/26-27/0004"
        book.path.with_name(f"{book.path.name}.device").unlink()
        owner = Owner(two.book, two.courier.session, two.courier.signer)
        code = owner.invite(Role.OWNER, device=book.facts()["device"])
        bind(book, code, passphrase=PASSPHRASE, transport=Wire(service), cost=CHEAP)
        assert is_copy_series(issue(book, party).split("/")[0], "A")
        one = Device(book, Wire(service))
        agree(one, two)
        assert held(book) == held(two.book) == [bad]


def test_written_again_it_stands_under_its_number(
    fleet: tuple[Service, list[Device]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _service, (one, two) = fleet
    party = begin(one.book).party
    mend = breaks(monkeypatch)
    bad = issue(one.book, party, POISON)
    agree(one, two)
    mend()
    good = issue(one.book, party)
    (item,) = one.book.read(items)
    one.book.write("Again", lambda work: settle(work, item.id, Choice.TRY_AGAIN))
    agree(one, two)
    for device in (one, two):
        assert (held(device.book), missing(device.book), device.book.read(items)) == ([], [], [])
        assert used(device.book) == ["A/26-27/0001", bad, good]
    assert issue(one.book, party) == "A/26-27/0004"
    assert one.book.read(lambda read: last_number(read, "A", YEAR)) == 4


def test_a_version_that_learns_to_read_it_keeps_its_number(
    fleet: tuple[Service, list[Device]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a device that was too old to know the kind, no number was kept at first."""
    service, (one, _two) = fleet
    shared = begin(one.book)
    one.sync()
    older = a_joiner(tmp_path / "older.bahi", service, one.book)
    breaks(monkeypatch)
    older.book._plan = without(ISSUED.name)
    bad = issue(one.book, shared.party, POISON)
    one.sync()
    older.sync()
    assert held(older.book) == []
    older.book._plan = PLAN
    older.book.write("Note", lambda work: work.note(known_by=""))
    older.book.close()
    with Book.open(older.book.path, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY)) as updated:
        assert held(updated) == [bad]
        assert updated.verify().problems == ()


def without(kind: str) -> Plan:
    """An app of before this kind."""
    return PLAN._replace(kinds={name: each for name, each in PLAN.kinds.items() if name != kind})
