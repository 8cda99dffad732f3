"""Today on the screen: figures above, whom to chase at the left, what falls due and what waits at the right."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.words import translate as _
from desktop.kit.buttons import button
from desktop.kit.charts import Bar, StackedBar
from desktop.kit.screen_view import ScreenView
from desktop.kit.states import EmptyState, Failure
from desktop.kit.surfaces import Card, PageHeader, column, row, scrolling
from desktop.kit.texts import KeyHint, label
from desktop.kit.ways import Way
from desktop.ports import Desk, Nothing, Place
from desktop.screens.today.lines import Chase, Line, Part
from desktop.screens.today.presenter import Today
from desktop.theme import font, set_tone, size, space

_TILES = 4


class TodayView(ScreenView):
    """The first screen of the day."""

    def __init__(self) -> None:
        super().__init__()
        self._go: Callable[[Place], None] = lambda _place: None
        self._refresh: Callable[[], None] = lambda: None
        self._away: Callable[[], None] = lambda: None
        self._waits_for_lines = False
        self._come: Callable[[], None] = lambda: None
        self.header = PageHeader(_("Today"))
        self.steps = LineCard(_("Begin here"), Nothing(""))
        self.tiles = [Tile() for _tile in range(_TILES)]
        self.ages = AgesCard()
        self.chase = LineCard(_("Whom to chase"), _nobody_late())
        self.due = LineCard(_("Falls due in seven days"), _nothing_due())
        self.tasks = LineCard(_("Waits for you"), _nothing_waits())
        self._page = scrolling(self._built())
        self._page.setAccessibleName(_("Today"))
        self._failure: Failure | None = None
        self.set_content(self._page)

    def drive(self, presenter: Today) -> None:
        """Let a presenter decide."""
        self._go, self._refresh = presenter.go, presenter.refresh
        self._come, self._away = presenter.come, presenter.put_away

    # --- what the presenter says

    def show_steps(self, steps: Sequence[Line]) -> None:
        """What to do first, in place of all else; none: the book is in use."""
        was_here = self.steps.has_focus()
        self.steps.setVisible(bool(steps))
        for part in (*self.tiles, self.ages, self.chase, self.due, self.tasks):
            part.setVisible(not steps)
        if steps:
            self.steps.show_lines(steps, self._go)
            self._on_lines()
        elif was_here:
            self.take_focus()

    def show_figures(self, tiles: Sequence[Line]) -> None:
        """The four figures."""
        self._be_well()
        for tile, line in zip(self.tiles, tiles, strict=True):
            tile.show_line(line, self._go)

    def show_ages(self, parts: Sequence[Part]) -> None:
        """What is owed by age."""
        self.ages.show_parts(parts)

    def show_chase(self, chase: Chase) -> None:
        """Whom to chase, and the way to all of them."""
        more = ""
        if chase.lines:
            more = _("All {count} to chase").format(count=chase.parties)
        if chase.letters:
            more = _("Letters due: {count}").format(count=chase.letters)
        self.chase.show_lines(chase.lines, self._go, more=more, more_place=Place("collections"))
        self._on_lines()

    def show_due(self, due: Sequence[Line]) -> None:
        """What falls due."""
        self.due.show_lines(due, self._go)
        self._on_lines()

    def show_tasks(self, tasks: Sequence[Line]) -> None:
        """What waits."""
        self.tasks.show_lines(tasks, self._go)
        self._on_lines()

    def show_failure(self, error: Exception) -> None:
        """The book could not be read: say why, offer to try again."""
        self._be_well()
        self._failure = Failure(error)
        self._failure.asked.connect(self._refresh)
        self.set_content(self._failure)

    def is_seen(self) -> bool:
        """Whether somebody looks at it now."""
        return self.isVisible()

    # --- the shell's side

    def show_place(self, place: Place) -> None:
        """Come here: ask if need be, take the focus."""
        self._come()
        self.take_focus()

    def take_focus(self) -> None:
        """The first line takes the focus; until it is known which is first, the page."""
        self._waits_for_lines = False
        for card in (self.steps, self.chase, self.due, self.tasks):
            if card.isHidden():
                continue
            if not card.is_answered():
                break
            if card.focus_first():
                return
        self._waits_for_lines = True
        self._page.setFocus()

    def _on_lines(self) -> None:
        """Lines come in any order; Tab and the arrow keys walk them as they stand: tiles, left, right."""
        cards = (self.steps, self.chase, self.due, self.tasks)
        walked = [*(tile.press for tile in self.tiles), *(stop for card in cards for stop in card.stops())]
        for before, after in pairwise(walked):
            QWidget.setTabOrder(before, after)
        if self._waits_for_lines and self.window().focusWidget() is self._page:
            self.take_focus()

    def put_away(self) -> None:
        """The screen goes."""
        self._away()

    def _be_well(self) -> None:
        if self._failure is not None:
            self.set_content(self._page)
            self.drop_content(self._failure)
            self._failure = None

    def _built(self) -> QWidget:
        sale, receipt = Place("invoices", page="new"), Place("receipts", page="new")
        self.header.add(button(_("Receipt"), keys="F6", run=lambda: self._go(receipt)))
        self.header.add(KeyHint("F6"))
        self.header.add(button(_("New sale"), "primary", keys="F8", run=lambda: self._go(sale)))
        self.header.add(KeyHint("F8"))
        across = QHBoxLayout()
        across.setSpacing(space("base"))
        for tile in self.tiles:
            across.addWidget(tile, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(space("base"))
        grid.setVerticalSpacing(space("base"))
        grid.addWidget(self.chase, 0, 0, 2, 1)
        grid.addWidget(self.due, 0, 1)
        grid.addWidget(self.tasks, 1, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        grid.setRowStretch(0, 1)
        self.steps.hide()
        self.steps.setMaximumWidth(size("form") + space("vast"))
        inner = QWidget()
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("base"))
        whole.addWidget(self.header)
        whole.addWidget(self.steps)
        whole.addLayout(across)
        whole.addWidget(self.ages)
        whole.addLayout(grid)
        whole.addStretch(1)
        return inner


class Tile(Card):
    """One figure that leads to what it counts."""

    def __init__(self) -> None:
        super().__init__(margin="tight")
        self._place: Place | None = None
        self._go: Callable[[Place], None] | None = None
        self.press = TileButton()
        self.press.clicked.connect(self._on_pressed)
        self._caption = label(" ", "caption", tone="muted")
        self._number = label("–", "figure")
        self._number.setFont(font("figure", tabular=True))
        self._note = label(" ", "small", tone="muted")
        inside = column(
            self._caption,
            self._number,
            self._note,
            spacing="tight",
            margins=(space("medium"), space("small"), space("medium"), space("small")),
        )
        self.press.setLayout(inside)
        for inner in (self._caption, self._number, self._note):
            inner.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.add(self.press)

    def show_line(self, line: Line, go: Callable[[Place], None]) -> None:
        """Show a figure."""
        self._caption.setText(line.title)
        self._number.setText(line.figure)
        self._note.setText(line.note or " ")
        set_tone(self._number, line.tone)
        set_tone(self._note, line.tone or "muted")
        self.press.setAccessibleName(f"{line.title}: {line.figure}")
        self.press.setAccessibleDescription(f"{line.detail} {line.note}".strip())
        self.press.setToolTip(line.detail)
        self._place, self._go = line.place, go

    def number(self) -> str:
        """The figure shown."""
        return self._number.text()

    def _on_pressed(self) -> None:
        if self._place is not None and self._go is not None:
            self._go(self._place)


class TileButton(QPushButton):
    """A button as large as its tile; Enter presses it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "way")
        self.setProperty("lines", 3)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(_("Loading"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes, as everywhere."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class AgesCard(Card):
    """What is owed by age: one bar in five parts."""

    def __init__(self) -> None:
        super().__init__(_("How old it is"))
        self._bar = StackedBar([])
        self.add(self._bar)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show other parts."""
        self._bar.show_bars([Bar(part.label, part.paise, part.text) for part in parts])
        self.setVisible(bool(parts))


class LineCard(Card):
    """A card of lines that lead somewhere; loading, empty, and a last line to all there is."""

    def __init__(self, title: str, nothing: Nothing) -> None:
        super().__init__(margin="small")
        self._shown: tuple[Line, ...] | None = None
        self._ways: list[Way] = []
        self._nothing = nothing
        self._more = button("", "quiet", run=self._on_more)
        self._go: Callable[[Place], None] | None = None
        self._more_place: Place | None = None
        heading = label(title, "title")
        heading.setMinimumHeight(size("control"))
        head = row(heading)
        head.setContentsMargins(space("medium"), space("small"), space("tight"), space("tight"))
        head.addStretch(1)
        head.addWidget(self._more)
        self._more.hide()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        inside = QWidget()
        below = QVBoxLayout(inside)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addLayout(head)
        below.addLayout(self._lines)
        below.addStretch(1)
        self.add(inside, 1)
        self.setAccessibleName(title)

    def show_lines(
        self,
        lines: Sequence[Line],
        go: Callable[[Place], None],
        *,
        more: str = "",
        more_place: Place | None = None,
    ) -> None:
        """Show other lines; the focus stays in its row."""
        self._go, self._more_place = go, more_place
        self._more.setText(more)
        self._more.setVisible(bool(more))
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        focused = next((at for at, way in enumerate(self._ways) if way.hasFocus()), None)
        while (taken := self._lines.takeAt(0)) is not None:
            if (old := taken.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._ways = [_way(line, go) for line in lines]
        for way in self._ways:
            self._lines.addWidget(way)
        if not self._ways:
            self._lines.addWidget(EmptyState(self._nothing))
        elif focused is not None:
            self._ways[min(focused, len(self._ways) - 1)].setFocus()

    def stops(self) -> list[QWidget]:
        """What takes the focus here, in order."""
        return [self._more, *self._ways]

    def has_focus(self) -> bool:
        """Whether one of its lines has the focus."""
        return any(way.hasFocus() for way in self._ways)

    def is_answered(self) -> bool:
        """Whether its lines are known, be there any or none."""
        return self._shown is not None

    def focus_first(self) -> bool:
        """Put the focus into the first line; False when there is none."""
        if self._ways:
            self._ways[0].setFocus(Qt.FocusReason.TabFocusReason)
        return bool(self._ways)

    def _on_more(self) -> None:
        if self._go is not None and self._more_place is not None:
            self._go(self._more_place)


def make(desk: Desk) -> TodayView:
    """The screen and its presenter."""
    view = TodayView()
    view.drive(Today(view, desk.runner, desk.hub, desk.navigator, desk.calendar))
    return view


def _way(line: Line, go: Callable[[Place], None]) -> Way:
    return Way(
        line.title,
        line.detail,
        figure=line.figure,
        note=line.note,
        icon=line.icon,
        tone=line.tone,
        keys=line.keys,
        run=lambda: go(line.place),
    )


def _nobody_late() -> Nothing:
    return Nothing(_("Nobody is late"), _("Bills past their due date appear here."), icon="success")


def _nothing_due() -> Nothing:
    return Nothing(_("Nothing falls due"), icon="calendar")


def _nothing_waits() -> Nothing:
    return Nothing(_("Nothing waits"), icon="success")
