"""The invoices screen: its list, a document's page and the editor, one at a time."""

from collections.abc import Callable, Sequence
from functools import partial

from core.ids import Id
from core.invoicing.rules import CREDIT_NOTE, DEBIT_NOTE
from core.items.model import Item
from core.words import translate as _
from desktop.kit import ListPage, ScreenView
from desktop.ports import Action, Choice, Desk, Place
from desktop.screens.invoices.columns import listing
from desktop.screens.invoices.document.view import DocumentPage
from desktop.screens.invoices.editor import known
from desktop.screens.invoices.editor.dialog import PartySheet
from desktop.screens.invoices.editor.view import EditorPage
from desktop.screens.invoices.item_dialog import ItemSheet
from desktop.screens.invoices.paper_dialog import PaperDialog
from desktop.screens.invoices.presenter import PAGES, ListPresenter


class InvoicesView(ScreenView):
    """Invoices. The pages are made when they are first wanted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        new = Action(
            "invoices.new",
            _("New sale"),
            lambda: desk.navigator.go("invoices", page="new"),
            ("F8", "Ctrl+N"),
            icon="plus",
        )
        self._new = new
        self.list_page = ListPage(
            _("Invoices"), listing(desk.calendar.today), desk.runner, desk.hub, desk.memory, actions=[new]
        )
        self._presenter = ListPresenter(desk, self)
        self._document: DocumentPage | None = None
        self._editor: EditorPage | None = None
        self._written_at: Place | None = None
        self.list_page.row_activated.connect(self._presenter.open)
        self.list_page.action_asked.connect(self._presenter.new)
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
        return [
            self._new,
            Action(
                "invoices.print",
                _("Print the chosen"),
                self._presenter.print_chosen,
                ("Ctrl+P",),
                icon="print",
            ),
        ]

    def put_away(self) -> None:
        """The screen goes."""
        self._presenter.put_away()
        self.list_page.put_away()
        if self._document is not None:
            self._document.put_away()

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

    def _ask_item(self, row: int, typed: str) -> None:
        made: Callable[[Choice], None] = partial(self.editor.item_made, row)
        ItemSheet(self._desk.runner, typed, made, self).open()

    def _change_item(self, row: int, found: tuple[Id, Item]) -> None:
        made: Callable[[Choice], None] = partial(self.editor.item_made, row)
        ItemSheet(self._desk.runner, "", made, self, known=found).open()


def _beginning(place: Place) -> known.Begin | None:
    """How a paper begins at this place; None where nothing is written."""
    record: Id | None = place.record
    if place.page == "new":
        return partial(known.new_draft, buyer=record)
    if record is None:
        return None
    beginnings: dict[str, known.Begin] = {
        "draft": partial(known.kept_draft, record=record),
        "copy": partial(known.copy_of, record=record),
        "credit_note": partial(known.note_on, record=record, type_=CREDIT_NOTE),
        "debit_note": partial(known.note_on, record=record, type_=DEBIT_NOTE),
    }
    return beginnings.get(place.page)


def make(desk: Desk) -> InvoicesView:
    """The invoices screen of a desk."""
    return InvoicesView(desk)
