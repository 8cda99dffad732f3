"""Dated facts that are newer on the device than at the service, and the other way round.

The gate proves a paper at the rates written on it. A rate that its own facts do not know is remarked, and holds
nothing.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from core.book import Book, device_rows
from core.changes.answer import decode_answer
from core.changes.change import Outcome
from core.facts import Facts
from core.facts.reader import put_in_force
from core.facts.records import Rate
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.kinds import ISSUED
from core.invoicing.model import Document
from core.store import log
from sync.server.service import Service
from tests.sync.day import TODAY, a_draft, begin
from tests.sync.fleet import Device, a_fleet
from tests.sync.server.raw import RawDevice, invited

pytestmark = pytest.mark.slow
NEW_RATE_BP = 2500


def newer_facts() -> Facts:
    """Facts of a law to come: 25 per cent begins this month, and 18 per cent has ended with the last."""
    shipped = Facts.shipped()
    month = TODAY.replace(day=1)
    ended = month - dt.timedelta(days=1)
    kept = [
        msgspec.structs.replace(row, until=ended) if row.rate == "18" and row.until is None else row
        for row in shipped.entries("rates", Rate)
    ]
    begun = Rate(since=month, until=None, source="a law to come", rate="25")
    table = msgspec.json.encode({"entries": [*kept, begun]})
    return shipped.with_tables({"rates": table}, "2026-12")


@contextmanager
def going_by(facts: Facts | None) -> Iterator[None]:
    """The program goes by these facts meanwhile."""
    put_in_force(facts)
    try:
        yield
    finally:
        put_in_force(None)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[tuple[Service, list[Device]]]:
    with a_fleet(tmp_path) as (service, devices):
        yield service, devices


def issue(book: Book, party_id: Id, rate_bp: int) -> Id:
    draft = a_draft(party_id)
    line = msgspec.structs.replace(draft.lines[0], rate_bp=rate_bp)
    draft = msgspec.structs.replace(draft, lines=(line,))
    return book.write("Issue", lambda work: issue_document(work, draft, today=TODAY))


def entry_of(device: Device, record: Id) -> log.Entry:
    [found] = device.book.read(lambda read: log.history_of(read, record))
    return found


def body_of(device: Device, record: Id) -> Document:
    found: Document = device.book.write("Look", lambda work: work.paper(record))
    return found


def assert_stands(device: Device, record: Id, *, flagged: bool) -> None:
    entry = entry_of(device, record)
    assert entry.outcome == Outcome.APPLIED
    assert decode_answer(entry.answer).flags == (("RATE_UNKNOWN",) if flagged else ())


def agree(*devices: Device) -> None:
    for device in (*devices, *devices):
        device.sync()
    assert len({device.digest for device in devices}) == 1
    for device in devices:
        assert device.book.verify().problems == ()
        assert device.sync().waiting == 0


def test_a_facts_pack_newer_on_the_device(fleet: tuple[Service, list[Device]]) -> None:
    _service, (desk, other) = fleet
    shared = begin(desk.book)
    agree(desk, other)
    with going_by(newer_facts()):
        record = issue(desk.book, shared.party, NEW_RATE_BP)
    agree(desk, other)  # service and other device go by the older facts of the release
    for device in (desk, other):
        assert_stands(device, record, flagged=True)
    written, shown = body_of(desk, record), body_of(other, record)
    assert written == shown
    assert shown.facts_version == "2026-12"
    assert shown.totals.invoice_value_paise == 1000_00 * 125 // 100
    [known] = other.book.read(
        lambda read: read.exec_driver_sql(
            "SELECT open_paise FROM open_items WHERE paper = ?", (record,)
        ).all()
    )
    assert known[0] == 1250_00


def test_a_facts_pack_newer_on_the_service(fleet: tuple[Service, list[Device]]) -> None:
    _service, (desk, other) = fleet
    shared = begin(desk.book)
    agree(desk, other)
    record = issue(desk.book, shared.party, 1800)
    before = body_of(desk, record)
    with going_by(newer_facts()):  # there 18 per cent has ended
        agree(desk, other)
        usual = issue(other.book, shared.party, 500)
        agree(desk, other)
    for device in (desk, other):
        assert_stands(device, record, flagged=True)
        assert_stands(device, usual, flagged=False)
        assert body_of(device, record) == before
    assert before.facts_version == Facts.shipped().version


def test_sums_are_proved_at_an_unknown_rate_too(fleet: tuple[Service, list[Device]]) -> None:
    service, (desk, other) = fleet
    shared = begin(desk.book)
    agree(desk, other)
    with going_by(newer_facts()):
        record = issue(desk.book, shared.party, NEW_RATE_BP)
    good = body_of(desk, record)
    [line] = good.lines
    outsider = raw(other, service)
    desk.sync()
    [code] = [row.code for row in desk.book.read(device_rows) if row.device == outsider.device]
    stolen = msgspec.structs.replace(good, series=code, number=f"{code}/26-27/0001")
    right = outsider.write(ISSUED.name, b"r" * 16, stolen)
    assert (right.outcome, right.answer.flags) == (Outcome.APPLIED, ("RATE_UNKNOWN",))
    lines = (msgspec.structs.replace(line, rate_bp=1800),)
    wrong = msgspec.structs.replace(stolen, number=f"{code}/26-27/0002", lines=lines)
    held = outsider.write(ISSUED.name, b"w" * 16, wrong)
    assert held.outcome is Outcome.HELD
    assert {problem.code for problem in held.answer.problems} == {"SUMS"}
    agree(desk, other)


def raw(device: Device, service: Service) -> RawDevice:
    """A device that sends what no app would, in a business that is there."""

    return invited(service, device.courier.session)
