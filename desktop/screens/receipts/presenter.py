"""What happens while a receipt is entered: bills proposed, TDS expected, warnings, saving. Free of Qt."""

from functools import partial

from core.errors import RuleBroken
from core.ids import Id
from core.parties.model import Party
from core.receipts.bills import OpenBill
from core.receipts.commands import record_receipt
from core.words import money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch
from desktop.screens.receipts.allotment import Allotment
from desktop.screens.receipts.entry import EntryView
from desktop.screens.receipts.expecting import expected
from desktop.screens.receipts.kept import PLACE, Keeper, Typed, kept_entry, recorded, typed_of
from desktop.screens.receipts.payers import payer
from desktop.screens.receipts.values import (
    Values,
    at_field,
    credit_of,
    deductions_of,
    is_begun,
    unfit,
    warnings,
)

CONFIRMED = ("DATE_CHECK", "REFERENCE_USED")
"""Problems that a person may answer with yes."""
STALE = ("OPEN_AMOUNT", "NOT_STANDING")
"""Problems of bills that another device settled meanwhile: they are read again."""


class EntryPresenter:
    """One receipt being entered."""

    def __init__(self, view: EntryView, desk: Desk, party: Id | None) -> None:
        self._view = view
        self._desk = desk
        self._epoch = Epoch()
        self._pan = ""
        self._tds_by_hand = False
        self._is_reading = False
        self._is_save_asked = False
        self._restored: Typed | None = None
        self._keeper = Keeper(desk, PLACE)
        self.allotment = Allotment(())
        view.show_value("dated_on", desk.calendar.working_on())
        view.show_value("mode", desk.memory.recall("receipt.mode", "neft"))
        view.show_sums(self.allotment.sums(0))
        desk.runner.read(kept_entry, partial(self._restore, party), epoch=self._epoch)

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()

    # --- what is typed

    def edited(self, name: str) -> None:
        """A field has another value."""
        if name == "party":
            chosen = self._view.values()["party"]
            self._forget_bills() if chosen is None else self.take_party(chosen.value)
        elif name == "tds":
            self._tds_by_hand = self._view.values()["tds"] is not None
        if name in ("amount", "tds_code", "dated_on"):
            self._expect_tds()
        self._show()
        self._keep()

    def left(self, name: str) -> None:
        """A field was left: ask the book for what only it knows."""
        if name in ("party", "amount", "mode", "reference", "dated_on"):
            question = partial(warnings, dict(self._view.values()))
            self._desk.runner.read(question, self._view.warn, epoch=self._epoch)

    def take_party(self, party: Id) -> None:
        """Read the party's open bills and how it deducts."""
        self._epoch.turn()
        self._is_reading = True
        self._desk.runner.read(partial(payer, party), self._show_payer, epoch=self._epoch)

    def settle_line(self, place: int, paise: int | None) -> None:
        """So much of a bill is settled by hand."""
        self.allotment.settle(place, paise)
        self._show()
        self._keep()

    def fit(self) -> None:
        """Let the oldest bills take it again."""
        self.allotment.fit(self._credit())
        self._show()

    # --- saving

    def save(self, confirmed: frozenset[str] = frozenset()) -> None:
        """Record the receipt, or say what is wrong. While bills are being read it waits for them."""
        if self._is_reading:
            self._is_save_asked = True
            return
        values = self._view.values()
        problems = list(unfit(values)) or self.allotment.problems(self._credit())
        if problems:
            self._view.show_problems(problems)
            return
        lines = self.allotment.lines()
        command = partial(
            record_receipt, party=values["party"].value, dated_on=values["dated_on"],
            amount_paise=values["amount"] or 0, mode=values["mode"].value, reference=values["reference"],
            deductions=deductions_of(values), allocate=lines or None, note=values["note"],
            today=self._desk.calendar.today(), date_confirmed="DATE_CHECK" in confirmed,
            reference_confirmed="REFERENCE_USED" in confirmed,
        )  # fmt: skip
        self._view.set_busy(True)
        refused = partial(self._on_refused, confirmed)
        self._desk.runner.write(
            _("Record receipt"), partial(recorded, command, PLACE), partial(self._saved, values), refused
        )

    def back(self) -> None:
        """Leave without recording: what was typed is given up."""
        self._keeper.give_up()
        self._desk.navigator.back()

    def hand_over(self) -> Values:
        """What is typed, for the form of an advance: it is no receipt any more."""
        values = self._view.values()
        if is_begun(values):
            self._keeper.give_up()
        return values

    def _saved(self, values: Values, record: Id) -> None:
        self._view.set_busy(False)
        self._keeper.end()
        self._view.set_over()
        self._desk.memory.keep("receipt.mode", values["mode"].value)
        amount = money_text(values["amount"] or 0)
        self._desk.notifier.done(
            _("{amount} from {party} recorded").format(amount=amount, party=values["party"].text)
        )
        self._desk.navigator.back()
        self._desk.navigator.go("receipts", record=record)

    def _on_refused(self, confirmed: frozenset[str], error: Exception) -> None:
        self._view.set_busy(False)
        if not isinstance(error, RuleBroken):
            self._view.show_refusal(error)
            return
        asked = [problem for problem in error.problems if problem.code in CONFIRMED]
        others = [problem for problem in error.problems if problem.code not in CONFIRMED]
        if others or not asked:
            self._view.show_problems([at_field(problem) for problem in error.problems])
            if any(problem.code in STALE for problem in others):
                self._restored = typed_of(self._view.values(), None)
                self.take_party(self._view.values()["party"].value)
        else:
            answered = confirmed | {asked[0].code}
            self._view.ask(asked[0], partial(self.save, answered))

    # --- what follows from what

    def _show_payer(self, found: tuple[Party | None, list[OpenBill], str]) -> None:
        known, bills, self._pan = found
        self._is_reading = False
        self.allotment = Allotment(bills)
        self._view.show_bills(bills, self._desk.calendar.today())
        kept, self._restored = self._restored, None
        self._tds_by_hand = kept is not None and kept.tds is not None
        if kept is None:
            self._view.show_value("tds_code", (known.tds_code if known else "") or None)
        elif kept.by_hand is not None:
            self.allotment.settle_again(kept.by_hand)
        self._expect_tds()
        self._show()
        if self._is_save_asked:
            self._is_save_asked = False
            self.save()

    def _restore(self, party: Id | None, kept: Typed | None) -> None:
        """What was typed before the program went comes back, unless another party pays now."""
        if kept is None or party not in (None, kept.party):
            if party is not None:
                self.take_party(party)
            return
        self._restored = kept
        for name, value in kept.values().items():
            self._view.show_value(name, value)
        self._desk.notifier.tell(_("What you typed before is back. Esc gives it up."))
        self._view.take_back()
        if kept.party is not None:
            self.take_party(kept.party)

    def _keep(self) -> None:
        self._keeper.keep(typed_of(self._view.values(), self.allotment.chosen()))

    def _forget_bills(self) -> None:
        self._epoch.turn()
        self._is_reading = False
        self.allotment = Allotment(())
        self._view.show_bills((), self._desk.calendar.today())

    def _expect_tds(self) -> None:
        found = expected(self._view.values(), self.allotment, self._pan)
        self._view.say_tds("" if found is None else found.text)
        if found is not None and not self._tds_by_hand:
            self._view.show_value("tds", found.paise or None)

    def _credit(self) -> int:
        return credit_of(self._view.values())

    def _show(self) -> None:
        credit = self._credit()
        self.allotment.follow(credit)
        self._view.show_settled(self.allotment.settled)
        self._view.show_sums(self.allotment.sums(credit))
