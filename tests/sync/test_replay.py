"""What devices make of the order: own and foreign changes, good ones and strange ones, end in the same rows."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.book import PROJECTIONS
from core.changes.change import Outcome
from core.changes.standing import State
from core.ids import imported_id
from core.inbox.queries import items
from core.invoicing.model import Buyer, Seller
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.ledger.queries import open_item, trial_balance
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name, party
from core.receipts.commands import keep_imported, record_receipt
from core.receipts.model import Receipt
from core.receipts.queries import receipt_ids
from core.receipts.rules import postings_for
from core.store import log
from core.store.engine import ANY_HAND, write_transaction
from core.store.plan import Applied
from core.store.read import stand_of
from core.store.rows import Rows
from tests.sync.day import TODAY, apart, begin, edit
from tests.sync.fleet import Device, a_fleet
from tests.sync.server.raw import RawDevice, invited, patch

OLD = dt.date(2024, 4, 1)
PARTY = imported_id("Nandi", "party", "LOTUS")


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[list[Device]]:
    with a_fleet(tmp_path, 2) as (_service, devices):
        yield devices


def agree(*devices: Device) -> None:
    """Sync to the end; then all books are one, and each proves itself."""
    for device in (*devices, *devices):
        device.sync()
    assert len({device.digest for device in devices}) == 1
    for device in devices:
        proof = device.book.verify()
        assert proof.problems == ()


def raw(device: Device) -> RawDevice:
    return invited(device.wire.service, device.courier.session)


def an_imported(number: str = "7", rupees: int = 100) -> Receipt:
    paise = rupees * 100
    return Receipt(
        number=number, series="imported", dated_on=OLD, seller=Seller(legal_name="Nandi"),
        buyer=Buyer(party=PARTY, name="Lotus"), amount_paise=paise, postings=postings_for(paise, "neft", ()),
        origin="imported", stated=number.encode().ljust(16),
    )  # fmt: skip


def imports(device: Device, receipt: Receipt, record: bytes) -> None:
    def command(work: object) -> None:
        save_party(work, Party(name="Lotus", code="LOTUS"), PARTY)  # type: ignore[arg-type]
        keep_imported(work, record, receipt)  # type: ignore[arg-type]

    device.book.write("Import", command)


def test_one_file_imported_on_two_devices_is_there_once(fleet: list[Device]) -> None:
    record = imported_id("Nandi", "RCT", "7", "2024")
    for device in fleet:
        imports(device, an_imported(), record)
    agree(*fleet)
    outcomes = [entry.outcome for entry in fleet[0].entries() if entry.kind == "receipts.recorded"]
    assert outcomes == [Outcome.APPLIED, Outcome.DUPLICATE]
    for device in fleet:
        assert device.book.read(lambda read: receipt_ids(read, "7")) == [record]
        assert device.book.read(items) == []


def test_another_paper_of_the_same_identity_is_held_and_the_first_stands(fleet: list[Device]) -> None:
    record = imported_id("Nandi", "RCT", "7", "2024")
    imports(fleet[0], an_imported(), record)
    imports(fleet[1], msgspec.structs.replace(an_imported(rupees=5), stated=b"other".ljust(16)), record)
    agree(*fleet)
    for device in fleet:
        item = device.book.read(lambda read: open_item(read, record))
        assert item is not None
        assert item.amount_paise == 100_00
        assert [i.kind for i in device.book.read(items)] == ["held"]


def test_what_is_pending_stays_on_top_until_it_is_answered(fleet: list[Device]) -> None:
    one, two = fleet
    record = one.book.write("Party", lambda work: save_party(work, Party(name="Lotus", phone="1")))
    agree(*fleet)
    edit(two.book, record, phone="2")
    two.sync()
    edit(one.book, record, phone="3")
    edit(one.book, record, email="a@b.in")
    one.courier._receive()
    known = one.book.read(lambda read: party(read, record))
    assert known is not None
    assert (known.phone, known.email) == ("3", "a@b.in"), "my own words, until the service has spoken"
    assert one.book.read(log.pending_count) == 2
    assert one.book.verify().problems == ()
    agree(*fleet)


def test_a_claim_that_no_longer_holds_waits_without_effect(fleet: list[Device]) -> None:
    one, two = fleet
    shared = begin(one.book)
    agree(*fleet)
    apart(one.book, shared, phone="1", reference="U1", email="x@y.in")
    one.sync()
    mine = apart(two.book, shared, phone="2", reference="U2", contact="M")
    two.courier._receive()
    idle = [entry.kind for entry in two.entries() if entry.idle]
    assert idle == ["ledger.allocated", "milestones.billed"]
    item = two.book.read(lambda read: open_item(read, mine.receipt))
    assert item is not None
    assert item.open_paise == item.amount_paise, "the money is on account meanwhile"
    assert two.book.verify().problems == ()
    agree(*fleet)


def test_what_leans_on_a_refused_claim_is_judged_on_its_own(fleet: list[Device]) -> None:
    one, two = fleet
    shared = begin(one.book)
    agree(*fleet)
    apart(one.book, shared, phone="1", reference="U1", email="x@y.in")
    mine = apart(two.book, shared, phone="2", reference="U2", contact="M")
    other = two.book.write(
        "Receipt",
        lambda work: record_receipt(
            work, party=shared.party, dated_on=TODAY, amount_paise=10_00, mode="cash", today=TODAY
        ),
    )
    one.sync()
    agree(*fleet)
    for device in fleet:
        stand = device.book.read(lambda read: stand_of(read, other))
        assert stand is not None
        assert (stand.state, stand.open_paise) == (State.LIVE, 0)
        assert device.book.read(lambda read: open_item(read, mine.receipt)) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1garbage",
        msgspec.msgpack.encode([1, 1, "u\xff", "owner", "parties.edited", b"x", 1, 1, 0, {}]),
    ],
    ids=["empty", "garbage", "a short id"],
)
def test_bytes_that_nobody_can_read_pass_through_every_book(fleet: list[Device], data: bytes) -> None:
    stranger = raw(fleet[0])
    stranger.send(data)
    stranger.write("parties.edited", PARTY, patch(Party(name="Lotus")))
    agree(*fleet)
    for device in fleet:
        assert [row.name for row in device.book.read(parties_by_name).rows] == ["Lotus"]


def test_a_kind_of_a_newer_version_is_shelved_and_the_rest_goes_on(fleet: list[Device]) -> None:
    stranger = raw(fleet[0])
    stranger.write("promises.made", b"p" * 16, ["tomorrow"])
    stranger.write("parties.edited", PARTY, patch(Party(name="Lotus")), schema=1)
    agree(*fleet)
    assert [entry.kind for entry in fleet[0].entries() if entry.idle] == ["promises.made"]


def test_a_held_paper_is_shown_and_posts_nothing(fleet: list[Device]) -> None:
    stranger = raw(fleet[0])
    stranger.write("parties.edited", PARTY, patch(Party(name="Lotus")))
    wrong = msgspec.structs.replace(an_imported("AR/26-27/0099"), origin="here", series="AR", stated=b"")
    held = stranger.write("receipts.recorded", b"r" * 16, wrong)
    assert held.outcome is Outcome.HELD
    agree(*fleet)
    for device in fleet:
        assert device.book.read(lambda read: receipt_ids(read, "AR/26-27/0099")) == [b"r" * 16]
        assert device.book.read(lambda read: open_item(read, b"r" * 16)) is None
        assert set(device.book.read(trial_balance).values()) <= {0}
        assert [item.kind for item in device.book.read(items)] == ["held"]


def test_an_allocation_beyond_the_open_amount_never_reaches_the_rows(fleet: list[Device]) -> None:
    one, two = fleet
    shared = begin(one.book)
    agree(*fleet)
    for device in fleet:
        for n in range(2):

            def half(work: object, n: int = n) -> None:
                receipt = record_receipt(
                    work, party=shared.party, dated_on=TODAY, amount_paise=590_00, mode="cash",
                    allocate=None, today=TODAY,
                )  # type: ignore[arg-type]  # fmt: skip
                allocate(
                    work,
                    credit=receipt,
                    party=shared.party,
                    lines=[AllocationLine(shared.invoice, 590_00)],
                    on=TODAY,
                )  # type: ignore[arg-type]

            device.book.write("Half", half)
    agree(one, two)
    for device in fleet:
        item = device.book.read(lambda read: open_item(read, shared.invoice))
        assert item is not None
        assert item.open_paise == 0
        refused = [i for i in device.book.read(items) if i.kind == "refused"]
        assert len(refused) == 2


def test_one_changed_byte_of_a_past_change_is_named(fleet: list[Device]) -> None:
    one, _two = fleet
    for name in ("Lotus", "Mehta", "Nair"):
        one.book.write("Party", lambda work, name=name: save_party(work, Party(name=name)))
    one.sync()
    entry = one.entries()[2]
    with write_transaction(one.book._engine) as connection:
        connection.info["door"] = ANY_HAND
        data = entry.data.replace(b"Mehta", b"Mehto")
        connection.exec_driver_sql("UPDATE changes SET data = ? WHERE entry = ?", (data, entry.entry))
    (problem, *_rest) = one.book.verify().problems
    assert (problem.code, problem.field) == ("CHAIN", str(entry.number))


@pytest.mark.allow_logs
def test_what_this_version_stumbles_over_is_shelved_and_the_queue_goes_on(
    fleet: list[Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = fleet
    for name in ("Lotus", "Mehta", "Nair"):
        one.book.write("Party", lambda work, name=name: save_party(work, Party(name=name)))
    one.sync()
    project = PROJECTIONS["parties.edited"]

    def stumbles(rows: Rows, applied: Applied) -> None:
        if applied.body.name == "Mehta":
            raise ZeroDivisionError
        project(rows, applied)

    plan = two.book._plan
    monkeypatch.setattr(
        two.book, "_plan", plan._replace(projections={**plan.projections, "parties.edited": stumbles})
    )
    assert two.sync().received == 3
    assert [row.name for row in two.book.read(parties_by_name).rows] == ["Lotus", "Nair"]
    assert two.book.read(log.shelved_count) == 1
    assert two.book.verify().problems == ()
    two.book.write("Party", lambda work: save_party(work, Party(name="Rao")))
    assert two.sync().waiting == 0
