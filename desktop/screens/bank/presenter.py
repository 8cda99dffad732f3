"""What the bank's screen decides: which account is looked at, what its lines may be, and what is done with them."""

from collections.abc import Sequence
from functools import partial

from core.bank.accepting import Accepted, accept, set_aside_all, take_back, undo
from core.bank.claimed import claimed
from core.bank.model import Match, SetAside
from core.bank.proposal import Proposal
from core.bank.proposals import Sought, bank_line, choices_in, found_in, seek
from core.bank.queries import AccountRow, LineRow, accounts
from core.bank.reconciling import book_paise
from core.bank.rules import OPEN
from core.errors import RuleBroken
from core.ids import Id
from core.words import money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Reader, Touched
from desktop.screens.bank.by_hand import Picks, kept_lines
from desktop.screens.bank.columns import HEARD, likely_text
from desktop.screens.bank.looked import BankView, Figures, Looked
from desktop.screens.bank.taking import Taking

_DATE, _REFERENCE = "DATE_CHECK", "REFERENCE_USED"
"""Refusals that a person may overrule."""

LOOKED_AGAIN_MAX = 3_000
"""With more open lines than this, one more match does not have all of them looked at again."""


class BankPresenter:
    """One account's lines."""

    def __init__(self, view: BankView, desk: Desk) -> None:
        self._view = view
        self._desk = desk
        self._epoch = Epoch()
        self._looking = Epoch()
        self.account: Id | None = None
        self._shown: Id | None = None
        self._accounts: list[AccountRow] = []
        self._sought: Sought | None = None
        self._likely: dict[Id, Proposal] = {}
        self._found: list[Proposal] = []
        self._is_looking = False
        self._is_seen = True
        self._is_stale = False
        self._book_paise = 0
        self._looked: Looked | None = None
        self._taking: Taking | None = None
        self._chosen: dict[Id, LineRow] = {}
        self._picks = Picks()
        self._leave = desk.hub.subscribe(self._hear)

    def put_away(self) -> None:
        """The screen goes."""
        self._leave()
        self.stop()
        self._epoch.turn()
        self._looking.turn()

    def be_seen(self, is_seen: bool) -> None:
        """The screen is looked at, or not: what changes meanwhile is read when one comes back."""
        self._is_seen = is_seen
        if is_seen and self._is_stale:
            self._is_stale = False
            self._shown = None
            self.load()

    def likely(self, line: Id) -> Proposal | None:
        """What a line is likely to be."""
        return self._likely.get(line)

    # --- accounts

    def load(self) -> None:
        """Read the accounts, and look at the one looked at before."""
        self._desk.runner.read(accounts, self._show_accounts, epoch=self._epoch)

    def choose(self, account: Id) -> None:
        """Look at another account, be it as new as it may."""
        self.account = account
        self._desk.memory.keep("bank.account", account.hex())
        self.load()

    def look_again(self) -> None:
        """Seek for every open line what it may be."""
        account, today = self.account, self._desk.calendar.today()
        if account is None:
            self._view.show_figures(Figures(), is_looking=False)
            return
        self._is_looking = True
        self._tell()

        def sought(reader: Reader) -> tuple[Sought, list[Proposal], int]:
            what = seek(reader, account, today)
            return what, found_in(reader, what), book_paise(reader, account, today)

        self._looking.turn()
        self._desk.runner.read(sought, self._on_sought, self._on_failed, epoch=self._looking)

    # --- one line

    def look_at(self, row: LineRow | None) -> None:
        """Show a line, and seek all that it may be."""
        if row is None:
            self._looked = None
            self._view.show_looked(None)
            return
        likely = self._likely.get(row.id)
        is_waiting = row.state == OPEN
        self._looked = Looked(row, (likely,) if likely else (), is_waiting=is_waiting)
        self._view.show_looked(self._looked)
        sought = self._sought
        if row.state == OPEN and sought is not None:
            question = partial(choices_in, sought=sought, line=bank_line(row))
            self._desk.runner.read(question, partial(self._on_choices, row), epoch=self._looking)
        elif row.match is not None:
            self._desk.runner.read(partial(claimed, row=row), partial(self._on_claim, row), epoch=self._epoch)

    def turn(self, step: int) -> None:
        """Look at the next of what the line may be, or the one before."""
        looked = self._looked
        if looked is not None and looked.choices:
            self.pick((looked.at + step) % len(looked.choices))

    def pick(self, at: int) -> None:
        """Look at one of what the line may be."""
        if self._looked is not None and at < len(self._looked.choices):
            self._looked = self._looked._replace(at=at)
            self._view.show_looked(self._looked)

    # --- several lines

    def is_chosen(self, line: Id) -> bool:
        """Whether a line is chosen, with others, for what is done next."""
        return line in self._chosen

    def choose_lines(self, rows: Sequence[LineRow]) -> None:
        """Choose open lines, or leave them out again."""
        for row in rows:
            if self._chosen.pop(row.id, None) is None and row.state == OPEN:
                self._chosen[row.id] = row
        self._tell_chosen()

    def leave_out(self) -> None:
        """Choose no line."""
        self._chosen.clear()
        self._tell_chosen()

    @property
    def acted_on(self) -> list[LineRow]:
        """The open lines that the next deed is done with: those chosen, else the one looked at."""
        if self._chosen:
            return list(self._chosen.values())
        return [self._looked.row] if self._looked is not None and self._looked.row.state == OPEN else []

    def picks(self) -> Picks:
        """What matching by hand begins with: where it was left, when it is about the same lines."""
        self._picks = kept_lines(self._picks, self.acted_on)
        return self._picks

    # --- deeds

    def accept(self, confirmed: frozenset[str] = frozenset()) -> None:
        """Accept the choice looked at; `confirmed` is what a person was asked about before."""
        proposal = self._looked.chosen if self._looked else None
        if proposal is None:
            return
        command = partial(
            accept, proposal=proposal, today=self._desk.calendar.today(), date_confirmed=_DATE in confirmed,
            reference_confirmed=_REFERENCE in confirmed,
        )  # fmt: skip
        accepted, refused = partial(self._accepted, proposal), partial(self._refused, confirmed)
        self._desk.runner.write(_("Accept a match"), command, accepted, refused)

    def ask_all(self) -> None:
        """Say how many are certain and how much, and take them on a yes."""
        figures = self._figures()
        if not figures.certain:
            self._desk.notifier.tell(_("No line is certain; look at them one by one"))
            return
        parts = [_("{amount} came in").format(amount=money_text(figures.certain_in_paise))]
        if figures.certain_out_paise:
            parts.append(_("{amount} went out").format(amount=money_text(figures.certain_out_paise)))
        if figures.new_receipts == 1:
            parts.append(_("one new receipt is recorded"))
        elif figures.new_receipts:
            parts.append(_("{count} new receipts are recorded").format(count=figures.new_receipts))
        title = _("Accept all {count} certain matches?").format(count=figures.certain)
        self._view.ask(title, "; ".join(parts) + ".", _("Accept them"), self._take_all)

    def set_aside(self, reason: str, note: str) -> None:
        """Say that the lines chosen, else the one looked at, are no customer's money."""
        lines = [row.id for row in self.acted_on]
        if not lines:
            return
        today = self._desk.calendar.today()
        command = partial(set_aside_all, lines=lines, reason=reason, note=note, today=today)
        told = (
            _("{count} lines set aside").format(count=len(lines)) if len(lines) > 1 else _("Line set aside")
        )

        def done(made: list[Accepted]) -> None:
            self.leave_out()
            self._done(told, made)

        self._desk.runner.write(_("Set aside"), command, done)

    def undo_looked(self) -> None:
        """Undo what was said of the line looked at."""
        if self._looked is None or self._looked.row.match is None:
            return
        command = partial(undo, claim=self._looked.row.match, today=self._desk.calendar.today())
        told = _("The line is open again")
        self._desk.runner.write(_("Undo a match"), command, lambda _claim: self._desk.notifier.done(told))

    def open_paper(self) -> None:
        """Go to the paper that the line is, or the party it may be of."""
        looked = self._looked
        if looked is None:
            return
        if isinstance(looked.claim, Match) and looked.claim.papers:
            self._desk.navigator.go("receipts", record=looked.claim.papers[0].paper)
        elif looked.chosen is not None and looked.chosen.papers:
            self._desk.navigator.go("receipts", record=looked.chosen.papers[0].paper)
        elif looked.chosen is not None and looked.chosen.bounce is not None:
            self._desk.navigator.go("receipts", record=looked.chosen.bounce.receipt.paper)
        elif looked.chosen is not None:
            new = looked.chosen.new or looked.chosen.payback
            if new is not None:
                self._desk.navigator.go("parties", record=new.party)

    @property
    def looked(self) -> Looked | None:
        """The line looked at."""
        return self._looked

    # --- answers

    def _show_accounts(self, rows: list[AccountRow]) -> None:
        self._accounts = rows
        kept = str(self._desk.memory.recall("bank.account", ""))
        known = {row.id: row for row in rows}
        if self.account not in known:
            self.account = next(
                (row.id for row in rows if row.id.hex() == kept), rows[0].id if rows else None
            )
        self._view.show_accounts(rows, self.account)
        if self.account != self._shown or not rows:
            self._shown = self.account
            self._chosen, self._picks = {}, Picks()
            self._likely, self._found, self._sought = {}, [], None
            self.look_at(None)
            self._view.refresh()
            self.look_again()
        else:
            self._tell()

    def _on_sought(self, answer: tuple[Sought, list[Proposal], int]) -> None:
        self._sought, self._found, self._book_paise = answer
        self._likely = {line: each for each in self._found for line in each.lines}
        self._is_looking = False
        self._tell()
        self._view.refresh()
        if self._looked is not None:
            self.look_at(self._looked.row)

    def _on_failed(self, error: Exception) -> None:
        self._is_looking = False
        self._tell()
        self._desk.notifier.fail(error)

    def _on_choices(self, row: LineRow, found: list[Proposal]) -> None:
        if self._looked is not None and self._looked.row.id == row.id:
            likely = self._likely.get(row.id)
            rest = [each for each in found if likely is None or set(each.taken) != set(likely.taken)
                    or each.recorded != likely.recorded or each.aside != likely.aside]  # fmt: skip
            self._looked = Looked(row, ((likely,) if likely else ()) + tuple(rest))
            self._view.show_looked(self._looked)

    def _on_claim(self, row: LineRow, claim: Match | SetAside | None) -> None:
        if self._looked is not None and self._looked.row.id == row.id:
            self._looked = Looked(row, claim=claim)
            self._view.show_looked(self._looked)

    def _accepted(self, proposal: Proposal, done: Accepted) -> None:
        self._forget([proposal])
        told = _("Accepted: {what}").format(what=likely_text(proposal))
        if done.bounce is not None:
            self._desk.notifier.done(told)  # what takes a paper back is not taken back itself
        else:
            self._done(told, [done])

    def _take_all(self) -> None:
        if self._taking is None:
            self._taking = Taking(self._desk, self._found, self._view.show_progress, self._took_all)
            self._taking.go_on()

    def stop(self) -> None:
        """Accept no further portion of what is certain; what was accepted stays."""
        if self._taking is not None:
            self._taking.stop()

    @property
    def is_taking(self) -> bool:
        """Whether what is certain is being accepted."""
        return self._taking is not None

    def _took_all(self, run: Taking, error: Exception | None) -> None:
        self._taking = None
        self._view.show_progress(run.total, run.total)
        self._forget(run.taken)
        told = _("{count} matches accepted").format(count=len(run.done))
        if run.is_stopped:
            told = _("Stopped: {count} of {total} matches accepted").format(
                count=len(run.done), total=run.total
            )
        if error is not None:
            self._desk.notifier.fail(error)
        elif run.can_be_undone:
            self._done(told, run.done)
        else:
            self._desk.notifier.done(told)
        self.load()
        self.look_again()

    def _done(self, told: str, done: Sequence[Accepted]) -> None:
        back = partial(take_back, accepted=done, today=self._desk.calendar.today())
        self._desk.notifier.done(told, undo=lambda: self._desk.runner.write(_("Undo"), back))

    def _refused(self, confirmed: frozenset[str], error: Exception) -> None:
        code = error.problems[0].code if isinstance(error, RuleBroken) else ""
        asks = {
            _DATE: (_("Is the date right?"), _("The date is right")),
            _REFERENCE: (_("Is this another payment?"), _("It is another payment")),
        }
        if code in asks:
            title, yes = asks[code]
            self._view.ask(title, str(error), yes, lambda: self.accept(confirmed | {code}))
            return
        self._desk.notifier.fail(error)
        self.look_again()

    def _forget(self, taken: Sequence[Proposal]) -> None:
        gone = {one for each in taken for one in each.taken}
        self._found = [each for each in self._found if gone.isdisjoint(each.taken)]
        self._likely = {line: each for each in self._found for line in each.lines}
        if self._sought is not None:
            self._sought = self._sought.without(gone)

    def _hear(self, touched: Touched) -> None:
        changed = {kind for kind, records in touched.records.items() if records}
        if not changed & (HEARD | {"bank"}) or self._taking is not None:
            return
        if not self._is_seen:
            self._is_stale = True
            return
        if "bank" in changed:
            self._drop_settled(touched.records.get("bank", frozenset()))
            self.load()
        is_few = self._sought is None or len(self._sought.lines) <= LOOKED_AGAIN_MAX
        if is_few or touched.origin != "local":
            self.look_again()
        else:
            self._tell()

    def _drop_settled(self, records: frozenset[bytes]) -> None:
        """What was touched elsewhere is chosen no more."""
        if not records.isdisjoint(self._chosen):
            self._chosen = {line: row for line, row in self._chosen.items() if line not in records}
            self._tell_chosen()

    def _tell_chosen(self) -> None:
        self._view.show_chosen(len(self._chosen), sum(row.paise for row in self._chosen.values()))

    def _tell(self) -> None:
        self._view.show_figures(self._figures(), is_looking=self._is_looking)

    def _figures(self) -> Figures:
        row = next((row for row in self._accounts if row.id == self.account), None)
        if row is None:
            return Figures()
        certain = [each for each in self._found if each.certain]
        amounts = {line.id: line.paise for line in self._sought.lines} if self._sought else {}
        sums = [sum(amounts.get(line, 0) for line in each.lines) for each in certain]
        return Figures(
            self._book_paise, row.balance_paise, row.last_on.strftime("%d-%m-%Y") if row.last_on else "",
            row.open_lines, len(certain), sum(paise for paise in sums if paise > 0),
            -sum(paise for paise in sums if paise < 0), sum(1 for each in certain if each.new is not None),
        )  # fmt: skip
