"""Subcommands about what is owed: ageing, statement, worklist, remind."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.frame import (
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
    from sqlalchemy.engine import Connection


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("ageing", help="What each party owes, by age.")(ageing)
    program.command("statement", help="A party's account.")(statement)
    program.command("worklist", help="Whom to chase, and why.")(worklist)
    program.command("remind", help="Run the ladder: write every reminder that is due.")(remind)


def ageing(
    book: BookPath, on: On = None, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Age what is owed at the end of a day."""
    with answering(as_json):
        from core.exchange import answers
        from core.statements.queries import ageing as aged
        from core.words import translate as _

        with opened(book, passphrase_file) as found:
            day = today_of(found, on)
            rows, total = found.read(lambda read: aged(read, on=day))
        answer = answers.ageing(day, rows, total)

        def lines() -> list[str]:
            names = list(answer["buckets"])
            head = [_("Party"), *names, _("Total")]
            body = [
                [p["name"], *(p["buckets"][name] for name in names), p["total"]] for p in answer["parties"]
            ]
            foot = [_("All"), *(answer["buckets"][name] for name in names), answer["total"]]
            return columns([head, *body, foot], right=range(1, len(head)))

        tell(answer, as_json, lines)


def statement(
    book: BookPath,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="The party's code, or its name.")],
    on: On = None,
    since: From = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.pdf", help="Print it as PDF.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """A party's account up to a day, from the beginning of its financial year unless told."""
    with answering(as_json):
        from core.clock import today
        from core.exchange import answers
        from core.exchange.finding import find_party
        from core.fiscal import financial_year, year_bounds
        from core.statements.queries import statement as account
        from core.words import translate as _

        with opened(book, passphrase_file) as found:
            day = today_of(found, on)
            first = since or year_bounds(financial_year(day))[0]
            now = today(found.clock)
            stated = found.read(
                lambda read: account(
                    read, find_party(read, party), from_on=first, to_on=day, today=max(now, day)
                )
            )
        answer = answers.statement(stated)
        if output is not None:
            from core.paper import draw_statement

            sheet = io.BytesIO()
            draw_statement(stated, sheet)
            write_file(output, sheet.getvalue())

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
