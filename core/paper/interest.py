"""The interest sheet: how interest on one bill comes about, sentence by sentence and line by line.

It goes with a reminder, a debit note or a reference to the council of the MSMED Act, s. 18; by itself it charges
nothing. A line's dates are the first day that bears interest and the first that bears none any more.
"""

from core.interest.model import BillInterest, Span
from core.interest.reckoning import YEAR_DAYS
from core.interest.wording import basis_text, rate_told, sentences
from core.invoicing.model import Document
from core.invoicing.papers import type_words
from core.paper.flow import Block
from core.paper.grid import FIGURE, Cells, Column, Grid
from core.paper.letterhead import (
    MAIN,
    SIDE,
    SIDE_AT,
    letterhead,
    party_panel,
    seller_name,
    signature_panel,
    title_panel,
)
from core.paper.panel import LABEL, SMALL, beside, block, ruled, space, stack, sums, wrapped
from core.paper.pen import BLACK, DEEP, WIDTH, Style
from core.paper.sheet import Say, Sheet, wording
from core.words import amount_text, date_text, money_text

_PROSE = Style(8.6, ink=BLACK)


def interest_sheet(document: Document, interest: BillInterest) -> Sheet:
    """Lays the interest on a bill out in the bill's language."""
    _ = wording(document.language)
    naming = [
        (type_words(_).get(document.type, document.type), document.number),
        (_("Date"), date_text(document.dated_on)),
        (_("Reckoned to"), date_text(interest.on)),
        (_("Interest"), basis_text(interest, _)),
    ]
    title = title_panel(_("Interest Sheet"), "", naming)
    party = party_panel(_("To"), document.buyer, _, MAIN)
    blocks = [
        block(beside((0, letterhead(document.seller, _)), (SIDE_AT, title)), after=7),
        block(ruled(1.4, DEEP, WIDTH, 7), glued=True),
        block(beside((0, party), (SIDE_AT, sums(_owed(interest, _), SIDE))), after=9, glued=True),
        *_sentences(interest, _),
        *_lines(interest, _),
        *_ending(document, interest, _),
    ]
    return Sheet(f"{_('Interest Sheet')} {document.number}", seller_name(document.seller), blocks, _)


def _owed(interest: BillInterest, _: Say) -> list[tuple[str, str, bool]]:
    run = interest.interest_paise
    pairs = [
        (_("Amount of the bill"), amount_text(interest.amount_paise), False),
        (_("Still open of it"), amount_text(interest.open_paise), False),
        (_("Interest that has run"), amount_text(run), False),
    ]
    if interest.booked_paise:
        pairs.append((_("Charged by debit notes"), amount_text(interest.booked_paise), False))
    if interest.settled_paise:
        pairs.append((_("Paid or given up of it"), amount_text(-interest.settled_paise), False))
    total = interest.open_paise + max(run - interest.settled_paise, 0)
    return [*pairs, (_("Bill and interest owed"), money_text(total), True)]


def _sentences(interest: BillInterest, _: Say) -> list[Block]:
    told = [
        block(stack(wrapped(text, WIDTH, _PROSE)), after=2.5, glued=True) for text in sentences(interest, _)
    ]
    return [*told, block(space(7), glued=True)]


def _lines(interest: BillInterest, _: Say) -> list[Block]:
    spans = interest.sheet.spans
    if not spans:
        return []
    columns = [
        Column(_("From"), "left"),
        Column(_("Up to"), "left"),
        Column(_("Days")),
        Column(_("Principal")),
        Column(_("Interest added")),
        Column(_("Rate a year"), "left", flex=True),
        Column(_("Interest"), "right", FIGURE._replace(bold=True)),
        Column(_("Owed after")),
    ]
    rows: list[Cells] = []
    run = settled = 0
    for span in spans:
        run, settled = run + span.interest_paise, settled + span.settled_paise
        rows.append(_cells(span, span.principal_paise + run - settled, _))

    def carried(count: int) -> Cells:
        part = sum(span.interest_paise for span in spans[:count])
        return [("",)] * 6 + [(amount_text(part),), ("",)]

    total = carried(len(spans))
    grid = Grid(
        columns, rows, total=total, sums=carried, carried=_("Carried forward"), brought=_("Brought forward")
    )
    return [*grid.blocks(), block(space(8), glued=True)]


def _cells(span: Span, owed_paise: int, _: Say) -> Cells:
    days = str(span.days)
    if span.days != span.of_days and span.of_days != YEAR_DAYS:
        days = _("{days} of {of_days}").format(days=span.days, of_days=span.of_days)
    return (
        (date_text(span.from_on), *_moved_told(span, _)),
        (date_text(span.to_on),),
        (days,),
        (amount_text(span.principal_paise),),
        (amount_text(span.compounded_paise) if span.compounded_paise else "",),
        (rate_told(span, _),),
        (amount_text(span.interest_paise),),
        (amount_text(owed_paise),),
    )


def _moved_told(span: Span, _: Say) -> list[str]:
    """What came in, or was taken back, on a line's first day."""
    found = []
    if span.paid_paise:
        text = _("{amount} paid") if span.paid_paise > 0 else _("{amount} owed again")
        found.append(text.format(amount=amount_text(abs(span.paid_paise))))
    if span.settled_paise:
        found.append(_("{amount} of interest paid").format(amount=amount_text(span.settled_paise)))
    return found


def _ending(document: Document, interest: BillInterest, _: Say) -> list[Block]:
    notes = [
        _("The first day of a line bears interest, the last one does not."),
        _("Interest is added to what bears interest at the end of each month from its first day."),
    ]
    if interest.basis != "msmed":
        notes = notes[:1]
    if document.seller.udyam_number:
        notes.append(_("Udyam registration {number}.").format(number=document.seller.udyam_number))
    left = stack(
        [(_("How to read it"), LABEL), *(line for text in notes for line in wrapped(text, MAIN, SMALL))]
    )
    return [block(beside((0, left), (SIDE_AT, signature_panel(document.seller, _))), glued=True)]
