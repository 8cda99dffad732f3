"""The panel below the sync chip: how sync stands and why, the last rounds, what waits, with whom. Never a dialog."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.words import translate as _
from desktop.kit.buttons import button
from desktop.kit.surfaces import Card, FactList, empty, lift, row, rule
from desktop.kit.texts import label, show_if
from desktop.ports import RoundTold, SyncReport
from desktop.shell.sync_words import facts_of, round_text, sync_sentence, sync_text
from desktop.theme import size, space

_WIDTH, _TIME_WIDTH = 380, 40


class SyncPanel(Card):
    """Stands over the page at the right until the chip, its key or Esc takes it away; the page below goes on.

    `asked` is called with "sync", "inbox" or "devices".
    """

    def __init__(self, window: QWidget, opened: Callable[[], None], asked: Callable[[str], None]) -> None:
        super().__init__()
        self.setParent(window)
        self._window = window
        self._opened = opened
        self._asked = asked
        self._focus_before: QWidget | None = None
        self.setAccessibleName(_("How sync stands"))
        self.setFixedWidth(_WIDTH)
        self._title = label("", "title", wrap=True)
        self._text = label("", "body", tone="muted", wrap=True)
        self._why = label("", "body", tone="warning", wrap=True, selectable=True)
        self._rounds = QVBoxLayout()
        self._rounds.setSpacing(space("tight"))
        self._facts = FactList()
        self._sync = button(_("Sync now"), "primary", icon="syncing", run=lambda: self._asked("sync"))
        self._inbox = button(_("Open the Inbox"), icon="inbox", run=lambda: self._leave("inbox"))
        self._devices = button(_("Devices"), "quiet", run=lambda: self._leave("devices"))
        self._build()
        window.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Show it, or take it away."""
        if self.isVisible():
            self.close_up()
            return
        self._focus_before = self._window.focusWidget()
        self._opened()
        self.show()
        self._place()
        self.raise_()
        self._first().setFocus(Qt.FocusReason.PopupFocusReason)

    def close_up(self) -> None:
        """Take it away; the focus goes back to where it was."""
        self.hide()
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus_before = None

    def show_report(self, report: SyncReport) -> None:
        """Show how sync stands."""
        self._title.setText(sync_text(report.state))
        self._text.setText(sync_sentence(report.state))
        self._why.setText(report.state.why)
        show_if(self._why, bool(report.state.why))
        empty(self._rounds)
        for told in report.rounds:
            self._rounds.addWidget(_line(told, why=report.state.why))
        self._facts.show_facts(facts_of(report))
        show_if(self._sync, report.state.kind != "local")
        show_if(self._inbox, report.state.kind == "attention")
        self._devices.setText(_("Devices") if report.server else _("Share this book"))
        QTimer.singleShot(0, self, self._place)  # new lines know their height once they are shown

    # --- Qt's side

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes it away."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay below the chip while the window is resized."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _build(self) -> None:
        lift(self)
        self.add(self._title)
        self.add(self._text)
        self.add(self._why)
        buttons = QWidget()
        across = row(self._sync, self._inbox, self._devices)
        across.addStretch(1)
        across.setContentsMargins(0, 0, 0, 0)
        buttons.setLayout(across)
        self.add(buttons)
        self.add(rule())
        self.add(self._facts)
        self.add(rule())
        self.add(label(_("Last rounds"), "caption", tone="muted"))
        held = QWidget()
        self._rounds.setContentsMargins(0, 0, 0, 0)
        held.setLayout(self._rounds)
        self.add(held)

    def _first(self) -> QWidget:
        return self._sync if self._sync.isVisibleTo(self) else self._devices

    def _leave(self, where: str) -> None:
        self.close_up()
        self._asked(where)

    def _place(self) -> None:
        layout, edge = self.layout(), space("wide")
        assert layout is not None, "a card lays its parts out"
        layout.activate()
        wanted = layout.totalHeightForWidth(_WIDTH)  # wrapped lines count
        self.setFixedHeight(min(wanted, self._window.height() - size("topbar") - 2 * edge))
        self.move(self._window.width() - _WIDTH - edge, size("topbar") + space("tight"))


def _line(told: RoundTold, *, why: str) -> QWidget:
    at = label(told.at, "small", tone="muted")
    at.setFixedWidth(_TIME_WIDTH)
    at.setAlignment(Qt.AlignmentFlag.AlignTop)
    text = label(round_text(told, why=why), "small", tone="warning" if told.is_failed else "", wrap=True)
    across = row(at)
    across.addWidget(text, 1)
    across.setContentsMargins(0, 0, 0, 0)
    held = QWidget()
    held.setLayout(across)
    return held
