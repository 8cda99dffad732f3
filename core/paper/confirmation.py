"""The balance confirmation letter: the balance and its open papers, and below a slip to be torn off and sent back.

The positive form that auditors use (SA 505, External Confirmations): the party says that it agrees, or by how much
it differs. The slip is never parted from its line of scissors.
"""

from core.paper.account import balance_text
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
    signing_panel,
    title_panel,
)
from core.paper.panel import (
    LABEL,
    PLAIN,
    SMALL,
    STRONG,
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
from core.paper.pen import BLACK, DEEP, SOFT, WIDTH, Pen, Style
from core.paper.sheet import Say, Sheet, spoken, wording
from core.statements.model import Confirmation
from core.statements.naming import entry_name
from core.words import amount_in_words, amount_text, date_text, money_text

_PROSE = Style(9.2)
_DASH, _GAP = 4.0, 3.0
_BOX = 9.0
_REPLY_DAYS = 15


def confirmation_sheet(letter: Confirmation) -> Sheet:
    """Lays the letter out, the slip at its end."""
    _ = wording(letter.language)
    naming = [
        (_("Date"), letter_date(letter.dated_on, spoken(letter.language))),
        (_("Account"), letter.buyer.code or letter.buyer.name),
    ]
    title = title_panel(_("Confirmation of balance"), "", naming)
    blocks = [
        block(beside((0, letterhead(letter.seller, _)), (SIDE_AT, title)), after=7),
        block(ruled(1.4, DEEP, WIDTH, 9), glued=True),
        block(party_panel(_("To"), letter.buyer, _, MAIN), after=12, glued=True),
        *_paragraphs([_("Dear Sir or Madam,"), _asking(letter, _)]),
        block(_balance(letter, _), after=10, glued=True),
        *_bills(letter, _),
        *_paragraphs([_answering(_)]),
        block(_signed(letter, _), after=10, glued=True),
        block(_slip(letter, _), glued=True),
    ]
    name = f"{_('Confirmation of balance')} {letter.buyer.code}".strip()
    return Sheet(name, seller_name(letter.seller), blocks, _)


def _asking(letter: Confirmation, _: Say) -> str:
    sentence = (
        _("Our auditors ask us to have balances confirmed. By our books you owed us {amount} on {date}.")
        if letter.balance_paise > 0
        else _("Our auditors ask us to have balances confirmed. By our books we owed you {amount} on {date}.")
        if letter.balance_paise < 0
        else _("Our auditors ask us to have balances confirmed. By our books nothing was owed on {date}.")
    )
    return sentence.format(amount=money_text(abs(letter.balance_paise)), date=date_text(letter.on))


def _answering(_: Say) -> str:
    return _(
        "Please compare this with your books, fill in the slip below and send it back within {days} days, whether "
        "you agree or not. It is no request for payment."
    ).format(days=_REPLY_DAYS)


def _balance(letter: Confirmation, _: Say) -> Panel:
    label = _("Balance due to us") if letter.balance_paise >= 0 else _("Balance in your favour")
    words = amount_in_words(abs(letter.balance_paise), spoken(letter.language))
    left = titled(_("Amount in words"), wrapped(words, MAIN, STRONG))
    right = sums([(label, money_text(abs(letter.balance_paise)), True)], SIDE)
    return beside((0, left), (SIDE_AT, right))


def _bills(letter: Confirmation, _: Say) -> list[Block]:
    """The papers open on the day, with the balance as their sum."""
    if not letter.bills:
        return []
    columns = [
        Column(_("Date"), "left"),
        Column(_("Particulars"), "left", flex=True),
        Column(_("Number"), "left", FIGURE._replace(bold=True)),
        Column(_("Due date"), "left"),
        Column(_("Amount")),
        Column(_("Open")),
    ]
    rows: list[Cells] = [
        (
            (date_text(bill.dated_on),),
            (entry_name(bill.type, _),),
            (bill.number,),
            (date_text(bill.due_on),),
            (amount_text(bill.amount_paise),),
            (amount_text(bill.open_paise),),
        )
        for bill in letter.bills
    ]
    if letter.rest_paise:
        elsewhere = _("Entered on another day than that of the paper")
        rows.append((("",), (elsewhere,), ("",), ("",), ("",), (amount_text(letter.rest_paise),)))
    open_each = [*(bill.open_paise for bill in letter.bills), letter.rest_paise]

    def carried(count: int) -> Cells:
        return [("",), ("",), ("",), ("",), ("",), (amount_text(sum(open_each[:count])),)]

    total = [(_("Balance"),), ("",), ("",), ("",), ("",), (balance_text(letter.balance_paise),)]
    grid = Grid(
        columns, rows, total=total, sums=carried, carried=_("Carried forward"), brought=_("Brought forward")
    )
    return [*grid.blocks(), block(space(8), glued=True)]


def _paragraphs(texts: list[str]) -> list[Block]:
    return [block(stack(wrapped(text, WIDTH - 30, _PROSE)), after=6, glued=True) for text in texts]


def _signed(letter: Confirmation, _: Say) -> Panel:
    right = above(
        stack([(_("Yours faithfully,"), _PROSE)]), space(2), signature_panel(letter.seller, _, SIDE)
    )
    return beside((SIDE_AT, right))


def _slip(letter: Confirmation, _: Say) -> Panel:
    """What the party fills in, signs and sends back."""
    house = seller_name(letter.seller)
    addressed = ", ".join(part for part in (house, letter.seller.email) if part)
    head = beside(
        (0, titled(_("Reply to"), wrapped(addressed, MAIN, STRONG))),
        (SIDE_AT, titled(_("From"), wrapped(letter.buyer.name, SIDE, STRONG))),
    )
    agree = (
        _("We confirm that we owed you {amount} on {date}.")
        if letter.balance_paise > 0
        else _("We confirm that you owed us {amount} on {date}.")
        if letter.balance_paise < 0
        else _("We confirm that nothing was owed on {date}.")
    ).format(amount=money_text(abs(letter.balance_paise)), date=date_text(letter.on))
    differ = _("Our books show {line}; we differ by {line}. Particulars are given overleaf or attached.")
    choices = above(_choice(agree), space(3), _choice(differ.format(line="_" * 18)), gap=3.0)
    below = [(_("Signature, name, stamp and date"), SMALL)]
    signing = beside((SIDE_AT, signing_panel(below, SIDE)))
    return above(_tear_off(_), space(6), head, space(6), choices, signing)


def _tear_off(_: Say) -> Panel:
    """A dashed line with its word in the middle."""
    word = _("tear off here")

    def draw(pen: Pen, x: float, top: float) -> None:
        at = x
        while at < x + WIDTH:
            pen.rule(at, top - 4, min(at + _DASH, x + WIDTH), 0.6, SOFT)
            at += _DASH + _GAP
        pen.write(x + WIDTH / 2, top - 14, word, LABEL, "centre")

    return Panel(18.0, draw)


def _choice(text: str) -> Panel:
    """A sentence behind a box to tick."""
    lines = stack(wrapped(text, WIDTH - 24, PLAIN._replace(ink=BLACK)))

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.frame(x, top - _BOX, _BOX, _BOX)
        lines.draw(pen, x + 16, top)

    return Panel(max(lines.height, _BOX + 1), draw)
