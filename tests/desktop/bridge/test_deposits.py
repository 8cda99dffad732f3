"""A deposit settled from the window: released once, though chosen twice; thrown away for a reason alone."""

from pathlib import Path

import pytest

from core.changes.change import Role
from core.errors import BahiError, Ended
from core.inbox.model import InboxItem
from core.inbox.queries import items
from desktop.bridge.deposits import BookDeposits
from desktop.bridge.run_now import RunNow
from sync.client.owner import Owner
from tests.core.books import PASSPHRASE
from tests.core.dealings import a_party
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow


def the_deposit(device: Device) -> InboxItem:
    (found,) = (item for item in device.book.read(items) if item.kind == "deposit")
    return found


@pytest.mark.parametrize("choice", ["release", "discard"])
def test_an_owner_settles_a_deposit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, choice: str) -> None:
    with a_fleet(tmp_path, 2, role=Role.BOOKKEEPER) as (_service, (owner, clerk)):
        a_party(clerk.book, "LATE")
        Owner(owner.book, owner.courier.session, owner.courier.signer).revoke(clerk.book.facts()["device"])
        with pytest.raises(Ended):
            clerk.sync()
        owner.sync()
        item = the_deposit(owner)
        assert item.choices == ("release", "discard")
        monkeypatch.setattr("sync.client.owner.courier_of", lambda *_asked, **_named: owner.courier)
        desk = BookDeposits(owner.book, RunNow(owner.book), PASSPHRASE)
        done: list[str] = []
        refused: list[Exception] = []
        if choice == "discard":
            desk.settle(item.id, choice, "", "", lambda: done.append("no reason"), refused.append)
            assert isinstance(refused.pop(), BahiError)
            assert the_deposit(owner) == item
        for _twice in range(2):
            desk.settle(item.id, choice, "Not wanted", "", lambda: done.append(choice), refused.append)
        assert done[0] == choice
        owner.sync()
        assert [each for each in owner.book.read(items) if each.kind == "deposit"] == []
        names = owner.book.read(
            lambda read: [row[0] for row in read.exec_driver_sql("SELECT code FROM parties")]
        )
        assert names.count("LATE") == (choice == "release")
