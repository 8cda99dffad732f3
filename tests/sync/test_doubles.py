"""What two devices make twice while they cannot hear each other: found when they meet, and made one everywhere."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from core.changes.standing import State
from core.company.model import Address, Registration
from core.errors import RuleBroken
from core.ids import Id
from core.inbox.commands import settle
from core.inbox.model import InboxItem
from core.inbox.queries import items
from core.inbox.settled import settled_items
from core.invoicing.queries import document, documents_page
from core.items.commands import merge_items, save_item
from core.items.doubles import merge_double as merge_item_double
from core.items.model import Item, ItemTax
from core.items.queries import items_by_name
from core.ledger.queries import balance, open_items
from core.parties.commands import merge_parties, part_party, save_party
from core.parties.doubles import merge_double, part_merged
from core.parties.merged import family, kept_party
from core.parties.model import Party
from core.parties.queries import parties_by_name, party
from core.receipts.doubles import take_back_double
from core.receipts.model import Cheque
from core.statements.accounts import account_rows, accounts_page, papers_page, party_figures
from core.statements.ageing import ageing
from core.statements.queries import statement
from core.store.read import stand_of
from core.store.search import search
from tests.core.books import TODAY
from tests.core.dealings import a_bill, a_party, money_in
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow
D = dt.date
AUGUST, NOVEMBER = D(2026, 8, 3), D(2026, 11, 5)
GSTIN = "33AAKCN5519Q1ZV"
ELSEWHERE = "29AAKCN5519Q1ZK"
VERBS = {
    "merge": merge_double,
    "merge_other": lambda work, item: merge_double(work, item, into_other=True),
    "take_back": lambda work, item: take_back_double(work, item, on=TODAY, reason="Entered twice", today=TODAY),
}  # fmt: skip


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[list[Device]]:
    with a_fleet(tmp_path, 3) as (_service, devices):
        yield devices


def meet(devices: Sequence[Device]) -> None:
    """Each in turn, and again; every book ends alike and proved."""
    for _turn in range(2):
        for device in devices:
            device.sync()
    assert len({device.digest for device in devices}) == 1
    for device in devices:
        assert device.book.verify().problems == ()


def doubles(device: Device, of: str = "") -> list[InboxItem]:
    return [item for item in device.book.read(items) if item.kind == "double" and item.of.startswith(of)]


def registered(device: Device, code: str, name: str, gstin: str = GSTIN) -> Id:
    state = gstin[:2]
    body = Party(
        code=code, name=name, registration=Registration("registered", gstin, state),
        address=Address(line1="7 Mount Road", city="Chennai", state_code=state, pincode="600002"),
    )  # fmt: skip
    return device.book.write("Party", lambda work: save_party(work, body))


def merge(device: Device, one: Id, into: Id) -> Id:
    return device.book.write("Merge", lambda work: merge_parties(work, one, into))


def owed(device: Device, who: Id) -> int:
    """What an account comes to, told alike by every question that tells it."""
    read = device.book.read
    paise = read(lambda r: balance(r, who))
    assert read(lambda r: party_figures(r, who, on=TODAY)).balance_paise == paise
    told = read(lambda r: statement(r, who, from_on=D(2026, 4, 1), to_on=TODAY, today=TODAY))
    assert told.closing_paise == paise
    (row,) = read(lambda r: account_rows(r, [who], on=TODAY))
    assert row.balance_paise == paise
    net = sum(
        item.open_paise if item.side == "due" else -item.open_paise
        for item in read(lambda r: open_items(r, party=who))
    )
    assert net == paise
    aged = {each.party: each for each in read(lambda r: ageing(r, on=TODAY))[0]}
    if who in aged:
        assert aged[who].total_paise - aged[who].on_account_paise == paise
    return paise // 100


def test_one_gstin_on_two_parties_is_found_and_merged_and_its_account_is_one(fleet: list[Device]) -> None:
    desk, van, home = fleet
    one, two = sorted((registered(desk, "LOTUS", "Lotus"), registered(van, "LOT", "Lotus")))
    meet(fleet)
    first, second = a_bill(desk.book, one, 1000, AUGUST), a_bill(van.book, two, 500, AUGUST)
    meet(fleet)
    before = [van.book.read(lambda r, p=paper: document(r, p)) for paper in (first, second)]
    for device in fleet:
        (item,) = doubles(device)
        assert GSTIN in item.text
        assert {"Ravi" in str(said) for said in (item.mine, item.theirs)} == {True, False}, "who made each"
        assert (item.about, item.choices) == (
            "Lotus and Lotus",
            ("merge", "merge_other", "both_right"),
        )
        assert (owed(device, one), owed(device, two)) == (1000, 500)
    (item,) = doubles(van)
    van.book.write("Settle", lambda work: settle(work, item.id, "merge", verbs=VERBS))
    (over,) = van.book.read(settled_items)
    assert (over.how, over.by, over.item.choices) == ("Merged", "Ravi", ("part",))
    money_in(van.book, one, 1200, NOVEMBER)  # settles the bills of both, the oldest first
    meet(fleet)
    for device in fleet:
        assert doubles(device) == []
        assert owed(device, one) == 300
        assert device.book.read(lambda r: kept_party(r, two)) == one
        assert {row.id for row in device.book.read(parties_by_name).rows} == {one}
        found = device.book.read(lambda r: search(r, "lotus"))
        assert [hit.record for hit in found if hit.kind == "party"] == [one]
        assert {row.id for row in device.book.read(lambda r: accounts_page(r, on=TODAY)).rows} == {one}
        assert {row.paper for row in device.book.read(lambda r: papers_page(r, one)).rows} >= {first, second}
        assert len(device.book.read(lambda r: documents_page(r, party=one)).rows) == 2
        assert [device.book.read(lambda r, p=paper: document(r, p)) for paper in (first, second)] == before
    assert home.book.read(lambda r: set(family(r, one))) == {one, two}


def test_both_ways_round_at_once_the_first_to_arrive_has_it(fleet: list[Device]) -> None:
    desk, van, home = fleet
    one, two = registered(desk, "LOTUS", "Lotus Foods"), registered(desk, "LOT", "Lotus")
    a_bill(desk.book, one, 1000, AUGUST)
    a_bill(desk.book, two, 500, AUGUST)
    meet(fleet)
    merge(desk, one, two)
    merge(van, two, one)
    assert (desk.book.read(lambda r: kept_party(r, one)), van.book.read(lambda r: kept_party(r, two))) == (
        two,
        one,
    )
    meet([van, desk, home])
    for device in fleet:
        assert device.book.read(lambda r: (kept_party(r, one), kept_party(r, two))) == (one, one)
        assert owed(device, one) == 1500
        (refused,) = (item for item in device.book.read(items) if item.kind == "refused")
        assert (refused.of, refused.about, refused.choices) == (
            "parties.merged", "Merging the party Lotus Foods", ("dismiss",),
        )  # fmt: skip
        assert refused.text.endswith("These two are one already, the other way round.")


def test_three_in_a_ring_make_no_ring(fleet: list[Device]) -> None:
    parties = [registered(fleet[0], f"P{n}", f"Lotus {n}") for n in range(3)]
    meet(fleet)
    for n, device in enumerate(fleet):
        merge(device, parties[n], parties[(n + 1) % 3])
    meet(fleet)
    for device in fleet:
        assert [device.book.read(lambda r, p=p: kept_party(r, p)) for p in parties] == [parties[2]] * 3


def test_merged_into_two_at_once_it_becomes_the_first_one(fleet: list[Device]) -> None:
    desk, van, _home = fleet
    one, two, three = (registered(desk, f"P{n}", f"Lotus {n}") for n in range(3))
    meet(fleet)
    merge(desk, one, two)
    merge(van, one, three)
    meet(fleet)
    for device in fleet:
        assert device.book.read(lambda r: kept_party(r, one)) == two
        assert [i.of for i in device.book.read(items) if i.kind == "refused"] == ["parties.merged"]


def test_papers_made_offline_to_a_party_that_was_renamed_archived_and_merged_stand_as_they_were(
    fleet: list[Device],
) -> None:
    desk, van, home = fleet
    one, two = registered(desk, "LOTUS", "Lotus Foods"), registered(desk, "LOT", "Lotus Mills", ELSEWHERE)
    meet(fleet)

    def change(work: object) -> None:
        kept = party(work.read, one)  # type: ignore[attr-defined]
        save_party(work, msgspec.structs.replace(kept, name="Lotus Foods LLP", archived=True), one)  # type: ignore[arg-type]

    desk.book.write("Rename and archive", change)
    merge(desk, one, two)
    bill = a_bill(van.book, one, 700, NOVEMBER)
    receipt = money_in(van.book, one, 200, NOVEMBER, reference="UTR7")
    edited = msgspec.structs.replace(home.book.read(lambda r: party(r, one)), phone="044 222")
    home.book.write("Edit", lambda work: save_party(work, edited, one))
    meet(fleet)
    for device in fleet:
        paper = device.book.read(lambda r: document(r, bill))
        assert paper is not None
        assert (paper.buyer.name, paper.buyer.party) == ("Lotus Foods", one)
        known = device.book.read(lambda r: party(r, one))
        assert known is not None
        assert (known.name, known.archived, known.phone) == ("Lotus Foods LLP", True, "044 222")
        assert owed(device, two) == 500
        stand = device.book.read(lambda r: stand_of(r, receipt))
        assert stand is not None
        assert stand.state is State.LIVE


def test_a_merging_is_undone_and_taken_up_again(fleet: list[Device]) -> None:
    desk, van, _home = fleet
    one, two = registered(desk, "LOTUS", "Lotus Foods"), registered(desk, "LOT", "Lotus")
    a_bill(desk.book, one, 1000, AUGUST)
    a_bill(desk.book, two, 500, AUGUST)
    merge(desk, one, two)
    meet(fleet)
    (over,) = van.book.read(settled_items)
    van.book.write("Part", lambda work: settle(work, over.item.id, "part", verbs={"part": part_merged}))
    with pytest.raises(RuleBroken):
        van.book.write("Part", lambda work: part_party(work, one))
    meet(fleet)
    for device in fleet:
        assert (owed(device, one), owed(device, two)) == (1000, 500)
    merge(desk, two, one)
    meet(fleet)
    assert {owed(device, one) for device in fleet} == {1500}


def test_both_may_be_right_and_that_is_put_aside_here_and_can_be_brought_back(fleet: list[Device]) -> None:
    desk, van, _home = fleet
    registered(desk, "LOTUS", "Lotus Foods")
    registered(van, "LOT", "Lotus Mills")
    meet(fleet)
    (item,) = doubles(desk)
    desk.book.write("Settle", lambda work: settle(work, item.id, "both_right", at_us=7))
    assert (doubles(desk), len(doubles(van))) == ([], 1)
    (aside,) = desk.book.read(settled_items)
    assert (aside.item.id, aside.item.choices, aside.by) == (item.id, ("reopen",), "Asha")
    desk.book.write("Settle", lambda work: settle(work, item.id, "reopen"))
    assert [one.id for one in doubles(desk)] == [item.id]


def an_item(device: Device, code: str, name: str, hsn: str = "84138190") -> Id:
    body = Item(code=code, name=name, tax=ItemTax(hsn=hsn))
    return device.book.write("Item", lambda work: save_item(work, body))


def test_an_item_code_made_twice_is_merged_both_ways_round_and_stands_once(fleet: list[Device]) -> None:
    desk, van, _home = fleet
    named = {
        an_item(desk, "PUMP", "Dosing pump"): "Dosing pump",
        an_item(van, "pump", "Pump, big"): "Pump, big",
    }
    one, two = sorted(named)
    an_item(desk, "VALVE", "Valve", "8481")
    an_item(van, "VLV", "Valve", "8482")  # another HSN: two things
    meet(fleet)
    for device in fleet:
        (item,) = doubles(device)
        assert item.of == "items.merged"
    (item,) = doubles(desk)
    desk.book.write("Settle", lambda work: settle(work, item.id, "merge", verbs={"merge": merge_item_double}))
    van.book.write("Merge", lambda work: merge_items(work, one, two))
    meet(fleet)
    for device in fleet:
        assert doubles(device) == []
        assert [row.name for row in device.book.read(items_by_name).rows] == [named[one], "Valve", "Valve"]


def test_one_transfer_entered_on_two_devices_is_taken_back_once(fleet: list[Device]) -> None:
    desk, van, home = fleet
    lotus = a_party(desk.book)
    a_bill(desk.book, lotus, 1000, AUGUST)
    meet(fleet)
    first, second = (
        money_in(device.book, lotus, 1000, NOVEMBER, reference=reference)
        for device, reference in ((desk, "HDFC 00012-3"), (van, "hdfc000123"))
    )
    meet(fleet)
    for device in fleet:
        (item,) = doubles(device)
        assert (item.winner, item.paper) == tuple(sorted((first, second)))
        assert item.choices == ("take_back", "both_right")
        assert item.mine is not None
        assert "R/26-27/0001: ₹ 1,000.00 from Lotus Foods" in item.mine
    (item,) = doubles(home)
    home.book.write("Settle", lambda work: settle(work, item.id, "take_back", verbs=VERBS))
    meet(fleet)
    for device in fleet:
        assert doubles(device) == []
        assert owed(device, lotus) == 0


def test_one_cheque_entered_on_two_devices_is_taken_back_once(fleet: list[Device]) -> None:
    desk, van, home = fleet
    lotus, guru = a_party(desk.book), a_party(desk.book, "GURU")
    a_bill(desk.book, lotus, 1000, AUGUST)
    meet(fleet)

    def cheque(
        device: Device, party: Id, number: str, on: dt.date = NOVEMBER, bank: str = "", rupees: int = 1000
    ) -> Id:
        kept = Cheque(number, on, bank)
        return money_in(device.book, party, rupees, NOVEMBER, mode="cheque", cheque=kept)

    pair = cheque(desk, lotus, "004513", bank="HDFC"), cheque(van, lotus, "4513")
    cheque(home, guru, "004513")  # another drawer's
    cheque(home, lotus, "004514", bank="Canara")
    cheque(van, lotus, "004514", bank="HDFC")  # of another bank
    cheque(home, lotus, "004515", AUGUST, rupees=10)
    cheque(van, lotus, "004515", rupees=20)  # another day and another amount
    meet(fleet)
    for device in fleet:
        (item,) = doubles(device)
        assert (item.winner, item.paper) == tuple(sorted(pair))
        assert "The cheque" in item.text
    (item,) = doubles(home)
    home.book.write("Settle", lambda work: settle(work, item.id, "take_back", verbs=VERBS))
    meet(fleet)
    assert [doubles(device) for device in fleet] == [[], [], []]


def test_what_one_person_confirmed_on_one_device_is_no_double(fleet: list[Device]) -> None:
    desk = fleet[0]
    lotus = a_party(desk.book)
    for _time in range(2):
        money_in(desk.book, lotus, 1000, NOVEMBER, reference="UTR1", reference_confirmed=True)
    meet(fleet)
    assert [doubles(device) for device in fleet] == [[], [], []]


@pytest.mark.parametrize("wrong", ["self", "unknown"])
def test_what_cannot_be_merged_is_refused_at_the_door(fleet: list[Device], wrong: str) -> None:
    desk = fleet[0]
    one = registered(desk, "LOTUS", "Lotus Foods")
    with pytest.raises(RuleBroken) as refused:
        merge(desk, one, one if wrong == "self" else b"u" * 16)
    assert [problem.code for problem in refused.value.problems] == [
        {"self": "CYCLE", "unknown": "UNKNOWN"}[wrong]
    ]
