"""What the page of a receipt, an advance or money that went back says, and how its paper is drawn. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO

from core.advances.model import AdjustedElsewhere, AdvanceTax, ReceiptVoucher, RefundVoucher
from core.advances.queries import refund, voucher
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER, SERVICES
from core.changes.standing import State
from core.ids import Id
from core.money import unscaled
from core.paper import Settled, draw_payback, draw_receipt, draw_refund, draw_reversal, draw_voucher
from core.receipts.cheque_list import ChequeRow, cheque_rows
from core.receipts.model import BOUNCED, Payback, Receipt, Reversal
from core.receipts.model import PAYBACK as OF_PAYBACK
from core.receipts.queries import (
    BillSettled,
    bills_settled,
    payback,
    paybacks_of,
    receipt,
    reversal,
    reversal_of,
    settlements,
)
from core.statements.money import PAYBACK, MoneyRow, money_rows
from core.words import amount_text, date_text, money_text, rate_text
from core.words import translate as _
from desktop.ports import Place, Reader, Tone
from desktop.screens.receipts.cheque_columns import cheque_state, cheque_tone
from desktop.screens.receipts.columns import WENT_BACK, deduction_name, mode_name, state_text, state_tone
from desktop.screens.receipts.deeds import Deed, payback_deeds, receipt_deeds

Facts = tuple[tuple[str, str], ...]
REVERSAL = "RVS"
"""The type of a row that stands for what took a receipt back; no list shows it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A paper that this one settles, or that it gives back; without a place where the book does not have it."""

    number: str
    detail: str
    figure: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Story:
    """A paper as its page shows it. `draw` makes its PDF, on any thread."""

    row: MoneyRow
    title: str
    text: str
    pill: str
    tone: Tone
    facts: Facts
    heading: str
    ways: tuple[Way, ...]
    nothing: str
    draw: Callable[[], bytes]
    deeds: tuple[Deed, ...] = ()

    @property
    def can_settle(self) -> bool:
        """Whether something lies on account."""
        is_credit = self.row.type not in (*WENT_BACK, REVERSAL)
        return self.row.open_paise > 0 and is_credit and self.row.state.name != "HELD"

    @property
    def can_give_back(self) -> bool:
        """Whether some of an advance may be given back."""
        return self.can_settle and self.row.type == RECEIPT_VOUCHER

    @property
    def file_name(self) -> str:
        """What its PDF is called."""
        return f"{self.row.number.replace('/', '-')}.pdf"


def story_of(record: Id, on: dt.date, reader: Reader) -> Story | None:
    """The page of a paper of money, as it stands on a day; None when the book has none."""
    rows = money_rows(reader, [record])
    if not rows:
        paper = reversal(reader, record)
        return None if paper is None or not isinstance(paper, Reversal) else _of_reversal(record, paper)
    if rows[0].type == PAYBACK:
        return _of_payback(rows[0], reader)
    if rows[0].type == REFUND_VOUCHER:
        return _of_refund(rows[0], reader)
    return (
        _of_voucher(rows[0], reader) if rows[0].type == RECEIPT_VOUCHER else _of_receipt(rows[0], on, reader)
    )


def _of_receipt(row: MoneyRow, on: dt.date, reader: Reader) -> Story:
    paper, bills = receipt(reader, row.id), bills_settled(reader, row.id)
    assert paper is not None, "a row stands for its paper"
    cheque = next(iter(cheque_rows(reader, [row.id], on=on)), None)
    kept = tuple(
        (f"{deduction_name(part.kind)} {part.code}".strip(), money_text(part.paise))
        for part in paper.deductions
    )
    facts = (
        (_("Received"), money_text(paper.amount_paise)),
        *kept,
        (_("Mode"), mode_name(paper.mode)),
        *_foreign_facts(paper),
        *_cheque_facts(cheque),
        (_("Reference"), paper.reference),
        (_("Note"), paper.note),
        *_taken_back_facts(row, reader),
        _on_account(row),
    )
    back = tuple(
        Way(each.number, _("given back on {date}").format(date=date_text(each.dated_on)),
            amount_text(each.amount_paise), Place("receipts", each.id))
        for each in paybacks_of(reader, row.id) if each.id not in {bill.document for bill in bills}
    )  # fmt: skip
    heading = _("Taken back by") if row.state is State.CANCELLED else _("Settles")
    is_back = row.state is State.CANCELLED
    story = _story(
        row,
        facts,
        heading,
        (*_ways(reader, bills), *back, *_taken_back_way(row, reader)),
        partial(drawn, paper, bills, taken_back=is_back),
        receipt_deeds(row, cheque, settlements(reader, row.id), reader),
    )
    if cheque is None or row.state.name in ("HELD", "CONTESTED"):
        return story
    return replace(story, pill=cheque_state(cheque), tone=cheque_tone(cheque))


def _of_payback(row: MoneyRow, reader: Reader) -> Story:
    paper = payback(reader, row.id)
    assert paper is not None, "a row stands for its paper"
    facts = (
        (_("Given back"), money_text(paper.amount_paise)),
        (_("Why"), paper.reason),
        (_("Mode"), mode_name(paper.mode)),
        (_("Reference"), paper.reference),
        *_taken_back_facts(row, reader),
    )
    screen = "receipts" if money_rows(reader, [paper.credit]) else "invoices"
    of = Way(paper.credit_number, "", amount_text(paper.amount_paise), Place(screen, paper.credit))
    ways = (of, *_taken_back_way(row, reader))
    return _story(row, facts, _("Gives back"), ways, partial(_payback_drawn, paper), payback_deeds(row))


def _of_reversal(record: Id, paper: Reversal) -> Story:
    row = MoneyRow(
        record, REVERSAL, paper.number, paper.dated_on, paper.buyer.party, paper.buyer.name, "", "",
        paper.amount_paise, 0, 0, State.LIVE,
    )  # fmt: skip
    facts = (
        (_("Taken back"), money_text(paper.amount_paise)),
        (_("Why"), paper.reason),
        (_("Bank charges"), money_text(paper.charges_paise) if paper.charges_paise else ""),
        (_("Counts from"), date_text(paper.counts_on) if paper.counts_on != paper.dated_on else ""),
    )
    of = Way(paper.paper_number, "", amount_text(paper.amount_paise), Place("receipts", paper.paper))
    story = _story(row, facts, _("Takes back"), (of,), partial(_reversal_drawn, paper))
    pill = _("Bounced") if paper.cause == BOUNCED else _("Taken back")
    kind = _("Money given back") if paper.of == OF_PAYBACK else _("Receipt")
    return replace(story, pill=pill, tone="danger", text=f"{story.text} · {kind}")


def _cheque_facts(cheque: ChequeRow | None) -> Facts:
    if cheque is None:
        return ()
    return (
        (_("Cheque"), cheque.cheque_number),
        (_("Cheque date"), date_text(cheque.cheque_on)),
        (_("Bank"), cheque.bank),
        (_("Deposited"), "" if cheque.deposited_on is None else date_text(cheque.deposited_on)),
        (_("Cleared"), "" if cheque.cleared_on is None else date_text(cheque.cleared_on)),
    )


def _foreign_facts(paper: Receipt) -> Facts:
    if paper.foreign is None:
        return ()
    money = paper.foreign
    return (
        (_("In {currency}").format(currency=money.currency), amount_text(money.hundredths)),
        (_("Rate"), f"₹ {unscaled(money.rate_millionths, 6, keep=2)}"),
    )


def _taken_back_facts(row: MoneyRow, reader: Reader) -> Facts:
    found = reversal_of(reader, row.id)
    paper = None if found is None else reversal(reader, found.id)
    if found is None or paper is None or found.state is State.HELD:
        return ()
    name = _("Bounced") if found.cause == BOUNCED else _("Taken back")
    charges = money_text(found.charges_paise) if found.charges_paise else ""
    return ((name, date_text(found.dated_on)), (_("Why"), paper.reason), (_("Bank charges"), charges))


def _taken_back_way(row: MoneyRow, reader: Reader) -> tuple[Way, ...]:
    found = reversal_of(reader, row.id)
    if found is None:
        return ()
    detail = _("held: an owner decides") if found.state is State.HELD else date_text(found.dated_on)
    return (Way(found.number, detail, amount_text(found.amount_paise), Place("receipts", found.id)),)


def _payback_drawn(paper: Payback) -> bytes:
    target = BytesIO()
    draw_payback(paper, target)
    return target.getvalue()


def _reversal_drawn(paper: Reversal) -> bytes:
    target = BytesIO()
    draw_reversal(paper, target)
    return target.getvalue()


def _of_voucher(row: MoneyRow, reader: Reader) -> Story:
    paper, used = voucher(reader, row.id), bills_settled(reader, row.id)
    assert paper is not None, "a row stands for its paper"
    facts = (
        (_("Advance"), money_text(paper.amount_paise)),
        *_tax_facts(paper.tax, paper.rate_bp, is_taxed=paper.purpose == SERVICES),
        (_("For"), paper.description or purpose_name(paper.purpose)),
        (_("Place of supply"), paper.place_name),
        (_("Mode"), mode_name(paper.mode)),
        (_("Reference"), paper.reference),
        (_("Note"), paper.note),
        _on_account(row),
    )
    apart = tuple(_elsewhere(used) for used in paper.elsewhere)
    return _story(row, facts, _("Used for"), (*_ways(reader, used), *apart), partial(_voucher_drawn, paper))


def _of_refund(row: MoneyRow, reader: Reader) -> Story:
    paper = refund(reader, row.id)
    assert paper is not None, "a row stands for its paper"
    facts = (
        (_("Given back"), money_text(paper.amount_paise)),
        *_tax_facts(paper.tax, paper.rate_bp, is_taxed=paper.purpose == SERVICES),
        (_("Why"), paper.reason),
        (_("Place of supply"), paper.place_name),
        (_("Mode"), mode_name(paper.mode)),
        (_("Reference"), paper.reference),
        (_("Note"), paper.note),
    )
    of = Way(
        paper.voucher_number, date_text(paper.voucher_on), amount_text(paper.amount_paise),
        Place("receipts", paper.voucher),
    )  # fmt: skip
    return _story(row, facts, _("Gives back"), (of,), partial(_refund_drawn, paper))


def purpose_name(purpose: str) -> str:
    """What an advance is for, as people call it."""
    return _("Services") if purpose == SERVICES else _("Goods")


def tax_lines(tax: AdvanceTax, rate_bp: int) -> Facts:
    """The value and the tax of an advance or a part of it, line by line; only heads that bear something."""
    rate, half = rate_text(rate_bp), rate_text(rate_bp // 2) if rate_bp % 2 == 0 else ""
    heads = (
        (_("Value"), tax.taxable_paise),
        (f"{_('IGST')} {rate}", tax.igst_paise),
        (f"{_('CGST')} {half}".strip(), tax.cgst_paise),
        (f"{_('SGST')} {half}".strip(), tax.sgst_paise),
        (_("Cess"), tax.cess_paise),
    )
    return tuple((name, amount_text(paise)) for name, paise in heads if paise)


def drawn(paper: Receipt, bills: Sequence[BillSettled], *, taken_back: bool = False) -> bytes:
    """The receipt as a PDF."""
    target = BytesIO()
    settled = [Settled(bill.number, bill.dated_on, bill.amount_paise, bill.settled_paise) for bill in bills]
    draw_receipt(paper, settled, target, taken_back=taken_back)
    return target.getvalue()


def _voucher_drawn(paper: ReceiptVoucher) -> bytes:
    target = BytesIO()
    draw_voucher(paper, target)
    return target.getvalue()


def _refund_drawn(paper: RefundVoucher) -> bytes:
    target = BytesIO()
    draw_refund(paper, target)
    return target.getvalue()


def _story(
    row: MoneyRow,
    facts: Facts,
    heading: str,
    ways: tuple[Way, ...],
    draw: Callable[[], bytes],
    deeds: tuple[Deed, ...] = (),
) -> Story:
    return Story(
        row=row, title=row.number, text=f"{date_text(row.dated_on)} · {row.name}", pill=state_text(row),
        tone=state_tone(row), facts=facts, heading=heading, ways=ways, nothing=_("No bill yet"), draw=draw, deeds=deeds,
    )  # fmt: skip


def _tax_facts(tax: AdvanceTax, rate_bp: int, *, is_taxed: bool) -> Facts:
    return (
        tax_lines(tax, rate_bp) if is_taxed else ((_("Tax"), _("none: an advance for goods bears no GST")),)
    )


def _on_account(row: MoneyRow) -> tuple[str, str]:
    return _("On account"), money_text(row.open_paise) if row.open_paise else ""


def _ways(reader: Reader, settled: Sequence[BillSettled]) -> tuple[Way, ...]:
    """The bills, and the refunds among them, that a credit settles."""
    refunds = {row.id for row in money_rows(reader, [bill.document for bill in settled])}
    return tuple(_given_back(bill) if bill.document in refunds else _bill(bill) for bill in settled)


def _bill(bill: BillSettled) -> Way:
    detail = _("of {amount}").format(amount=money_text(bill.amount_paise))
    return Way(bill.number, detail, amount_text(bill.settled_paise), Place("invoices", bill.document))


def _elsewhere(used: AdjustedElsewhere) -> Way:
    detail = _("not in this book, {date}").format(date=date_text(used.dated_on))
    return Way(used.number, detail, amount_text(used.paise), None)


def _given_back(bill: BillSettled) -> Way:
    detail = _("given back on {date}").format(date=date_text(bill.dated_on))
    return Way(bill.number, detail, amount_text(bill.settled_paise), Place("receipts", bill.document))
