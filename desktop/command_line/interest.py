"""The subcommand of interest: on a bill line by line, or on a party's bills."""

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

    from core.interest.model import BillInterest


def register(program: typer.Typer) -> None:
    """Put the subcommand into the program."""
    program.command("interest", help="Interest on a bill, or on all of a party's.")(interest)


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
