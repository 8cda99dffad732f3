"""What happens while an advance is taken: its place and tax shown as it is typed, warnings, saving. Free of Qt."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

from core.advances.commands import receive_advance
from core.advances.model import ReceiptVoucher
from core.advances.rules import GOODS, MODES, SERVICES, USUAL_RATE_BP
from core.advances.settling import Advance, may_charge, settled_voucher
from core.company.model import Company
from core.company.queries import company as company_in
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.invoicing.model import Draft
from core.invoicing.settling import place_for
from core.parties.model import Party
from core.parties.queries import party as party_in
from core.problems import Problem
from core.words import money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Reader
from desktop.screens.receipts.kept import (
    ADVANCE_PLACE,
    Keeper,
    TypedAdvance,
    kept_advance,
    recorded,
    typed_advance_of,
)
from desktop.screens.receipts.presenter import CONFIRMED
from desktop.screens.receipts.sketch import Sketch
from desktop.screens.receipts.stories import tax_lines
from desktop.screens.receipts.values import Values, is_begun, warnings

_FIELDS = {
    "amount_paise": "amount", "rate_bp": "rate", "cess_paise": "cess", "place_of_supply": "place",
    "party": "party", "buyer.party": "party",
}  # fmt: skip
_CARRIED = ("party", "dated_on", "amount", "mode", "reference", "note")
"""What an advance takes over from a receipt that turned out to be one."""


class AdvanceView(Protocol):
    """The page on which an advance is taken."""

    def values(self) -> Values:
        """What the form holds."""
        ...

    def show_value(self, name: str, value: Any) -> None:
        """Put a value into a field."""
        ...

    def show_taxed(self, is_taxed: bool) -> None:
        """Ask for rate, cess and place, or not: an advance for goods bears no tax."""
        ...

    def show_sketch(self, sketch: Sketch) -> None:
        """Show what the voucher will say."""
        ...

    def take_back(self) -> None:
        """What was typed before is back: leaving asks first."""
        ...

    def warn(self, texts: Sequence[str]) -> None:
        """Show warnings that forbid nothing."""
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

    def set_over(self) -> None:
        """It is recorded: the next one begins afresh."""
        ...

    def set_busy(self, is_busy: bool) -> None:
        """Hold further saves."""
        ...


class Payer(NamedTuple):
    """Who pays, and to which company."""

    company: Company
    party: Party


class AdvancePresenter:
    """One advance being taken. `begun` is what was typed into a receipt that turned out to be an advance."""

    def __init__(self, view: AdvanceView, desk: Desk, party: Id | None, begun: Values | None = None) -> None:
        self._view = view
        self._desk = desk
        self._epoch = Epoch()
        self._payer: Payer | None = None
        self._place_by_hand: str | None = None
        self._is_handed_over = begun is not None
        self._keeper = Keeper(desk, ADVANCE_PLACE)
        usual = desk.memory.recall("receipt.mode", "neft")
        for name, value in (
            ("dated_on", desk.calendar.working_on()), ("mode", usual if usual in MODES else "neft"),
            ("purpose", SERVICES), ("rate", USUAL_RATE_BP),
        ):  # fmt: skip
            view.show_value(name, value)
        if begun is None or not is_begun(begun):
            desk.runner.read(kept_advance, partial(self._restore, party), epoch=self._epoch)
        else:
            self._take_over(begun)
        self._show()

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()

    # --- what is typed

    def edited(self, name: str) -> None:
        """A field has another value."""
        if name == "party":
            chosen = self._view.values()["party"]
            self._payer = None
            if chosen is not None:
                self.take_party(chosen.value)
        elif name == "place":
            chosen = self._view.values()["place"]
            self._place_by_hand = None if chosen is None else chosen.value
        self._show()
        self._keep()

    def left(self, name: str) -> None:
        """A field was left: ask the book for what only it knows."""
        if name in ("party", "amount", "mode", "reference", "dated_on"):
            question = partial(warnings, dict(self._view.values()))
            self._desk.runner.read(question, self._view.warn, epoch=self._epoch)

    def take_party(self, party: Id) -> None:
        """Read who pays, for the place of supply."""
        self._epoch.turn()
        self._desk.runner.read(partial(_payer, party), self._show_payer, epoch=self._epoch)

    # --- saving

    def save(self, confirmed: frozenset[str] = frozenset()) -> None:
        """Record the advance, or say what is wrong."""
        values = self._view.values()
        problems = list(_unfit(values))
        if problems:
            self._view.show_problems(problems)
            return
        asked = self._asked(values)
        command = partial(
            receive_advance, party=values["party"].value, **asked._asdict(), today=self._desk.calendar.today(),
            date_confirmed="DATE_CHECK" in confirmed, reference_confirmed="REFERENCE_USED" in confirmed,
        )  # fmt: skip
        self._view.set_busy(True)
        self._desk.runner.write(
            _("Take advance"), partial(recorded, command, ADVANCE_PLACE), partial(self._saved, values),
            partial(self._on_refused, confirmed),
        )  # fmt: skip

    def back(self) -> None:
        """Leave without recording: what was typed is given up."""
        self._keeper.give_up()
        self._leave()

    def _saved(self, values: Values, record: Id) -> None:
        self._view.set_busy(False)
        self._keeper.end()
        self._view.set_over()
        self._desk.memory.keep("receipt.mode", values["mode"].value)
        self._desk.notifier.done(
            _("Advance of {amount} from {party} taken").format(
                amount=money_text(values["amount"] or 0), party=values["party"].text
            )
        )
        self._leave()
        self._desk.navigator.go("receipts", record=record)

    def _leave(self) -> None:
        """The receipt that was handed over is behind us too."""
        if self._is_handed_over:
            self._desk.navigator.back()
        self._desk.navigator.back()

    def _on_refused(self, confirmed: frozenset[str], error: Exception) -> None:
        self._view.set_busy(False)
        if not isinstance(error, RuleBroken):
            self._view.show_refusal(error)
            return
        asked = [problem for problem in error.problems if problem.code in CONFIRMED]
        if len(asked) < len(error.problems):
            self._view.show_problems([_at_field(problem) for problem in error.problems])
        else:
            self._view.ask(asked[0], partial(self.save, confirmed | {asked[0].code}))

    # --- what follows from what

    def _show_payer(self, found: Payer | None) -> None:
        self._payer = found
        if found is not None and not may_charge(found.company):
            self._view.show_value("rate", 0)
        if found is not None and self._place_by_hand is None:
            place = place_for(Draft(), found.company, found.party).code
            self._view.show_value("place", place)
        self._show()

    def _restore(self, party: Id | None, kept: TypedAdvance | None) -> None:
        """What was typed before the program went comes back, unless another party pays now."""
        if kept is None or party not in (None, kept.party):
            if party is not None:
                self.take_party(party)
            return
        for name, value in kept.values().items():
            self._view.show_value(name, value)
        self._place_by_hand = kept.place
        self._desk.notifier.tell(_("What you typed before is back. Esc gives it up."))
        self._view.take_back()
        if kept.party is not None:
            self.take_party(kept.party)
        self._show()

    def _take_over(self, begun: Mapping[str, Any]) -> None:
        for name in _CARRIED:
            value = begun[name]
            if name == "mode" and (value is None or value.value not in MODES):
                continue
            self._view.show_value(name, value.value if name == "mode" else value)
        self._view.take_back()
        if begun["party"] is not None:
            self.take_party(begun["party"].value)
        self._keep()

    def _keep(self) -> None:
        self._keeper.keep(typed_advance_of(self._view.values(), self._place_by_hand))

    def _asked(self, values: Values) -> Advance:
        is_taxed = _is_taxed(values)
        return Advance(
            dated_on=values["dated_on"] or self._desk.calendar.working_on(),
            amount_paise=values["amount"] or 0,
            rate_bp=(values["rate"] or 0) if is_taxed else 0,
            purpose=SERVICES if is_taxed else GOODS,
            place_of_supply=self._place_by_hand or "",
            cess_paise=(values["cess"] or 0) if is_taxed else 0,
            mode=values["mode"].value if values["mode"] else "",
            reference=values["reference"],
            description=values["description"],
            note=values["note"],
        )

    def _show(self) -> None:
        """What the voucher will say, as far as it is known."""
        values = self._view.values()
        self._view.show_taxed(_is_taxed(values))
        payer = self._payer
        if payer is None or values["party"] is None:
            self._view.show_sketch(Sketch((), "", _("Choose who pays: the place of supply follows.")))
            return
        try:
            voucher = settled_voucher(
                self._asked(values), company=payer.company, party_id=values["party"].value, party=payer.party,
                facts=Facts.in_force(),
            )  # fmt: skip
        except RuleBroken as refused:
            self._view.show_sketch(Sketch((), "", refused.problems[0].message, is_wrong=True))
            return
        self._view.show_sketch(_sketch_of(voucher))


def _sketch_of(voucher: ReceiptVoucher) -> Sketch:
    if not voucher.amount_paise:
        return Sketch((), "", _("Enter what came in; it includes GST."))
    if voucher.purpose == GOODS:
        told = _(
            "An advance for goods bears no GST and is in no return. It lies on account until an invoice."
        )
        return Sketch((), money_text(voucher.amount_paise), told)
    across = (
        _("Place of supply {place}, another State: IGST.")
        if voucher.supply == "INTER"
        else _("Place of supply {place}, your own State: CGST and SGST.")
    )
    told = _("Declared with the return of this month, and taken back when an invoice uses it.")
    reason = across.format(place=voucher.place_name)
    return Sketch(
        tax_lines(voucher.tax, voucher.rate_bp), money_text(voucher.amount_paise), f"{reason} {told}"
    )


def _is_taxed(values: Values) -> bool:
    purpose = values["purpose"]
    return purpose is None or bool(purpose.value == SERVICES)


def _unfit(values: Values) -> Sequence[Problem]:
    problems = []
    if values["amount"] is None:
        problems.append(Problem("REQUIRED", _("Enter what came in."), "amount"))
    if _is_taxed(values) and values["rate"] is None:
        problems.append(Problem("REQUIRED", _("Enter the rate; 18% where it cannot be told yet."), "rate"))
    return problems


def _at_field(problem: Problem) -> Problem:
    """A problem of the record, at the form's own field."""
    field = _FIELDS.get(problem.field, problem.field)
    return Problem(problem.code, problem.message, field, problem.remedy)


def _payer(party: Id, reader: Reader) -> Payer | None:
    known = party_in(reader, party)
    return None if known is None else Payer(company_in(reader), known)
