"""The column beside a document's paper: figures that stack when it is narrow, and what returns and portals know."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from core.einvoice.clocks import Clock
from core.words import translate as _
from desktop.kit import Card, FactList, Way, label
from desktop.kit.surfaces import empty
from desktop.ports import Tone
from desktop.screens.invoices.document.returned import Returned
from desktop.theme import space

_BESIDE = 440
"""From this width on, two figures stand beside each other."""

Ways = Sequence[tuple[str, str, Callable[[], object]]]


class Side(QWidget):
    """A column that takes the width it is given."""

    def __init__(self) -> None:
        super().__init__()
        self._figures: QBoxLayout | None = None

    def let_turn(self, figures: QBoxLayout) -> None:
        """These stand below each other while there is no room for both."""
        self._figures = figures

    def minimumSizeHint(self) -> QSize:
        """No width of its own: what stands in it wraps, is cut or turns."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn the figures."""
        super().resizeEvent(event)
        if self._figures is not None:
            is_wide = self.width() >= _BESIDE
            ways = QBoxLayout.Direction
            self._figures.setDirection(ways.LeftToRight if is_wide else ways.TopToBottom)


class PortalCard(Card):
    """The return a document is told in, its IRN and e-way bill, the clocks that run, and what is next to do."""

    def __init__(self) -> None:
        super().__init__(_("Return and portals"))
        self._facts = FactList()
        self.add(self._facts)
        held = QWidget()
        self._below = QVBoxLayout(held)
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.setSpacing(space("tight"))
        self.add(held)

    def show_returned(self, told: Returned, ways: Ways) -> None:
        """Show what is known; hidden while nothing is."""
        facts = [fact for fact in told.facts() if fact[1]]
        self._facts.show_facts(facts)
        empty(self._below)
        for clock in told.clocks:
            self._below.addWidget(label(clock.text, "small", tone=_tone(clock), wrap=True))
        for text, keys, run in ways:
            self._below.addWidget(Way(text, keys=keys, run=run))
        self.setVisible(bool(facts or told.clocks or ways))


def _tone(clock: Clock) -> Tone:
    if clock.has_passed:
        return "danger"
    return "warning" if clock.is_soon else "muted"
