"""A line of the bank recorded by hand: who paid, what was kept back, which bills it settles. Free of Qt."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from core.bank.accepting import Accepted, record_line, take_back
from core.bank.proposals import bank_line
from core.bank.queries import LineRow
from core.bank.recording import mode_of, reference_of
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.ledger.model import AllocationLine
from core.parties.queries import parties_by_name, party_rows
from core.problems import Problem
from core.receipts.model import DEDUCTION_KINDS, MODES, Deduction
from core.shortfall.model import Bill, Explanation
from core.shortfall.queries import payer_of
from core.shortfall.rules import allocations, explain
from core.words import money_text
from core.words import translate as _
from desktop.ports import Choice, Desk, Epoch, Reader

_OFFERED = 12
_EXPLAINED = 5
_DATE, _REFERENCE = "DATE_CHECK", "REFERENCE_USED"


class Sums(NamedTuple):
    """What there is to settle with, what bills take of it, and what stays on account (negative: too much)."""

    credit_paise: int
    settled_paise: int

    @property
    def on_account_paise(self) -> int:
        """What no bill takes."""
        return self.credit_paise - self.settled_paise


class EntryView(Protocol):
    """What the presenter may ask of the page."""

    def show_party(self, choice: Choice) -> None: ...
    def show_bills(self, bills: Sequence[Bill]) -> None: ...
    def show_settled(self, settled: Mapping[int, int]) -> None: ...
    def show_kept(self, tds_paise: int, tds_code: str, other_paise: int, other_kind: str) -> None: ...
    def show_ways(self, ways: Sequence[Explanation], chosen: int) -> None: ...
    def show_sums(self, sums: Sums) -> None: ...
    def show_problems(self, problems: Sequence[Problem]) -> None: ...
    def ask(self, title: str, text: str, yes: str, run: Callable[[], None]) -> None: ...


class EntryPresenter:
    """One line on its way to a receipt. What explains the amount best is filled in first."""

    def __init__(self, view: EntryView, desk: Desk, line: LineRow, over: Callable[[], None]) -> None:
        self._view = view
        self._desk = desk
        self.line = line
        self._over = over
        self._epoch = Epoch()
        self.party: Id | None = None
        self.mode = mode_of(bank_line(line))
        self.reference = reference_of(bank_line(line))
        self._bills: list[Bill] = []
        self._ways: list[Explanation] = []
        self._settled: dict[int, int] = {}
        self._kept: list[Deduction] = []

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()

    def begin(self, party: Id | None) -> None:
        """Begin with the party that probably paid."""
        if party is None:
            return

        def named(reader: Reader) -> Choice | None:
            found = party_rows(reader, [party])
            return Choice(party, found[0].name, found[0].code) if found else None

        self._desk.runner.read(named, self._on_named, epoch=self._epoch)

    def choose(self, party: Id | None) -> None:
        """Another party paid."""
        self.party = party
        if party is None:
            self._show([], [])
            return
        question = partial(_explained, line=self.line, party=party)
        self._desk.runner.read(question, lambda found: self._show(*found), epoch=self._epoch)

    def take_way(self, at: int) -> None:
        """Fill in what one explanation says."""
        if at >= len(self._ways):
            return
        way = self._ways[at]
        settled = {line.document: line.paise for line in allocations(way)[0]}
        self._settled = {
            n: settled[bill.document] for n, bill in enumerate(self._bills) if bill.document in settled
        }
        tds = next((kept for kept in way.deductions if kept.kind == "tds"), None)
        others = [kept for kept in way.deductions if kept.kind != "tds"]
        self._kept = list(way.deductions)
        self._view.show_kept(
            tds.paise if tds else 0, tds.code if tds else "", sum(kept.paise for kept in others),
            others[0].kind if others else "",
        )  # fmt: skip
        self._view.show_settled(self._settled)
        self._view.show_ways(self._ways, at)
        self._tell()

    def keep_back(self, tds_paise: int, tds_code: str, other_paise: int, other_kind: str) -> None:
        """So much was kept back."""
        kept = [Deduction("tds", tds_paise, tds_code.strip().upper())] if tds_paise else []
        if other_paise:
            kept.append(Deduction(other_kind or "other", other_paise))
        self._kept = kept
        self._tell()

    def settle(self, place: int, paise: int | None) -> None:
        """So much of a bill is settled."""
        if paise:
            self._settled[place] = paise
        else:
            self._settled.pop(place, None)
        self._tell()

    @property
    def sums(self) -> Sums:
        """The sums as they stand."""
        credit = self.line.paise + sum(kept.paise for kept in self._kept)
        return Sums(credit, sum(self._settled.values()))

    def save(self, mode: str, reference: str, confirmed: frozenset[str] = frozenset()) -> None:
        """Record the receipt and match the line with it."""
        problems = list(self._problems())
        self._view.show_problems(problems)
        if problems or self.party is None:
            return
        lines = [
            AllocationLine(self._bills[at].document, paise) for at, paise in sorted(self._settled.items())
        ]
        command = partial(
            record_line, line=self.line.id, party=self.party, mode=mode, reference=reference,
            deductions=tuple(self._kept), allocate=lines, today=self._desk.calendar.today(),
            date_confirmed=_DATE in confirmed, reference_confirmed=_REFERENCE in confirmed,
        )  # fmt: skip
        refused = partial(self._refused, mode, reference, confirmed)
        self._desk.runner.write(_("Record a receipt"), command, self._saved, refused)

    def _problems(self) -> list[Problem]:
        found = []
        if self.party is None:
            found.append(Problem("PARTY", _("Choose the party that paid."), "party"))
        for at, paise in self._settled.items():
            bill = self._bills[at]
            if not 0 < paise <= bill.open_paise:
                message = _("Only {amount} is open of {number}.")
                told = message.format(amount=money_text(bill.open_paise), number=bill.number)
                found.append(Problem("OPEN_AMOUNT", told, f"lines[{at}].settle"))
        over = -self.sums.on_account_paise
        if over > 0:
            told = _("The bills take {amount} more than was received.").format(amount=money_text(over))
            found.append(Problem("OVER", told, "lines", _("Lessen a line, or enter what was kept back.")))
        return found

    def _on_named(self, choice: Choice | None) -> None:
        if choice is not None:
            self._view.show_party(choice)
            self.choose(choice.value)

    def _show(self, bills: list[Bill], ways: list[Explanation]) -> None:
        self._bills, self._ways, self._settled, self._kept = bills, ways, {}, []
        self._view.show_bills(bills)
        self._view.show_ways(ways, 0)
        self._tell()
        self.take_way(0)

    def _tell(self) -> None:
        self._view.show_sums(self.sums)

    def _saved(self, done: Accepted) -> None:
        back = partial(take_back, accepted=[done], today=self._desk.calendar.today())
        undo = partial(self._desk.runner.write, _("Undo"), back)
        self._desk.notifier.done(_("Receipt recorded and matched"), undo=lambda: undo())
        self._over()

    def _refused(self, mode: str, reference: str, confirmed: frozenset[str], error: Exception) -> None:
        code = error.problems[0].code if isinstance(error, RuleBroken) else ""
        asks = {
            _DATE: (_("Is the date right?"), _("The date is right")),
            _REFERENCE: (_("Is this another payment?"), _("It is another payment")),
        }
        if code in asks:
            title, yes = asks[code]
            self._view.ask(title, str(error), yes, lambda: self.save(mode, reference, confirmed | {code}))
        elif isinstance(error, RuleBroken):
            self._view.show_problems(error.problems)
        else:
            self._desk.notifier.fail(error)


def suggest_parties(reader: Reader, typed: str) -> Sequence[Choice]:
    """Parties whose name begins as typed, then those that hold it."""
    text = typed.strip().casefold()
    found: list[Choice] = []
    key = None
    while len(found) < _OFFERED:
        page = parties_by_name(reader, key=key, limit=500)
        found += [Choice(row.id, row.name, row.city or row.code) for row in page.rows
                  if text in f"{row.name} {row.code}".casefold()]  # fmt: skip
        key = page.next_key
        if key is None:
            break
    return sorted(found, key=lambda choice: not choice.text.casefold().startswith(text))[:_OFFERED]


def mode_choices() -> list[Choice]:
    """How money comes through a bank."""
    named = {"cheque": _("Cheque"), "card": _("Card"), "other": _("Other")}
    banked = [mode for mode in MODES if mode not in ("cash", "adjustment")]
    return [Choice(mode, named.get(mode, mode.upper())) for mode in banked]


def kept_choices() -> list[Choice]:
    """What a payer may keep back besides TDS."""
    named = {
        "gst_tds": _("GST TDS"), "retention": _("Retention"), "bank_charge": _("Bank charges"),
        "round_off": _("Round-off"), "exchange": _("Exchange difference"), "other": _("Other"),
    }  # fmt: skip
    return [Choice(kind, named.get(kind, kind)) for kind in DEDUCTION_KINDS if kind != "tds"]


def _explained(reader: Reader, *, line: LineRow, party: Id) -> tuple[list[Bill], list[Explanation]]:
    facts = Facts.in_force()
    payer, bills = payer_of(reader, party, line.dated_on, facts)
    told = f"{line.description} {line.reference}"
    ways = explain(line.paise, bills, payer, line.dated_on, facts, text=told, limit=_EXPLAINED)
    return bills, [way for way in ways if not way.credits_used and not way.write_off_paise]
