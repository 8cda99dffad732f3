"""What happens on the pages of parties: which is shown, what its keys do. Free of Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Protocol

from core.dunning.commands import remind_party
from core.dunning.queries import ReminderRow
from core.errors import RuleBroken
from core.facts import Facts
from core.gst.gstin import check
from core.invoicing.queries import document_ids
from core.paper import draw_statement
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party as party_record
from core.receipts.queries import receipt_ids
from core.statements.accounts import PaperRow, PartyFigures, account_totals, party_figures
from core.statements.model import Statement
from core.statements.queries import statement
from core.words import amount_text, date_text, money_text
from core.words import translate as _
from desktop.ports import Calendar, Desk, Epoch, Reader, Tone, Touched
from desktop.screens.parties.columns import PAPERS, StatementLine, balance_text
from desktop.screens.parties.editing import kind_name

_HEARD = PAPERS | {"parties", "dunning"}


@dataclass(frozen=True, slots=True)
class Head:
    """A party as its page shows it."""

    title: str
    text: str
    pill: str
    tone: Tone
    figures: tuple[tuple[str, str, Tone], ...]
    """Number, what stands below it, and its tone: one for each of `figure_captions`."""
    facts: tuple[tuple[str, str], ...]
    notes: str
    archived: bool


class PartyView(Protocol):
    """The page of one party."""

    def show_head(self, head: Head) -> None:
        """Show name, figures and details."""
        ...

    def show_failure(self, error: Exception) -> None:
        """Say that the page cannot be shown."""
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
        self._desk.navigator.go("receipts" if row.type == "RCT" else "invoices", record=row.paper)

    def open_letter(self, row: ReminderRow) -> None:
        """Go to a reminder."""
        self._desk.navigator.go("collections", record=row.id, page="letter")

    def open_line(self, line: StatementLine) -> None:
        """Go to the paper that a line of the account names."""
        if line.number:
            self._desk.runner.read(partial(_paper_of, line), self._go, epoch=self._epoch)

    def remind(self, *, confirmed: bool = False) -> None:
        """Write the letter that is due today, if one is."""
        on = self._desk.calendar.today()
        command = partial(remind_party, party=self.party, on=on, date_confirmed=confirmed)
        self._desk.runner.write(_("Remind"), command, self._reminded, self._on_refused)

    def archive(self) -> None:
        """Put the party among the archived ones, or back among the others; its papers stay."""
        record = self._record
        kept = {name: getattr(record, name) for name in record.__struct_fields__}
        changed = Party(**{**kept, "archived": not record.archived})
        done = _("{name} is archived") if changed.archived else _("{name} is no longer archived")
        text = done.format(name=record.name)
        command = partial(save_party, party=changed, record=self.party)
        self._desk.runner.write(_("Archive party"), command, lambda _id: self._desk.notifier.done(text))

    def _show(self, found: tuple[Party | None, PartyFigures]) -> None:
        party, figures = found
        if party is None:
            self._desk.navigator.go("parties")
            return
        self._record = party
        self._view.show_head(head_of(party, figures))

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in _HEARD):
            self.load()

    def _reminded(self, letter: bytes | None) -> None:
        if letter is None:
            self._desk.notifier.tell(_("No reminder of {name} is due today").format(name=self._record.name))
        else:
            self._desk.notifier.done(_("Reminder to {name} written").format(name=self._record.name))

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, RuleBroken) and any(found.code == "DATE_CHECK" for found in error.problems):
            self._view.confirm_date(error, partial(self.remind, confirmed=True))
        else:
            self._desk.notifier.fail(error)

    def _go(self, found: tuple[str, bytes] | None) -> None:
        if found is not None:
            self._desk.navigator.go(found[0], record=found[1])


def statement_pdf(read: Reader, party: bytes, calendar: Calendar) -> tuple[Statement, str]:
    """The account over the period, with the language its paper speaks."""
    period = calendar.period()
    record = party_record(read, party) or Party()
    account = statement(read, party, from_on=period.from_on, to_on=period.to_on, today=calendar.today())
    return account, record.language or "en"


def drawn(account: Statement, language: str) -> bytes:
    """The statement as a PDF."""
    target = BytesIO()
    draw_statement(account, target, language=language)
    return target.getvalue()


def totals_footer(reader: Reader, calendar: Calendar) -> Sequence[tuple[str, str]]:
    """What stands below the list: all that is owed, and how much of the bills is late."""
    owed, late = account_totals(reader, on=calendar.today())
    return ((_("Overdue"), money_text(late)), (_("Balance of all parties"), money_text(owed)))


def figure_captions() -> tuple[str, ...]:
    """What the figures of a party are."""
    return (_("Balance"), _("Overdue"), _("On account"), _("Last paid"))


def head_of(party: Party, figures: PartyFigures) -> Head:
    """What the page's head says."""
    late = figures.overdue_paise > 0
    days = _("{count} bills, the oldest {days} days late").format(
        count=figures.overdue_bills, days=figures.oldest_days
    )
    paid = money_text(figures.last_paid_paise) if figures.last_paid_on else ""
    credit = _("in credit") if figures.balance_paise < 0 else ""
    return Head(
        title=party.name,
        text=" · ".join(part for part in (party.code, party.address.city, party.registration.gstin) if part),
        pill=_("Archived") if party.archived else "",
        tone="muted",
        figures=(
            (balance_text(figures.balance_paise), credit or _("{count} open bills").format(
                count=figures.open_bills), ""),
            (amount_text(figures.overdue_paise) if late else "–", days if late else _("nothing is late"),
             "danger" if late else "success"),
            (amount_text(figures.on_account_paise) if figures.on_account_paise else "–",
             _("not yet used for bills") if figures.on_account_paise else _("all money is used"), ""),
            (date_text(figures.last_paid_on) if figures.last_paid_on else "–", paid, ""),
        ),
        facts=_facts(party),
        notes=party.notes,
        archived=party.archived,
    )  # fmt: skip


def _facts(party: Party) -> tuple[tuple[str, str], ...]:
    state = Facts.shipped().state(party.registration.state_code or party.address.state_code)
    place = ", ".join(part for part in (party.address.line1, party.address.line2) if part)
    town = " ".join(part for part in (party.address.city, party.address.pincode) if part)
    limit = party.credit_limit_paise
    return (
        (_("Kind"), kind_name(party.registration.kind)),
        (_("GSTIN"), party.registration.gstin),
        (_("PAN"), party.pan or check(party.registration.gstin).pan or ""),
        (_("TAN"), party.tan),
        (_("Address"), "\n".join(part for part in (place, town, state.name if state else "") if part)),
        (_("Contact"), party.contact),
        (_("Phone"), party.phone),
        (_("E-mail"), party.email),
        (_("Terms"), "" if party.terms_days is None else _("{days} days").format(days=party.terms_days)),
        (_("Credit limit"), "" if limit is None else money_text(limit)),
        (_("TDS under"), party.tds_code),
    )


def _party_and_figures(
    party: bytes, calendar: Calendar, reader: Reader
) -> tuple[Party | None, PartyFigures]:
    return party_record(reader, party), party_figures(reader, party, on=calendar.today())


def _paper_of(line: StatementLine, reader: Reader) -> tuple[str, bytes] | None:
    if line.type == "RCT":
        found, screen = receipt_ids(reader, line.number), "receipts"
    else:
        found, screen = document_ids(reader, line.number), "invoices"
    return (screen, found[-1]) if found else None
