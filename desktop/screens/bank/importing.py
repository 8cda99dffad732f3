"""What importing a statement decides: reading the file, what of it is new, and how an unknown layout is learned."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from core.bank.commands import (
    DOUBTFUL,
    KNOWN,
    NEW,
    OTHERWISE,
    Imported,
    identified,
    import_lines,
    save_account,
    sorted_out,
)
from core.bank.model import BankAccount, Layout, Line
from core.bank.queries import account as account_of
from core.bank.reading import Statement, first_rows, header_of, read_statement
from core.bank.reading.statement import StatedLine
from core.bank.rules import account_key
from core.errors import BahiError, RuleBroken
from core.ids import Id
from core.problems import Problem
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import (
    Ask,
    Column,
    Desk,
    Epoch,
    Listing,
    Nothing,
    Page,
    PageLike,
    Reader,
    Scope,
    Tone,
    Work,
)

FIELDS = (
    "date",
    "value_date",
    "description",
    "reference",
    "withdrawal",
    "deposit",
    "amount",
    "sign",
    "balance",
)
_UNTOLD = ("COLUMNS", "DATE_ORDER")


class PreviewRow(NamedTuple):
    """A line of the file, and how it stands: new, known, known otherwise or doubtful, as an import would say."""

    id: bytes
    line: StatedLine
    state: str

    @property
    def is_known(self) -> bool:
        """Whether the book has it."""
        return self.state in (KNOWN, OTHERWISE)


class Preview(NamedTuple):
    """What a file would bring."""

    statement: Statement
    rows: tuple[PreviewRow, ...]
    layout: Layout

    @property
    def new(self) -> int:
        """Lines that the book has not."""
        return sum(1 for row in self.rows if not row.is_known)


class ImportView(Protocol):
    """What the presenter may ask of the page."""

    def show_preview(self, preview: Preview) -> None: ...
    def show_problems(self, problems: Sequence[Problem]) -> None: ...
    def ask_columns(
        self, rows: Sequence[Sequence[str]], layout: Layout, problems: Sequence[Problem]
    ) -> None: ...


class ImportPresenter:
    """One file on its way into one account."""

    def __init__(self, view: ImportView, desk: Desk, account: Id, over: Callable[[], None]) -> None:
        self._view = view
        self._desk = desk
        self._account = account
        self._over = over
        self._epoch = Epoch()
        self._known: BankAccount | None = None
        self._path: Path | None = None
        self._layout = Layout()
        self.preview: Preview | None = None

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()

    def take_file(self, path: Path) -> None:
        """Read a file and show what it would bring."""
        self._path = path

        def known(reader: Reader) -> BankAccount | None:
            return account_of(reader, self._account)

        self._desk.runner.read(known, self._with_account, epoch=self._epoch)

    def read_with(self, layout: Layout) -> None:
        """Read the file by columns that a person named."""
        self._layout = layout
        path = self._path
        if path is not None:
            self._desk.runner.network(
                lambda: _read(path, layout), self._on_read, self._on_refused, epoch=self._epoch
            )

    def take(self) -> None:
        """Take the new lines in, and remember how the file was read."""
        if self.preview is None:
            return
        command = partial(_taken, account=self._account, preview=self.preview)
        self._desk.runner.write(_("Import a bank statement"), command, self._on_taken, self._on_refused)

    def _with_account(self, known: BankAccount | None) -> None:
        self._known = known
        self.read_with(known.layout if known is not None else Layout())

    def _on_read(self, answer: tuple[Statement, Layout]) -> None:
        statement, layout = answer
        lines = identified(self._account, statement.lines, statement.name)
        question = partial(_previewed, statement=statement, layout=layout, account=self._account, lines=lines)
        self._desk.runner.read(question, self._on_previewed, epoch=self._epoch)

    def _on_previewed(self, preview: Preview) -> None:
        self.preview = preview
        self._view.show_preview(preview)
        self._view.show_problems([*preview.statement.problems, *self._doubts(preview.statement)])

    def _doubts(self, statement: Statement) -> list[Problem]:
        """A statement that names another account is told of, and not refused: banks write numbers in many ways."""
        ours = account_key(self._known.number) if self._known is not None else ""
        theirs = account_key(statement.account)
        digits = "".join(filter(str.isdigit, theirs))[-4:]
        if not ours or not digits or ours.endswith(digits):
            return []
        message = _("The file names account {number}, which is not this one.").format(
            number=statement.account
        )
        return [Problem("ACCOUNT", message, "account", _("Choose the right account before you import."))]

    def _on_refused(self, error: Exception) -> None:
        problems = list(error.problems) if isinstance(error, RuleBroken) else [Problem("FILE", str(error))]
        path = self._path
        if path is not None and any(problem.code in _UNTOLD for problem in problems):
            shown = partial(self._view.ask_columns, layout=self._layout, problems=problems)
            self._desk.runner.network(lambda: first_rows(path), shown, self._on_unread, epoch=self._epoch)
        else:
            self._view.show_problems(problems)

    def _on_unread(self, error: Exception) -> None:
        self._view.show_problems([Problem("FILE", str(error))])

    def _on_taken(self, done: Imported) -> None:
        told = _("{new} lines imported, {known} were here already").format(
            new=len(done.new), known=done.known
        )
        if done.doubtful:
            told = _(
                "{new} lines imported, {known} were here already; {count} look like lines that were here"
            )
            told = told.format(new=len(done.new), known=done.known, count=len(done.doubtful))
        self._desk.notifier.done(told)
        self._over()


def preview_listing(preview: Callable[[], Preview | None]) -> Listing[PreviewRow]:
    """The lines of a file, those that are new first told."""

    def fetch(_reader: Reader, ask: Ask, _after: Any, _limit: int) -> PageLike[PreviewRow]:
        shown = preview()
        rows = [] if shown is None else [row for row in shown.rows if _answers(row, ask)]
        return Page(rows)

    return Listing(
        name="bank.preview",
        columns=(
            Column("date", _("Date"), lambda row: date_text(row.line.dated_on), width=11),
            Column("text", _("The bank's words"), lambda row: row.line.description, width=20, stretch=True),
            Column("reference", _("Reference"), lambda row: row.line.reference, width=20),
            Column("state", _("Status"), _state_text, width=19, pill=True, tone=_tone),
            Column("amount", _("Amount"), lambda row: amount_text(row.line.paise), "right", 13,
                   tone=lambda row: "danger" if row.line.paise < 0 else ""),
            Column("balance", _("Balance"),
                   lambda row: "" if row.line.balance_paise is None else amount_text(row.line.balance_paise), "right",
                   14, tone=lambda _row: "muted"),
        ),
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, 0).rows,
        row_id=lambda row: row.id,
        shows=frozenset(),
        scopes=(Scope("all", _("All")), Scope("new", _("New")), Scope("known", _("Here already"))),
        nothing=Nothing(_("No file yet"), _("CSV, Excel, OFX or MT940, as the bank gives it."), _("Choose a file"),
                        "import"),
    )  # fmt: skip


def field_name(field: str) -> str:
    """A column of a statement as people call it."""
    named = {
        "date": _("Date"), "value_date": _("Value date"), "description": _("Description"), "reference": _("Reference"),
        "withdrawal": _("Withdrawal"), "deposit": _("Deposit"), "amount": _("Amount"), "sign": _("Dr or Cr"),
        "balance": _("Balance"),
    }  # fmt: skip
    return named[field]


def _answers(row: PreviewRow, ask: Ask) -> bool:
    if (ask.scope == "new" and row.is_known) or (ask.scope == "known" and not row.is_known):
        return False
    told = f"{row.line.description} {row.line.reference} {amount_text(row.line.paise)}"
    return ask.text.casefold() in told.casefold()


def _state_text(row: PreviewRow) -> str:
    told = {
        NEW: _("New"), KNOWN: _("Here already"), OTHERWISE: _("Here in another form"), DOUBTFUL: _("New, but alike"),
    }  # fmt: skip
    return told[row.state]


def _tone(row: PreviewRow) -> Tone:
    tones: dict[str, Tone] = {NEW: "success", DOUBTFUL: "warning"}
    return tones.get(row.state, "muted")


def _read(path: Path, layout: Layout) -> tuple[Statement, Layout]:
    try:
        statement = read_statement(path, path.name, layout)
        header = header_of(path, path.name, layout)
    except OSError as error:
        raise BahiError(str(error)) from error
    kept = layout if header is None else msgspec.structs.replace(header.layout, day_first=layout.day_first)
    return statement, kept


def _previewed(
    reader: Reader, *, statement: Statement, layout: Layout, account: Id, lines: Mapping[Id, Line]
) -> Preview:
    states = sorted_out(reader, account, lines)
    rows = tuple(
        PreviewRow(record, line, state)
        for (record, state), line in zip(states.items(), statement.lines, strict=True)
    )
    return Preview(statement, rows, layout)


def _taken(work: Work, *, account: Id, preview: Preview) -> Imported:
    known = account_of(work.read, account)
    if known is not None and known.layout != preview.layout:
        save_account(work, msgspec.structs.replace(known, layout=preview.layout), account)
    return import_lines(work, account, preview.statement.lines, source=preview.statement.name)
