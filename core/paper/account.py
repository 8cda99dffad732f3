"""The statement of account as a sheet: each paper with its running balance, and what is owed by age.

A debit is what the party owes more, a credit what it owes less.
"""

from core.paper.flow import Block
from core.paper.grid import FIGURE, Cells, Column, Grid
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
from core.paper.panel import (
    LABEL,
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
    wrapped,
)
from core.paper.payment import payment_link
from core.paper.pen import BLACK, DEEP, WIDTH, Pen, Style
from core.paper.sheet import Say, Sheet, wording
from core.statements.model import BUCKETS, Entry, Statement
from core.statements.naming import age_name, entry_name
from core.words import amount_text, date_text, money_text

_STRIP = 30.0


def statement_sheet(statement: Statement, *, language: str = "en") -> Sheet:
    """Lays a statement of account out in this language."""
    _ = wording(language)
    period = _("{first} to {last}").format(
        first=date_text(statement.from_on), last=date_text(statement.to_on)
    )
    naming = [(_("Period"), period), (_("Account"), statement.buyer.code or statement.buyer.name)]
    head = beside(
        (0, letterhead(statement.seller, _)), (SIDE_AT, title_panel(_("Statement of Account"), "", naming))
    )
    totals = sums(_closing_pairs(statement, _), SIDE)
    party = beside((0, party_panel(_("To"), statement.buyer, _, MAIN)), (SIDE_AT, totals))
    blocks = [
        block(head, after=7),
        block(ruled(1.4, DEEP, WIDTH, 7), glued=True),
        block(party, after=9, glued=True),
        *_entry_grid(statement, _).blocks(),
        *_ending(statement, _),
    ]
    name = f"{_('Statement of Account')} {statement.buyer.code}".strip()
    return Sheet(name, seller_name(statement.seller), blocks, _)


def _closing_pairs(statement: Statement, _: Say) -> list[tuple[str, str, bool]]:
    debit, credit = _moved(statement.entries)
    label = _("Balance due to us") if statement.closing_paise >= 0 else _("Balance in your favour")
    return [
        (_("Opening balance"), balance_text(statement.opening_paise), False),
        (_("Billed"), amount_text(debit), False),
        (_("Received and credited"), amount_text(credit), False),
        (label, money_text(abs(statement.closing_paise)), True),
    ]


def balance_text(balance_paise: int) -> str:
    """A balance as ledgers write it: the amount with Dr or Cr."""
    if not balance_paise:
        return amount_text(0)
    return f"{amount_text(abs(balance_paise))} {'Dr' if balance_paise > 0 else 'Cr'}"


def _moved(entries: tuple[Entry, ...]) -> tuple[int, int]:
    return sum(entry.debit_paise for entry in entries), sum(entry.credit_paise for entry in entries)


def _entry_grid(statement: Statement, _: Say) -> Grid:
    columns = [
        Column(_("Date"), "left"),
        Column(_("Particulars"), "left", flex=True),
        Column(_("Number"), "left", FIGURE._replace(bold=True)),
        Column(_("Debit")),
        Column(_("Credit")),
        Column(_("Balance")),
    ]
    opening = (
        (date_text(statement.from_on),),
        (_("Opening balance"),),
        ("",),
        ("",),
        ("",),
        (balance_text(statement.opening_paise),),
    )
    rows: list[Cells] = [opening, *(_entry_cells(entry, _) for entry in statement.entries)]

    def carried(count: int) -> Cells:
        entries = statement.entries[: count - 1]
        debit, credit = _moved(entries)
        balance = entries[-1].balance_paise if entries else statement.opening_paise
        return [("",), ("",), ("",), (amount_text(debit),), (amount_text(credit),), (balance_text(balance),)]

    *sums_of_all, _balance = carried(len(rows))
    closing = (balance_text(statement.closing_paise),)
    total = [(date_text(statement.to_on),), (_("Closing balance"),), *sums_of_all[2:], closing]
    return Grid(
        columns, rows, total=total, sums=carried, carried=_("Carried forward"), brought=_("Brought forward")
    )


