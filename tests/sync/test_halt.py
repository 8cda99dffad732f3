"""A load that would take a fifth of the book away stops, asks in the Inbox, and goes on when somebody agreed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import RuleBroken
from core.inbox.commands import settle
from core.inbox.queries import items
from core.parties.queries import parties_by_name
from sync.client import bootstrap
from sync.server import snapshots
from tests.core.dealings import a_party
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow


@pytest.fixture
def behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Device, Device]]:
    """A device that is far behind, of whose book a mistake would take more than a fifth away."""
    with a_fleet(tmp_path, 2) as (_service, (one, two)):
        for n in range(6):
            a_party(one.book, f"P{n}")
        one.sync()
        for room in (bootstrap, snapshots):
            monkeypatch.setattr(room, "SNAPSHOT_WORTH", 2)
        monkeypatch.setattr(bootstrap, "is_far", lambda seq, head: head - seq > 2)
        monkeypatch.setattr("core.book.lost_records", lambda *_asked: (30, 100))
        yield one, two


def test_it_is_asked_once_and_nothing_is_changed_until_somebody_agreed(behind: tuple[Device, Device]) -> None:
    one, two = behind
    a_party(two.book, "VAN")
    for _round in range(2):
        with pytest.raises(RuleBroken) as stopped:
            two.sync()
        assert [problem.code for problem in stopped.value.problems] == ["WIPE_OUT"]
    (item,) = (each for each in two.book.read(items) if each.kind == "halt")
    assert item.choices == ("agree", "dismiss")
    assert "30 of this book's 100 records" in item.text
    assert len(two.book.read(parties_by_name).rows) == 1
    one.sync()
    assert len(one.book.read(parties_by_name).rows) == 7, "what was written there is sent all the same"
    two.book.write("Settle", lambda work: settle(work, item.id, "agree"))
    two.sync()
    assert [each for each in two.book.read(items) if each.kind == "halt"] == []
    assert len(two.book.read(parties_by_name).rows) == 7
    assert one.digest == two.digest
    assert two.book.verify().ok
