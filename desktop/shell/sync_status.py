"""How sync stands in the window: the chip in the top bar, always in sight, and the panel below it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.ports import Epoch, RoundTold, Runner, SyncReport, SyncState
from desktop.shell.sync_panel import SyncPanel

if TYPE_CHECKING:
    from core.inbox.waiting import Outward
    from desktop.shell.window import MainWindow


class SyncStatus(QObject):
    """Tells chip and panel of one open book. `asked` is called with "sync", "inbox" or "devices"."""

    def __init__(
        self, window: "MainWindow", runner: Runner, asked: Callable[[str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.rounds: Callable[[], Sequence[RoundTold]] = tuple
        """The last rounds, newest first."""
        self._window = window
        self._runner = runner
        self._state = SyncState("local")
        self._epoch = Epoch()
        self.panel = SyncPanel(window, self._read, asked)
        self._chip = window.sync_asked.connect(self.panel.toggle)

    def tell(self, state: SyncState) -> None:
        """Sync stands so now."""
        self._state = state
        self._window.set_sync(state)
        if self.panel.isVisible():
            self._read()

    def put_away(self) -> None:
        """The book goes."""
        self._epoch.turn()
        QObject.disconnect(self._chip)
        self.panel.deleteLater()

    def _read(self) -> None:
        from core.inbox.waiting import outward

        self._show(None)
        self._runner.read(outward, self._show, epoch=self._epoch)

    def _show(self, outward: "Outward | None") -> None:
        report = SyncReport(self._state, self.rounds())
        if outward is not None:
            report = SyncReport(
                self._state, self.rounds(), outward.waiting, outward.server, outward.device, outward.user
            )
        self.panel.show_report(report)
