"""What a device writes later is stamped later, in whatever way it learned that the earlier was confirmed."""

from pathlib import Path

import pytest

from core.changes.change import decode_change
from core.clock import FixedClock
from tests.sync.day import begin, edit
from tests.sync.fleet import a_fleet

pytestmark = pytest.mark.slow


def test_a_clock_set_back_after_a_round_of_its_own_changes_alone(tmp_path: Path) -> None:
    with a_fleet(tmp_path) as (_service, [one, two]):
        shared = begin(one.book)
        for device in (one, two):
            device.sync()
        edit(two.book, shared.party, email="two@lotus.in")
        for device in (two, one):
            device.sync()
        clock = one.book.clock
        assert isinstance(clock, FixedClock)
        for days, phone in ((0, "+919800000001"), (-365, "+919800000002"), (0, "+919800000003")):
            clock.move(days=days)
            edit(one.book, shared.party, phone=phone)
            one.sync()
        own = one.book.facts()["device"]
        stamps = [decode_change(entry.data).stamp for entry in one.entries() if entry.device == own]
        assert stamps == sorted(set(stamps))
        two.sync()
        assert one.digest == two.digest
