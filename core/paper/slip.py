"""The pay-in slip that goes to our bank with cheques: each with its number, date, bank and drawer, and the sum."""

from core.paper.flow import Block
from core.paper.grid import Column, Grid
from core.paper.letterhead import (
    MAIN,
    SIDE,
    SIDE_AT,
    letterhead,
    seller_name,
    signing_panel,
    title_panel,
)
from core.paper.model import PayIn
from core.paper.panel import (
    LABEL,
    STRONG,
    beside,
    block,
    facts,
    ruled,
    space,
    sums,
    titled,
    wrapped,
)
from core.paper.pen import DEEP, WIDTH
from core.paper.sheet import Say, Sheet, spoken, wording
from core.words import amount_in_words, amount_text, date_text, money_text


def slip_sheet(slip: PayIn) -> Sheet:
    """Lays a pay-in slip out."""
    _ = wording(slip.language)
    total = sum(cheque.amount_paise for cheque in slip.cheques)
    naming = [
        (_("Date"), date_text(slip.deposited_on)),
        (_("Cheques"), str(len(slip.cheques))),
        *([(_("Slip no."), slip.number)] if slip.number else []),
    ]
    account = [(_("Bank"), slip.bank), (_("Account no."), slip.account), (_("IFSC"), slip.ifsc)]
    paid_into = facts([pair for pair in account if pair[1]], MAIN, split=0.25)
    words = titled(_("Amount in words"), wrapped(amount_in_words(total, spoken(slip.language)), MAIN, STRONG))
    signed = signing_panel([(_("Depositor's signature"), LABEL)], SIDE)
    stamped = signing_panel([(_("For the bank: stamp and date"), LABEL)], SIDE)
    title = _("Pay-in Slip")
    blocks = [
        block(
            beside((0, letterhead(slip.seller, _)), (SIDE_AT, title_panel(title, _("Cheques"), naming))),
            after=7,
        ),
        block(ruled(1.4, DEEP, WIDTH, 7), glued=True),
        block(titled(_("Paid into"), []), after=1, glued=True),
        block(paid_into, after=9, glued=True),
        *_cheques(slip, _),
        block(space(7), glued=True),
        block(
            beside((0, words), (SIDE_AT, sums([(_("Total"), money_text(total), True)], SIDE))),
            after=4,
            glued=True,
        ),
        block(beside((0, signed), (SIDE_AT, stamped)), glued=True),
    ]
    name = f"{title} {date_text(slip.deposited_on)}"
    return Sheet(name, seller_name(slip.seller), blocks, _, "")


def _cheques(slip: PayIn, _: Say) -> list[Block]:
    """The cheques one below the other, with their sum carried over pages."""
    columns = [
        Column(_("No."), "right"),
        Column(_("Cheque no."), "left"),
        Column(_("Cheque date"), "left"),
        Column(_("Drawer and bank"), "left", flex=True),
        Column(_("Amount ₹").replace(" ₹", "\u00a0₹")),
    ]
    rows = [
        (
            (str(n),),
            (cheque.number,),
            (date_text(cheque.dated_on),),
            (cheque.drawer, cheque.bank) if cheque.bank else (cheque.drawer,),
            (amount_text(cheque.amount_paise),),
        )
        for n, cheque in enumerate(slip.cheques, 1)
    ]

    def carried(count: int) -> list[tuple[str, ...]]:
        so_far = sum(cheque.amount_paise for cheque in slip.cheques[:count])
        return [("",), ("",), ("",), ("",), (amount_text(so_far),)]

    grid = Grid(
        columns,
        rows,
        total=[("",), (_("Total"),), *carried(len(rows))[2:]],
        sums=carried,
        carried=_("Carried forward"),
        brought=_("Brought forward"),
    )
    return grid.blocks()
