"""Draws papers as PDF on A4, from frozen records that already carry every word and figure.

Pure drawing: no clock, no book, no network. What draws is loaded on first use.
"""

import threading
from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from core.dunning.model import Reminder
from core.invoicing.model import Document
from core.paper.model import Settled
from core.receipts.model import Receipt
from core.statements.model import Statement

if TYPE_CHECKING:
    from core.paper.sheet import Sheet

Target = Path | BinaryIO

# A face keeps one reading place in its file and one set of shapes, so papers are made one at a time.
_drawing = threading.Lock()


def draw_document(
    document: Document,
    target: Target,
    *,
    copy: str = "original",
    cancelled: bool = False,
    open_paise: int | None = None,
) -> None:
    """Draws an invoice, bill of supply, credit or debit note; one without a number as a draft.

    `copy` is original, duplicate or triplicate; `open_paise` is what is still due (else the whole value).
    """
    from core.paper.invoice import document_sheet

    def lay() -> "list[Sheet]":
        return [document_sheet(document, copy=copy, cancelled=cancelled, open_paise=open_paise)]

    _print(lay, target, author=document.seller.legal_name, language=document.language)


def draw_documents(
    documents: Sequence[Document], target: Target, *, copy: str = "original", cancelled: Container[str] = ()
) -> None:
    """Draws documents (at least one) into one PDF, each with its own page numbers and a name in the outline.

    `cancelled` holds the numbers of those that are cancelled.
    """
    from core.paper.invoice import document_sheet

    def lay() -> "list[Sheet]":
        return [
            document_sheet(document, copy=copy, cancelled=document.number in cancelled)
            for document in documents
        ]

    first = documents[0]
    _print(lay, target, author=first.seller.legal_name, language=first.language)


def draw_receipt(receipt: Receipt, settled: Sequence[Settled], target: Target) -> None:
    """Draws the receipt for money that came in, with the bills it settles."""
    from core.paper.receipt import receipt_sheet

    _print(
        lambda: [receipt_sheet(receipt, settled)],
        target,
        author=receipt.seller.legal_name,
        language=receipt.language,
    )


def draw_reminder(reminder: Reminder, target: Target) -> None:
    """Draws a reminder as a letter, with where to pay what it asks for."""
    from core.paper.letter import reminder_sheet

    _print(
        lambda: [reminder_sheet(reminder)],
        target,
        author=reminder.seller.legal_name,
        language=reminder.language,
    )


def draw_statement(statement: Statement, target: Target, *, language: str = "en") -> None:
    """Draws a party's statement of account."""
    from core.paper.account import statement_sheet

    _print(
        lambda: [statement_sheet(statement, language=language)],
        target,
        author=statement.seller.legal_name,
        language=language,
    )


def _print(lay: "Callable[[], list[Sheet]]", target: Target, *, author: str, language: str) -> None:
    from core.paper.pen import Pen
    from core.paper.sheet import print_sheet, spoken

    with _drawing:
        sheets = lay()
        pen = Pen(target, title=sheets[0].name, author=author, language=spoken(language))
        for sheet in sheets:
            print_sheet(pen, sheet)
        pen.close()
