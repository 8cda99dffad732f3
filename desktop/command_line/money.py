"""Subcommands of money in: bank, tds and interest."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.frame import (
    AsJson,
    BookPath,
    On,
    PassphraseFile,
    answering,
    columns,
    opened,
    tell,
    today_of,
)

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection

    from core.bank.proposal import Proposal
    from core.bank.queries import AccountRow
    from core.bank.reading import Statement
    from core.book import Book
    from core.ids import Id
    from core.interest.model import BillInterest
    from core.store.work import Work
    from core.tds.reading import FormRead

StatementFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="A statement: CSV, Excel, OFX or MT940.")
]
AccountName = Annotated[
    str | None, typer.Option("--account", metavar="NUMBER", help="The account's number or name.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would come, and take nothing.")]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("bank", help="Take a statement in, match what is certain, tell what is open.")(bank)
    program.command("tds", help="The life of TDS in a year; or take Form 26AS, 168 or a GST-TDS file in.")(
        tds
    )
    program.command("interest", help="Interest on a bill, on a party's bills, or on all.")(interest)


def bank(
    book: BookPath,
    file: StatementFile = None,
    account: AccountName = None,
    add: Annotated[
        str | None, typer.Option("--add", metavar="NAME", help="Add the file's account under this name.")
    ] = None,
    certain: Annotated[bool, typer.Option("--certain", help="Match whatever can be nothing else.")] = False,
    dry_run: DryRun = False,
    on: On = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Import a statement, match, and say what of the account is open and why."""
    if add is not None and file is None:
        raise typer.BadParameter("--add takes the account of a FILE in; give one")
    with answering(as_json):
        data = _contents(file) if file is not None else None
        writes = not dry_run and (file is not None or certain)
        with opened(book, passphrase_file, to_write=writes) as found:
            day = today_of(found, on)
            told = found.read(lambda read: _stated(read, file, data, account, add))
            answer: dict[str, Any] = {
                "account": told.name,
                "new": 0,
                "known": 0,
                "matched": 0,
                "receipts": [],
            }
            if told.statement is not None:
                answer |= {"problems": [problem.message for problem in told.statement.problems]}
                answer |= found.read(lambda read: _foreseen(read, told)) if dry_run else {}
            if writes:
                answer |= found.write("Bank", lambda work: _taken(work, told, day, certain=certain))
            if told.account is not None or writes:
                answer |= found.read(
                    lambda read: _open(read, told.account or _named(read, told.name).id, day)
                )

        def lines() -> list[str]:
            rows = [
                (row["date"], row["amount"], row["description"][:44], row["proposal"])
                for row in answer["open"]
            ]
            head = [
                f"{answer['new']} new, {answer['known']} known, {answer['matched']} matched, {len(rows)} open"
            ]
            return [*answer.get("problems", ()), *head, *columns(rows, right=(1,))]

        tell({"open": [], **answer}, as_json, lines)


def _contents(file: Path) -> bytes:
    """A file's bytes, or so many that its reader refuses them; read before the book is, whose fault it is not."""
    from core.sheets.reading import FILE_BYTES_MAX

    with file.open("rb") as source:
        return source.read(FILE_BYTES_MAX + 1)


class _Told:
    """The account asked for, and the statement to be taken in; `account` is None for one that is to be added."""

    def __init__(self, account: "Id | None", name: str, statement: "Statement | None", source: str) -> None:
        self.account, self.name, self.statement, self.source = account, name, statement, source


def _stated(
    read: "Connection", file: Path | None, data: bytes | None, account: str | None, add: str | None
) -> _Told:
    """The account by its number or name, else the one that the file names, else the only one."""
    from core.bank.queries import account as kept
    from core.bank.queries import account_by_number
    from core.bank.reading import read_statement

    row = _named(read, account) if account is not None else None
    statement = None
    if file is not None and data is not None:
        known = kept(read, row.id) if row is not None else None
        statement = read_statement(data, file.name, known.layout if known is not None else None)
        number = account_by_number(read, statement.account) if statement.account and row is None else None
        if number is not None:
            row = next(each for each in _all(read) if each.id == number)
    if row is None and add is not None:
        return _Told(None, add, statement, file.name if file is not None else "")
    if row is None:
        row = _only(read)
    return _Told(row.id, row.name, statement, file.name if file is not None else "")


def _all(read: "Connection") -> "list[AccountRow]":
    from core.bank.queries import accounts

    return accounts(read)


