"""The receipt given for money: what came in, what was kept back, and which bills it settles.

It thanks the payer and names every rupee; what settles no bill stands on account.
"""

from collections.abc import Sequence

from core.money import unscaled
from core.paper.flow import Block
from core.paper.grid import Column, Grid
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
from core.paper.model import Settled
from core.paper.panel import (
    LABEL,
    PLAIN,
    SMALL,
    STRONG,
    Panel,
    above,
    beside,
    block,
    facts,
    ruled,
    space,
    stack,
    sums,
    titled,
    wrapped,
)
from core.paper.pen import DEEP, WIDTH
from core.paper.sheet import Say, Sheet, spoken, wording
from core.receipts.model import Cheque, Deduction, ForeignMoney, Receipt
from core.words import amount_in_words, amount_text, date_text, money_text


def receipt_sheet(receipt: Receipt, settled: Sequence[Settled], *, taken_back: bool = False) -> Sheet:
    """Lays a receipt out with the bills it settles; across one that was taken back stands that it counts no more."""
    _ = wording(receipt.language)
    naming = [
        (_("Receipt no."), receipt.number or _("not issued")),
        (_("Date"), date_text(receipt.dated_on)),
        (_("Received by"), mode_name(receipt.mode, _)),
    ]
    naming += cheque_facts(receipt.cheque, _)
    if receipt.reference:
        naming.append((_("Reference"), receipt.reference))
    head = beside((0, letterhead(receipt.seller, _)), (SIDE_AT, title_panel(_("Receipt"), "", naming)))
    blocks = [
        block(head, after=7),
        block(ruled(1.4, DEEP, WIDTH, 7), glued=True),
        block(_thanks(receipt, None if taken_back else settled, _), after=10, glued=True),
        *_bills(settled, _),
        block(_closing(receipt, _), glued=True),
    ]
    name = f"{_('Receipt')} {receipt.number}".strip()
    watermark = "" if receipt.number else _("DRAFT")
    if taken_back:
        watermark = _("TAKEN BACK")
    return Sheet(name, seller_name(receipt.seller), blocks, _, watermark)


def mode_name(mode: str, _: Say) -> str:
    """How money came in, in the words of the trade."""
    names = {
        "cash": _("Cash"),
        "cheque": _("Cheque"),
        "neft": _("NEFT"),
        "rtgs": _("RTGS"),
        "imps": _("IMPS"),
        "upi": _("UPI"),
        "card": _("Card"),
        "adjustment": _("Adjustment"),
    }
    return names.get(mode, _("Other"))


def deduction_name(deduction: Deduction, _: Say) -> str:
    """What was kept back and why, with the section or code of a tax."""
    names = {
        "tds": _("Income tax deducted (TDS)"),
        "gst_tds": _("GST deducted (TDS)"),
        "retention": _("Retention"),
        "bank_charge": _("Bank charge"),
        "round_off": _("Round off"),
        "exchange": _("Exchange gain") if deduction.paise < 0 else _("Exchange loss"),
    }
    name = names.get(deduction.kind, _("Other deduction"))
    return f"{name} {deduction.code}".strip()


def cheque_facts(cheque: Cheque | None, _: Say) -> list[tuple[str, str]]:
    """A cheque as a paper names it: its number, its date and its bank."""
    if cheque is None:
        return []
    bank = ", ".join(part for part in (cheque.bank, cheque.branch) if part)
    named = [
        (_("Cheque no."), cheque.number),
        (_("Cheque date"), date_text(cheque.dated_on)),
        (_("Bank"), bank),
    ]
    return [(name, text) for name, text in named if text]


def foreign_text(money: ForeignMoney, _: Say) -> str:
    """Foreign money with its rate: "USD 1,000.00 at ₹ 84.50"."""
    amount = f"{money.currency} {amount_text(money.hundredths)}"
    rate = unscaled(money.rate_millionths, 6, keep=2)
    return _("{amount} at ₹ {rate}").format(amount=amount, rate=rate)


def _thanks(receipt: Receipt, settled: Sequence[Settled] | None, _: Say) -> Panel:
    words = amount_in_words(receipt.amount_paise, spoken(receipt.language))
    left = above(
        party_panel(_("Received with thanks from"), receipt.buyer, _, MAIN),
        titled(_("Amount in words"), wrapped(words, MAIN, STRONG)),
        gap=7,
    )
    if receipt.foreign is not None:
        foreign = titled(
            _("Received in foreign currency"), wrapped(foreign_text(receipt.foreign, _), MAIN, PLAIN)
        )
        left = above(left, foreign, gap=7)
    pairs = [(_("Amount received"), money_text(receipt.amount_paise), True)]
    pairs += [
        (deduction_name(deduction, _), amount_text(deduction.paise), False)
        for deduction in receipt.deductions
    ]
    if receipt.deductions:
        pairs.append((_("Total credit"), amount_text(receipt.credit_paise), False))
    if settled is None:
        return beside((0, left), (SIDE_AT, sums(pairs, SIDE)))
    applied = sum(bill.settled_paise for bill in settled)
    pairs.append((_("Set against bills"), amount_text(applied), False))
    pairs.append((_("On account"), amount_text(receipt.credit_paise - applied), False))
    return beside((0, left), (SIDE_AT, sums(pairs, SIDE)))


def _bills(settled: Sequence[Settled], _: Say) -> list[Block]:
    if not settled:
        return []
    columns = [
        Column(_("Bill"), "left", flex=True),
        Column(_("Date"), "left"),
        Column(_("Bill amount")),
        Column(_("Settled now")),
    ]
    rows = [
        (
            (bill.number,),
            (date_text(bill.dated_on),),
            (amount_text(bill.amount_paise),),
            (amount_text(bill.settled_paise),),
        )
        for bill in settled
    ]

    def carried(count: int) -> list[tuple[str, ...]]:
        return [("",), ("",), ("",), (amount_text(sum(bill.settled_paise for bill in settled[:count])),)]

    total = [(_("Total"),), *carried(len(settled))[1:]]
    grid = Grid(
        columns, rows, total=total, sums=carried, carried=_("Carried forward"), brought=_("Brought forward")
    )
    return [block(stack([(_("Bills settled"), LABEL)]), after=1.5), *grid.blocks(), block(space(10))]


def _closing(receipt: Receipt, _: Say) -> Panel:
    left = []
    if receipt.note:
        left.append(titled(_("Note"), wrapped(receipt.note, MAIN, PLAIN)))
    if receipt.mode == "cheque":
        left.append(stack(wrapped(_("Subject to realisation of the cheque."), MAIN, SMALL)))
    if receipt.counts_on > receipt.dated_on:
        told = _("The cheque is post-dated: the money counts from {date}.")
        left.append(stack(wrapped(told.format(date=date_text(receipt.counts_on)), MAIN, SMALL)))
    if receipt.seller.bank.account and receipt.mode not in ("cash", "adjustment"):
        bank = receipt.seller.bank
        left.append(facts([(_("Received in"), f"{bank.name} {bank.account}".strip())], MAIN, split=0.2))
    return beside((0, above(*left, gap=5)), (SIDE_AT, signature_panel(receipt.seller, _)))
