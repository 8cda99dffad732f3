"""The page on which lines and money are matched by hand: what may be chosen left, both sides and their sums right."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.ids import Id
from core.words import amount_text, date_text, money_text
from core.words import translate as _
from desktop.kit import Card, Elided, KeyHint, ListPage, button, label, row, rule, scrolling
from desktop.kit.surfaces import empty
from desktop.ports import Action, Desk
from desktop.screens.bank.by_hand import HandPresenter, Offered, Picks
from desktop.screens.bank.side import WIDTH, spread
from desktop.theme import set_tone, space

_NARROW = 1100
_NUMBER = 3


class ByHandPage(QWidget):
    """Choose with Space on the left; the sums stand on the right, and Ctrl+Enter matches."""

    def __init__(self, desk: Desk, account: Id, picks: Picks, over: Callable[[], None]) -> None:
        super().__init__()
        self.presenter = HandPresenter(self, desk, account, picks, over)
        self._match = Action(
            "bank.hand.match", _("Match"), self.presenter.match, ("Ctrl+Return", "Ctrl+Enter"), icon="check"
        )
        self._choose = Action(
            "bank.hand.choose", _("Choose or leave out"), self.choose, ("Space",), icon="check"
        )
        self.list = ListPage(_("Match by hand"), self.presenter.listing(), desk.runner, desk.hub)
        self.list.set_title(
            _("Match by hand"), _("Lines of the bank with money of the book, as many as there are.")
        )
        self._button = button(_("Match"), "primary", icon="check", run=self.presenter.match)
        self.list.header.add(self._button)
        self.list.header.add(KeyHint(_("Ctrl+Enter")))
        self._sides = QVBoxLayout()
        self._figure = label("", "figure")
        self._sentence = label("", "body", wrap=True)
        self._lay()
        self.list.table.view.installEventFilter(self)
        self.list.row_activated.connect(lambda _record: self.choose())
        self.setFocusProxy(self.list)
        self.show_picks(picks)

    def actions_here(self) -> Sequence[Action]:
        """Choosing, matching, and what every list offers."""
        return (self._match, self._choose, *self.list.list_actions())

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()
        self.list.put_away()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space chooses the row or leaves it out, and goes on to the next."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            self.choose()
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short the numbers stand at the side alone."""
        super().resizeEvent(event)
        self.list.table.view.setColumnHidden(_NUMBER, self.width() < _NARROW)

    def choose(self) -> None:
        """Choose the rows marked, or leave them out again."""
        table = self.list.table
        marked = table.selected_ids()
        self.presenter.turn([table.row_of(record) for record in marked])
        view = table.view
        below = view.model().index(view.currentIndex().row() + 1, view.currentIndex().column())
        if len(marked) == 1 and below.isValid():
            view.setCurrentIndex(below)

    # --- what the presenter says

    def show_picks(self, picks: Picks) -> None:
        """Show both sides and what is between them."""
        empty(self._sides)
        sides = picks.sides
        for title, rows, paise in (
            (_("Lines of the bank"), picks.lines, sides.lines_paise),
            (_("Money of the book"), picks.papers, sides.papers_paise),
        ):
            self._sides.addWidget(spread(label(title, "strong"), label(money_text(paise), "strong")))
            for each in rows:
                self._sides.addWidget(_told(each))
            if not rows:
                self._sides.addWidget(label(_("none chosen"), "small", tone="muted"))
            self._sides.addWidget(rule())
        self._sides.addStretch(1)
        self._figure.setText(money_text(sides.difference_paise))
        self._figure.setAccessibleName(_("Difference: {amount}").format(amount=self._figure.text()))
        set_tone(self._figure, "danger" if sides.difference_paise else "success" if sides.can_match else "")
        self._sentence.setText(sides.sentence)
        self._button.setEnabled(sides.can_match)
        self.list.table.view.viewport().update()

    def refresh(self) -> None:
        """Read the list again."""
        self.list.table.refresh()

    def _lay(self) -> None:
        inner = QWidget()
        inner.setLayout(self._sides)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(space("small"))
        card = Card()
        area = scrolling(inner)
        area.setAccessibleName(_("What is chosen"))
        card.add(area, 1)
        card.add(label(_("Difference"), "small", tone="muted"))
        card.add(self._figure)
        card.add(self._sentence)
        keys = QWidget()
        keys.setLayout(_keys())
        card.add(keys)
        card.setFixedWidth(WIDTH)
        holder = QVBoxLayout()
        holder.setContentsMargins(0, space("base"), space("wide"), space("wide"))
        holder.addWidget(card)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.list, 1)
        across.addLayout(holder)


def _keys() -> QHBoxLayout:
    """The keys of the page, in sight."""
    parts: list[QWidget] = []
    for keys, told in ((_("Space"), _("choose")), ("/", _("filter")), (_("Esc"), _("back"))):
        parts += [KeyHint(keys), label(told, "small", tone="muted")]
    across = row(*parts, spacing="tight")
    across.setContentsMargins(0, 0, 0, 0)
    across.addStretch(1)
    return across


def _told(each: Offered) -> QWidget:
    """A line or paper chosen, in two short lines."""
    made = QWidget()
    down = QVBoxLayout(made)
    down.setContentsMargins(0, 0, 0, 0)
    down.setSpacing(0)
    down.addWidget(Elided(each.name or each.number, "body"))
    about = " · ".join(filter(None, (date_text(each.dated_on), each.number)))
    down.addWidget(spread(label(about, "small", tone="muted"), label(amount_text(each.paise), "body")))
    return made
