"""The Inbox on the screen: what needs attention at the left, both sides and the choices at the right."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.errors import RuleBroken
from core.inbox.model import InboxItem
from core.words import translate as _
from desktop.kit import (
    Banner,
    Card,
    EmptyState,
    Form,
    KeyHint,
    ListPage,
    Pill,
    ScreenView,
    Sheet,
    TextField,
    button,
    label,
    row,
    rule,
    scrolling,
)
from desktop.kit.buttons import Part
from desktop.kit.surfaces import empty
from desktop.ports import Action, Desk, Nothing, Place
from desktop.screens.inbox.columns import (
    Counts,
    Matter,
    counted,
    inbox_listing,
    kind_text,
    kind_tone,
    outcome,
    when_text,
)
from desktop.screens.inbox.presenter import InboxPresenter
from desktop.screens.inbox.ways import Asked, Way, next_step, side_titles, ways
from desktop.theme import space

_SIDE_SHARE, _SIDE_MIN, _SIDE_MAX = 0.36, 360, 480
"""How much of the screen's width the item at the side takes, and its bounds in pixels."""


def make(desk: Desk) -> ScreenView:
    """The screen of the Inbox."""
    return InboxScreen(desk)


class InboxScreen(ScreenView):
    """What needs attention; one key settles it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._sheet: Sheet | None = None
        self._page = ListPage(_("Inbox"), inbox_listing(), desk.runner, desk.hub, desk.memory)
        self._side = ItemCard(self._choose, self._open)
        self.presenter = InboxPresenter(self, desk)
        self._page.selection_changed.connect(self._on_selected)
        self._page.row_activated.connect(lambda _item: self.presenter.open())
        both = QWidget()
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, space("wide"), 0)
        across.setSpacing(0)
        across.addWidget(self._page, 1)
        holder = QWidget()
        stack = QVBoxLayout(holder)
        stack.setContentsMargins(0, space("base"), 0, space("wide"))
        stack.addWidget(self._side)
        across.addWidget(holder)
        self._holder = holder
        both.setFocusProxy(self._page)
        self.set_content(both)
        self._page.table.model.state_changed.connect(self._on_state)
        self.presenter.count()

    def show_place(self, place: Place) -> None:
        """Take the keys; what stands open stays open, and the item about a record is chosen."""
        self._page.setFocus()
        if place.record is not None:
            self.presenter.find(place.record)

    def actions_here(self) -> Sequence[Action]:
        """A key for each choice of the item looked at, and the ways to what it is about."""
        item, act = self.presenter.item, self.presenter
        chosen = [] if item is None else [
            Action(f"inbox.{way.choice}", way.text, partial(act.choose, way.choice), (way.key,))
            for way in ways(item)
        ]  # fmt: skip
        leads_to = next_step(item) if item is not None else ""
        opened = Action(
            "inbox.open",
            leads_to or _("Open what it is about"),
            act.open,
            ("O",),
            lambda: act.place is not None,
            "open",
        )
        winner = Action(
            "inbox.winner", _("Open the paper that was first"), act.open_winner, ("W",),
            lambda: act.item is not None and act.item.winner is not None, "open",
        )  # fmt: skip
        return (*chosen, opened, winner, *self._page.list_actions())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The item takes its share of the width."""
        super().resizeEvent(event)
        wanted = int(self.width() * _SIDE_SHARE)
        self._side.setFixedWidth(max(_SIDE_MIN, min(_SIDE_MAX, wanted)))

    def focus_filter(self) -> None:
        """The list's own filter."""
        self._page.focus_filter()

    def put_away(self) -> None:
        """The screen goes."""
        self.presenter.put_away()
        self._page.put_away()

    # --- what the presenter says

    def show_matter(self, matter: Matter | None) -> None:
        """Show the item looked at, with its keys."""
        self._side.show_matter(matter, leads=self.presenter.place is not None)
        self.actions_changed.emit()

    def show_counts(self, counts: Counts) -> None:
        """Above the list."""
        self._page.set_title(_("Inbox"), counted(counts))

    def ask(self, asked: Asked) -> None:
        """A sheet that asks for the reason, or the second factor."""
        form = Form(save=asked.save, back=_("Leave it"))
        if asked.asks_reason:
            hint = _("Given twice") if asked.needs_reason else ""
            form.add("reason", _("Reason"), TextField(placeholder=hint), required=asked.needs_reason)
        if asked.asks_code:
            form.add("code", _("Second factor"), TextField(), hint=_("Six digits, where one is set"))
        sheet = Sheet(asked.title, form, parent=self.window(), text=asked.text)
        form.save_asked.connect(lambda: self.presenter.answer(**form.values()))
        sheet.finished.connect(self._on_sheet_closed)
        self._sheet = sheet
        sheet.open()

    def close_asked(self) -> None:
        """It was taken."""
        if self._sheet is not None:
            self._sheet.accept()

    def show_refusal(self, error: Exception) -> None:
        """In the sheet if one is open, else above the item."""
        if self._sheet is not None:
            self._sheet.form.show_refusal(error)
        elif isinstance(error, RuleBroken):
            self._side.say("\n".join(one.sentence for one in error.problems))
        else:
            self._side.say(str(error))

    def select(self, item_id: str, part: str) -> None:
        """Choose an item in the list, in the part of the Inbox where it stands."""
        if part != self._page.table.model.asked.scope:
            self._page.ask(text="", scope=part)
        self._page.table.select_soon(item_id.encode())

    def refresh(self) -> None:
        """Read the list again."""
        self._page.table.refresh()

    def _choose(self, choice: str) -> None:
        self.presenter.choose(choice)

    def _open(self) -> None:
        self.presenter.open()

    def _on_selected(self, ids: list[bytes]) -> None:
        self.presenter.look_at(ids[0].decode() if len(ids) == 1 else "")

    def _on_state(self) -> None:
        """With nothing to decide, the whole page says so."""
        table = self._page.table.model
        self._holder.setVisible(table.rowCount() > 0)
        if not table.rowCount():
            self.presenter.look_at("")

    def _on_sheet_closed(self) -> None:
        self._sheet = None


