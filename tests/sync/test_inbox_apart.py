"""What the Inbox tells after devices were apart, and what its choices do when they are made apart again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.changes.change import Role
from core.changes.standing import State
from core.errors import Offline
from core.ids import Id
from core.inbox.commands import settle
from core.inbox.model import InboxItem
from core.inbox.queries import items
from core.inbox.settled import settled_items
from core.invoicing.commands import cancel_document
from core.ledger.queries import open_item, trial_balance
from core.store.read import stand_of
from sync.client.owner import Owner
from sync.client.transport import Reply
from tests.core.books import TODAY
from tests.core.dealings import a_bill, a_party, money_in
from tests.sync.fleet import Device, a_fleet, a_joiner

pytestmark = pytest.mark.slow
Office = tuple[Device, Device, Device]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Two owners and a bookkeeper, in step."""
    with a_fleet(tmp_path, 2) as (service, (one, two)):
        clerk = a_joiner(tmp_path / "clerk.bahi", service, one.book, role=Role.BOOKKEEPER, user="Meena")
        try:
            clerk.sync()
            yield one, two, clerk
        finally:
            clerk.book.close()


def meet(*devices: Device) -> None:
    """Each in turn, and again; every book ends alike and proved."""
    for _turn in range(2):
        for device in devices:
            device.sync()
    assert len({device.digest for device in devices}) == 1
    for device in devices:
        assert device.book.verify().problems == ()
        assert sum(device.book.read(trial_balance).values()) == 0


def state(device: Device, paper: Id) -> State:
    stand = device.book.read(lambda read: stand_of(read, paper))
    assert stand is not None
    return stand.state


def the_item(device: Device, kind: str) -> InboxItem:
    (found,) = (item for item in device.book.read(items) if item.kind == kind)
    return found


def choose(device: Device, item: InboxItem, choice: str) -> None:
    device.book.write("Settle", lambda work: settle(work, item.id, choice, at_us=1))


def held_paper(office: Office) -> Id:
    """A bill of the clerk's, who was made an auditor while it was offline."""
    one, _two, clerk = office
    lotus = a_party(one.book)
    meet(*office)
    bill = a_bill(clerk.book, lotus, 1000, TODAY)
    Owner(one.book, one.courier.session, one.courier.signer).appoint(
        clerk.book.facts()["device"], Role.AUDITOR
    )
    meet(*office)
    return bill


def test_a_held_paper_is_an_owner_s_to_decide_and_counts_at_once(office: Office) -> None:
    one, two, clerk = office
    bill = held_paper(office)
    assert [the_item(device, "held").choices for device in office] == [
        ("accept", "void"), ("accept", "void"), ("dismiss",),
    ]  # fmt: skip
    choose(one, the_item(one, "held"), "accept")
    assert one.book.read(lambda read: open_item(read, bill)).open_paise == 1000_00  # type: ignore[union-attr]
    meet(*office)
    for device in office:
        assert state(device, bill) is State.LIVE
        assert [(over.how, over.by) for over in device.book.read(settled_items)] == [("Accepted", "Asha")]
    assert two.book.read(items) == clerk.book.read(items) == []


@pytest.mark.parametrize("first", ["accept", "void"])
def test_two_owners_decide_apart_and_the_first_to_arrive_has_it(office: Office, first: str) -> None:
    one, two, _clerk = office
    bill = held_paper(office)
    choose(one, the_item(one, "held"), "accept")
    choose(two, the_item(two, "held"), "void")
    meet(*(office if first == "accept" else (two, one, office[2])))
    for device in office:
        assert state(device, bill) is (State.LIVE if first == "accept" else State.VOID)
        refused = the_item(device, "refused")
        assert refused.choices == ("dismiss",)
        assert refused.text.endswith("This paper waits no more: it was decided already.")


def test_a_decision_whose_answer_is_lost_is_made_once(office: Office) -> None:
    one, _two, _clerk = office
    bill = held_paper(office)
    choose(one, the_item(one, "held"), "accept")
    plain = one.wire.post

    def deaf(path: str, body: bytes) -> Reply:
        reply = plain(path, body)
        if path == "push":
            raise Offline("the answer was lost")
        return reply

    one.wire.post = deaf  # type: ignore[method-assign]
    with pytest.raises(Offline):
        one.sync()
    one.wire.post = plain  # type: ignore[method-assign]
    meet(*office)
    for device in office:
        assert state(device, bill) is State.LIVE
        assert device.book.read(items) == []


@pytest.mark.parametrize("money_first", [True, False])
def test_a_bill_cancelled_here_while_money_came_for_it_there(office: Office, money_first: bool) -> None:
    one, two, _clerk = office
    lotus = a_party(one.book)
    bill = a_bill(one.book, lotus, 1000, TODAY)
    meet(*office)
    one.book.write("Cancel", lambda work: cancel_document(work, bill, on=TODAY, reason="Not wanted"))
    receipt = money_in(two.book, lotus, 1000, TODAY)
    meet(*((two, one) if money_first else (one, two)), office[2])
    for device in office:
        assert state(device, bill) is (State.LIVE if money_first else State.CANCELLED)
        left = device.book.read(lambda read: open_item(read, receipt))
        assert left is not None
        assert left.open_paise == (0 if money_first else 1000_00)
        refused = the_item(device, "refused")
        if money_first:
            assert refused.about == "Cancelling A/26-27/0001"
            assert refused.choices == ("credit_note", "try_again", "dismiss")
            assert refused.paper == bill
            assert "BR/26-27/0001" in f"{refused.mine} {refused.theirs}"
        else:
            assert (refused.of, refused.paper) == ("ledger.allocated", receipt)
            assert refused.choices == ("try_again", "dismiss")
