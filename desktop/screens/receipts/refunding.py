"""What happens while an advance is given back: what is left of it, the tax of that part, saving. Free of Qt."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

from core.advances.commands import refund_advance
from core.advances.model import ReceiptVoucher
from core.advances.queries import Uses, uses_of, voucher
from core.advances.rules import SERVICES, Use, refund_tax
from core.errors import RuleBroken
from core.ids import Id
from core.problems import Problem
from core.statements.money import MoneyRow, money_rows
from core.words import date_text, money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Reader
from desktop.screens.receipts.sketch import Sketch
from desktop.screens.receipts.stories import tax_lines
from desktop.screens.receipts.values import Values

_LAST = "\uffff"
"""Sorts after every number, as the refund being typed does among those of its day."""


class Left(NamedTuple):
    """An advance with what was taken of it."""

    row: MoneyRow
    paper: ReceiptVoucher
    uses: Uses


class RefundView(Protocol):
    """The page on which an advance is given back."""

    def values(self) -> Values:
        """What the form holds."""
        ...

    def show_value(self, name: str, value: Any) -> None:
        """Put a value into a field."""
        ...

    def show_advance(self, title: str, text: str) -> None:
        """Say which advance."""
        ...

    def begin(self) -> None:
        """The sum proposed gives way to what is typed."""
        ...

    def show_sketch(self, sketch: Sketch) -> None:
        """Show what the voucher will say."""
        ...

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong beside the fields."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Show why it was not recorded."""
        ...

    def ask(self, problem: Problem, yes: "partial[None]") -> None:
        """Ask whether it is meant so."""
        ...

    def set_busy(self, is_busy: bool) -> None:
        """Hold further saves."""
        ...


class RefundPresenter:
    """An advance being given back, whole unless less is said."""

    def __init__(self, view: RefundView, desk: Desk, record: Id) -> None:
        self._view = view
        self._desk = desk
        self._record = record
        self._left: Left | None = None
        self._epoch = Epoch()
        desk.runner.read(partial(_left_of, record), self._begin, view.show_refusal, epoch=self._epoch)

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()

    def edited(self, _name: str) -> None:
        """A field has another value."""
        self._show()

    def save(self, confirmed: frozenset[str] = frozenset()) -> None:
        """Give it back, or say what is wrong."""
        values = self._view.values()
        if values["amount"] is None:
            self._view.show_problems([Problem("REQUIRED", _("Enter what is given back."), "amount")])
            return
        command = partial(
            refund_advance, voucher=self._record, dated_on=values["dated_on"], amount_paise=values["amount"],
            reason=values["reason"], mode=values["mode"].value, reference=values["reference"],
            today=self._desk.calendar.today(), date_confirmed="DATE_CHECK" in confirmed,
        )  # fmt: skip
        self._view.set_busy(True)
        self._desk.runner.write(_("Give back"), command, self._saved, self._on_refused)

    def back(self) -> None:
        """Leave all as it was."""
        self._desk.navigator.back()

    def _begin(self, found: Left | None) -> None:
        if found is None or not found.row.open_paise:
            self._desk.navigator.back()
            return
        self._left = found
        row = found.row
        self._view.show_advance(row.name, _("{number} of {date}: {amount} is left of the advance").format(
            number=row.number, date=date_text(row.dated_on), amount=money_text(row.open_paise)))  # fmt: skip
        self._view.show_value("amount", row.open_paise)
        self._view.show_value("dated_on", max(self._desk.calendar.working_on(), row.dated_on))
        self._view.show_value("mode", row.mode)
        self._view.begin()
        self._show()

    def _saved(self, record: Id) -> None:
        self._view.set_busy(False)
        amount = money_text(self._view.values()["amount"] or 0)
        self._desk.notifier.done(_("{amount} given back").format(amount=amount))
        self._desk.navigator.back()
        self._desk.navigator.go("receipts", record=record)

    def _on_refused(self, error: Exception) -> None:
        self._view.set_busy(False)
        if not isinstance(error, RuleBroken):
            self._view.show_refusal(error)
        elif [problem.code for problem in error.problems] == ["DATE_CHECK"]:
            self._view.ask(error.problems[0], partial(self.save, frozenset({"DATE_CHECK"})))
        else:
            self._view.show_problems([_at_field(problem) for problem in error.problems])

    def _show(self) -> None:
        values = self._view.values()
        amount, on = values["amount"], values["dated_on"]
        if self._left is None or not amount or on is None or amount > self._left.row.open_paise:
            self._view.show_sketch(Sketch((), "", ""))
            return
        self._view.show_sketch(_sketch_of(self._left, amount, on))


def _sketch_of(left: Left, amount_paise: int, on: dt.date) -> Sketch:
    if left.paper.purpose != SERVICES:
        return Sketch((), money_text(amount_paise), _("The advance was for goods: no GST was in it."))
    tax = refund_tax(left.paper, left.uses.adjusted, left.uses.refunded, Use(_LAST, on, amount_paise))
    told = _("The tax of this part goes out of the return of the month in which it is given back.")
    return Sketch(tax_lines(tax, left.paper.rate_bp), money_text(amount_paise), told)


def _left_of(record: Id, reader: Reader) -> Left | None:
    rows, paper = money_rows(reader, [record]), voucher(reader, record)
    if not rows or paper is None:
        return None
    return Left(rows[0], paper, uses_of(reader, [record]).get(record, Uses()))


def _at_field(problem: Problem) -> Problem:
    field = "amount" if problem.field == "amount_paise" else problem.field
    return Problem(problem.code, problem.message, field, problem.remedy)
