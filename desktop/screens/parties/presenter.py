"""What happens on the pages of parties: which is shown, what its keys do. Free of Qt."""

from collections.abc import Sequence
from functools import partial
from io import BytesIO
from typing import Protocol

from core.dunning.commands import remind_party
from core.dunning.queries import ReminderRow
from core.errors import RuleBroken
from core.interest.commands import book_interest_on
from core.interest.model import BillInterest
from core.interest.queries import interest_of_party
from core.paper import draw_confirmation, draw_statement
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party as party_record
from core.statements.accounts import PaperRow, PartyFigures, account_totals, party_figures
from core.statements.confirmation import confirmation
from core.statements.model import Confirmation, Statement
from core.statements.queries import statement
from core.tds.life import TdsRow
from core.words import money_text
from core.words import translate as _
from desktop.ports import Calendar, Desk, Epoch, Reader, Touched
from desktop.screens.parties.columns import PAPERS, StatementLine
from desktop.screens.parties.conduct import Conduct, conduct_of
from desktop.screens.parties.head import Head, head_of

_HEARD = PAPERS | {"parties", "dunning"}
_MONEY = ("RCT", "RCV", "RFV", "PBK")
"""Papers that stand among the receipts."""


class PartyView(Protocol):
    """The page of one party."""

    def show_head(self, head: Head) -> None:
        """Show name, figures and details."""
        ...

    def show_failure(self, error: Exception) -> None:
        """Say that the page cannot be shown."""
        ...

    def ask_charge(self, paise: int, bills: int, yes: "partial[None]") -> None:
        """Ask whether so much interest is charged on so many bills."""
        ...

    def confirm_date(self, error: RuleBroken, yes: "partial[None]") -> None:
        """Ask whether the machine's date is right."""
        ...


