"""What happens while a receipt is entered: bills proposed, TDS expected, warnings, saving. Free of Qt."""

from functools import partial
from typing import Any

from core.errors import RuleBroken
from core.ids import Id
from core.ledger.rules import ROUNDING
from core.receipts.commands import GivenUp, record_receipt
from core.receipts.model import Deduction, ForeignMoney
from core.receipts.rules import CHEQUE, foreign_paise
from core.shortfall.model import Explanation
from core.shortfall.rules import settling
from core.words import money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Touched
from desktop.screens.receipts.allotment import Allotment
from desktop.screens.receipts.entry import EntryView
from desktop.screens.receipts.expecting import expected
from desktop.screens.receipts.explaining import (
    credit_in,
    currency_of,
    exchange_text,
    explanations,
    foreign_deductions,
    money_in,
    settled_by,
    share_of,
    shown_deductions,
)
from desktop.screens.receipts.kept import PLACE, Keeper, Typed, kept_entry, recorded, typed_of
from desktop.screens.receipts.payers import HEARD, Payer, gone_text, has_accounts, payer
from desktop.screens.receipts.values import (
    Values,
    at_field,
    cheque_of,
    deductions_of,
    is_begun,
    unfit,
    warnings,
)

_TOLD_OF = ("party", "amount", "mode", "reference", "dated_on", "cheque_number", "cheque_on", "cheque_bank")
_ROUNDING_MAX_PAISE = 10_00
"""More than this is not proposed as a mere rounding."""
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
        self._is_save_asked = self._has_news = False
        self._restored: Typed | None = None
        self._keeper = Keeper(desk, PLACE)
        self._accepted: Explanation | None = None
        self._given_up: tuple[GivenUp, ...] = ()
        self._currency = ""
        self._proposed: int | None = None
        self.allotment = Allotment(())
        view.show_value("dated_on", desk.calendar.working_on())
        view.show_value("mode", desk.memory.recall("receipt.mode", "neft"))
        view.show_sums(self.allotment.sums(0))
        self._show_fields()
        view.show_accounts(False)
        self._stop = desk.hub.subscribe(self._hear)
        desk.runner.read(has_accounts, view.show_accounts)
        desk.runner.read(kept_entry, partial(self._restore, party), epoch=self._epoch)

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self._stop()

    # --- what is typed

    def edited(self, name: str) -> None:
        """A field has another value."""
        if name not in ("note", "reference", "cheque_number", "cheque_bank", "account"):
            self._let_go()
        if name == "mode":
            self._show_fields()
        elif name in ("foreign_amount", "foreign_rate"):
            self._propose_amount()
        if name == "party":
            chosen = self._view.values()["party"]
            self._forget_bills() if chosen is None else self.take_party(chosen.value)
        elif name == "tds":
            self._tds_by_hand = self._view.values()["tds"] is not None
        if name in ("amount", "tds_code", "dated_on"):
            self._expect_tds()
        self._show()
        self._keep()
        self._take_up_news()

    def left(self, name: str) -> None:
        """A field was left: ask the book for what only it knows."""
        if name in _TOLD_OF:
            question = partial(warnings, dict(self._view.values()))
            self._desk.runner.read(question, self._view.warn, epoch=self._epoch)

    def take_party(self, party: Id) -> None:
        """Read the party's open bills and how it deducts."""
        self._epoch.turn()
        self._is_reading = True
        self._desk.runner.read(partial(payer, party, self._desk.along), self._show_payer, epoch=self._epoch)

    def settle_line(self, place: int, paise: int | None) -> None:
        """So much of a bill is settled by hand."""
        self._let_go()
        self.allotment.settle(place, paise)
        self._show()
        self._keep()
        self._take_up_news()

    def fit(self) -> None:
        """Let the oldest bills take it again."""
        self._let_go()
        self.allotment.fit(self._credit())
        self._show()

    # --- why it is short

    def explain(self) -> None:
        """Ask what makes this amount."""
        values = self._view.values()
        if values["party"] is None or not values["amount"] or values["dated_on"] is None:
            self._desk.notifier.tell(_("Enter who paid and how much; then the amount is explained."))
            return
        chosen = self.allotment.chosen() if self._accepted is None else None
        question = partial(
            explanations, values["party"].value, values["amount"], values["dated_on"], values["reference"],
            None if chosen is None else list(chosen),
        )  # fmt: skip
        self._desk.runner.read(question, self._view.offer, self._view.show_refusal, epoch=self._epoch)

    def accept(self, explanation: Explanation) -> None:
        """Record it so: what was kept back, the bills, credits and what is given up are the explanation's."""
        self._given_up = ()
        self._accepted = explanation
        self._tds_by_hand = True
        for name, value in shown_deductions(explanation).items():
            self._view.show_value(name, value)
        self.allotment.settle_again(settled_by(explanation))
        self._show()

    def ask_give_up(self) -> None:
        """Ask why what is left of the last bill is written off."""
        rest = self.allotment.rest()
        if rest is None:
            self._desk.notifier.tell(_("No bill is settled in part."))
            return
        bill, paise = rest
        text = _("{amount} of {number} is given up when the receipt is recorded.")
        usual = ROUNDING if paise <= _ROUNDING_MAX_PAISE else None
        self._view.ask_reason(text.format(amount=money_text(paise), number=bill.item.number), usual)

    def give_up(self, reason: str) -> None:
        """What is left of the last bill is written off with the receipt."""
        rest = self.allotment.rest()
        if rest is not None:
            self._given_up = ((rest[0].item.paper, rest[1], reason),)
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
        cheque, account = cheque_of(values), values["account"]
        command = partial(
            record_receipt,
            party=values["party"].value,
            dated_on=values["dated_on"],
            amount_paise=values["amount"] or 0,
            mode=values["mode"].value,
            reference="" if cheque is not None else values["reference"],
            deductions=self._deductions(),
            note=values["note"],
            cheque=cheque,
            foreign=self._foreign(),
            bank_account=None if account is None else account.value,
            **self._settling(),
            today=self._desk.calendar.today(),
            date_confirmed="DATE_CHECK" in confirmed,
            reference_confirmed="REFERENCE_USED" in confirmed,
        )
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

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in HEARD):
            self._has_news = True
            self._take_up_news()

    def _take_up_news(self) -> None:
        """Something of the party may have changed elsewhere: read it again, but not under somebody who types."""
        chosen = self._view.values()["party"]
        if self._has_news and not self._is_reading and chosen is not None and not self._view.is_in_line():
            question = partial(payer, chosen.value, self._desk.along)
            self._desk.runner.read(question, self._show_news, epoch=self._epoch)

    def _show_news(self, found: Payer) -> None:
        """Show what is open now; what was settled by hand stays, as far as it is open."""
        if self._view.is_in_line():
            return
        self._has_news = False
        if tuple(found.bills) != self.allotment.bills:
            by_hand = self.allotment.chosen() if self._accepted is None else None
            self._show_open(found)
            if by_hand is not None:
                self.allotment.settle_again(by_hand)
            self._expect_tds()
            self._show()
        self._view.show_taken(found.along)
        if found.party is None:
            self._view.warn([gone_text()])

    def _show_open(self, found: Payer) -> None:
        self._accepted, self._given_up = None, ()
        self.allotment = Allotment(found.bills)
        self._currency = currency_of(self.allotment)
        self._show_fields()
        self._view.show_bills(found.bills, self._desk.calendar.today())

    def _show_payer(self, found: Payer) -> None:
        known, self._pan, self._is_reading, self._has_news = found.party, found.pan, False, False
        self._show_open(found)
        self._view.show_taken(found.along)
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
        self._currency = ""
        self.allotment = Allotment(())
        self._show_fields()
        self._view.show_bills((), self._desk.calendar.today())
        self._view.show_taken(())

    def _expect_tds(self) -> None:
        found = expected(self._view.values(), self.allotment, self._pan)
        self._view.say_tds("" if found is None else found.text)
        if found is not None and not self._tds_by_hand:
            self._view.show_value("tds", found.paise or None)

    def _propose_amount(self) -> None:
        """What foreign money comes to is what came in, until the bank's figure is typed."""
        money = self._foreign()
        if money is not None and self._view.values()["amount"] in (None, self._proposed):
            self._proposed = foreign_paise(money.hundredths, money.rate_millionths)
            self._view.show_value("amount", self._proposed)

    def _let_go(self) -> None:
        """What was accepted or given up held for what stood there; it is settled anew."""
        if self._accepted is not None:
            self.allotment.is_by_hand = False
        self._accepted, self._given_up = None, ()

    def _show_fields(self) -> None:
        mode = self._view.values()["mode"]
        self._view.show_fields(cheque=mode is not None and mode.value == CHEQUE, currency=self._currency)

    def _foreign(self) -> ForeignMoney | None:
        return money_in(self._view.values(), self._currency)

    def _deductions(self) -> tuple[Deduction, ...]:
        if self._accepted is not None:
            return self._accepted.deductions
        values, money = self._view.values(), self._foreign()
        if money is None:
            return deductions_of(values)
        return foreign_deductions(values, money, share_of(money, self.allotment))

    def _settling(self) -> dict[str, Any]:
        """What settles what, as the command takes it."""
        if self._accepted is not None:
            return settling(self._accepted)._asdict()
        return {"allocate": self.allotment.lines() or None, "write_offs": self._given_up}

    def _credit(self) -> int:
        amount = self._view.values()["amount"] or 0
        if self._accepted is not None:
            return credit_in(self._accepted, amount)
        return amount + sum(deduction.paise for deduction in self._deductions())

    def _show_short(self) -> None:
        rest = self.allotment.rest()
        if self._accepted is not None:
            self._view.show_short(self._accepted.sentence, is_explained=True)
        elif self._given_up and rest is not None:
            told = _("{amount} of {number} is written off with this receipt.")
            text = told.format(amount=money_text(rest[1]), number=rest[0].item.number)
            self._view.show_short(text, is_explained=True)
        elif rest is not None:
            told = _("Short by {amount}: {number} stays open in part.")
            text = told.format(amount=money_text(rest[1]), number=rest[0].item.number)
            self._view.show_short(text, is_explained=False)
        else:
            self._view.show_short("", is_explained=False)

    def _show(self) -> None:
        credit = self._credit()
        self.allotment.follow(credit)
        self._view.show_settled(self.allotment.settled)
        self._view.show_sums(self.allotment.sums(credit))
        self._show_short()
        money = self._foreign()
        told = ""
        if money is not None:
            told = exchange_text(self._view.values(), money, share_of(money, self.allotment))
        self._view.say_exchange(told)
