"""The bank on the screen: an account's lines with the money they are beside them, one key to accept."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.bank.model import BankAccount
from core.bank.queries import AccountRow, LineRow, line_rows
from core.bank.queries import account as account_of
from core.bank.rules import OPEN
from core.ids import Id
from core.words import money_text
from core.words import translate as _
from desktop.kit import ListPage, Question, ScreenView
from desktop.ports import Action, Desk, Place
from desktop.screens.bank.by_hand_page import ByHandPage
from desktop.screens.bank.columns import line_listing
from desktop.screens.bank.entry_page import EntryPage
from desktop.screens.bank.head import BankHead
from desktop.screens.bank.looked import Figures, Looked
from desktop.screens.bank.pages import ImportPage, ReconcilePage
from desktop.screens.bank.presenter import BankPresenter
from desktop.screens.bank.sheets import AccountSheet, AsideSheet
from desktop.screens.bank.side import LineCard
from desktop.theme import space

Shown = ImportPage | ReconcilePage | EntryPage | ByHandPage
_NARROW = 1100
_WORDS = 2


def make(desk: Desk) -> ScreenView:
    """The screen of the bank."""
    return BankScreen(desk)


class BankScreen(ScreenView):
    """The lines, one of them at the side; pages in their place."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.presenter = BankPresenter(self, desk)
        self._page: Shown | None = None
        self._asked = ""
        self._accounts: Sequence[AccountRow] = ()
        self._figures = Figures()
        self._chosen = (0, 0)
        self._import = Action("bank.import.here", _("Import"), self._on_import, ("Ctrl+I",), icon="import")
        self._all = Action(
            "bank.all", _("Accept all certain"), self.presenter.ask_all, ("Ctrl+Return", "Ctrl+Enter"),
            icon="check",
        )  # fmt: skip
        self._list = ListPage(
            _("Bank"),
            line_listing(lambda: self.presenter.account, self.presenter.likely, self.presenter.is_chosen),
            desk.runner,
            desk.hub,
            desk.memory,
        )
        deeds: dict[str, Callable[[], object]] = {
            "accept": self._on_accept, "hand": self._on_hand, "record": self._on_record, "aside": self._on_aside,
            "undo": self.presenter.undo_looked, "open": self.presenter.open_paper,
        }  # fmt: skip
        self._side = LineCard(deeds, self.presenter.pick)
        reconcile = Action(
            "bank.reconcile.here", _("Reconcile"), self._on_reconcile, ("Ctrl+R",), icon="bank"
        )
        self._head = BankHead(
            (reconcile, self._import), self.presenter.ask_all, self._on_account, self.presenter.stop
        )
        self._main = self._laid()
        self._connect()
        self.set_content(self._main)
        self.presenter.load()

    # --- the shell's side

    def show_place(self, place: Place) -> None:
        """The lines, or a page in their place."""
        self._drop_page()
        self.set_content(self._main)
        self._list.setFocus()
        if place.page in ("import", "reconcile"):
            self._asked = place.page
            self._open_asked()
        elif place.page == "record" and place.record is not None:
            self._open_entry(place.record)
        elif place.page == "match" and self.presenter.account is not None:
            self._show_page(
                ByHandPage(self._desk, self.presenter.account, self.presenter.picks(), self._to_list)
            )
        elif place.record is not None:
            self._list.table.select_soon(place.record)

    def actions_here(self) -> Sequence[Action]:
        """What the page offers; else what is done with the line looked at, and with the account."""
        if self._page is not None:
            return self._page.actions_here()
        act = self.presenter
        return (
            self._all,
            Action(
                "bank.next", _("The next it may be"), lambda: act.turn(1), ("Right",), self._is_open, "right"
            ),
            Action(
                "bank.before", _("The one before"), lambda: act.turn(-1), ("Left",), self._is_open, "back"
            ),
            Action(
                "bank.choose",
                _("Choose the line, or leave it out"),
                self._on_choose,
                ("Space",),
                icon="check",
            ),
            Action("bank.hand", _("Match by hand"), self._on_hand, ("M",), self._has_account, "target"),
            Action("bank.stop", _("Stop accepting"), act.stop, (), lambda: act.is_taking, "close"),
            Action("bank.record", _("Record it by hand"), self._on_record, ("E",), self._is_in, "edit"),
            Action("bank.aside", _("Set the lines aside"), self._on_aside, ("X",), self._has_open, "remove"),
            Action("bank.undo", _("Undo the match"), act.undo_looked, ("U",), self._is_settled, "undo"),
            Action("bank.open", _("Open its paper"), act.open_paper, ("O",), self._is_one, "open"),
            Action("bank.again", _("Look again"), act.look_again, ("F5",), icon="syncing"),
            self._import,
            Action("bank.reconcile.here", _("Reconciliation"), self._on_reconcile, ("Ctrl+R",), icon="bank"),
            Action("bank.account.new", _("New bank account"), self._on_new, ("Ctrl+N",), icon="plus"),
            Action(
                "bank.account.edit", _("Change the account"), self._on_edit, ("Ctrl+Shift+E",), icon="edit"
            ),
            *self._list.list_actions(),
        )

    def showEvent(self, event: QShowEvent) -> None:
        """What changed meanwhile is read."""
        super().showEvent(event)
        self.presenter.be_seen(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is read."""
        super().hideEvent(event)
        self.presenter.be_seen(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short the bank's words stand at the side alone."""
        super().resizeEvent(event)
        self._list.table.view.setColumnHidden(_WORDS, self.width() < _NARROW)

    def focus_filter(self) -> None:
        """The filter of the list in sight."""
        page = self._page
        if page is None:
            self._list.focus_filter()
        elif not isinstance(page, EntryPage):
            page.list.focus_filter()

    def put_away(self) -> None:
        """The screen goes."""
        self._drop_page()
        self.presenter.put_away()
        self._list.put_away()

    # --- what the presenter says

    def show_accounts(self, rows: Sequence[AccountRow], chosen: Id | None) -> None:
        """Show which account is looked at."""
        self._accounts = rows
        self._head.show_accounts(rows, chosen)
        self._open_asked()

    def show_figures(self, figures: Figures, *, is_looking: bool) -> None:
        """Show the balances, what is to do, and what is certain."""
        self._figures = figures
        self._head.show_figures(figures, is_looking=is_looking)
        self._show_footer()

    def show_progress(self, done: int, total: int) -> None:
        """Show how far accepting has come."""
        self._head.show_progress(done, total)

    def show_chosen(self, count: int, paise: int) -> None:
        """Show how many lines are chosen."""
        self._chosen = (count, paise)
        self._list.table.view.viewport().update()
        self._show_footer()

    def _show_footer(self) -> None:
        """The balances; while lines are chosen, how many and how much these are."""
        figures, (count, paise) = self._figures, self._chosen
        to_do = (_("To do"), str(figures.open_lines))
        if count:
            self._list.set_footer([(_("Chosen"), str(count)), (_("In all"), money_text(paise)), to_do])
            return
        stated = _("none yet") if figures.stated_paise is None else money_text(figures.stated_paise)
        told = _("Statement of {date}").format(date=figures.stated_on) if figures.stated_on else ""
        book = (_("Book"), money_text(figures.book_paise))
        self._list.set_footer([book, (told or _("Statement"), stated), to_do])

    def show_looked(self, looked: Looked | None) -> None:
        """Show the line looked at."""
        self._side.show_looked(looked)

    def refresh(self) -> None:
        """Read the list again."""
        self._list.table.refresh()

    def ask(self, title: str, text: str, yes: str, run: Callable[[], None]) -> None:
        """Ask before going on."""
        Question(title, text, yes=yes, answered=run, parent=self.window()).open()

    # --- building

    def _laid(self) -> QWidget:
        self._list.header.hide()
        holder = QWidget()
        stack = QHBoxLayout(holder)
        stack.setContentsMargins(0, space("base"), 0, space("wide"))
        stack.addWidget(self._side)
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, space("wide"), 0)
        across.setSpacing(0)
        across.addWidget(self._list, 1)
        across.addWidget(holder)
        whole = QWidget()
        down = QVBoxLayout(whole)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        down.addWidget(self._head)
        down.addLayout(across, 1)
        model = self._list.table.model

        def make_room() -> None:
            holder.setVisible(model.rowCount() > 0)
            across.setContentsMargins(0, 0, space("wide") if model.rowCount() else 0, 0)

        model.state_changed.connect(make_room)
        whole.setFocusProxy(self._list)
        return whole

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space chooses the line or leaves it out, and goes on to the next."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            self._on_choose()
            return True
        return super().eventFilter(watched, event)

    def _connect(self) -> None:
        self._list.table.view.installEventFilter(self)
        self._list.row_activated.connect(lambda _row: self._on_accept())
        self._list.selection_changed.connect(lambda _ids: self._on_selected())
        self._list.table.model.merged.connect(self._on_selected)
        self._list.action_asked.connect(self._on_import)

    # --- what the user does

    def _on_account(self, account: Id) -> None:
        if account != self.presenter.account:
            self.presenter.choose(account)
            self._list.setFocus()

    def _on_choose(self) -> None:
        table = self._list.table
        marked = table.selected_ids()
        rows = [table.row_of(record) for record in marked]
        self.presenter.choose_lines([row.line for row in rows if row is not None])
        below = table.view.model().index(table.view.currentIndex().row() + 1, 0)
        if len(marked) == 1 and below.isValid():
            table.view.setCurrentIndex(below)

    def _on_hand(self) -> None:
        self._desk.navigator.go("bank", page="match")

    def _on_selected(self) -> None:
        table = self._list.table
        chosen = table.selected_ids()
        found = table.row_of(chosen[0]) if len(chosen) == 1 else None
        looked = self.presenter.looked
        if found is None:
            self.presenter.look_at(None)
        elif looked is None or looked.row != found.line:
            self.presenter.look_at(found.line)

    def _on_accept(self) -> None:
        looked = self.presenter.looked
        if looked is None:
            return
        if looked.row.match is not None:
            self.presenter.open_paper()
        elif looked.chosen is not None and looked.chosen.aside:
            self._on_aside()
        elif looked.chosen is not None:
            self.presenter.accept()
        elif looked.row.paise > 0:
            self._on_record()
        else:
            self._on_aside()

    def _on_aside(self) -> None:
        lines, looked = self.presenter.acted_on, self.presenter.looked
        if lines:
            usual = "vendor" if lines[0].paise < 0 else "own_transfer"
            reason = (looked.chosen.aside if looked is not None and looked.chosen else "") or usual
            AsideSheet(reason, len(lines), self.presenter.set_aside, self.window()).open()

    def _on_record(self) -> None:
        looked = self.presenter.looked
        if looked is not None and self._is_in():
            self._desk.navigator.go("bank", record=looked.row.id, page="record")

    def _open_entry(self, line: Id) -> None:
        """The page that records a line, with the payer it probably has."""
        looked = self.presenter.looked
        chosen = looked.chosen if looked is not None and looked.row.id == line else None
        likely = chosen.new.party if chosen is not None and chosen.new is not None else None

        def show(rows: Sequence[LineRow]) -> None:
            if rows and rows[0].state == OPEN:
                self._show_page(EntryPage(self._desk, rows[0], likely, self._to_list))

        self._desk.runner.read(lambda reader: line_rows(reader, [line]), show)

    def _on_import(self) -> None:
        self._desk.navigator.go("bank", page="import")

    def _on_reconcile(self) -> None:
        self._desk.navigator.go("bank", page="reconcile")

    def _open_asked(self) -> None:
        """Open the page that was asked for, once the accounts are known; without one, it is added first."""
        if not self._asked or not self._head.is_ready:
            return
        asked, self._asked = self._asked, ""
        chosen = next((row for row in self._accounts if row.id == self.presenter.account), None)
        if chosen is None:
            self._asked = asked
            self._on_new()
        elif asked == "import":
            page = ImportPage(self._desk, chosen.id, chosen.name, self._to_list)
            self._show_page(page)
            QTimer.singleShot(0, page, page.choose)
        else:
            self._show_page(ReconcilePage(self._desk, chosen.id, chosen.name))

    def _on_new(self) -> None:
        AccountSheet(self._desk, self.presenter.choose, None, self.window()).open()

    def _on_edit(self) -> None:
        record = self.presenter.account
        if record is None:
            self._on_new()
            return

        def show(known: BankAccount | None) -> None:
            if known is not None:
                AccountSheet(self._desk, lambda _id: None, (record, known), self.window()).open()

        self._desk.runner.read(lambda reader: account_of(reader, record), show)

    def _to_list(self) -> None:
        self._desk.navigator.go("bank")

    def _show_page(self, page: Shown) -> None:
        self._drop_page()
        self._page = page
        self.set_content(page)
        page.setFocus()

    def _drop_page(self) -> None:
        page: QWidget | None = self._page
        if self._page is not None and page is not None:
            self._page.put_away()
            self._page = None
            self.drop_content(page)

    def _is_one(self) -> bool:
        return self.presenter.looked is not None

    def _is_open(self) -> bool:
        looked = self.presenter.looked
        return looked is not None and looked.row.state == OPEN

    def _has_open(self) -> bool:
        return bool(self.presenter.acted_on)

    def _has_account(self) -> bool:
        return self.presenter.account is not None

    def _is_in(self) -> bool:
        looked = self.presenter.looked
        return looked is not None and looked.row.state == OPEN and looked.row.paise > 0

    def _is_settled(self) -> bool:
        looked = self.presenter.looked
        return looked is not None and looked.row.match is not None
