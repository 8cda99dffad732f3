"""Draws papers as PDF on A4, from frozen records that already carry every word and figure.

Pure drawing: no clock, no book, no network. What draws is loaded on first use.
"""

import threading
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from core.advances.model import ReceiptVoucher, RefundVoucher
from core.dunning.model import Reminder
from core.einvoice.model import Registered
from core.eway.model import Noted
from core.interest.model import BillInterest
from core.invoicing.model import Document
from core.paper.model import PayIn, Settled
from core.receipts.model import Payback, Receipt, Reversal
from core.statements.model import Confirmation, Statement
from core.tds.letters import TdsLetter

if TYPE_CHECKING:
    from core.paper.sheet import Sheet

Target = Path | BinaryIO

ORIGINAL = "original"
COPIES = (ORIGINAL, "duplicate", "triplicate")
"""All the copies of a paper that goes with goods: CGST Rules 48(1) and 55(2)."""

# A face keeps one reading place in its file and one set of shapes, so papers are made one at a time.
_drawing = threading.Lock()


def draw_document(
    document: Document,
    target: Target,
    *,
    copies: Sequence[str] = (ORIGINAL,),
    cancelled: bool = False,
    open_paise: int | None = None,
    registered: Registered | None = None,
    noted: Noted | None = None,
) -> None:
    """Draws a document of any type; one without a number as a draft.

    `copies` are original, duplicate, triplicate (COPIES), one after another in the file; `open_paise` is what is
    still due (else the whole value). `registered` prints the IRN and the portal's QR, `noted` the e-way bill.
    """
    from core.paper.invoice import document_sheet

    def lay() -> "list[Sheet]":
        return [
            document_sheet(
                document,
                copy=copy,
                cancelled=cancelled,
                open_paise=open_paise,
                registered=registered,
                noted=noted,
            )
            for copy in copies
        ]

    _print(lay, target, author=document.seller.legal_name, language=document.language)


def draw_documents(
    documents: Sequence[Document],
    target: Target,
    *,
    copies: Sequence[str] = (ORIGINAL,),
    cancelled: Container[str] = (),
    registered: Mapping[str, Registered] | None = None,
) -> None:
    """Draws documents (at least one) into one PDF, each with its own page numbers and a name in the outline.

    `cancelled` holds the numbers of those that are cancelled, `registered` e-invoices by number.
    """
    from core.paper.invoice import document_sheet

    def lay() -> "list[Sheet]":
        return [
            document_sheet(
                document,
                copy=copy,
                cancelled=document.number in cancelled,
                registered=registered.get(document.number) if registered else None,
            )
            for document in documents
            for copy in copies
        ]

    first = documents[0]
    _print(lay, target, author=first.seller.legal_name, language=first.language)


def draw_voucher(voucher: ReceiptVoucher, target: Target) -> None:
    """Draws the receipt voucher for an advance (CGST Rules, 50)."""
    from core.paper.voucher import receipt_voucher_sheet

    _print(
        lambda: [receipt_voucher_sheet(voucher)],
        target,
        author=voucher.seller.legal_name,
        language=voucher.language,
    )


def draw_refund(refund: RefundVoucher, target: Target) -> None:
    """Draws the refund voucher for an advance given back (CGST Rules, 51)."""
    from core.paper.voucher import refund_voucher_sheet

    _print(
        lambda: [refund_voucher_sheet(refund)],
        target,
        author=refund.seller.legal_name,
        language=refund.language,
    )


def draw_receipt(
    receipt: Receipt, settled: Sequence[Settled], target: Target, *, taken_back: bool = False
) -> None:
    """Draws the receipt for money that came in, with the bills it settles; one that was taken back says so."""
    from core.paper.receipt import receipt_sheet

    _print(
        lambda: [receipt_sheet(receipt, settled, taken_back=taken_back)],
        target,
        author=receipt.seller.legal_name,
        language=receipt.language,
    )


def draw_reversal(reversal: Reversal, target: Target) -> None:
    """Draws what takes a receipt, or money given back, out of the books again."""
    from core.paper.reversal import reversal_sheet

    _print(
        lambda: [reversal_sheet(reversal)],
        target,
        author=reversal.seller.legal_name,
        language=reversal.language,
    )


def draw_payback(payback: Payback, target: Target) -> None:
    """Draws the voucher for money given back to a party in credit."""
    from core.paper.reversal import payback_sheet

    _print(
        lambda: [payback_sheet(payback)],
        target,
        author=payback.seller.legal_name,
        language=payback.language,
    )


def draw_slip(slip: PayIn, target: Target) -> None:
    """Draws the pay-in slip for cheques handed to our bank."""
    from core.paper.slip import slip_sheet

    _print(lambda: [slip_sheet(slip)], target, author=slip.seller.legal_name, language=slip.language)


def draw_reminder(reminder: Reminder, target: Target) -> None:
    """Draws a reminder as a letter, with where to pay what it asks for."""
    from core.paper.letter import reminder_sheet

    _print(
        lambda: [reminder_sheet(reminder)],
        target,
        author=reminder.seller.legal_name,
        language=reminder.language,
    )


def draw_interest(document: Document, interest: BillInterest, target: Target) -> None:
    """Draws how the interest on a bill comes about, line by line, in the bill's language."""
    from core.paper.interest import interest_sheet

    _print(
        lambda: [interest_sheet(document, interest)],
        target,
        author=document.seller.legal_name,
        language=document.language,
    )


def draw_tds_letters(letters: Sequence[TdsLetter], target: Target) -> None:
    """Draws letters to deductors (at least one) into one PDF, each with its own page numbers."""
    from core.paper.tds_letter import tds_letter_sheet

    first = letters[0]
    _print(
        lambda: [tds_letter_sheet(letter) for letter in letters],
        target,
        author=first.seller.legal_name,
        language=first.language,
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


def draw_confirmation(letter: Confirmation, target: Target) -> None:
    """Draws a balance confirmation letter with its reply slip, in the party's language."""
    from core.paper.confirmation import confirmation_sheet

    _print(
        lambda: [confirmation_sheet(letter)],
        target,
        author=letter.seller.legal_name,
        language=letter.language,
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
