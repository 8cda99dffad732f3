"""The foot of a paper being written: totals as they settle, why this tax, and what to beware of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.words import translate as _
from desktop.kit import Card, Elided, label, row, rule
from desktop.screens.invoices.editor.figures import Totals
from desktop.theme import font, set_icon, space

_TALL = 156
"""Room for five sums, so that the page does not jump as they come."""


class TotalsCard(Card):
    """The sums at the right, the total large below them."""

    def __init__(self) -> None:
        super().__init__(margin="medium")
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(space("tight"))
        self._lines: list[tuple[QLabel, QLabel]] = []
        self._total = label("", "heading")
        self._total.setFont(font("heading", tabular=True))
        across = row(label(_("Total"), "strong"), self._total)
        across.setStretch(0, 1)
        bottom = QWidget()
        bottom.setLayout(across)
        self.add(self._rows)
        self.add_stretch()
        self.add(rule())
        self.add(bottom)
        self.setFixedWidth(300)
        self.setMinimumHeight(_TALL)

    def show_totals(self, totals: Totals) -> None:
        """Show other sums."""
        while len(self._lines) < len(totals.rows):
            self._add_line()
        for at, (caption, figure) in enumerate(self._lines):
            is_shown = at < len(totals.rows)
            if is_shown:
                caption.setText(totals.rows[at][0])
                figure.setText(totals.rows[at][1])
            caption.setVisible(is_shown)
            figure.setVisible(is_shown)
        self._total.setText(totals.total)
        self.setAccessibleName(_("Total {total}").format(total=totals.total))

    def _add_line(self) -> None:
        caption, figure = label("", "body", tone="muted"), label("", "body")
        figure.setFont(font("body", tabular=True))
        at = len(self._lines)
        self._grid.addWidget(caption, at, 0)
        self._grid.addWidget(figure, at, 1, Qt.AlignmentFlag.AlignRight)
        self._lines.append((caption, figure))


class Line(QWidget):
    """A quiet sentence with a mark before it; hidden while it is empty."""

    def __init__(self, icon: str, tint: str) -> None:
        super().__init__()
        mark = QLabel()
        set_icon(mark, icon, tint)
        self._text = Elided("", "small", tone="warning" if tint == "warning" else "muted")
        across = row(mark, self._text)
        across.setStretch(1, 1)
        self.setLayout(across)
        self.say("")

    def say(self, text: str) -> None:
        """Show another sentence."""
        self._text.set_whole(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """The whole sentence."""
        return self._text.accessibleName()
