"""Bills taken along: nobody else settles them until the time is over, and whoever tries is told who has them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.changes.change import Role
from core.errors import TurnedAway
from core.ids import Id
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.ledger.queries import open_item
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from sync.client.checkouts import check_in, check_out, known, last_known, look
from sync.server.service import Service
from tests.sync.fleet import TODAY, Device, a_fleet, a_joiner

pytestmark = pytest.mark.slow
Fleet = tuple[Service, list[Device], Id, list[Id]]


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """Desk and van in step, with two bills of Lotus, 1,180 each."""
    with a_fleet(tmp_path) as (service, devices):
        desk = devices[0].book
        lotus = desk.write("p", lambda work: save_party(work, Party(name="Lotus")))
        line = DraftLine("Flow meter", None, "90261010", 1000, "NOS", 1_000 * 10_000)
        draft = Draft(party=lotus, dated_on=TODAY, lines=(line,))
        bills = [desk.write("d", lambda work: issue_document(work, draft, today=TODAY)) for _n in range(2)]
        for device in (*devices, *devices):
            device.sync()
        yield service, devices, lotus, bills


def pays(device: Device, party: Id, bill: Id, rupees: int) -> Id:
    """A receipt on this device, and all of it on one bill."""
    receipt = device.book.write(
        "r",
        lambda work: record_receipt(
            work,
            party=party,
            dated_on=TODAY,
            amount_paise=rupees * 100,
            mode="cash",
            today=TODAY,
            allocate=None,
        ),
    )
    device.book.write(
        "a",
        lambda work: allocate(
            work, credit=receipt, party=party, lines=[AllocationLine(bill, rupees * 100)], on=TODAY
        ),
    )
    return receipt


def left(device: Device, bill: Id) -> int:
    found = device.book.read(lambda read: open_item(read, bill))
    assert found is not None
    return found.open_paise // 100


def test_who_has_a_bill_with_him_settles_it_and_nobody_else(fleet: Fleet) -> None:
    service, (desk, van), lotus, (bill, other) = fleet
    taken = check_out(van.book, van.courier.session, [bill], hours=8)
    assert (len(taken.rows), taken.refused) == (1, ())
    pays(desk, lotus, bill, 1180)
    pays(desk, lotus, other, 1180)
    desk.sync()
    van.sync()
    desk.sync()
    assert (left(desk, bill), left(desk, other)) == (1180, 0), "the other bill is free"
    [refused] = [item for item in desk.book.read(items) if item.kind == "refused"]
    assert "Ravi has taken this bill along until" in refused.text
    pays(van, lotus, bill, 1180)
    van.sync()
    desk.sync()
    assert (left(desk, bill), left(van, bill)) == (0, 0)
    assert desk.digest == van.digest
    assert look(van.book, van.courier.session).rows == [], "what it has settled it has with it no more"
    assert service.means.clock is not None


def test_what_is_left_of_a_bill_is_free(fleet: Fleet) -> None:
    _service, (desk, van), lotus, (bill, _other) = fleet
    check_out(van.book, van.courier.session, [bill])
    pays(van, lotus, bill, 1000)
    van.sync()
    desk.sync()
    pays(desk, lotus, bill, 180)
    desk.sync()
    assert left(desk, bill) == 180, "van still has the rest with it"
    check_in(van.book, van.courier.session)
    pays(desk, lotus, bill, 180)
    desk.sync()
    assert left(desk, bill) == 0


def test_it_runs_out_by_itself(fleet: Fleet) -> None:
    service, (desk, van), lotus, (bill, _other) = fleet
    check_out(van.book, van.courier.session, [bill], hours=2)
    now_us = service.means.clock.now_us()
    assert [row.bill for row in van.book.read(lambda read: last_known(read, now_us))] == [bill]
    service.means.clock.move(seconds=2 * 3600 + 1)  # type: ignore[attr-defined]
    later_us = service.means.clock.now_us()
    assert van.book.read(lambda read: last_known(read, later_us)) == []
    pays(desk, lotus, bill, 1180)
    desk.sync()
    assert left(desk, bill) == 0


def test_two_who_want_one_bill_the_first_has_it(fleet: Fleet) -> None:
    _service, (desk, van), _lotus, (bill, other) = fleet
    assert check_out(desk.book, desk.courier.session, [bill]).refused == ()
    taken = check_out(van.book, van.courier.session, [bill, other])
    assert taken.refused == (bill,)
    assert {row.bill: row.device for row in taken.rows} == {
        bill: desk.book.facts()["device"],
        other: van.book.facts()["device"],
    }
    check_in(desk.book, desk.courier.session, [bill])
    assert check_out(van.book, van.courier.session, [bill]).refused == ()


def test_what_is_paid_or_unknown_cannot_be_taken_along(fleet: Fleet, tmp_path: Path) -> None:
    service, (desk, _van), lotus, (bill, _other) = fleet
    pays(desk, lotus, bill, 1180)
    desk.sync()
    assert check_out(desk.book, desk.courier.session, [bill, bytes(16)]).refused == (bill, bytes(16))
    eye = a_joiner(tmp_path / "eye.bahi", service, desk.book, role=Role.AUDITOR)
    try:
        with pytest.raises(TurnedAway):
            check_out(eye.book, eye.courier.session, [bill])
    finally:
        eye.book.close()


def test_what_others_take_along_is_known_after_a_round_and_a_quiet_round_is_one_question(
    fleet: Fleet,
) -> None:
    service, (desk, van), lotus, (bill, other) = fleet
    heard: list[frozenset[bytes]] = []
    desk.book.listeners.append(lambda touched: heard.append(touched.records.get("checkouts", frozenset())))
    now_us = service.means.clock.now_us()

    def taken() -> list[tuple[Id, str]]:
        rows = desk.book.read(lambda read: last_known(read, now_us))
        return sorted((row.bill, row.user) for row in rows)

    def asked() -> list[str]:
        desk.wire.calls.clear()
        heard.clear()
        desk.sync()
        return desk.wire.calls

    check_out(van.book, van.courier.session, [bill, other])
    assert asked() == ["pull"], "it comes with the answer to the pull"
    assert taken() == sorted([(bill, "Ravi"), (other, "Ravi")])
    assert heard == [frozenset({bill, other})], "the screens are told which bills it is about"
    assert (asked(), heard) == (["pull"], []), "and is not sent again"
    check_in(van.book, van.courier.session, [other])
    assert (asked(), heard, taken()) == (["pull"], [frozenset({other})], [(bill, "Ravi")])
    pays(van, lotus, bill, 1180)
    van.sync()
    asked()
    assert taken() == [], "what is settled is out no more"


def test_a_service_put_back_tells_anew_what_is_out(fleet: Fleet) -> None:
    _service, (desk, van), _lotus, (bill, _other) = fleet
    check_out(van.book, van.courier.session, [bill])
    desk.sync()
    meta = desk.book.facts()
    assert known(meta) > 0
    assert known(meta | {"era": meta["era"] + 1}) == 0, "a number of another era counts for nothing"