def _entry_cells(entry: Entry, _: Say) -> Cells:
    name = entry_name(entry.type, _)
    return (
        (date_text(entry.dated_on),),
        (name, entry.text) if entry.text else (name,),
        (entry.number,),
        (amount_text(entry.debit_paise) if entry.debit_paise else "",),
        (amount_text(entry.credit_paise) if entry.credit_paise else "",),
        (balance_text(entry.balance_paise),),
    )


def _ending(statement: Statement, _: Say) -> list[Block]:
    due_paise = statement.closing_paise
    link = ""
    if due_paise > 0:
        note = statement.buyer.code or statement.buyer.name
        link = payment_link(statement.seller, due_paise, note)
    pay = payment_panel(statement.seller.bank, link, due_paise, _, MAIN) if due_paise > 0 else space(0)
    please = _("Please tell us within a fortnight if this does not agree with your books.")
    left = above(pay, stack(wrapped(please, MAIN, SMALL)), gap=6)
    blocks = [block(space(10), glued=True), *_cheque_grid(statement, _), *_ages(statement, _)]
    signature = signature_panel(statement.seller, _)
    return [*blocks, block(beside((0, left), (SIDE_AT, signature)), glued=True)]


def _cheque_grid(statement: Statement, _: Say) -> list[Block]:
    """The post-dated cheques in hand, apart: they are in no balance until their dates."""
    if not statement.cheques:
        return []
    title = _("Post-dated cheques in our hands, not yet in the balance")
    columns = [
        Column(_("Cheque date"), "left"),
        Column(_("Cheque"), "left", FIGURE._replace(bold=True)),
        Column(_("Bank"), "left", flex=True),
        Column(_("Receipt"), "left"),
        Column(_("Amount")),
    ]
    rows: list[Cells] = [
        (
            (date_text(held.cheque_on),),
            (held.cheque,),
            (held.bank,),
            (held.receipt,),
            (amount_text(held.amount_paise),),
        )
        for held in statement.cheques
    ]

    def carried(count: int) -> Cells:
        amount = sum(held.amount_paise for held in statement.cheques[:count])
        return [("",), ("",), ("",), ("",), (amount_text(amount),)]

    total = [(_("Total"),), *carried(len(rows))[1:]]
    grid = Grid(
        columns, rows, total=total, sums=carried, carried=_("Carried forward"), brought=_("Brought forward")
    )
    return [
        block(stack([(title, LABEL)]), after=2, glued=True),
        *grid.blocks(),
        block(space(10), glued=True),
    ]


def _ages(statement: Statement, _: Say) -> list[Block]:
    if not statement.buckets:
        return []
    title = _("What is owed on {date}, by days past due").format(
        date=date_text(statement.aged_on or statement.to_on)
    )
    blocks = [
        block(stack([(title, LABEL)]), after=2, glued=True),
        block(_ageing_strip(statement, _), after=4 if statement.on_account_paise else 12, glued=True),
    ]
    if statement.on_account_paise:
        unused = _("Besides, {amount} received or credited has settled no bill yet.").format(
            amount=money_text(statement.on_account_paise)
        )
        blocks.append(block(stack(wrapped(unused, WIDTH, SMALL)), after=10, glued=True))
    return blocks


def _ageing_strip(statement: Statement, _: Say) -> Panel:
    """The ages side by side in boxes, each with its amount; what is past due stands in bold."""
    cells = [(age_name(label, _), paise, label != BUCKETS[0]) for label, paise in statement.buckets]
    cells.append((_("Total open"), sum(paise for _label, paise in statement.buckets), True))
    wide = WIDTH / len(cells)

    def draw(pen: Pen, x: float, top: float) -> None:
        for n, (label, paise, strong) in enumerate(cells):
            left = x + n * wide
            pen.frame(left, top - _STRIP, wide, _STRIP)
            pen.write(left + wide - 6, top - 11, label, LABEL, "right")
            style = STRONG if strong and paise else Style(8.0, ink=BLACK)
            pen.write(left + wide - 6, top - 23, amount_text(paise) if paise else "–", style, "right")

    return Panel(_STRIP, draw)
