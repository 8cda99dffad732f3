"""What happens on the page of a receipt or voucher: its paper, what it settled, settling bills with the rest.

Free of Qt.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

from core.ids import Id
from core.problems import Problem
from core.receipts.bills import OpenBill, open_bills
from core.receipts.commands import settle_bills
from core.statements.money import MoneyRow, money_rows
from core.words import date_text, money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Place, Reader, Touched
from desktop.screens.receipts.allotment import Allotment, Sums
from desktop.screens.receipts.deeds import Deed
from desktop.screens.receipts.stories import Story, story_of

_ROOMS = ("receipts", "advances")


class ReceiptView(Protocol):
    """The page of one receipt, advance or refund."""

    def show_story(self, story: Story) -> None:
        """Show what it is and what it settled."""
        ...

    def show_pdf(self, pdf: bytes) -> None:
        """Show its paper."""
        ...

    def show_failure(self, error: Exception) -> None:
        """Say that it cannot be shown."""
        ...


class ReceiptPresenter:
    """The page of one receipt, advance or refund."""

    def __init__(self, view: ReceiptView, desk: Desk, record: Id) -> None:
        self._view = view
        self._desk = desk
        self.record = record
        self._story: Story | None = None
        self._epoch = Epoch()
        self._stop = desk.hub.subscribe(self._hear)
        self.load()

    def load(self) -> None:
        """Read the paper and what it settled."""
        self._desk.runner.read(
            partial(story_of, self.record, self._desk.calendar.today()),
            self._show,
            self._view.show_failure,
            epoch=self._epoch,
        )

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self._stop()

    def can_settle(self) -> bool:
        """Whether something lies on account."""
        return self._story is not None and self._story.can_settle

    def can_give_back(self) -> bool:
        """Whether some of an advance may be given back."""
        return self._story is not None and self._story.can_give_back

    def deeds(self) -> tuple[Deed, ...]:
        """What else may be done with it."""
        return () if self._story is None else self._story.deeds

    def can(self, name: str) -> bool:
        """Whether a deed of this name may be done."""
        return any(deed.name == name for deed in self.deeds())

    def done(self, answer: object, deed: Deed) -> None:
        """A deed is done: what went back has a page of its own."""
        if deed.name == "give_back" and isinstance(answer, bytes):
            self._desk.navigator.go("receipts", record=answer)

    def settle(self) -> None:
        """Choose bills for what lies on account."""
        self._desk.navigator.go("receipts", record=self.record, page="settle")

    def give_back(self) -> None:
        """Give an advance back, whole or in part."""
        self._desk.navigator.go("receipts", record=self.record, page="refund")

    def open_party(self) -> None:
        """Go to who paid."""
        if self._story is not None:
            self._desk.navigator.go("parties", record=self._story.row.party)

    def open_way(self, place: Place) -> None:
        """Go to a paper it settled, or to what it gives back."""
        self._desk.navigator.go(place.screen, record=place.record)

    def _show(self, story: Story | None) -> None:
        if story is None:
            self._desk.navigator.go("receipts")
            return
        self._story = story
        self._view.show_story(story)
        self._desk.runner.network(story.draw, self._view.show_pdf, self._view.show_failure, epoch=self._epoch)

    def _hear(self, touched: Touched) -> None:
        if any(self.record in touched.records.get(room, frozenset()) for room in _ROOMS):
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

    def _show(self, found: tuple[MoneyRow, list[OpenBill]] | None) -> None:
        if found is None:
            self._desk.navigator.back()
            return
        credit, bills = found
        self._credit = credit.open_paise
        self.allotment = Allotment(bills)
        self._view.show_credit(credit.name, _("{number} of {date}: {amount} on account").format(
            number=credit.number, date=date_text(credit.dated_on),
            amount=money_text(credit.open_paise)))  # fmt: skip
        self._view.show_bills(bills, self._desk.calendar.today())
        self.fit()

    def _refresh(self) -> None:
        self._view.show_settled(self.allotment.settled)
        self._view.show_sums(self.allotment.sums(self._credit))

    def _saved(self, _claim: Id | None) -> None:
        settled = money_text(self.allotment.sums(self._credit).settled_paise)
        self._desk.notifier.done(_("{amount} settled").format(amount=settled))
        self._desk.navigator.back()


def _to_settle(record: Id, reader: Reader) -> tuple[MoneyRow, list[OpenBill]] | None:
    rows = money_rows(reader, [record])
    return (rows[0], open_bills(reader, rows[0].party)) if rows else None
