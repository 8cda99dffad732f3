"""How sync stands, in the window: the chip and the panel below it, by keys, over a book that syncs with a service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from core.clock import FixedClock
from desktop import theme
from desktop.ports import RoundTold, SyncState
from desktop.shell.sync_status import SyncStatus
from tests.core.books import TODAY
from tests.core.dealings import a_party, money_in
from tests.journeys.counter import Counter, accessible_names, at_the_counter
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.journey
WHY = "The service cannot be reached. Nothing is lost; the next round tries again."
ROUNDS = (
    RoundTold("16:12", note=WHY, is_failed=True),
    RoundTold("16:02", 3, 10),
    RoundTold("16:01", 0, 1),
)


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    """A shared book with something that waits."""
    with a_fleet(tmp_path, 1) as (_service, (only,)):
        lotus = a_party(only.book)
        for reference in ("UTR1", "UTR2"):
            money_in(only.book, lotus, 500, TODAY, reference=reference)
        yield only


class Asked(list[str]):
    """What the panel led to."""


def a_status(counter: Counter) -> tuple[SyncStatus, Asked]:
    asked = Asked()
    status = SyncStatus(counter.window, counter.runner, asked.append, counter.window)
    status.rounds = lambda: ROUNDS
    return status, asked


def said(status: SyncStatus) -> str:
    return " | ".join(one.text() for one in status.panel.findChildren(QLabel) if one.isVisible())


@pytest.mark.parametrize(
    ("look", "size"),
    [("light", (1440, 900)), ("dark", (1440, 900)), ("light", (1180, 720)), ("dark", (1180, 720))],
)
def test_the_panel_tells_why_what_waits_and_with_whom(
    qapp: QApplication, device: Device, look: theme.ThemeName, size: tuple[int, int]
) -> None:
    with at_the_counter(qapp, device.book, FixedClock.on(TODAY), "inbox", look=look, size=size) as counter:
        status, asked = a_status(counter)
        status.tell(SyncState("offline", "16:12", 3, why=WHY))
        counter.window.sync_asked.emit()
        counter.until(lambda: "https://service.example" in said(status))
        told = said(status)
        for part in ("Offline since 16:12", "Receipt 2", "Party 1", "desk, A", "Asha", "sent 3, received 10"):
            assert part in told
        assert QApplication.activeModalWidget() is None, "never a dialog"
        assert accessible_names(status.panel) == []
        counter.shot(f"sync-panel-{look}-{size[0]}")
        counter.press("Space")
        assert asked == ["sync"]
        status.tell(SyncState("syncing", waiting=3, sent=1))
        counter.until(lambda: "Sending 1 of 3" in said(status))
        counter.press("Esc")
        assert not status.panel.isVisible()
        status.put_away()


def test_a_book_of_this_computer_alone_offers_to_share(qapp: QApplication, device: Device) -> None:
    device.book.write("Unshared", lambda work: work.note(shared=False))
    with at_the_counter(qapp, device.book, FixedClock.on(TODAY), "inbox") as counter:
        status, asked = a_status(counter)
        status.rounds = tuple
        before = counter.window.focusWidget()
        status.panel.toggle()
        counter.until(lambda: "This book is on this computer alone." in said(status))
        QTest.keyClick(counter.window.focusWidget(), Qt.Key.Key_Space)
        assert asked == ["devices"]
        assert counter.window.focusWidget() is before, "the focus is where it was"
        status.put_away()