def _named(read: "Connection", asked: str) -> "AccountRow":
    """The account of a number or name. Raises `RuleBroken` naming those there are."""
    from core.bank.rules import account_key

    rows, key = _all(read), account_key(asked)
    for row in rows:
        if (key and account_key(row.number) == key) or row.name.casefold() == asked.casefold():
            return row
    raise _unknown(rows)


def _only(read: "Connection") -> "AccountRow":
    rows = _all(read)
    if len(rows) != 1:
        raise _unknown(rows)
    return rows[0]


def _unknown(rows: "list[AccountRow]") -> Exception:
    from core.errors import RuleBroken
    from core.problems import Problem
    from core.words import translate as _

    named = ", ".join(f"{row.name} ({row.number})" for row in rows) or _("none")
    message = _("Which account is meant? The book has: {accounts}.").format(accounts=named)
    remedy = _("Name one with --account, or add the file's own with --add NAME.")
    return RuleBroken([Problem("UNKNOWN_ACCOUNT", message, "account", remedy)])


def _foreseen(read: "Connection", told: _Told) -> dict[str, Any]:
    from core.bank.commands import identified
    from core.bank.queries import known_lines

    assert told.statement is not None
    lines = told.statement.lines
    if told.account is None:
        return {"new": len(lines)}
    known = len(known_lines(read, identified(told.account, lines)))
    return {"new": len(lines) - known, "known": known}


def _taken(work: "Work", told: _Told, day: "dt.date", *, certain: bool) -> dict[str, Any]:
    """Import, then match what is certain, all in one Work."""
    from core.bank.accepting import accept_all
    from core.bank.commands import import_lines, save_account
    from core.bank.model import BankAccount
    from core.bank.proposals import proposals

    answer: dict[str, Any] = {}
    account, statement = told.account, told.statement
    if account is None:
        number = statement.account if statement is not None else ""
        account = save_account(work, BankAccount(name=told.name, number=number))
    if statement is not None:
        done = import_lines(work, account, statement.lines, source=told.source)
        answer = {"new": len(done.new), "known": done.known, "doubtful": len(done.doubtful)}
    if certain:
        accepted = accept_all(work, proposals(work.read, account, day), today=day)
        receipts = [work.paper(each.receipt).number for each in accepted if each.receipt is not None]
        answer |= {"matched": len(accepted), "receipts": receipts}
    return answer


def _open(read: "Connection", account: "Id", day: "dt.date") -> dict[str, Any]:
    """The open lines with the best proposal for each, and the reconciliation of the day."""
    from core.bank.proposals import proposals
    from core.bank.queries import lines_open
    from core.bank.reconciling import reconciliation
    from core.money import rupees

    found = proposals(read, account, day)
    best: dict[bytes, Proposal] = {line: each for each in reversed(found) for line in each.lines}
    rows = [
        {
            "date": row.dated_on.isoformat(),
            "amount": rupees(row.paise),
            "description": row.description,
            "proposal": best[row.id].reason if row.id in best else "",
            "confidence": best[row.id].confidence if row.id in best else 0,
            "certain": row.id in best and best[row.id].certain,
        }
        for row in lines_open(read, account)
    ]
    stand = reconciliation(read, account, day)
    sums = {
        "book": stand.book_paise, "uncleared": stand.uncleared_paise, "not_in_book": stand.lines_paise,
        "set_aside": stand.aside_paise, "difference": stand.difference_paise,
    }  # fmt: skip
    told = {name: rupees(paise) for name, paise in sums.items()}
    told["statement"] = "" if stand.statement_paise is None else rupees(stand.statement_paise)
    return {"open": rows, "reconciliation": told}


def tds(
    book: BookPath,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Form 26AS or 168 (text, Excel), or the GST portal's file."),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(
            "--year", metavar="YYYY", min=1990, max=9000, help="The year in which the financial year begins."
        ),
    ] = None,
    dry_run: DryRun = False,
    on: On = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Tell the year's TDS by deductor and quarter, after taking a form in where one is given."""
    with answering(as_json):
        from core.fiscal import financial_year
        from core.tds.reading import read_26as

        form = read_26as(_contents(file), file.name) if file is not None else None
        with opened(book, passphrase_file, to_write=form is not None and not dry_run) as found:
            day = today_of(found, on)
            of_year = year if year is not None else financial_year(day)
            answer: dict[str, Any] = {"year": of_year}
            if form is not None:
                answer |= _form_taken(found, form, dry_run=dry_run)
            answer["rows"] = found.read(lambda read: _tds_rows(read, of_year, day))

        def lines() -> list[str]:
            body = [
                [
                    row["deductor"][:32],
                    row["code"],
                    f"Q{row['quarter']}",
                    *(row[name] for name in _TDS),
                    row["state"],
                ]
                for row in answer["rows"]
            ]
            head = ["Deductor", "Code", "Q", *(name.capitalize() for name in _TDS), "State"]
            return columns([head, *body], right=range(3, 9))

        tell(answer, as_json, lines)


