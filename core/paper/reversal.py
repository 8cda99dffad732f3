"""Money that goes back as sheets: a receipt taken back (a cheque bounced, or a mistake), and money given back."""

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
from core.paper.panel import (
    PLAIN,
    SMALL,
    STRONG,
    Panel,
    above,
    beside,
    block,
    ruled,
    stack,
    sums,
    titled,
    wrapped,
)
from core.paper.pen import DEEP, WIDTH
from core.paper.receipt import cheque_facts, mode_name
from core.paper.sheet import Say, Sheet, spoken, wording
from core.receipts.model import BOUNCED, PAYBACK, Payback, Reversal
from core.words import amount_in_words, amount_text, date_text, money_text

Pairs = list[tuple[str, str]]


def reversal_sheet(reversal: Reversal) -> Sheet:
    """Lays out what takes a receipt, or money given back, out of the books again."""
    _ = wording(reversal.language)
    of = _("Payback voucher") if reversal.of == PAYBACK else _("Receipt")
    naming = [
        (_("Voucher no."), reversal.number or _("not issued")),
        (_("Date"), date_text(reversal.dated_on)),
        (_("Takes back"), f"{of} {reversal.paper_number}"),
        *cheque_facts(reversal.cheque, _),
    ]
    is_bounced = reversal.cause == BOUNCED
    told = (
        _("The bank returned this money unpaid. What it settled is owed again.")
        if is_bounced
        else _("This was entered by mistake. What it settled is open again.")
    )
    pairs = [(_("Amount taken back"), money_text(reversal.amount_paise), True)]
    if reversal.charges_paise:
        pairs.append((_("Charges of our bank"), amount_text(reversal.charges_paise), False))
    title = _("Cheque Returned") if is_bounced and reversal.cheque is not None else _("Reversal Voucher")
    return _sheet(reversal, _, title=title, naming=naming, reason=reversal.reason, told=told, pairs=pairs)


def payback_sheet(payback: Payback) -> Sheet:
    """Lays out money that was given back to a party in credit."""
    _ = wording(payback.language)
    naming = [
        (_("Voucher no."), payback.number or _("not issued")),
        (_("Date"), date_text(payback.dated_on)),
        (_("Paid by"), mode_name(payback.mode, _)),
        (_("Out of"), payback.credit_number),
    ]
    if payback.reference:
        naming.append((_("Reference"), payback.reference))
    pairs = [(_("Amount given back"), money_text(payback.amount_paise), True)]
    title = _("Payback Voucher")
    return _sheet(payback, _, title=title, naming=naming, reason=payback.reason, told="", pairs=pairs)


def _sheet(
    paper: Reversal | Payback,
    _: Say,
    *,
    title: str,
    naming: Pairs,
    reason: str,
    told: str,
    pairs: list[tuple[str, str, bool]],
) -> Sheet:
    party = _("Paid to") if isinstance(paper, Payback) else _("Party")
    words = amount_in_words(paper.amount_paise, spoken(paper.language))
    left: list[Panel] = [
        party_panel(party, paper.buyer, _, MAIN),
        titled(_("Amount in words"), wrapped(words, MAIN, STRONG)),
    ]
    if reason:
        left.append(titled(_("Reason"), wrapped(reason, MAIN, PLAIN)))
    if told:
        left.append(stack(wrapped(told, MAIN, SMALL)))
    blocks = [
        block(beside((0, letterhead(paper.seller, _)), (SIDE_AT, title_panel(title, "", naming))), after=7),
        block(ruled(1.4, DEEP, WIDTH, 7), glued=True),
        block(beside((0, above(*left, gap=7)), (SIDE_AT, sums(pairs, SIDE))), after=16, glued=True),
        block(beside((SIDE_AT, signature_panel(paper.seller, _))), glued=True),
    ]
    mark = "" if paper.number else _("DRAFT")
    return Sheet(f"{title} {paper.number}".strip(), seller_name(paper.seller), blocks, _, mark)
