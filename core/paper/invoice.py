"""Every document as a sheet: the particulars of CGST Rules 46, 46A, 49, 53 and 55.

A document prints what it carries and nothing else; an empty number makes it a draft.
"""

from dataclasses import replace

from core.einvoice.model import Registered
from core.eway.model import Noted
from core.invoicing.model import Document
from core.invoicing.papers import CHALLAN, CREDIT_NOTE, OFFERS
from core.invoicing.wording import title_of
from core.paper.clauses import composition_clause
from core.paper.consignment import parties_panel
from core.paper.flow import Block
from core.paper.hsn import hsn_grid, hsn_title
from core.paper.letterhead import (
    MAIN,
    SIDE,
    SIDE_AT,
    letterhead,
    seller_name,
    signature_panel,
    signing_panel,
    title_panel,
)
from core.paper.lines import line_grid
from core.paper.naming import copy_mark, number_label
from core.paper.panel import (
    LABEL,
    PLAIN,
    SMALL,
    Panel,
    above,
    beside,
    block,
    ruled,
    space,
    stack,
    sums,
    titled,
    wrapped,
)
from core.paper.pen import BLACK, DEEP, PALE, WIDTH, Style
from core.paper.sheet import Say, Sheet, wording
from core.paper.totals import totals_panel
from core.words import amount_text, date_text

_TAIL_MOST = 330.0  # a longer ending may break before its tax by HSN
_HSN_MOST = 300.0  # and a tax by HSN longer than this may break within
_TERMS_BESIDE = 11
_TERMS = Style(7.0, ink=BLACK)


def document_sheet(
    document: Document,
    *,
    copy: str = "original",
    cancelled: bool = False,
    open_paise: int | None = None,
    registered: Registered | None = None,
    noted: Noted | None = None,
) -> Sheet:
    """Lays a document out. `open_paise` is what is still due of it: the whole value unless told.

    `registered` is its registration as an e-invoice, `noted` its e-way bill.
    """
    _ = wording(document.language)
    title = title_of(document, _)
    watermark = ""
    if cancelled:
        watermark = _("CANCELLED")
    elif not document.number:
        watermark = _("DRAFT")
    mark = watermark or copy_mark(document, copy, _)
    named = title_panel(title, mark, _naming(document, _), clause=composition_clause(document.seller, _))
    blocks = [
        block(beside((0, letterhead(document.seller, _)), (SIDE_AT, named)), after=7),
        block(ruled(1.4, DEEP, WIDTH, 7), glued=True),
        block(parties_panel(document, _, registered=registered, noted=noted), after=7, glued=True),
        *_table(document, _),
        *_ending(document, _, cancelled=cancelled, open_paise=open_paise),
    ]
    name = f"{title} {document.number}".strip()
    return Sheet(name, seller_name(document.seller), blocks, _, watermark)


def _naming(document: Document, _: Say) -> list[tuple[str, str]]:
    pairs = [
        (number_label(document, _), document.number or _("not issued")),
        (_("Date"), date_text(document.dated_on)),
    ]
    if document.type in OFFERS:
        pairs.append((_("Valid until"), date_text(document.due_on)))
    elif document.type not in (CREDIT_NOTE, CHALLAN):
        pairs.append((_("Due date"), date_text(document.due_on)))
    if document.reference:
        asked = _("Your reference") if document.type in OFFERS else _("Your order")
        pairs.append((asked, document.reference))
    return pairs


def _table(document: Document, _: Say) -> list[Block]:
    if document.lines:
        return line_grid(document, _).blocks()
    brought = _("Balance brought forward from earlier books")
    amount = amount_text(document.totals.invoice_value_paise)
    return [block(sums([(brought, amount, False)], WIDTH), glued=True)]


def _ending(document: Document, _: Say, *, cancelled: bool, open_paise: int | None) -> list[Block]:
    """Totals, words, where to pay, sums by HSN, terms and signature; kept on one page while they are short."""
    totals = totals_panel(document, _, cancelled=cancelled, open_paise=open_paise)
    tail = [block(space(6), glued=True), block(totals, after=8, glued=True)]
    tail += [*_by_hsn(document, _), *_closing(document, _)]
    if sum(part.height for part in tail) > _TAIL_MOST:
        return tail
    return [replace(part, glued=True) for part in tail]


def _by_hsn(document: Document, _: Say) -> list[Block]:
    """The sums by HSN, where there are codes and something to sum."""
    if not any(line.hsn and line.gross_paise for line in document.lines):
        return []
    title = block(stack([(hsn_title(document, _), LABEL)]), after=1.5)
    head, *rows = hsn_grid(document, _).blocks()
    rows.append(block(space(8), glued=True))
    whole = sum(row.height for row in rows) <= _HSN_MOST
    return [title, replace(head, glued=True), *(replace(row, glued=whole or row.glued) for row in rows)]


def _closing(document: Document, _: Say) -> list[Block]:
    """Note, terms and declaration beside the signature; terms too long for that follow as running lines."""
    left = []
    if document.note:
        left.append(titled(_("Note"), wrapped(document.note, MAIN, PLAIN)))
    terms = wrapped(document.terms, MAIN, _TERMS)
    beside_signature = len(terms) <= _TERMS_BESIDE
    if terms and beside_signature:
        left.append(titled(_("Terms"), terms))
    left += _declared(document, _)
    signature = signature_panel(document.seller, _)
    blocks = [
        block(ruled(0.35, PALE, WIDTH, 6), glued=True),
        block(beside((0, above(*left, gap=5)), (SIDE_AT, signature)), glued=True),
    ]
    if not beside_signature:
        running = wrapped(document.terms, WIDTH, _TERMS)
        blocks.append(block(stack([(_("Terms"), LABEL)]), glued=True))
        blocks += [block(stack([line])) for line in running]
    return blocks


def _declared(document: Document, _: Say) -> list[Panel]:
    """What the seller declares; on a challan, room for the consignee to sign."""
    if document.type == CHALLAN:
        received = _("Received in good order: name, signature and date")
        return [signing_panel(wrapped(received, SIDE, SMALL), SIDE)]
    if not document.lines or document.type in OFFERS:
        return []
    declaration = _(
        "We declare that this document shows the actual price of the goods or services described "
        "and that all its particulars are true and correct."
    )
    return [stack(wrapped(declaration, MAIN, SMALL))]
