"""The sidebar: the screens with icon, name, key and count; the mark of the house above, small tools below."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.words import translate as _
from desktop.kit.buttons import icon_button
from desktop.kit.texts import Badge, label
from desktop.ports import Tone
from desktop.shell.screens import Screen
from desktop.theme import colour, font, set_icon, set_tone, size, space


class Mark(QWidget):
    """The mark of the house: a red ledger with its spine and ruled lines."""

    def __init__(self, pixels: int = 26) -> None:
        super().__init__()
        self.setFixedSize(pixels, pixels)
        self.setAccessibleName("Bahi")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ledger."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        unit = self.width() / 26
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("bahi"))
        painter.drawRoundedRect(QRectF(2 * unit, 1 * unit, 22 * unit, 24 * unit), 4 * unit, 4 * unit)
        painter.setBrush(colour("surface"))
        painter.setOpacity(0.92)
        painter.drawRect(QRectF(7 * unit, 1 * unit, 1.4 * unit, 24 * unit))
        for top, width in ((8, 10), (12.2, 10), (16.4, 6)):
            painter.drawRoundedRect(QRectF(11 * unit, top * unit, width * unit, 1.7 * unit), unit, unit)


class PlaceButton(QPushButton):
    """One screen in the sidebar."""

    def __init__(self, screen: Screen, keys: str) -> None:
        super().__init__()
        self.setProperty("part", "place")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(screen.title)
        self.setToolTip(keys)
        self.setFixedHeight(size("control") + 2)
        self._screen = screen
        self._icon = QLabel()
        self._name = label(screen.title)
        self._badge = Badge()
        self._keys = label(keys.rpartition("+")[2], "caption")
        self._keys.setProperty("part", "faint")
        across = QHBoxLayout(self)
        across.setContentsMargins(10, 0, 10, 0)
        across.setSpacing(10)
        across.addWidget(self._icon)
        across.addWidget(self._name, 1)
        across.addWidget(self._badge)
        across.addWidget(self._keys)
        for inner in (self._icon, self._name, self._badge, self._keys):
            inner.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.toggled.connect(self._show_chosen)
        self._show_chosen(False)

    def set_badge(self, count: int, tone: Tone) -> None:
        """Show a count in place of the key; zero shows the key again."""
        set_tone(self._badge, tone)
        self._badge.set_count(count)
        self._keys.setVisible(count == 0)
        self.setAccessibleDescription(str(count) if count else "")

    def sizeHint(self) -> QSize:
        """As wide as the sidebar."""
        return QSize(size("sidebar") - 2 * space("small"), size("control") + 2)

    def _show_chosen(self, is_chosen: bool) -> None:
        set_icon(self._icon, self._screen.icon, "accent" if is_chosen else "ink_soft")
        self._name.setFont(font("strong" if is_chosen else "body"))
        set_tone(self._name, "" if is_chosen else "muted")


class Sidebar(QFrame):
    """Screens of the book; each shows the keys that go there."""

    chosen = Signal(str)
    menu_asked = Signal()
    theme_asked = Signal()
    help_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "sidebar")
        self.setFixedWidth(size("sidebar"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Screens"))
        self._places: dict[str, PlaceButton] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(space("hair"))
        head = QHBoxLayout()
        head.setContentsMargins(space("tight"), 0, 0, 0)
        head.setSpacing(space("small"))
        head.addWidget(Mark())
        head.addWidget(label("Bahi", "title"), 1)
        self.menu_button = icon_button("more", _("Menu"), run=self.menu_asked.emit, keys="F10")
        head.addWidget(self.menu_button)
        tools = QHBoxLayout()
        tools.addWidget(icon_button("keyboard", _("Keys"), run=self.help_asked.emit, keys="F1"))
        tools.addWidget(
            icon_button("moon", _("Light or dark"), run=self.theme_asked.emit, keys="Ctrl+Shift+L")
        )
        tools.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("small"), space("medium"), space("small"), space("small"))
        whole.setSpacing(space("base"))
        whole.addLayout(head)
        whole.addLayout(self._list)
        whole.addStretch(1)
        whole.addLayout(tools)

    def show_screens(self, screens: Sequence[Screen]) -> None:
        """Show these screens in order."""
        for old in self._places.values():
            self._list.removeWidget(old)
            old.deleteLater()
        self._places = {}
        for screen in screens:
            place = PlaceButton(screen, screen.keys)
            place.clicked.connect(lambda _on, name=screen.name: self.chosen.emit(name))
            self._places[screen.name] = place
            self._list.addWidget(place)

    def choose(self, name: str) -> None:
        """Mark a screen as the one shown."""
        if name in self._places:
            self._places[name].setChecked(True)

    def set_badge(self, name: str, count: int, tone: Tone = "") -> None:
        """Show how many things wait on a screen."""
        if name in self._places:
            self._places[name].set_badge(count, tone)
