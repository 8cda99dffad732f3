"""The invoices screen: its list, a document's page and the editor, one at a time."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from core.ids import Id
from core.invoicing.papers import CHALLAN, CREDIT_NOTE, DEBIT_NOTE, INVOICE, PROFORMA, QUOTATION
from core.items.model import Item
from core.parties.model import Party
from core.words import translate as _
from desktop.kit import ListPage, ScreenView, button
from desktop.ports import Action, Choice, Desk, Place
from desktop.screens.invoices.actions import everywhere
from desktop.screens.invoices.columns import listing, looks_at
from desktop.screens.invoices.document.view import DocumentPage
from desktop.screens.invoices.editor import known
from desktop.screens.invoices.editor.dialog import PartySheet
from desktop.screens.invoices.editor.view import EditorPage
from desktop.screens.invoices.item_dialog import ItemSheet
from desktop.screens.invoices.paper_dialog import PaperDialog
from desktop.screens.invoices.presenter import PAGES, ListPresenter
from desktop.theme import icon

_NEW = {
    "new": INVOICE,
    "quotation": QUOTATION,
    "proforma": PROFORMA,
    "challan": CHALLAN,
    "credit_note": CREDIT_NOTE,
    "debit_note": DEBIT_NOTE,
}
"""The pages on which a paper begins from nothing, each with its type."""


class InvoicesView(ScreenView):
    """Invoices. The pages are made when they are first wanted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        sale, *others = everywhere(desk)
        self._others = others
        self.list_page = ListPage(
            _("Invoices"), listing(desk.calendar), desk.runner, desk.hub, desk.memory, actions=[sale]
        )
        self._more = button(_("Other papers"), icon="down", run=self._offer_others)
        self.list_page.header.add(self._more)
        self._presenter = ListPresenter(desk, self)
        self._document: DocumentPage | None = None
        self._editor: EditorPage | None = None
        self._written_at: Place | None = None
        self.list_page.row_activated.connect(self._presenter.open)
        self.list_page.action_asked.connect(self._presenter.new)
        self.list_page.table.asked.connect(lambda _ask: self._say_days())
        self._stop = desk.calendar.subscribe(self._on_calendar)
        self._say_days()
        self.set_content(self.list_page)

    @property
    def document(self) -> DocumentPage:
        """The page of a document."""
        if self._document is None:
            self._document = DocumentPage(self._desk)
        return self._document

    @property
    def editor(self) -> EditorPage:
        """The editor."""
        if self._editor is None:
            self._editor = EditorPage(self._desk)
            self._editor.party_asked.connect(self._ask_party)
            self._editor.party_change_asked.connect(self._change_party)
            self._editor.item_asked.connect(self._ask_item)
            self._editor.item_change_asked.connect(self._change_item)
        return self._editor

    def set_footer(self, figures: Sequence[tuple[str, str]]) -> None:
        """Show totals below the list."""
        self.list_page.set_footer(figures)

    def chosen(self) -> Sequence[Id]:
        """The rows chosen in the list, from the top."""
        return self.list_page.selected_ids()

    def show_papers(self, title: str, draw: Callable[[], bytes]) -> None:
        """Show papers over the window, to print or save."""
        PaperDialog(self._desk.runner, title, draw, self).open()

    def show_place(self, place: Place) -> None:
        """Show the list, a document, a draft, or a paper to be written."""
        begin = _beginning(place)
        if begin is not None:
            self._write(place, begin)
        elif place.record is not None:
            self.document.presenter.show(place.record)
            self.set_content(self.document)
        else:
            if place.page in PAGES:
                self.list_page.ask(text="", scope=PAGES[place.page])
            self.set_content(self.list_page)
        super().show_place(place)

    def actions_here(self) -> Sequence[Action]:
        """What can be done on the page shown."""
        if self.content() is self._editor and self._editor is not None:
            return self._editor.actions()
        if self.content() is self._document and self._document is not None:
            return self._document.actions()
        act = self._presenter
        credit, debit = partial(act.answer_chosen, "credit_note"), partial(act.answer_chosen, "debit_note")
        export = self.list_page.list_actions()[0]
        return [
            Action("invoices.print", _("Print the chosen"), act.print_chosen, ("Ctrl+P",), icon="print"),
            Action("invoices.credit_note", _("Credit note on the chosen"), credit, ("Ctrl+F8",), icon="undo"),
            Action("invoices.debit_note", _("Debit note on the chosen"), debit, ("Ctrl+F9",), icon="plus"),
            *self._elsewhere(),
            export,
        ]

    def put_away(self) -> None:
        """The screen goes."""
        self._stop()
        self._presenter.put_away()
        self.list_page.put_away()
        if self._document is not None:
            self._document.put_away()

    def _elsewhere(self) -> list[Action]:
        """Notes on papers that this book does not have."""

        def note(page: str) -> Callable[[], None]:
            return lambda: self._desk.navigator.go("invoices", page=page)

        return [
            Action("invoices.credit_elsewhere", _("Credit note on an older paper"), note("credit_note"), icon="undo"),
            Action("invoices.debit_elsewhere", _("Debit note on an older paper"), note("debit_note"), icon="plus"),
        ]  # fmt: skip

    def _offer_others(self) -> None:
        """A menu of the papers that are no sale."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in (*self._others, *self._elsewhere()):
            entry = menu.addAction(icon(action.icon), action.text)
            if action.keys:
                entry.setText(f"{action.text}\t{action.keys[0]}")
            entry.triggered.connect(partial(_run, action))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _on_calendar(self) -> None:
        self.list_page.table.refresh()
        self._say_days()

    def _say_days(self) -> None:
        """Which days the list looks at, in its quiet line."""
        text = looks_at(self.list_page.table.model.asked, self._desk.calendar.period())
        self.list_page.set_title(_("Invoices"), text)

    def _write(self, place: Place, begin: known.Begin) -> None:
        """Write on; coming back to what is being written goes on where it stood."""
        writer = self.editor.presenter
        is_same = place == self._written_at and writer.writing is not None
        self._written_at = place
        self.set_content(self.editor)
        if not is_same or not writer.has_work:
            writer.begin(begin)

    def _ask_party(self, typed: str) -> None:
        PartySheet(self._desk.runner, typed, self.editor.party_made, self).open()

    def _change_party(self, found: tuple[Id, Party]) -> None:
        PartySheet(self._desk.runner, "", self.editor.party_made, self, known=found).open()

    def _ask_item(self, row: int, typed: str) -> None:
        made: Callable[[Choice], None] = partial(self.editor.item_made, row)
        ItemSheet(self._desk.runner, typed, made, self).open()

    def _change_item(self, row: int, found: tuple[Id, Item]) -> None:
        made: Callable[[Choice], None] = partial(self.editor.item_made, row)
        ItemSheet(self._desk.runner, "", made, self, known=found).open()


def _beginning(place: Place) -> known.Begin | None:
    """How a paper begins at this place; None where nothing is written."""
    record: Id | None = place.record
    if record is None or place.page == "new":
        type_ = _NEW.get(place.page)
        return partial(known.new_draft, buyer=record, type_=type_) if type_ is not None else None
    beginnings: dict[str, known.Begin] = {
        "draft": partial(known.kept_draft, record=record),
        "copy": partial(known.copy_of, record=record),
        "amend": partial(known.amendment_of, record=record),
        "revise": partial(known.revision_of, record=record),
        "credit_note": partial(known.note_on, record=record, type_=CREDIT_NOTE),
        "debit_note": partial(known.note_on, record=record, type_=DEBIT_NOTE),
    }
    return beginnings.get(place.page)


def _run(action: Action, _checked: bool = False) -> None:
    action.run()


def make(desk: Desk) -> InvoicesView:
    """The invoices screen of a desk."""
    return InvoicesView(desk)
