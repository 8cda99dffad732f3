"""The letter to a deductor whose statements do not show the tax that was deducted from us: exact, row by row."""

from core.paper.flow import Block
from core.paper.grid import FIGURE, Cells, Column, Grid
from core.paper.letter import letter_date
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
from core.paper.panel import Panel, above, beside, block, ruled, space, stack, wrapped
from core.paper.pen import DEEP, WIDTH, Style
from core.paper.sheet import Say, Sheet, spoken, wording
from core.tds.letters import LetterLine, TdsLetter
from core.tds.matching import Outcome
from core.words import amount_text, date_text, money_text

_PROSE = Style(9.2)
_NEW_ACT = 2026


def tds_letter_sheet(letter: TdsLetter) -> Sheet:
    """Lays the letter out in the party's language."""
    _ = wording(letter.language)
    year = f"{letter.year}-{(letter.year + 1) % 100:02d}"
    naming = [
        (_("Date"), letter_date(letter.dated_on, spoken(letter.language))),
        (_("Tax year") if letter.year >= _NEW_ACT else _("Financial year"), year),
        (_("Our PAN"), letter.pan),
        (_("Your TAN"), letter.tan or _("not known to us")),
    ]
    title = title_panel(_("Tax deducted at source"), "", naming)
    form = _("Form 168") if letter.year >= _NEW_ACT else _("Form 26AS")
    blocks = [
        block(beside((0, letterhead(letter.seller, _)), (SIDE_AT, title)), after=7),
        block(ruled(1.4, DEEP, WIDTH, 9), glued=True),
        block(party_panel(_("To"), letter.buyer, _, MAIN), after=14, glued=True),
        *_paragraphs([_salutation(letter, _), _opening(letter, form, _)]),
        block(space(3), glued=True),
        *_grid(letter, _).blocks(),
        block(space(8), glued=True),
        *_paragraphs(_asking(letter, form, _)),
        block(_ending(letter, _), glued=True),
    ]
    noun = _("TDS letter")
    name = f"{noun} {letter.buyer.code or letter.buyer.name} {year}"
    return Sheet(name, seller_name(letter.seller), blocks, _)


def _salutation(letter: TdsLetter, _: Say) -> str:
    if letter.buyer.contact:
        return _("Dear {name},").format(name=letter.buyer.contact)
    return _("Dear Sir or Madam,")


def _opening(letter: TdsLetter, form: str, _: Say) -> str:
    return _(
        "You kept back tax from the payments below. {form} of our PAN does not show it as it should; "
        "what it shows less comes to {amount}."
    ).format(form=form, amount=money_text(letter.missing_paise))


def _asking(letter: TdsLetter, form: str, _: Say) -> list[str]:
    certificate = _("Form 131") if letter.year >= _NEW_ACT else _("Form 16A")
    return [
        _(
            "Please file or correct your statement of tax deducted at source as asked in each row, with our PAN "
            "{pan}, and send us {certificate} for the quarters concerned. If you see any row otherwise, please tell us."
        ).format(pan=letter.pan, certificate=certificate),
        _("Without it we cannot take credit for tax that was taken from our money. Thank you for your help."),
    ]


def _paragraphs(texts: list[str]) -> list[Block]:
    return [block(stack(wrapped(text, WIDTH - 30, _PROSE)), after=6, glued=True) for text in texts]


def _grid(letter: TdsLetter, _: Say) -> Grid:
    columns = [
        Column(_("No.")),
        Column(_("Our invoice"), "left", FIGURE._replace(bold=True), flex=True),
        Column(_("Received"), "left"),
        Column(_("Amount paid")),
        Column(_("TDS kept back")),
        Column(_("Form shows")),
        Column(_("What we ask"), "left"),
    ]
    rows = [_cells(n, line, _) for n, line in enumerate(letter.lines, 1)]

    def carried(count: int) -> Cells:
        lines = letter.lines[:count]
        paid, tds, shown = (
            sum(line.paid_paise for line in lines),
            sum(line.tds_paise for line in lines),
            sum(line.shown_paise for line in lines),
        )
        return [("",), ("",), ("",), (amount_text(paid),), (amount_text(tds),), (amount_text(shown),), ("",)]

    total: Cells = [("",), (_("Total"),), *carried(len(letter.lines))[2:]]
    return Grid(
        columns, rows, total=total, sums=carried, carried=_("Carried forward"), brought=_("Brought forward")
    )


def _cells(n: int, line: LetterLine, _: Say) -> Cells:
    numbers = line.invoices or (_("Receipt {number}").format(number=line.receipt),)
    shown = (
        numbers if len(numbers) <= 4 else (*numbers[:3], _("and {count} more").format(count=len(numbers) - 3))
    )
    return (
        (str(n),),
        shown,
        (date_text(line.dated_on),),
        (amount_text(line.paid_paise),),
        (amount_text(line.tds_paise), _("under {code}").format(code=line.code)),
        (amount_text(line.shown_paise) if line.shown_paise else "–",),
        asked(line, _),
    )


def asked(line: LetterLine, _: Say) -> tuple[str, ...]:
    """What the deductor is asked to do about a row, in short lines."""
    if line.outcome is Outcome.SHORT:
        gap = amount_text(line.tds_paise - line.shown_paise)
        return (
            (_("report {amount} more").format(amount=gap),) if line.tds_paise > line.shown_paise else ("–",)
        )
    if line.outcome is Outcome.WRONG_SECTION:
        return (
            _("code {code}").format(code=line.code),
            _("instead of {code}").format(code=line.form_says),
        )
    if line.outcome is Outcome.OTHER_QUARTER:
        return (_("shown in quarter {number}:").format(number=line.quarter), _("correct it or confirm"))
    if line.outcome is Outcome.NOT_FINAL:
        return (_("deposit the tax;"), _("booking is not final"))
    return (_("report this deduction"),)


def _ending(letter: TdsLetter, _: Say) -> Panel:
    right = above(
        stack([(_("Yours faithfully,"), _PROSE)]), space(4), signature_panel(letter.seller, _, SIDE)
    )
    return above(space(8), beside((0, space(0)), (SIDE_AT, right)))