class PartyPresenter:
    """The page of one party: its figures, its lists, and what is done from here."""

    def __init__(self, view: PartyView, desk: Desk, party: bytes) -> None:
        self._view = view
        self._desk = desk
        self.party = party
        self._record = Party()
        self._epoch = Epoch()
        self._stop = desk.hub.subscribe(self._hear)
        self.load()

    def load(self) -> None:
        """Read the party and its figures."""
        question = partial(_party_and_figures, self.party, self._desk.calendar)
        self._desk.runner.read(question, self._show, self._view.show_failure, epoch=self._epoch)

    def account(self, reader: Reader) -> Statement:
        """The account over the period the window looks at."""
        period = self._desk.calendar.period()
        return statement(
            reader, self.party, from_on=period.from_on, to_on=period.to_on, today=self._desk.calendar.today()
        )

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self._stop()

    # --- what is done from here

    def edit(self) -> None:
        """Change the party's details."""
        self._desk.navigator.go("parties", record=self.party, page="edit")

    def receive(self) -> None:
        """Record a receipt of this party."""
        self._desk.navigator.go("receipts", record=self.party, page="new")

    def sell(self) -> None:
        """Begin a sale to this party."""
        self._desk.navigator.go("invoices", record=self.party, page="new")

    def print_account(self) -> None:
        """Show the statement as a paper."""
        self._desk.navigator.go("parties", record=self.party, page="statement")

    def open_paper(self, row: PaperRow) -> None:
        """Go to a document or receipt."""
        self._go(row.type, row.paper)

    def open_letter(self, row: ReminderRow) -> None:
        """Go to a reminder."""
        self._desk.navigator.go("collections", record=row.id, page="letter")

    def ask_interest(self) -> None:
        """Ask before the interest that runs on this party's bills is charged."""
        question = partial(interest_of_party, party=self.party, on=self._desk.calendar.today())
        self._desk.runner.read(question, self._ask_interest, self._desk.notifier.fail, epoch=self._epoch)

    def charge_interest(self, bills: Sequence[bytes], *, confirmed: bool = False) -> None:
        """Charge it by a debit note a bill, dated today, all in one Work."""
        today = self._desk.calendar.today()
        command = partial(
            book_interest_on, documents=bills, upto=today, today=today, date_confirmed=confirmed
        )
        again = partial(self.charge_interest, bills, confirmed=True)
        refused = partial(self._on_refused, again)
        self._desk.runner.write(_("Charge interest"), command, self._charged, refused)

    def confirm_balance(self) -> None:
        """Show the balance confirmation letter as a paper."""
        self._desk.navigator.go("parties", record=self.party, page="confirmation")

    def open_interest(self, row: BillInterest) -> None:
        """Go to the bill on which interest runs."""
        self._desk.navigator.go("invoices", record=row.document)

    def open_tds(self, _row: TdsRow) -> None:
        """Go to where TDS is matched and asked for."""
        self._desk.navigator.go("tds")

    def open_line(self, line: StatementLine) -> None:
        """Go to the paper that a line of the account speaks of."""
        if line.paper:
            self._go(line.paper_type, line.paper)

    def remind(self, *, confirmed: bool = False) -> None:
        """Write the letter that is due today, if one is."""
        on = self._desk.calendar.today()
        command = partial(remind_party, party=self.party, on=on, date_confirmed=confirmed)
        refused = partial(self._on_refused, partial(self.remind, confirmed=True))
        self._desk.runner.write(_("Remind"), command, self._reminded, refused)

    def archive(self) -> None:
        """Put the party among the archived ones, or back among the others; its papers stay."""
        record = self._record
        kept = {name: getattr(record, name) for name in record.__struct_fields__}
        changed = Party(**{**kept, "archived": not record.archived})
        done = _("{name} is archived") if changed.archived else _("{name} is no longer archived")
        text = done.format(name=record.name)
        command = partial(save_party, party=changed, record=self.party)
        self._desk.runner.write(_("Archive party"), command, lambda _id: self._desk.notifier.done(text))

    def _show(self, found: tuple[Party | None, PartyFigures, Conduct]) -> None:
        party, figures, conduct = found
        if party is None:
            self._desk.navigator.go("parties")
            return
        self._record = party
        self._view.show_head(head_of(party, figures, conduct))

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in _HEARD):
            self.load()

    def _reminded(self, letter: bytes | None) -> None:
        if letter is None:
            self._desk.notifier.tell(_("No reminder of {name} is due today").format(name=self._record.name))
        else:
            self._desk.notifier.done(_("Reminder to {name} written").format(name=self._record.name))

    def _ask_interest(self, found: Sequence[BillInterest]) -> None:
        bills = [row for row in found if row.unbooked_paise]
        if not bills:
            self._desk.notifier.tell(_("No interest waits to be charged"))
            return
        total = sum(row.unbooked_paise for row in bills)
        self._view.ask_charge(
            total, len(bills), partial(self.charge_interest, [row.document for row in bills])
        )

    def _charged(self, notes: Sequence[bytes]) -> None:
        text = _("One debit note issued") if len(notes) == 1 else _("{count} debit notes issued")
        self._desk.notifier.done(text.format(count=len(notes)))

    def _on_refused(self, again: "partial[None]", error: Exception) -> None:
        if isinstance(error, RuleBroken) and any(found.code == "DATE_CHECK" for found in error.problems):
            self._view.confirm_date(error, again)
        else:
            self._desk.notifier.fail(error)

    def _go(self, paper_type: str, paper: bytes) -> None:
        self._desk.navigator.go("receipts" if paper_type in _MONEY else "invoices", record=paper)


def statement_pdf(read: Reader, party: bytes, calendar: Calendar) -> tuple[Statement, str]:
    """The account over the period, with the language its paper speaks."""
    period = calendar.period()
    record = party_record(read, party) or Party()
    account = statement(read, party, from_on=period.from_on, to_on=period.to_on, today=calendar.today())
    return account, record.language or "en"


def confirmation_of(read: Reader, party: bytes, calendar: Calendar) -> Confirmation:
    """The letter about the balance at the end of the period, or today where that is not over."""
    today = calendar.today()
    return confirmation(read, party, min(calendar.period().to_on, today), dated_on=today)


def confirmation_drawn(letter: Confirmation) -> bytes:
    """The letter as a PDF."""
    target = BytesIO()
    draw_confirmation(letter, target)
    return target.getvalue()


def drawn(account: Statement, language: str) -> bytes:
    """The statement as a PDF."""
    target = BytesIO()
    draw_statement(account, target, language=language)
    return target.getvalue()


def totals_footer(reader: Reader, calendar: Calendar) -> Sequence[tuple[str, str]]:
    """What stands below the list: all that is owed, and how much of the bills is late."""
    owed, late = account_totals(reader, on=calendar.today())
    return ((_("Overdue"), money_text(late)), (_("Balance of all parties"), money_text(owed)))


def _party_and_figures(
    party: bytes, calendar: Calendar, reader: Reader
) -> tuple[Party | None, PartyFigures, Conduct]:
    figures = party_figures(reader, party, on=calendar.today())
    return party_record(reader, party), figures, conduct_of(reader, party, calendar)
