"""Decides what happens while a draft is written: totals, problems, keeping, issuing. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from core.ids import Id
from core.invoicing.model import Draft
from core.invoicing.queries import LastPrice
from core.items.model import Item
from core.parties.model import Party
from core.parties.queries import party
from core.words import translate as _
from desktop.ports import Desk, Epoch
from desktop.screens.invoices.editor import cells, known, more_values
from desktop.screens.invoices.editor.ending import Ending
from desktop.screens.invoices.editor.face import EditorView
from desktop.screens.invoices.editor.keeper import Keeper
from desktop.screens.invoices.editor.showing import show_all, show_figures
from desktop.screens.invoices.editor.writing import Writing


class EditorPresenter:
    """One draft at a time. The view tells what was typed and left; the presenter answers with what follows."""

    def __init__(self, desk: Desk, view: EditorView) -> None:
        self._desk = desk
        self._view = view
        self._epoch = Epoch()
        self._writing: Writing | None = None
        self._keeper = Keeper(desk.runner, desk.clock, desk.calendar, None)
        self._ending: Ending | None = None

    @property
    def writing(self) -> Writing | None:
        """What is being written; None before a draft is there and after it was issued or put away."""
        return self._writing

    @property
    def has_work(self) -> bool:
        """Whether something was written that is not issued."""
        return self._writing is not None and not self._writing.is_blank

    def begin(self, begin: known.Begin) -> None:
        """Begin with a draft that is asked of the book."""
        self._epoch.turn()
        self._desk.runner.read(begin, self._on_begun, self._view.show_failure, epoch=self._epoch)

    # --- typing and leaving

    def head_typed(self, name: str, value: Any) -> None:
        """A keystroke in a field of the head; None where it cannot be read yet."""
        if self._writing is not None and value is not None:
            self._hear(self._writing.with_head(name, value))

    def head_left(self, name: str, value: Any) -> None:
        """A field of the head was left with another value."""
        if self._writing is None:
            return
        if name == "party" and value is not None:
            self._desk.runner.read(
                partial(party, record=value.value), partial(self._on_party, value.value), epoch=self._epoch
            )
        self._take(self._writing.with_head(name, value))

    def cell_typed(self, row: int, name: str, text: str) -> None:
        """A keystroke in a cell."""
        typed = None if self._writing is None else self._writing.with_typed(row, name, text)
        if typed is not None:
            self._hear(typed)

    def cell_left(self, row: int, name: str, value: Any) -> None:
        """A cell was left with another value."""
        if self._writing is None:
            return
        self._take(self._writing.with_left(row, name, value), row)
        if name in ("hsn", "tax"):
            self._view.show_hint(self._writing.hint(row))
        if name == "item" and value is not None:
            question = partial(known.item_for, record=value.value, buyer=self._writing.draft.party)
            self._desk.runner.read(question, partial(self._on_item, row, value.value), epoch=self._epoch)

    def row_removed(self, row: int) -> None:
        """A line was taken out."""
        if self._writing is not None:
            self._take(cells.without_line(self._writing.draft, row))

    def row_entered(self, row: int) -> None:
        """Another line is being typed in: say what was paid last."""
        if self._writing is not None:
            self._view.show_hint(self._writing.hint(row))

    def take_last_price(self, row: int) -> None:
        """Bill the item of this line as the party was billed last."""
        priced = None if self._writing is None else self._writing.with_last_price(row)
        if priced is not None:
            self._take(priced, row)

    def more(self) -> tuple[frozenset[str], dict[str, Any]] | None:
        """The groups of the sheet “More” that can apply, and all its values; None while nothing is written."""
        writing = self._writing
        if writing is None:
            return None
        draft = writing.draft
        groups = more_values.groups_of(draft, writing.document(draft), writing.known)
        return groups, more_values.values_of(draft)

    def more_typed(self, values: Mapping[str, Any]) -> None:
        """A keystroke in the sheet “More”."""
        if self._writing is not None:
            self._hear(self._writing.with_more(values))

    def more_given(self, values: Mapping[str, Any]) -> None:
        """The sheet “More” was saved: one step."""
        if self._writing is not None:
            self._take(self._writing.with_more(values))
            self._show_figures()

    def more_left(self) -> None:
        """The sheet “More” was left as it was: what was typed in it goes."""
        if self._writing is not None and self._writing.typed is not None:
            self._writing.typed = None
            self._keeper.jot(self._writing.draft)
            self._show_figures()

    def line_given(self, row: int, values: Mapping[str, Any]) -> None:
        """What stands in no column of a line was given."""
        if self._writing is not None:
            self._take(self._writing.with_line(row, values), row)
            self._view.show_hint(self._writing.hint(row))

    def rate_day(self) -> dt.date:
        """The day whose usual rates are offered."""
        writing = self._writing
        return self._desk.calendar.working_on() if writing is None else writing.rate_day

    def jot(self) -> None:
        """Keep the keystrokes since the last field was left; the view asks within 200 ms of each."""
        is_ending = self._ending is not None and self._ending.is_under_way
        if self._writing is not None and self._writing.typed is not None and not is_ending:
            self._keeper.jot(self._writing.typed)

    def undo(self) -> None:
        """Take the last step back."""
        if self._writing is not None and self._writing.steps.undo():
            self._show_again()

    def redo(self) -> None:
        """Take a step on again."""
        if self._writing is not None and self._writing.steps.redo():
            self._show_again()

    # --- keeping, issuing, putting away

    def keep(self) -> None:
        """Keep the draft now, and say so."""
        if self._writing is not None:
            self._keep(lambda: self._desk.notifier.done(_("Kept as draft")))

    def issue(self) -> None:
        """Issue the paper, unless something is wrong with it."""
        if self._ending is not None:
            self._ending.issue()

    def preview(self) -> None:
        """Show the paper as it would be printed now."""
        if self._writing is not None:
            self._view.show_preview(self._writing.document(self._writing.draft))

    def discard(self) -> None:
        """Put the draft away and go back to the list."""
        if self._ending is not None:
            self._ending.discard()

    # --- answers

    def _on_begun(self, begun: known.Beginning) -> None:
        desk = self._desk
        self._keeper = Keeper(desk.runner, desk.clock, desk.calendar, begun.record)
        start = Draft(type=begun.draft.type, rounding=begun.draft.rounding)
        start = start if begun.is_recalled else begun.draft
        self._writing = Writing(begun.draft, begun.known, begun=start, working_on=desk.calendar.working_on())
        self._ending = Ending(desk, self._view, self._writing, self._keeper, self._on_over)
        self._view.set_busy(False)
        show_all(self._view, self._writing)
        self._view.show_kept(_("What you were typing is back") if begun.is_recalled else "")
        self._view.show_problems(begun.problems)
        self._view.focus_first()

    def _on_party(self, record: Id, found: Party | None) -> None:
        if self._writing is not None and found is not None:
            self._writing.known.parties[record] = found
            self._show_figures()

    def _on_item(self, row: int, record: Id, found: tuple[Item | None, LastPrice | None]) -> None:
        item, last = found
        filled = None
        if self._writing is not None and item is not None:
            filled = self._writing.with_item(row, record, item, last)
        if self._writing is not None and filled is not None:
            self._writing.steps.amend(filled)
            self._keep()
            self._view.show_hint(self._writing.hint(row))
            self._view.show_row(row, self._writing.row(row))
            self._show_figures()

    def _on_over(self) -> None:
        self._writing = self._ending = None

    # --- what follows

    def _take(self, draft: Draft, row: int | None = None) -> None:
        assert self._writing is not None
        if self._writing.put(draft):
            self._keep()
            if row is not None:
                self._view.show_row(row, self._writing.row(row))
            self._show_figures()

    def _hear(self, typed: Draft) -> None:
        assert self._writing is not None
        self._writing.typed = typed
        self._show_figures(typed)

    def _keep(self, then: Callable[[], None] = lambda: None) -> None:
        assert self._writing is not None
        assert self._ending is not None
        if self._writing.is_blank and not self._keeper.is_kept:
            return

        def kept() -> None:
            self._view.show_kept(_("Kept as draft"))
            then()

        self._keeper.keep(self._writing.draft, kept, self._ending.refuse)

    def _show_again(self) -> None:
        assert self._writing is not None
        show_all(self._view, self._writing)
        self._keep()

    def _show_figures(self, typed: Draft | None = None) -> None:
        if self._writing is not None:
            show_figures(self._view, self._writing, typed)
