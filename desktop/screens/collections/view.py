"""Collections on the screen: the worklist with one party at its side, the letters, the ladder's preview."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from core.words import money_text
from core.words import translate as _
from desktop.kit import ListPage, Question, ScreenView, Segments
from desktop.ports import Action, Desk, Place
from desktop.screens.collections.columns import letter_listing, work_listing
from desktop.screens.collections.letters import save_letters
from desktop.screens.collections.pages import LadderPage, LetterPage
from desktop.screens.collections.presenter import Chased, WorklistPresenter
from desktop.screens.collections.side import ChasedCard
from desktop.theme import space

Shown = LadderPage | LetterPage


def make(desk: Desk) -> ScreenView:
    """The screen of collections."""
    return CollectionsScreen(desk)


class CollectionsScreen(ScreenView):
    """Worklist and letters, side by side as two lists; pages in their place."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._page: Shown | None = None
        self._chased: Chased | None = None
        self._tabs: list[Segments] = []
        self._ladder = Action(
            "collections.ladder.here",
            _("Remind all who are due"),
            self._on_ladder,
            ("Ctrl+Shift+R",),
            icon="mail",
        )
        self._save = Action(
            "collections.save", _("Save PDFs"), self._on_save, ("Ctrl+Shift+S",), self._has_letters, "export"
        )
        self._work = ListPage(
            _("Collections"),
            work_listing(desk.calendar, desk.along),
            desk.runner,
            desk.hub,
            desk.memory,
            actions=[self._ladder],
        )
        self._letters = ListPage(_("Letters"), letter_listing(), desk.runner, desk.hub, desk.memory)
        self.presenter = WorklistPresenter(self, desk)
        self._side = ChasedCard(self.presenter.open_bill, self._on_remind, self._on_receive, self._on_along)
        self._worklist = self._beside(self._work)
        self._connect()
        self.set_content(self._worklist)

    def show_place(self, place: Place) -> None:
        """Show the worklist, the letters, or a page in their place."""
        self._drop_page()
        if place.page == "ladder":
            self._show_page(LadderPage(self._desk))
        elif place.page == "letter" and place.record is not None:
            self._show_page(LetterPage(self._desk, place.record))
        else:
            is_letters = place.page == "letters"
            for tabs in self._tabs:
                tabs.choose("letters" if is_letters else "work")
            self.set_content(self._letters if is_letters else self._worklist)
            (self._letters if is_letters else self._work).setFocus()
            if place.record is not None:
                self._work.select(place.record)

    def actions_here(self) -> Sequence[Action]:
        """What the page offers; else reminding, and saving letters."""
        if self._page is not None:
            return self._page.actions_here()
        if self.content() is self._letters:
            return (
                self._ladder,
                self._save,
                self._tab("work", _("Worklist"), "Ctrl+1"),
                *self._letters.list_actions(),
            )
        remind = Action(
            "collections.remind", _("Remind this party"), self._on_remind, ("R",), self._is_one, "mail"
        )
        receive = Action(
            "collections.receive", _("Receive payment"), self._on_receive, ("F6",), icon="receipts"
        )
        along = Action(
            "collections.along",
            _("Take its bills along, or give them back"),
            self._on_along,
            ("T",),
            self._may_take,
            "lock",
        )
        tab = self._tab("letters", _("Letters"), "Ctrl+2")
        return (remind, self._ladder, receive, along, tab, *self._work.list_actions())

    def focus_filter(self) -> None:
        """The list's own filter."""
        (self._letters if self.content() is self._letters else self._work).focus_filter()

    def put_away(self) -> None:
        """The screen goes."""
        self._drop_page()
        self.presenter.put_away()
        self._work.put_away()
        self._letters.put_away()

    # --- what the presenter says

    def show_chased(self, chased: Chased | None) -> None:
        """Show the party looked at."""
        self._chased = chased
        self._side.show_chased(chased)

    def show_totals(self, overdue_paise: int, due: int) -> None:
        """Show the totals below the list."""
        self._work.set_footer(((_("Letters due"), str(due)), (_("Overdue"), money_text(overdue_paise))))

    def ask(self, title: str, text: str, yes: Callable[[], None]) -> None:
        """Ask before going on."""
        Question(title, text, yes=_("The date is right"), answered=yes, parent=self.window()).open()

    # --- building

    def _beside(self, page: ListPage) -> QWidget:
        both = QWidget()
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, space("wide"), 0)
        across.setSpacing(0)
        across.addWidget(page, 1)
        holder = QWidget()
        stack = QHBoxLayout(holder)
        stack.setContentsMargins(0, space("base"), 0, space("wide"))
        stack.addWidget(self._side)
        across.addWidget(holder)
        model = page.table.model
        model.state_changed.connect(lambda: holder.setVisible(model.rowCount() > 0))
        both.setFocusProxy(page)
        return both

    def _connect(self) -> None:
        for page in (self._work, self._letters):
            tabs = Segments([("work", _("Worklist")), ("letters", _("Letters"))], accessible_name=_("Show"))
            tabs.chosen.connect(self._on_tab)
            page.header.add(tabs)
            self._tabs.append(tabs)
        self._work.row_activated.connect(self.presenter.open_party)
        self._work.selection_changed.connect(lambda _ids: self._on_selected())
        self._work.table.model.merged.connect(self._on_selected)
        self._letters.row_activated.connect(
            lambda record: self._desk.navigator.go("collections", record=record, page="letter")
        )

    def _show_page(self, page: Shown) -> None:
        self._page = page
        self.set_content(page)
        page.setFocus()

    def _drop_page(self) -> None:
        page: QWidget | None = self._page
        if self._page is not None and page is not None:
            self._page.put_away()
            self._page = None
            self.drop_content(page)

    def _tab(self, name: str, title: str, keys: str) -> Action:
        return Action(f"collections.{name}", title, lambda: self._on_tab(name), (keys,), icon="collections")

    def _on_tab(self, name: str) -> None:
        self._desk.navigator.go("collections", page="letters" if name == "letters" else "")

    def _on_selected(self) -> None:
        table = self._work.table
        chosen = table.selected_ids()
        place = table.model.place_of(chosen[0]) if len(chosen) == 1 else None
        self.presenter.look_at(None if place is None else table.model.row(place).row)

    def _is_one(self) -> bool:
        return self._chased is not None

    def _may_take(self) -> bool:
        return self._chased is not None and self._chased.may_take

    def _on_along(self) -> None:
        if self._chased is not None:
            self.presenter.take_along(self._chased)

    def _has_letters(self) -> bool:
        return bool(self._letters.selected_ids())

    def _on_remind(self) -> None:
        if self._chased is not None:
            self.presenter.remind(self._chased.row.party, self._chased.row.name)

    def _on_receive(self) -> None:
        party = None if self._chased is None else self._chased.row.party
        self._desk.navigator.go("receipts", record=party, page="new")

    def _on_ladder(self) -> None:
        self._desk.navigator.go("collections", page="ladder")

    def _on_save(self) -> None:
        kept = str(self._desk.memory.recall("collections.folder", str(Path.home())))
        folder = QFileDialog.getExistingDirectory(self, _("Save the chosen letters in"), kept)
        if folder:
            self._desk.memory.keep("collections.folder", folder)
            save_letters(self._desk, self._letters.selected_ids(), Path(folder))
