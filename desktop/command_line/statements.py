"""Subcommands about what is owed: ageing, statement, statements of all, worklist, remind."""

import io
import signal
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from desktop.command_line import closing
from desktop.command_line.frame import (
    REFUSED,
    AsJson,
    BookPath,
    From,
    On,
    PassphraseFile,
    answering,
    columns,
    opened,
    tell,
    today_of,
    write_file,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy.engine import Connection

    from core.book import Book
    from core.statements.model import Confirmation, Statement
    from core.statements.run import Run


By = Annotated[
    Literal["party", "group", "salesperson", "branch"],
    typer.Option("--by", metavar="BY", help="party (unless given), group, salesperson or branch."),
]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("ageing", help="What each party owes, by age.")(ageing)
    program.command("statement", help="A party's account.")(statement)
    program.command("statements", help="The accounts of all parties in one go, a file each.")(statements)
    program.command("worklist", help="Whom to chase, and why.")(worklist)
    program.command("remind", help="Run the ladder: write every reminder that is due.")(remind)
    closing.register(program)


def ageing(
    book: BookPath,
    on: On = None,
    by: By = "party",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Age what is owed at the end of a day."""
    with answering(as_json):
        with opened(book, passphrase_file) as found:
            day = today_of(found, on)
            if by == "party":
                answer, heads = _by_party(found, day), ("Party", "parties")
            else:
                answer, heads = _by_group(found, day, by), (by.capitalize(), "groups")

        def lines() -> list[str]:
            from core.words import translate as _

            names = list(answer["buckets"])
            head = [_(heads[0]), *names, _("Total")]
            body = [
                [row["name"] or "-", *(row["buckets"][name] for name in names), row["total"]]
                for row in answer[heads[1]]
            ]
            foot = [_("All"), *(answer["buckets"][name] for name in names), answer["total"]]
            return columns([head, *body, foot], right=range(1, len(head)))

        tell(answer, as_json, lines)


def _by_party(book: "Book", day: "dt.date") -> dict[str, Any]:
    from core.exchange import answers
    from core.statements.queries import ageing as aged

    rows, total = book.read(lambda read: aged(read, on=day))
    return answers.ageing(day, rows, total)


def _by_group(book: "Book", day: "dt.date", by: str) -> dict[str, Any]:
    from core.money import rupees
    from core.statements.grouping import ageing_by
    from core.statements.model import BUCKETS

    def told(buckets: Sequence[int]) -> dict[str, str]:
        return {name: rupees(paise) for name, paise in zip(BUCKETS, buckets, strict=True)}

    rows = book.read(lambda read: ageing_by(read, on=day, by=by))
    sums = [sum(row.buckets[at] for row in rows) for at in range(len(BUCKETS))]
    groups = [
        {
            "name": row.name,
            "parties": row.parties,
            "total": rupees(row.total_paise),
            "buckets": told(row.buckets),
            "on_account": rupees(row.on_account_paise),
        }
        for row in rows
    ]
    return {
        "on": day.isoformat(), "by": by, "total": rupees(sum(sums)), "buckets": told(sums), "groups": groups,
    }  # fmt: skip


def statement(
    book: BookPath,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="The party's code, or its name.")],
    on: On = None,
    since: From = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Print it as FILE.pdf, or write FILE.xlsx."),
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """A party's account up to a day, from the beginning of its financial year unless told."""
    with answering(as_json):
        from core.clock import today
        from core.exchange import answers
        from core.exchange.finding import find_party
        from core.statements.queries import statement as account
        from core.words import translate as _

        with opened(book, passphrase_file) as found:
            day = today_of(found, on)
            first, now = _begun(since, day), today(found.clock)
            stated = found.read(
                lambda read: account(
                    read, find_party(read, party), from_on=first, to_on=day, today=max(now, day)
                )
            )
        answer = answers.statement(stated)
        if output is not None:
            write_file(output, _workbook(stated) if output.suffix.lower() == ".xlsx" else _pdf(stated))

        def lines() -> list[str]:
            rows = [(_("Date"), _("Paper"), _("What"), _("Debit"), _("Credit"), _("Balance"))]
            rows += [("", "", _("Opening"), "", "", answer["opening"])]
            rows += [
                (e["date"], e["number"], e["text"], e["debit"], e["credit"], e["balance"])
                for e in answer["entries"]
            ]
            rows += [("", "", _("Closing"), "", "", answer["closing"])]
            return columns(rows, right=(3, 4, 5))

        tell(answer, as_json, lines)


def statements(
    book: BookPath,
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where the files go.")],
    on: On = None,
    since: From = None,
    excel: Annotated[bool, typer.Option("--excel", help="A workbook beside each PDF.")] = False,
    confirmations: Annotated[
        bool, typer.Option("--confirmations", help="Balance confirmation letters instead.")
    ] = False,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="Parties without entries and balance too.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Write every party's account; the progress is told beside the answer, and Ctrl+C stops between two files."""
    with answering(as_json):
        from core.clock import today
        from core.statements.run import confirmations_run, parties_with_account, statements_run
        from core.words import translate as _

        with opened(book, passphrase_file) as found, interrupted() as cancelled:
            day, now = today_of(found, on), today(found.clock)
            first = _begun(since, day)

            def run(read: "Connection") -> "Run":
                parties = parties_with_account(read, first, day, with_empty=everyone)
                if confirmations:
                    return confirmations_run(
                        read, parties, folder, on=day, dated_on=max(now, day), ways=_letters(excel),
                        progress=_progress, cancelled=cancelled,
                    )  # fmt: skip
                return statements_run(
                    read, parties, folder, from_on=first, to_on=day, today=max(now, day), ways=_papers(excel),
                    progress=_progress, cancelled=cancelled,
                )  # fmt: skip

            done = found.read(run)
        answer = {
            "on": day.isoformat(), "folder": str(folder), "parties": done.parties, "stopped": done.is_cancelled,
            "files": [path.name for path in done.files],
        }  # fmt: skip
        said = _("{count} files written to {folder}.").format(count=len(done.files), folder=folder)
        tell(answer, as_json, lambda: [said])
        if done.is_cancelled:
            raise typer.Exit(REFUSED)


_EVERY = 25


def _progress(done: int, of: int) -> None:
    if done % _EVERY == 0 or done == of:
        print(f"{done} / {of}", file=sys.stderr)


@contextmanager
def interrupted() -> "Iterator[Callable[[], bool]]":
    """Whether Ctrl+C was pressed since; it stops what asks, and nothing else."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _papers(excel: bool) -> "Mapping[str, Callable[[Statement], bytes]]":
    return {".pdf": _pdf} | ({".xlsx": _workbook} if excel else {})


def _letters(excel: bool) -> "Mapping[str, Callable[[Confirmation], bytes]]":
    from core.statements.workbook import confirmation_file

    return {".pdf": _letter_pdf} | ({".xlsx": confirmation_file} if excel else {})


def _pdf(stated: "Statement") -> bytes:
    from core.paper import draw_statement

    sheet = io.BytesIO()
    draw_statement(stated, sheet, language=stated.language)
    return sheet.getvalue()


def _letter_pdf(letter: "Confirmation") -> bytes:
    from core.paper import draw_confirmation

    sheet = io.BytesIO()
    draw_confirmation(letter, sheet)
    return sheet.getvalue()


def _workbook(stated: "Statement") -> bytes:
    from core.statements.workbook import statement_file

    return statement_file(stated)


def _begun(since: "dt.date | None", day: "dt.date") -> "dt.date":
    """The first day asked for, else the first of the day's financial year. A period does not end before it begins."""
    import datetime as dt

    from core.fiscal import FIRST_MONTH, financial_year

    year = financial_year(day)
    first = since or (dt.date(year, FIRST_MONTH, 1) if year >= dt.MINYEAR else dt.date.min)
    if first > day:
        raise typer.BadParameter(f"the period ends on {day} and begins later, on {first}")
    return first


def worklist(
    book: BookPath, on: On = None, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Whom to chase on a day."""
    with answering(as_json):
        from core.dunning.queries import worklist as chased
        from core.exchange import answers

        with opened(book, passphrase_file) as found:
            day = today_of(found, on)
            answer = answers.worklist(day, found.read(lambda read: chased(read, on=day)))
        tell(
            answer,
            as_json,
            lambda: columns(
                [(str(r["rank"]), r["name"], r["overdue"], "; ".join(r["reasons"])) for r in answer],
                right=(0, 2),
            ),
        )


def remind(
    book: BookPath, on: On = None, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Write every reminder that is due; `--on` is today's date, confirmed."""
    with answering(as_json):
        from core.dunning.commands import run_ladder
        from core.exchange import answers
        from core.words import translate as _

        with opened(book, passphrase_file, to_write=True) as found:
            day = today_of(found, on)
            sent = found.write(
                _("Reminders"), lambda work: run_ladder(work, on=day, date_confirmed=on is not None)
            )

            def read_back(read: "Connection") -> list[dict[str, Any]]:
                return [answers.reminder(read, record) for record in sent]

            letters = found.read(read_back)
        tell(
            {"on": day.isoformat(), "reminders": letters},
            as_json,
            lambda: (
                columns(
                    [(r["number"], r["party"], r["title"], r["total"]) for r in letters],
                    right=(3,),
                )
                or [_("No reminder is due.")]
            ),
        )
