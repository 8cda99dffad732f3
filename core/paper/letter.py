"""The reminder as a dated letter: courteous at every step, and exact about each bill.

Its three tones (gentle, firm, final) differ in words, never in the figures.
"""

import datetime as dt

from core.dunning.model import Reminder
from core.paper.flow import Block
from core.paper.grid import FIGURE, Column, Grid
from core.paper.letterhead import (
    MAIN,
    SIDE,
    SIDE_AT,
    letterhead,
    party_panel,
    payment_panel,
    seller_name,
    signature_panel,
    title_panel,
)
from core.paper.panel import STRONG, Panel, above, beside, block, ruled, space, stack, sums, titled, wrapped
from core.paper.payment import payment_link
from core.paper.pen import DEEP, WIDTH, Style
from core.paper.sheet import Say, Sheet, spoken, wording
from core.words import amount_in_words, amount_text, date_text, money_text

_PROSE = Style(9.2)
_PARAGRAPH = 6.0


def reminder_sheet(reminder: Reminder) -> Sheet:
    """Lays a reminder out as a letter."""
    _ = wording(reminder.language)
    naming = [
        (_("Letter no."), reminder.number or _("not issued")),
        (_("Date"), letter_date(reminder.dated_on, spoken(reminder.language))),
    ]
    title = title_panel(_(reminder.title), "", naming)
    due_paise = reminder.total_paise - reminder.on_account_paise
    opening, asking = (
        sentence.format(amount=money_text(due_paise), count=len(reminder.lines))
        for sentence in _prose(reminder, _)
    )
    blocks = [
        block(beside((0, letterhead(reminder.seller, _)), (SIDE_AT, title)), after=7),
        block(ruled(1.4, DEEP, WIDTH, 9), glued=True),
        block(party_panel(_("To"), reminder.buyer, _, MAIN), after=14, glued=True),
        *_paragraphs([_salutation(reminder, _), opening]),
        block(space(3), glued=True),
        *_bill_grid(reminder, _).blocks(),
        block(_owed(reminder, due_paise, _), after=12, glued=True),
        *_paragraphs([asking, _("If you have paid in the meantime, please accept our thanks.")]),
        block(_ending(reminder, _), glued=True),
    ]
    name = f"{_(reminder.title)} {reminder.number}".strip()
    watermark = "" if reminder.number else _("DRAFT")
    return Sheet(name, seller_name(reminder.seller), blocks, _, watermark)


def letter_date(on: dt.date, language: str) -> str:
    """A date as letters carry it, with the month's name in the letter's language."""
    # Babel's calendars are only wanted by letters.
    from babel.dates import format_date

    return format_date(on, "d MMMM y", locale=language)


def _salutation(reminder: Reminder, _: Say) -> str:
    if reminder.buyer.contact:
        return _("Dear {name},").format(name=reminder.buyer.contact)
    return _("Dear Sir or Madam,")


def _prose(reminder: Reminder, _: Say) -> tuple[str, str]:
    """What is said before the table and after it."""
    if reminder.tone == "final":
        return (
            _(
                "In spite of our earlier letters the bills below are still unpaid. "
                "We now ask you to settle the whole amount of {amount}."
            ),
            _(
                "Please pay {amount} within seven days of this letter. If we do not hear from you by then, "
                "we shall have to consider holding further supplies and recovering the amount with interest "
                "as the law allows. We would much rather settle this with you: please call us."
            ),
        )
    if reminder.tone == "firm":
        return (
            _(
                "We wrote to you before about the bills below. According to our books {amount} "
                "is still unpaid and well past its due date."
            ),
            _(
                "Please pay {amount} within the week, or tell us the date on which we may expect it. "
                "If anything about these bills is in question, let us know now so that we can put it right."
            ),
        )
    return (
        _(
            "Thank you for your business. This is a friendly note that the bills below have fallen due; "
            "they come to {amount}."
        ),
        _(
            "It may simply have been overlooked. We would be glad to receive {amount} in the next few days. "
            "If something is not in order, please tell us and we will look into it at once."
        ),
    )


def _paragraphs(texts: list[str]) -> list[Block]:
    return [block(stack(wrapped(text, WIDTH - 30, _PROSE)), after=_PARAGRAPH, glued=True) for text in texts]


def _bill_grid(reminder: Reminder, _: Say) -> Grid:
    columns = [
        Column(_("Bill"), "left", FIGURE._replace(bold=True), flex=True),
        Column(_("Date"), "left"),
        Column(_("Due date"), "left"),
        Column(_("Days late")),
        Column(_("Bill amount")),
        Column(_("Unpaid")),
    ]
    rows = [
        (
            (line.number,),
            (date_text(line.dated_on),),
            (date_text(line.due_on),),
            (str(line.days_late),),
            (amount_text(line.amount_paise),),
            (amount_text(line.open_paise),),
        )
        for line in reminder.lines
    ]

    def carried(count: int) -> list[tuple[str, ...]]:
        lines = reminder.lines[:count]
        amount, unpaid = sum(line.amount_paise for line in lines), sum(line.open_paise for line in lines)
        return [("",), ("",), ("",), ("",), (amount_text(amount),), (amount_text(unpaid),)]

    total = [(_("Total"),), *carried(len(reminder.lines))[1:]]
    return Grid(
        columns, rows, total=total, sums=carried, carried=_("Carried forward"), brought=_("Brought forward")
    )


def _owed(reminder: Reminder, due_paise: int, _: Say) -> Panel:
    pairs = []
    if reminder.on_account_paise:
        pairs.append((_("Less held on account"), amount_text(-reminder.on_account_paise), False))
    pairs.append((_("Please pay"), money_text(due_paise), True))
    words = amount_in_words(due_paise, spoken(reminder.language))
    left = titled(_("Amount in words"), wrapped(words, MAIN, STRONG))
    return above(space(5), beside((0, left), (SIDE_AT, sums(pairs, SIDE))))


def _ending(reminder: Reminder, _: Say) -> Panel:
    due_paise = reminder.total_paise - reminder.on_account_paise
    link = ""
    if reminder.number:
        link = payment_link(reminder.seller, due_paise, reminder.number)
    left = payment_panel(reminder.seller.bank, link, due_paise, _, MAIN)
    right = above(
        stack([(_("Yours faithfully,"), _PROSE)]), space(4), signature_panel(reminder.seller, _, SIDE)
    )
    return above(space(8), beside((0, left), (SIDE_AT, right)))
