"""The Inbox on the screen: what needs attention at the left, both sides and the choices at the right."""

from collections.abc import Callable, Sequence
from functools import partial

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
from desktop.screens.inbox.columns import inbox_listing, kind_text, kind_tone, side_titles, ways, when_text
from desktop.screens.inbox.presenter import InboxPresenter
from desktop.theme import space

_SIDE = 348


def make(desk: Desk) -> ScreenView:
    """The screen of the Inbox."""
    return InboxScreen(desk)


class InboxScreen(ScreenView):
    """What needs attention; one key settles it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._sheet: Sheet | None = None
        self._page = ListPage(_("Inbox"), inbox_listing(), desk.runner, desk.hub, desk.memory)
        self._side = ItemCard(self._choose)
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
        opened = Action(
            "inbox.open", _("Open what it is about"), act.open, ("O",), lambda: act.item is not None, "open"
        )
        winner = Action(
            "inbox.winner", _("Open the paper that was first"), act.open_winner, ("W",),
            lambda: act.item is not None and act.item.winner is not None, "open",
        )  # fmt: skip
        return (*chosen, opened, winner, *self._page.list_actions())

    def focus_filter(self) -> None:
        """The list's own filter."""
        self._page.focus_filter()

    def put_away(self) -> None:
        """The screen goes."""
        self.presenter.put_away()
        self._page.put_away()

    # --- what the presenter says

    def show_item(self, item: InboxItem | None) -> None:
        """Show the item looked at, with its keys."""
        self._side.show_item(item)
        self.actions_changed.emit()

    def ask_reason(self, about: str) -> None:
        """A sheet that asks why a paper is cancelled."""
        form = Form(save=_("Cancel the paper"), back=_("Leave it"))
        form.add("reason", _("Reason"), TextField(placeholder=_("Given twice")), required=True)
        sheet = Sheet(_("Cancel {about}").format(about=about), form, parent=self.window(),
                      text=_("Its number stays used, and the paper stays in the book as cancelled."))  # fmt: skip
        form.save_asked.connect(lambda: self.presenter.cancel(form.value("reason")))
        sheet.finished.connect(self._on_sheet_closed)
        self._sheet = sheet
        sheet.open()

    def close_reason(self) -> None:
        """The reason was taken."""
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

    def select(self, item_id: str) -> None:
        """Choose an item in the list."""
        self._page.table.select_soon(item_id.encode())

    def refresh(self) -> None:
        """Read the list again."""
        self._page.table.refresh()

    def _choose(self, choice: str) -> None:
        self.presenter.choose(choice)

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
    """One item: what happened, both sides, and its choices as buttons with their keys."""

    def __init__(self, chosen: Callable[[str], None]) -> None:
        super().__init__()
        self._chosen = chosen
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
        self.setFixedWidth(_SIDE)

    def say(self, text: str) -> None:
        """Why a choice was refused."""
        self._banner.say(text, "danger")

    def show_item(self, item: InboxItem | None) -> None:
        """Show an item; None: none."""
        self._banner.say("")
        empty(self._stack)
        self._nothing.setVisible(item is None)
        self._area.setVisible(item is not None)
        if item is None:
            return
        head = QWidget()
        across = row(Pill(kind_text(item.kind), kind_tone(item.kind)), spacing="small")
        across.addStretch(1)
        across.addWidget(label(when_text(item.at_us), "small", tone="muted"))
        across.setContentsMargins(0, 0, 0, 0)
        head.setLayout(across)
        parts: list[QWidget] = [
            head,
            label(item.about, "title", wrap=True),
            label(item.text, "body", wrap=True),
        ]
        parts += [
            _side(title, said)
            for title, said in zip(side_titles(item), (item.mine, item.theirs), strict=True)
            if said
        ]
        parts.append(rule())
        parts += [self._way(way.text, way.key, way.choice, is_grave=way.is_grave, is_first=number == 0)
                  for number, way in enumerate(ways(item))]  # fmt: skip
        for part in parts:
            self._stack.addWidget(part)
        self._stack.addStretch(1)

    def _way(self, text: str, key: str, choice: str, *, is_grave: bool, is_first: bool) -> QWidget:
        line = QWidget()
        part: Part = "danger" if is_grave else "primary" if is_first else ""
        pressed = button(text, part, run=partial(self._chosen, choice))
        pressed.setAccessibleDescription(key)
        across = row(pressed, KeyHint(key))
        across.addStretch(1)
        line.setLayout(across)
        return line


def _side(title: str, said: str) -> QWidget:
    card = Card(margin="medium")
    card.add(label(title, "caption", tone="muted"))
    card.add(label(said, "body", wrap=True, selectable=True))
    card.setAccessibleName(f"{title}: {said}")
    return card
