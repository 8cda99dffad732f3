"""Shows what is being written: all of it, or the figures that follow from a keystroke. Free of Qt."""

from core.invoicing.model import Draft
from desktop.screens.invoices.editor import cells
from desktop.screens.invoices.editor.face import EditorView
from desktop.screens.invoices.editor.figures import head_of, totals_of
from desktop.screens.invoices.editor.told import told_of
from desktop.screens.invoices.editor.writing import Writing


def show_all(view: EditorView, writing: Writing) -> None:
    """Fields, lines and figures of the draft."""
    draft = writing.draft
    view.show_draft(writing.dated(draft), writing.buyer())
    view.show_rows(writing.rows(draft))
    show_figures(view, writing)


def show_figures(view: EditorView, writing: Writing, typed: Draft | None = None) -> None:
    """What follows from the draft, or from what is being typed: head, totals and the amounts of the lines."""
    draft = typed or writing.draft
    document = writing.document(draft)
    view.show_head(head_of(draft, document, writing.known))
    view.show_totals(totals_of(document, reason=writing.reason(draft, document)))
    view.show_told(told_of(draft, writing.known))
    for row, values in enumerate(cells.rows_of(draft, document, writing.known.items)):
        view.show_row(row, {"amount": values["amount"]})
