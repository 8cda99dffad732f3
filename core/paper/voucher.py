"""Vouchers for advances as sheets: the receipt voucher of CGST Rule 50, and the refund voucher of Rule 51."""

from core.advances.model import ReceiptVoucher, RefundVoucher
from core.paper.clauses import composition_clause
from core.paper.flow import Block
from core.paper.grid import FIGURE, REST, Cell, Column, Grid
from core.paper.letterhead import (
    MAIN,
    SIDE,
    SIDE_AT,
    letterhead,
    party_panel,
    seller_name,
    signature_panel,
    state_text,
    title_panel,
)
from core.paper.lines import gst_heads, tax_paise
from core.paper.panel import (
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
from core.paper.receipt import mode_name
from core.paper.sheet import Say, Sheet, spoken, wording
from core.words import amount_in_words, amount_text, date_text, money_text

_GOODS = "goods"

Voucher = ReceiptVoucher | RefundVoucher
Pairs = list[tuple[str, str]]


def receipt_voucher_sheet(voucher: ReceiptVoucher) -> Sheet:
    """Lays out the voucher for an advance that was received."""
    _ = wording(voucher.language)
    naming = [
        (_("Voucher no."), voucher.number or _("not issued")),
        (_("Date"), date_text(voucher.dated_on)),
        (_("Received by"), mode_name(voucher.mode, _)),
    ]
    what = voucher.description or _purpose(voucher, _)
    told = _(
        "Tax is charged on the invoice: an advance for goods bears none (Notification 66/2017-Central Tax)."
    )
    return _sheet(
        voucher,
        _,
        title=_("Receipt Voucher"),
        naming=naming,
        party=_("Received with thanks from"),
        what=_("Advance for: {what}").format(what=what),
        total=_("Advance received"),
        told=told,
    )


def refund_voucher_sheet(refund: RefundVoucher) -> Sheet:
    """Lays out the voucher for an advance that was given back, with the receipt voucher it answers."""
    _ = wording(refund.language)
    naming = [
        (_("Refund voucher no."), refund.number or _("not issued")),
        (_("Date"), date_text(refund.dated_on)),
        (_("Paid by"), mode_name(refund.mode, _)),
    ]
    against = _("{number} of {date}").format(number=refund.voucher_number, date=date_text(refund.voucher_on))
    told = _("No tax was charged on this advance: it was for goods (Notification 66/2017-Central Tax).")
    return _sheet(
        refund,
        _,
        title=_("Refund Voucher"),
        naming=naming,
        party=_("Refunded to"),
        what=_("Advance refunded: {what}").format(what=_purpose(refund, _)),
        total=_("Amount refunded"),
        told=told,
        more=[(_("Receipt voucher"), against), *([(_("Reason"), refund.reason)] if refund.reason else [])],
    )


def _purpose(voucher: Voucher, _: Say) -> str:
    return _("Goods") if voucher.purpose == _GOODS else _("Services")


def _sheet(
    voucher: Voucher,
    _: Say,
    *,
    title: str,
    naming: Pairs,
    party: str,
    what: str,
    total: str,
    told: str,
    more: Pairs | None = None,
) -> Sheet:
    if voucher.reference:
        naming.append((_("Reference"), voucher.reference))
    mark = "" if voucher.number else _("DRAFT")
    named = title_panel(title, mark, naming, clause=composition_clause(voucher.seller, _))
    supply = [
        (_("Place of supply"), state_text(voucher.place_name, voucher.place_of_supply)),
        (_("Reverse charge"), _("No")),
        *(more or []),
    ]
    parties = beside((0, party_panel(party, voucher.buyer, _, MAIN)), (SIDE_AT, facts(supply, SIDE)))
    blocks = [
        block(beside((0, letterhead(voucher.seller, _)), (SIDE_AT, named)), after=7),
        block(ruled(1.4, DEEP, WIDTH, 7), glued=True),
        block(parties, after=9, glued=True),
        *_table(voucher, what, _),
        block(space(7), glued=True),
        block(_totals(voucher, total, told, _), after=12, glued=True),
        block(_closing(voucher, _), glued=True),
    ]
    return Sheet(f"{title} {voucher.number}".strip(), seller_name(voucher.seller), blocks, _, mark)


def _is_taxed(voucher: Voucher) -> bool:
    """Whether the advance bears tax: one for goods does not, nor one for services at no rate."""
    return voucher.purpose != _GOODS and bool(voucher.rate_bp or voucher.tax.cess_paise)


def _heads(voucher: Voucher, _: Say) -> list[tuple[str, str]]:
    """The heads of tax in the advance, each with its rate and amount."""
    tax = voucher.tax
    heads = gst_heads(
        voucher.rate_bp,
        (tax.igst_paise, tax.cgst_paise, tax.sgst_paise),
        inter_state=voucher.supply == "INTER",
        place=voucher.place_of_supply,
    )
    return [*heads, (_("Cess"), amount_text(tax.cess_paise))] if tax.cess_paise else heads


def _table(voucher: Voucher, what: str, _: Say) -> list[Block]:
    columns = [Column(_("Description"), "left", flex=True)]
    cells: list[Cell] = [(what,)]
    totals: list[Cell] = [(_("Total"),)]
    if _is_taxed(voucher):
        heads = _heads(voucher, _)
        columns += [
            Column(_("Taxable value")),
            Column(_("GST"), "left", REST),
            Column(_("Tax"), rest=FIGURE, tight=True),
        ]
        cells += [
            (amount_text(voucher.tax.taxable_paise),),
            tuple(head for head, _amount in heads),
            tuple(amount for _head, amount in heads),
        ]
        totals += [(amount_text(voucher.tax.taxable_paise),), ("",), (amount_text(tax_paise(voucher.tax)),)]
    columns.append(Column(_("Amount ₹").replace(" ₹", "\u00a0₹")))
    cells.append((amount_text(voucher.amount_paise),))
    totals.append((amount_text(voucher.amount_paise),))
    return Grid(columns, [cells], total=totals).blocks()


def _totals(voucher: Voucher, total: str, told: str, _: Say) -> Panel:
    words = amount_in_words(voucher.amount_paise, spoken(voucher.language))
    left = [titled(_("Amount in words"), wrapped(words, MAIN, STRONG))]
    if voucher.purpose == _GOODS:
        left.append(stack(wrapped(told, MAIN, STRONG)))
    pairs = []
    if _is_taxed(voucher):
        pairs = [(_("Taxable value"), amount_text(voucher.tax.taxable_paise), False)]
        pairs += [(head, amount, False) for head, amount in _heads(voucher, _)]
    pairs.append((total, money_text(voucher.amount_paise), True))
    return beside((0, above(*left, gap=6)), (SIDE_AT, sums(pairs, SIDE)))


def _closing(voucher: Voucher, _: Say) -> Panel:
    left = []
    if voucher.note:
        left.append(titled(_("Note"), wrapped(voucher.note, MAIN, PLAIN)))
    if voucher.mode == "cheque":
        left.append(stack(wrapped(_("Subject to realisation of the cheque."), MAIN, SMALL)))
    return beside((0, above(*left, gap=5)), (SIDE_AT, signature_panel(voucher.seller, _)))
