"""The top bar: whose books, which period and date, the search, and how sync stands: always in sight."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton

from core.words import date_text
from core.words import translate as _
from desktop.kit.buttons import icon_button
from desktop.kit.texts import Elided, KeyHint
from desktop.ports import Calendar, SyncState, Tone
from desktop.shell.calendar import spelt
from desktop.shell.sync_words import sync_text
from desktop.theme import font, set_icon, set_tone, size, space

_SEARCH_WIDTHS = (130, 260)
_COMPANY_WIDTH = 110
_LOOKS: dict[str, tuple[str, Tone]] = {
    "local": ("local", "muted"),
    "offline": ("offline", "warning"),
    "waiting": ("waiting", "accent"),
    "syncing": ("syncing", "accent"),
    "synced": ("synced", "success"),
    "attention": ("warning", "danger"),
}


class SyncChip(QToolButton):
    """How sync stands: icon and words; a press opens what there is to see."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "chip")
        self.setFont(font("small"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_state(SyncState("local"))

    def show_state(self, state: SyncState) -> None:
        """Show a state."""
        icon, tone = _LOOKS[state.kind]
        self.setText(sync_text(state))
        set_icon(self, icon, tone or "ink_soft")
        set_tone(self, tone)
        self.setAccessibleName(_("Sync: {state}").format(state=sync_text(state)))


class SearchBox(QPushButton):
    """Looks like a field, opens the palette."""

    def __init__(self) -> None:
        super().__init__(_("Find"))
        self.setAccessibleName(_("Find anything"))
        self.setProperty("part", "search")
        self.setFont(font("body"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_SEARCH_WIDTHS[0])
        self.setMaximumWidth(_SEARCH_WIDTHS[1])
        set_icon(self, "search", "ink_faint")
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 8, 0)
        across.addStretch(1)
        hint = KeyHint("Ctrl+K")
        hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        across.addWidget(hint)

    def sizeHint(self) -> QSize:
        """As high as a field."""
        return QSize(_SEARCH_WIDTHS[1], size("control"))


class TopBar(QFrame):
    """One line above every screen."""

    period_asked = Signal()
    date_asked = Signal()
    search_asked = Signal()
    sync_asked = Signal()
    back_asked = Signal()
    forward_asked = Signal()

    def __init__(self, company: str, calendar: Calendar) -> None:
        super().__init__()
        self.setProperty("part", "topbar")
        self.setFixedHeight(size("topbar"))
        self._calendar = calendar
        self.back = icon_button("back", _("Back"), run=self.back_asked.emit, keys="Alt+Left")
        self.forward = icon_button("forward", _("Forward"), run=self.forward_asked.emit, keys="Alt+Right")
        self._period = _chip("calendar", _("Period"), "Alt+F2")
        self._date = _chip("today", _("Working date"), "F2")
        self.sync = SyncChip()
        search = SearchBox()
        self._period.clicked.connect(self.period_asked)
        self._date.clicked.connect(self.date_asked)
        self.sync.clicked.connect(self.sync_asked)
        search.clicked.connect(self.search_asked)
        across = QHBoxLayout(self)
        across.setContentsMargins(space("medium"), 0, space("wide"), 0)
        across.setSpacing(space("small"))
        across.addWidget(self.back)
        across.addWidget(self.forward)
        self.company = Elided(company, "strong")
        self.company.setMinimumWidth(_COMPANY_WIDTH)
        across.addWidget(self.company, 1)
        for widget in (self._period, self._date, search, self.sync):
            across.addWidget(widget)
        self.show_calendar()

    def show_calendar(self) -> None:
        """Show the period and working date as they are now."""
        self._period.setText(spelt(self._calendar.period()))
        day = self._calendar.working_on()
        self._date.setText(date_text(day))
        set_tone(self._date, "" if day == self._calendar.today() else "warning")
        self._period.setAccessibleName(_("Period: {period}").format(period=self._period.text()))
        self._date.setAccessibleName(_("Working date: {date}").format(date=self._date.text()))


def _chip(icon: str, name: str, keys: str) -> QToolButton:
    made = QToolButton()
    made.setProperty("part", "chip")
    made.setFont(font("small", tabular=True))
    made.setText(name)
    made.setToolTip(f"{name}  {keys}")
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    set_icon(made, icon)
    return made
