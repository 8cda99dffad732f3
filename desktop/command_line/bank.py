"""The subcommand of the bank: a statement taken in, what is certain matched, what is open told."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.frame import (
    AsJson,
    BookPath,
    DryRun,
    On,
    PassphraseFile,
    answering,
    columns,
    contents,
    opened,
    tell,
    today_of,
)

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection

    from core.bank.model import Layout
    from core.bank.proposal import Proposal
    from core.bank.queries import AccountRow
    from core.bank.reading import Statement
    from core.ids import Id
    from core.store.work import Work

StatementFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="A statement: CSV, Excel, OFX or MT940.")
]
AccountName = Annotated[
    str | None, typer.Option("--account", metavar="NUMBER", help="The account's number or name.")
]


def register(program: typer.Typer) -> None:
    """Put the subcommand into the program."""
    program.command("bank", help="Take a statement in, match what is certain, tell what is open.")(bank)


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
        data = contents(file) if file is not None else None
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


class _Told:
    """The account asked for, and the statement to be taken in; `account` is None for one that is to be added."""

    def __init__(
        self,
        account: "Id | None",
        name: str,
        statement: "Statement | None",
        source: str,
        layout: "Layout | None",
    ) -> None:
        self.account, self.name, self.statement, self.source = account, name, statement, source
        self.layout = layout
        """What an account that is added remembers of the file's columns."""


def _stated(
    read: "Connection", file: Path | None, data: bytes | None, account: str | None, add: str | None
) -> _Told:
    """The account by its number or name, else the one that the file names, else the only one."""
    from core.bank.queries import account as kept
    from core.bank.queries import account_by_number
    from core.bank.reading import header_of, read_statement

    rows, source = _all(read), file.name if file is not None else ""
    row = _named(read, account) if account is not None else None
    if row is None and add is None and len(rows) == 1:
        row = rows[0]
    statement = None
    if data is not None:
        known = kept(read, row.id) if row is not None else None
        statement = read_statement(data, source, known.layout if known is not None else None)
        number = account_by_number(read, statement.account) if statement.account and account is None else None
        row = next((each for each in rows if each.id == number), row)
    if row is None and add is not None:
        header = header_of(data, source) if data is not None else None
        return _Told(None, add, statement, source, header.layout if header is not None else None)
    if row is None:
        raise _unknown(rows)
    return _Told(row.id, row.name, statement, source, None)


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


def _unknown(rows: "list[AccountRow]") -> Exception:
    from core.errors import RuleBroken
    from core.problems import Problem
    from core.words import translate as _

    named = ", ".join(f"{row.name} ({row.number})" for row in rows) or _("none")
    message = _("Which account is meant? The book has: {accounts}.").format(accounts=named)
    remedy = _("Name one with --account, or add the file's own with --add NAME.")
    return RuleBroken([Problem("UNKNOWN_ACCOUNT", message, "account", remedy)])


def _foreseen(read: "Connection", told: _Told) -> dict[str, Any]:
    from core.bank.commands import KNOWN, OTHERWISE, identified, sorted_out

    assert told.statement is not None
    lines = told.statement.lines
    if told.account is None:
        return {"new": len(lines)}
    found = sorted_out(read, told.account, identified(told.account, lines))
    known = sum(1 for stands in found.values() if stands in (KNOWN, OTHERWISE))
    return {"new": len(found) - known, "known": known}


def _taken(work: "Work", told: _Told, day: "dt.date", *, certain: bool) -> dict[str, Any]:
    """Import, then match what is certain, all in one Work."""
    from core.bank.accepting import accept_all
    from core.bank.commands import import_lines, save_account
    from core.bank.model import BankAccount, Layout
    from core.bank.proposals import proposals

    answer: dict[str, Any] = {}
    account, statement = told.account, told.statement
    if account is None:
        number = statement.account if statement is not None else ""
        kept = BankAccount(name=told.name, number=number, layout=told.layout or Layout())
        account = save_account(work, kept)
    if statement is not None:
        done = import_lines(work, account, statement.lines, source=told.source)
        answer = {"new": len(done.new), "known": done.known, "otherwise": done.otherwise,
                  "doubtful": len(done.doubtful)}  # fmt: skip
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
