"""Devices in the field and a service that was restored from a backup: what only they have comes back with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.changes.change import Role
from core.errors import Offline
from core.inbox.queries import items
from core.invoicing.commands import cancel_document
from core.ledger.queries import open_item
from core.parties.commands import save_party
from core.parties.model import Party
from core.store import log, retake
from sync.client.handback import OutOfReach, declare_lost
from sync.client.transport import Reply
from sync.server import house, tables
from sync.server.database import writing
from sync.server.devices import people_changed
from sync.server.service import Service
from tests.core.books import PASSPHRASE
from tests.sync.afield import Field, a_field, bill_to, pay
from tests.sync.day import edit
from tests.sync.fleet import TODAY, Device, a_fleet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    with a_field(tmp_path, devices=1) as made:
        yield made


def appoint(service: Service, device: Device, role: Role) -> None:
    """An owner appoints a device: in the field it carries nobody yet."""
    facts = device.book.facts()
    with writing(service.means.database) as connection:
        which = tables.devices.c.device == facts["device"]
        decided = {"role": role.value, "set_era": house.era(connection, facts["tenant"])}
        connection.execute(sa.update(tables.devices).where(which).values(**decided))
        people_changed(connection, facts["tenant"])


@contextmanager
def without(device: Device, path: str) -> Iterator[None]:
    """The line breaks whenever this is asked."""
    post = device.wire.post

    def cut(asked: str, body: bytes) -> Reply:
        if asked == path:
            raise Offline("cut")
        return post(asked, body)

    device.wire.post = cut  # type: ignore[method-assign]
    yield
    device.wire.post = post  # type: ignore[method-assign]


def test_what_it_wrote_before_it_was_given_other_parties_comes_back_with_it(field: Field) -> None:
    """The office was not there in between: the device alone has the money it took, though it was loaded anew since."""
    [asha] = field.out
    file = field.backup()
    receipt = pay(asha.book, field.parties[0], field.bills[0])
    asha.sync()
    field.name(asha, 0, 1)
    asha.sync()
    assert asha.book.read(log.base_of).seq > 0
    field.restore(file)
    field.settle()
    paid = field.office.book.read(lambda read: open_item(read, field.bills[0]))
    assert paid is not None
    assert paid.open_paise == 0
    assert field.office.book.read(lambda read: open_item(read, receipt)) is not None
    field.is_right(asha, 0)  # as the restored service knows it
    field.name(asha, 0, 1)
    field.settle()
    field.is_right(asha, 0, 1)


def test_it_keeps_nothing_of_what_it_was_told_to_let_go(field: Field) -> None:
    [asha] = field.out
    field.name(asha, 0, 1)
    field.settle()
    pay(asha.book, field.parties[1], field.bills[1])
    kept = pay(asha.book, field.parties[0], rupees=10)
    asha.sync()
    field.name(asha, 0, is_agreed=True)
    field.settle()
    field.is_right(asha, 0)
    sql = "SELECT record FROM older_changes WHERE kind = 'receipts.recorded'"
    assert asha.book.read(lambda read: list(read.exec_driver_sql(sql).scalars())) == [kept]


def test_one_that_lacks_changes_of_its_own_goes_on_under_other_numbers(field: Field) -> None:
    """What it let go was lost with the service, so that what waits has nothing to follow on."""
    [asha] = field.out
    field.name(asha, 0, 1)
    field.settle()
    file = field.backup()
    pay(asha.book, field.parties[1], field.bills[1])
    kept = pay(asha.book, field.parties[0], rupees=10)
    asha.sync()
    field.name(asha, 0, is_agreed=True)
    asha.sync()
    waits = pay(asha.book, field.parties[0], field.bills[0])
    field.restore(file)
    field.office.sync()
    with pytest.raises(OutOfReach):
        asha.sync()
    declare_lost(field.office.book, passphrase=PASSPHRASE, transport=field.office.wire)
    field.settle()
    field.settle()
    for receipt in (kept, waits):
        assert field.office.book.read(lambda read, of=receipt: open_item(read, of)) is not None
    assert asha.book.read(log.pending_count) == asha.book.read(retake.aside_count) == 0
    assert [item for item in asha.book.read(items) if "both lack changes" in item.text]
    assert not [item for item in asha.book.read(items) if item.kind in ("halt", "left")]
    field.is_right(asha, 0, 1)
    pay(asha.book, field.parties[0], rupees=20)
    field.settle()
    field.is_right(asha, 0, 1)


def test_an_edit_over_what_was_hidden_meanwhile_is_no_silent_loss(field: Field) -> None:
    """It is to carry more, and could not be loaded yet: what the office wrote came hidden, its own came back."""
    [asha] = field.out
    party = field.parties[0]
    edit(field.office.book, party, phone="+919800000001")
    field.office.sync()
    edit(asha.book, party, email="asha@lotus.in")
    field.name(asha, 0, 1)
    with without(asha, "snapshot"), pytest.raises(Offline):
        asha.sync()
    edit(asha.book, party, phone="+919800000002")
    field.settle()
    for device in (field.office, asha):
        [told] = [item for item in device.book.read(items) if item.kind == "conflict"]
        sides = f"{told.mine} {told.theirs}"
        assert "+919800000001" in sides
        assert "+919800000002" in sides
    field.is_right(asha, 0, 1)


def test_a_party_that_it_made_is_still_its_own(field: Field) -> None:
    [asha] = field.out
    file = field.backup()
    met = asha.book.write("p", lambda work: save_party(work, Party(name="Met on the way")))
    asha.sync()
    field.restore(file)
    field.settle()
    receipt = pay(asha.book, met, rupees=10)
    field.settle()
    sql = "SELECT state FROM standing WHERE record = ?"
    assert asha.book.read(lambda read: read.exec_driver_sql(sql, (receipt,)).scalar_one()) == 1
    assert not [item for item in asha.book.read(items) if item.kind == "held"]


def test_a_book_from_which_things_were_hidden_is_loaded_though_it_is_to_carry_all_again(
    tmp_path: Path,
) -> None:
    """It was sent out after the backup, has pulled so, and could not load: the restored service knows nothing of it."""
    with a_fleet(tmp_path, 2) as (service, [office, laptop]):
        made = Field(tmp_path, service, office, [laptop])
        for device in (office, laptop, office, laptop):
            device.sync()
        file = made.backup()
        appoint(service, laptop, Role.FIELD)
        paper = bill_to(office.book, made.parties[0])
        office.sync()
        with without(laptop, "snapshot"), pytest.raises(Offline):
            laptop.sync()
        assert laptop.book.facts()["seq"] == office.book.facts()["seq"]
        assert laptop.book.read(lambda read: open_item(read, paper)) is None
        made.restore(file)
        appoint(made.service, laptop, Role.BOOKKEEPER)
        office.book.write("c", lambda work: cancel_document(work, paper, on=TODAY, reason="wrong"))
        made.settle()
        assert laptop.digest == office.digest
        assert laptop.book.read(lambda read: open_item(read, paper)) is not None
        assert laptop.book.read(log.shelved_count) == 0
        assert laptop.book.verify().problems == ()