def _form_taken(book: "Book", form: "FormRead", *, dry_run: bool) -> dict[str, Any]:
    """What of a form is new; kept unless it is only tried. Raises `RuleBroken` with what is wrong with it."""
    from core.errors import RuleBroken
    from core.tds.commands import keep_form
    from core.tds.queries import preview, problems_with_form

    if problems := book.read(lambda read: problems_with_form(read, form)):
        raise RuleBroken(problems)
    seen = book.read(lambda read: preview(read, form.lines))
    if not dry_run:
        book.write("TDS", lambda work: keep_form(work, form))
    return {
        "new": len(seen.new), "corrected": len(seen.corrected), "known": len(seen.known),
        "unknown_deductors": list(seen.unknown_deductors),
    }  # fmt: skip


def _tds_rows(read: "Connection", year: int, day: "dt.date") -> list[dict[str, Any]]:
    from core.money import rupees
    from core.tds.life import gst_story, life

    return [
        {
            "deductor": row.name, "tan": row.tan, "code": row.code, "quarter": row.quarter, "state": str(row.state),
            **{name: rupees(getattr(row, f"{name}_paise")) for name in _TDS},
        }
        for row in (*life(read, year, day), *gst_story(read, year, day).rows)
    ]  # fmt: skip


_TDS = ("expected", "deducted", "seen", "certified", "claimed", "difference")


def interest(
    book: BookPath,
    number: Annotated[str | None, typer.Argument(metavar="[NUMBER]", help="A bill's number.")] = None,
    party: Annotated[str | None, typer.Option("--party", metavar="CODE", help="A party's code.")] = None,
    on: On = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Interest up to a day, by the MSMED Act or as agreed; of one bill line by line."""
    if (number is None) == (party is None):
        raise typer.BadParameter("give a bill's NUMBER, or --party CODE")
    with answering(as_json):
        from core.money import rupees

        with opened(book, passphrase_file) as found:
            day = today_of(found, on)
            bills = found.read(lambda read: _bills(read, number, party, day))
        rows = [_interest_told(bill, line_by_line=number is not None) for bill in bills]
        answer = {
            "on": day.isoformat(),
            "bills": rows,
            "interest": rupees(sum(b.interest_paise for b in bills)),
        }

        def lines() -> list[str]:
            told = [
                (row["number"], row["basis"], row["since"] or "", row["interest"], row["booked"])
                for row in rows
            ]
            return [
                *columns(told, right=(3, 4)),
                *(line for row in rows for line in row.get("explained", ())),
            ]

        tell(answer, as_json, lines)


def _bills(read: "Connection", number: str | None, party: str | None, day: "dt.date") -> "list[BillInterest]":
    from core.errors import RuleBroken
    from core.exchange.finding import find_paper
    from core.interest.queries import interest_of_party, interest_on
    from core.parties.queries import party_by_code
    from core.problems import Problem
    from core.words import translate as _

    if number is not None:
        found = interest_on(read, find_paper(read, number).id, day)
        if found is None:
            raise RuleBroken(
                [Problem("NOT_STANDING", _("{number} is no bill that stands.").format(number=number))]
            )
        return [found]
    record = party_by_code(read, party or "")
    if record is None:
        message = _("No party has the code {code}.").format(code=party)
        raise RuleBroken([Problem("UNKNOWN_PARTY", message, "party")])
    return interest_of_party(read, record, day)


def _interest_told(bill: "BillInterest", *, line_by_line: bool) -> dict[str, Any]:
    from core.interest.wording import sentences, span_text
    from core.money import rupees

    starts_on = bill.clock.starts_on
    told: dict[str, Any] = {
        "number": bill.number, "basis": bill.basis, "reason": bill.reason, "flags": list(bill.flags),
        "since": starts_on.isoformat() if starts_on is not None else None, "interest": rupees(bill.interest_paise),
        "booked": rupees(bill.booked_paise), "open": rupees(bill.open_paise),
    }  # fmt: skip
    if line_by_line:
        told["explained"] = [*sentences(bill), *(span_text(span) for span in bill.sheet.spans)]
    return told