class ItemCard(Card):
    """One item: what happened, both sides beside each other, and its choices with what comes of them."""

    def __init__(self, chosen: Callable[[str], None], opened: Callable[[], None]) -> None:
        super().__init__()
        self._chosen = chosen
        self._opened = opened
        self._banner = Banner()
        self._nothing = EmptyState(Nothing(_("Nothing chosen"), icon="inbox"))
        inner = QWidget()
        self._stack = QVBoxLayout(inner)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.setSpacing(space("medium"))
        self._area = scrolling(inner)
        self._area.setAccessibleName(_("What happened"))
        self.add(self._banner)
        self.add(self._nothing, 1)
        self.add(self._area, 1)
        self._area.hide()
        self.setFixedWidth(_SIDE_MIN)

    def say(self, text: str) -> None:
        """Why a choice was refused."""
        self._banner.say(text, "danger")

    def show_matter(self, matter: Matter | None, *, leads: bool = False) -> None:
        """Show an item; None: none. `leads`: what it is about can be looked at."""
        self._banner.say("")
        empty(self._stack)
        self._nothing.setVisible(matter is None)
        self._area.setVisible(matter is not None)
        if matter is None:
            return
        item = matter.item
        parts: list[QWidget] = [
            _head(item),
            label(item.about, "title", wrap=True),
            label(item.text, "body", wrap=True, selectable=True),
        ]
        said = [
            _side(title, text)
            for title, text in zip(side_titles(item), (item.mine, item.theirs), strict=True)
            if text
        ]
        parts += [_beside(said)] if said else []
        parts += [_settled(matter)] if matter.how else []
        parts += [rule(), *self._ways(item, leads=leads)]
        for part in parts:
            self._stack.addWidget(part)
        self._stack.addStretch(1)

    def _ways(self, item: InboxItem, *, leads: bool) -> list[QWidget]:
        found = [self._way(way, is_first=not number) for number, way in enumerate(ways(item))]
        if leads and (leads_to := next_step(item)):
            line = QWidget()
            across = row(button(leads_to, "quiet", run=self._opened), KeyHint("O"))
            across.addStretch(1)
            across.setContentsMargins(0, 0, 0, 0)
            line.setLayout(across)
            found.append(line)
        return found

    def _way(self, way: Way, *, is_first: bool) -> QWidget:
        line = QWidget()
        part: Part = "danger" if way.is_grave else "primary" if is_first else ""
        pressed = button(way.text, part, run=partial(self._chosen, way.choice))
        pressed.setAccessibleDescription(f"{way.does} {way.key}")
        across = row(pressed, KeyHint(way.key))
        across.addStretch(1)
        across.setContentsMargins(0, 0, 0, 0)
        below = QVBoxLayout(line)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(space("tight"))
        below.addLayout(across)
        below.addWidget(label(way.does, "small", tone="muted", wrap=True))
        return line


def _head(item: InboxItem) -> QWidget:
    head = QWidget()
    across = row(Pill(kind_text(item.kind), kind_tone(item.kind)), spacing="small")
    across.addStretch(1)
    across.addWidget(label(when_text(item.at_us), "small", tone="muted"))
    across.setContentsMargins(0, 0, 0, 0)
    head.setLayout(across)
    return head


def _beside(cards: Sequence[QWidget]) -> QWidget:
    both = QWidget()
    across = QHBoxLayout(both)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(space("small"))
    for card in cards:
        across.addWidget(card, 1)
    return both


def _settled(matter: Matter) -> QWidget:
    when = when_text(matter.at_us)
    said = ", ".join(part for part in (outcome(matter), when) if part)
    return label(said, "strong", tone="success", wrap=True)


def _side(title: str, said: str) -> QWidget:
    card = Card(margin="medium")
    card.add(label(title, "caption", tone="muted"))
    card.add(label(said, "body", wrap=True, selectable=True))
    card.add_stretch()
    card.setAccessibleName(f"{title}: {said}")
    return card
