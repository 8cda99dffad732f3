"""What the page of a receipt, an advance or a refund says, and how its paper is drawn. Free of Qt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO

from core.advances.model import AdjustedElsewhere, AdvanceTax, ReceiptVoucher, RefundVoucher
from core.advances.queries import refund, voucher
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER, SERVICES
from core.ids import Id
from core.paper import Settled, draw_receipt, draw_refund, draw_voucher
from core.receipts.model import Receipt
from core.receipts.queries import BillSettled, bills_settled, receipt
from core.statements.money import MoneyRow, money_rows
from core.words import amount_text, date_text, money_text, rate_text
from core.words import translate as _
from desktop.ports import Place, Reader, Tone
from desktop.screens.receipts.columns import deduction_name, mode_name, state_text, state_tone

Facts = tuple[tuple[str, str], ...]


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

    @property
    def can_settle(self) -> bool:
        """Whether something lies on account."""
        return self.row.open_paise > 0 and self.row.type != REFUND_VOUCHER and self.row.state.name != "HELD"

    @property
    def can_give_back(self) -> bool:
        """Whether some of an advance may be given back."""
        return self.can_settle and self.row.type == RECEIPT_VOUCHER

    @property
    def file_name(self) -> str:
        """What its PDF is called."""
        return f"{self.row.number.replace('/', '-')}.pdf"


def story_of(record: Id, reader: Reader) -> Story | None:
    """The page of a receipt or voucher; None when the book has none."""
    rows = money_rows(reader, [record])
    if not rows:
        return None
    made = {RECEIPT_VOUCHER: _of_voucher, REFUND_VOUCHER: _of_refund}.get(rows[0].type, _of_receipt)
    return made(rows[0], reader)


def _of_receipt(row: MoneyRow, reader: Reader) -> Story:
    paper, bills = receipt(reader, row.id), bills_settled(reader, row.id)
    assert paper is not None, "a row stands for its paper"
    kept = tuple(
        (f"{deduction_name(part.kind)} {part.code}".strip(), money_text(part.paise))
        for part in paper.deductions
    )
    facts = (
        (_("Received"), money_text(paper.amount_paise)),
        *kept,
        (_("Mode"), mode_name(paper.mode)),
        (_("Reference"), paper.reference),
        (_("Note"), paper.note),
        _on_account(row),
    )
    return _story(row, facts, _("Settles"), _ways(reader, bills), partial(drawn, paper, bills))


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


def drawn(paper: Receipt, bills: Sequence[BillSettled]) -> bytes:
    """The receipt as a PDF."""
    target = BytesIO()
    settled = [Settled(bill.number, bill.dated_on, bill.amount_paise, bill.settled_paise) for bill in bills]
    draw_receipt(paper, settled, target)
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
    row: MoneyRow, facts: Facts, heading: str, ways: tuple[Way, ...], draw: Callable[[], bytes]
) -> Story:
    return Story(
        row=row, title=row.number, text=f"{date_text(row.dated_on)} · {row.name}", pill=state_text(row),
        tone=state_tone(row), facts=facts, heading=heading, ways=ways, nothing=_("No bill yet"), draw=draw,
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
