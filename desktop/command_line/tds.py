"""The subcommand of TDS: forms taken in, and the life of a year's tax by deductor and quarter."""

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

    from core.book import Book
    from core.tds.reading import FormRead


def register(program: typer.Typer) -> None:
    """Put the subcommand into the program."""
    words = "The life of TDS in a year; or take Form 26AS, 168 or a GST-TDS file in."
    program.command("tds", help=words)(tds)


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

        form = read_26as(contents(file), file.name) if file is not None else None
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
    from core.money import rupees
    from core.tds.commands import keep_form
    from core.tds.queries import gone_by, preview, problems_with_form

    if problems := book.read(lambda read: problems_with_form(read, form)):
        raise RuleBroken(problems)
    seen = book.read(lambda read: preview(read, form.lines))
    gone = book.read(lambda read: gone_by(read, form))
    if not dry_run:
        book.write("TDS", lambda work: keep_form(work, form))
    return {
        "new": len(seen.new), "corrected": len(seen.corrected), "known": len(seen.known),
        "unknown_deductors": list(seen.unknown_deductors),
        "gone": [
            {"tan": one.tan, "code": one.code, "date": one.paid_on.isoformat(), "deducted": rupees(one.deducted_paise)}
            for one in gone
        ],
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
