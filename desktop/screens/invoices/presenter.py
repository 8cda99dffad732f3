"""Decides what the list of invoices leads to, and what stands below it. Free of Qt."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from core.changes.standing import State
from core.ids import Id
from core.invoicing.papers import BILLS
from core.invoicing.queries import DocumentRow, document_rows, draft_rows
from core.statements.accounts import account_totals
from core.words import money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Touched
from desktop.screens.invoices.columns import ALL, DRAFTS
from desktop.screens.invoices.document.story import Papers, drawn_together, papers_of

_WATCHED = ("invoicing", "ledger", "receipts")
PAGES = {
    "overdue": "overdue",
    "due": "open",
    "open": "open",
    "drafts": DRAFTS,
    "notes": "notes",
    "challans": "challans",
    "offers": "offers",
    "all": ALL,
}
"""Places of this screen that are the list narrowed, each with its scope."""


class ListView(Protocol):
    """What the list can show."""

    def set_footer(self, figures: Sequence[tuple[str, str]]) -> None: ...
    def chosen(self) -> Sequence[Id]: ...
    def show_papers(self, title: str, draw: Callable[[], bytes]) -> None: ...


class ListPresenter:
    """Opens what is activated and keeps the totals true."""

    def __init__(self, desk: Desk, view: ListView) -> None:
        self._desk = desk
        self._view = view
        self._epoch = Epoch()
        self._stop = desk.hub.subscribe(self._hear)
        self._load()

    def open(self, record: Id) -> None:
        """Open a document's page, or a draft in the editor."""
        self._desk.runner.read(
            partial(draft_rows, records=[record]), lambda rows: self._go(record, is_draft=bool(rows))
        )

    def new(self) -> None:
        """A new sale."""
        self._desk.navigator.go("invoices", page="new")

    def answer_chosen(self, page: str) -> None:
        """Write the note that answers the bill chosen in the list; where none is, say so."""
        chosen = self._view.chosen()
        if len(chosen) != 1:
            self._desk.notifier.tell(_("Choose the one bill that the note answers."))
            return
        self._desk.runner.read(
            partial(document_rows, records=chosen), lambda rows: self._answer(rows, page), epoch=self._epoch
        )

    def print_chosen(self) -> None:
        """Show the chosen documents as one paper, to print or save."""
        self._desk.runner.read(partial(papers_of, records=self._view.chosen()), self._show_papers)

    def put_away(self) -> None:
        """The screen goes."""
        self._epoch.turn()
        self._stop()

    def _answer(self, rows: Sequence[DocumentRow], page: str) -> None:
        if rows and rows[0].type in BILLS and rows[0].state in (State.LIVE, State.CONTESTED):
            self._desk.navigator.go("invoices", record=rows[0].id, page=page)
        else:
            self._desk.notifier.tell(_("A note answers an invoice or a debit note that stands."))

    def _go(self, record: Id, *, is_draft: bool) -> None:
        self._desk.navigator.go("invoices", record=record, page="draft" if is_draft else "")

    def _show_papers(self, found: Papers) -> None:
        count = len(found.documents)
        if count:
            title = found.documents[0].number if count == 1 else _("{count} papers").format(count=count)
            self._view.show_papers(title, partial(drawn_together, found))

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(name) for name in _WATCHED):
            self._load()

    def _load(self) -> None:
        self._epoch.turn()
        question = partial(account_totals, on=self._desk.calendar.today())
        self._desk.runner.read(question, self._show, epoch=self._epoch)

    def _show(self, totals: tuple[int, int]) -> None:
        owed, late = totals
        self._view.set_footer([(_("Owed in all"), money_text(owed)), (_("Overdue"), money_text(late))])
