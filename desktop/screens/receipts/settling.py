"""What happens on the page of a receipt: its paper, what it settled, and settling bills with the rest. Free of Qt."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Protocol

from core.ids import Id
from core.paper import Settled, draw_receipt
from core.problems import Problem
from core.receipts.bills import OpenBill, open_bills
from core.receipts.commands import settle_bills
from core.receipts.model import Receipt
from core.receipts.queries import BillSettled, ReceiptRow, bills_settled, receipt, receipt_rows
from core.words import date_text, money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Reader, Tone, Touched
from desktop.screens.receipts.allotment import Allotment, Sums
from desktop.screens.receipts.columns import deduction_name, mode_name, state_text, state_tone


@dataclass(frozen=True, slots=True)
class Shown:
    """A receipt as its page shows it."""

    title: str
    text: str
    pill: str
    tone: Tone
    facts: tuple[tuple[str, str], ...]
    bills: tuple[BillSettled, ...]
    open_paise: int
    file_name: str


class ReceiptView(Protocol):
    """The page of one receipt."""

    def show_receipt(self, shown: Shown) -> None:
        """Show what it is and what it settled."""
        ...

    def show_pdf(self, pdf: bytes) -> None:
        """Show its paper."""
        ...

    def show_failure(self, error: Exception) -> None:
        """Say that it cannot be shown."""
        ...


class ReceiptPresenter:
    """The page of one receipt."""

    def __init__(self, view: ReceiptView, desk: Desk, record: Id) -> None:
        self._view = view
        self._desk = desk
        self.record = record
        self._row: ReceiptRow | None = None
        self._epoch = Epoch()
        self._stop = desk.hub.subscribe(self._hear)
        self.load()

    def load(self) -> None:
        """Read the receipt and what it settled."""
        self._desk.runner.read(
            partial(_whole, self.record), self._show, self._view.show_failure, epoch=self._epoch
        )

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self._stop()

    def can_settle(self) -> bool:
        """Whether something lies on account."""
        return self._row is not None and self._row.open_paise > 0

    def settle(self) -> None:
        """Choose bills for what lies on account."""
        self._desk.navigator.go("receipts", record=self.record, page="settle")

    def open_party(self) -> None:
        """Go to who paid."""
        if self._row is not None:
            self._desk.navigator.go("parties", record=self._row.party)

    def open_bill(self, document: Id) -> None:
        """Go to a bill it settled."""
        self._desk.navigator.go("invoices", record=document)

    def _show(self, found: tuple[Receipt, ReceiptRow, list[BillSettled]] | None) -> None:
        if found is None:
            self._desk.navigator.go("receipts")
            return
        paper, self._row, bills = found
        self._view.show_receipt(shown_of(paper, self._row, bills))
        self._desk.runner.network(
            partial(drawn, paper, bills), self._view.show_pdf, self._view.show_failure, epoch=self._epoch
        )

    def _hear(self, touched: Touched) -> None:
        if self.record in touched.records.get("receipts", frozenset()):
            self.load()


class SettleView(Protocol):
    """The page that lets a receipt settle bills."""

    def show_credit(self, title: str, text: str) -> None:
        """Say which receipt."""
        ...

    def show_bills(self, bills: Sequence[OpenBill], today: dt.date) -> None:
        """Show the open bills."""
        ...

    def show_settled(self, settled: Mapping[int, int]) -> None:
        """Show what settles each."""
        ...

    def show_sums(self, sums: Sums) -> None:
        """Show the sums."""
        ...

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Show why it was refused."""
        ...


class SettlePresenter:
    """Bills chosen for what lies on account."""

    def __init__(self, view: SettleView, desk: Desk, record: Id) -> None:
        self._view = view
        self._desk = desk
        self._record = record
        self._credit = 0
        self._epoch = Epoch()
        self.allotment = Allotment(())
        desk.runner.read(partial(_to_settle, record), self._show, view.show_refusal, epoch=self._epoch)

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()

    def settle_line(self, place: int, paise: int | None) -> None:
        """So much of a bill by hand."""
        self.allotment.settle(place, paise)
        self._refresh()

    def fit(self) -> None:
        """The oldest bills take it."""
        self.allotment.fit(self._credit)
        self._refresh()

    def save(self) -> None:
        """Let the bills take what was chosen."""
        lines = self.allotment.lines()
        problems = self.allotment.problems(self._credit)
        if not lines:
            problems = [Problem(code="REQUIRED", message=_("Choose at least one bill."), field="lines")]
        if problems:
            self._view.show_problems(problems)
            return
        command = partial(
            settle_bills, record=self._record, allocate=lines, on=self._desk.calendar.working_on()
        )
        self._desk.runner.write(_("Settle bills"), command, self._saved, self._view.show_refusal)

    def back(self) -> None:
        """Leave all as it was."""
        self._desk.navigator.back()

    def _show(self, found: tuple[ReceiptRow, list[OpenBill]] | None) -> None:
        if found is None:
            self._desk.navigator.back()
            return
        receipt_row, bills = found
        self._credit = receipt_row.open_paise
        self.allotment = Allotment(bills)
        self._view.show_credit(receipt_row.name, _("{number} of {date}: {amount} on account").format(
            number=receipt_row.number, date=date_text(receipt_row.dated_on),
            amount=money_text(receipt_row.open_paise)))  # fmt: skip
        self._view.show_bills(bills, self._desk.calendar.today())
        self.fit()

    def _refresh(self) -> None:
        self._view.show_settled(self.allotment.settled)
        self._view.show_sums(self.allotment.sums(self._credit))

    def _saved(self, _claim: Id | None) -> None:
        settled = money_text(self.allotment.sums(self._credit).settled_paise)
        self._desk.notifier.done(_("{amount} settled").format(amount=settled))
        self._desk.navigator.back()


def shown_of(paper: Receipt, found: ReceiptRow, bills: Sequence[BillSettled]) -> Shown:
    """What the page says of a receipt."""
    kept = tuple(
        (f"{deduction_name(part.kind)} {part.code}".strip(), money_text(part.paise))
        for part in paper.deductions
    )
    return Shown(
        title=paper.number,
        text=f"{date_text(paper.dated_on)} · {paper.buyer.name}",
        pill=state_text(found),
        tone=state_tone(found),
        facts=(
            (_("Received"), money_text(paper.amount_paise)),
            *kept,
            (_("Mode"), mode_name(paper.mode)),
            (_("Reference"), paper.reference),
            (_("Note"), paper.note),
            (_("On account"), money_text(found.open_paise) if found.open_paise else ""),
        ),
        bills=tuple(bills),
        open_paise=found.open_paise,
        file_name=f"{paper.number.replace('/', '-')}.pdf",
    )


def drawn(paper: Receipt, bills: Sequence[BillSettled]) -> bytes:
    """The receipt as a PDF."""
    target = BytesIO()
    settled = [Settled(bill.number, bill.dated_on, bill.amount_paise, bill.settled_paise) for bill in bills]
    draw_receipt(paper, settled, target)
    return target.getvalue()


def _whole(record: Id, reader: Reader) -> tuple[Receipt, ReceiptRow, list[BillSettled]] | None:
    paper, rows = receipt(reader, record), receipt_rows(reader, [record])
    return None if paper is None or not rows else (paper, rows[0], bills_settled(reader, record))


def _to_settle(record: Id, reader: Reader) -> tuple[ReceiptRow, list[OpenBill]] | None:
    rows = receipt_rows(reader, [record])
    return (rows[0], open_bills(reader, rows[0].party)) if rows else None
