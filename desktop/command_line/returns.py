"""Subcommands about returns: the portal's files, the pre-flight, and noting that a return was filed."""

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from desktop.command_line.frame import (
    REFUSED,
    AsJson,
    BookPath,
    On,
    PassphraseFile,
    answering,
    columns,
    opened,
    tell,
    tell_problems,
    today_of,
    write_file,
)

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection

    from core.book import Book
    from core.returns.finding import Finding

Drawn = Literal["gstr1", "iff", "gstr3b", "preflight", "file", "due"]
What = Annotated[
    Drawn, typer.Argument(metavar="WHAT", help="gstr1, iff or gstr3b, preflight, file FORM, or due.")
]
Form = Annotated[
    Literal["gstr1", "iff", "gstr3b"] | None,
    typer.Argument(metavar="[FORM]", help="With file: the return that was filed."),
]
Period = Annotated[
    str | None,
    typer.Option("--period", metavar="YYYY-MM", help="The month, or the last month of the quarter."),
]
Target = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="The file to write: .json, or .xlsx.")
]
Despite = Annotated[bool, typer.Option("--despite", help="Go on although the pre-flight blocks.")]
Arn = Annotated[str, typer.Option("--arn", metavar="ARN", help="The portal's number of the filed return.")]


def register(program: typer.Typer) -> None:
    """Put the subcommand into the program."""
    program.command("returns", help="A period's returns: their files, what is in their way, and filing.")(
        returns
    )


def returns(
    book: BookPath,
    what: What,
    form: Form = None,
    period: Period = None,
    output: Target = None,
    on: On = None,
    arn: Arn = "",
    despite: Despite = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Draw, check or file a return; `--on` is the day it was filed, else today's."""
    if what != "due" and period is None:
        raise typer.BadParameter("say which period: --period YYYY-MM.")
    if (what == "file") != (form is not None):
        raise typer.BadParameter("file needs the form (gstr1, iff or gstr3b); nothing else takes one.")
    if what in ("gstr1", "iff", "gstr3b") and output is None:
        raise typer.BadParameter("say where to write: -o FILE.")
    with answering(as_json), opened(book, passphrase_file, to_write=what == "file") as found:
        today = today_of(found, on)
        if what == "due":
            _tell_due(found, today, as_json)
        elif what == "preflight":
            _tell_preflight(found, period or "", today, as_json)
        elif what == "file":
            _file(found, (form or "").upper(), period or "", today, arn, despite, as_json)
        elif output is not None:
            _draw(found, what, period or "", output, today, despite, as_json)


def _draw(
    book: "Book", what: str, period: str, output: Path, today: "dt.date", despite: bool, as_json: bool
) -> None:
    """Write the return's file, unless something blocks it."""
    from core.facts import Facts
    from core.returns.commands import file_of
    from core.returns.preflight import preflight
    from core.returns.queries import month_of
    from core.returns.workbook import write_workbook

    form, facts = what.upper(), Facts.in_force()

    def drawn(read: "Connection") -> tuple[list["Finding"], bytes]:
        month = month_of(read, period, form=form, facts=facts)
        found = preflight(read, period, today, facts, form=form)
        if output.suffix.lower() != ".xlsx":
            return found, file_of(month, form, facts)
        held = io.BytesIO()
        whole = None if form == "IFF" else month_of(read, period, form="GSTR3B", facts=facts)
        write_workbook(month, held, facts, whole=whole, findings=found)
        return found, held.getvalue()

    found, data = book.read(drawn)
    blocking = [finding.problem for finding in found if finding.blocks]
    if blocking and not despite:
        if as_json:
            tell_problems(blocking, as_json)
        else:
            tell(None, as_json, lambda: _finding_lines(found))
        raise typer.Exit(REFUSED)
    names = _write(output, data, form)
    answer = {"file": str(output), "files": names, "findings": [_as_json(finding) for finding in found]}
    tell(answer, as_json, lambda: [*_finding_lines(found), *names])


def _write(output: Path, data: bytes, form: str) -> list[str]:
    """Write the file, or several where it is larger than the portal takes: NAME, NAME-2 and so on."""
    from core.returns.portal import SPLIT_BYTES, encoded, uploads

    files = [data]
    if form == "GSTR1" and output.suffix.lower() != ".xlsx" and len(data) > SPLIT_BYTES:
        files = [encoded(value) for value in uploads(json.loads(data))]
    names = [output if n == 1 else output.with_stem(f"{output.stem}-{n}") for n in range(1, len(files) + 1)]
    for name, held in zip(names, files, strict=True):
        write_file(name, held)
    return [str(name) for name in names]


def _tell_preflight(book: "Book", period: str, today: "dt.date", as_json: bool) -> None:
    from core.returns.preflight import preflight
    from core.words import translate as _

    found = book.read(lambda read: preflight(read, period, today))
    answer = {"period": period, "findings": [_as_json(finding) for finding in found]}
    tell(answer, as_json, lambda: _finding_lines(found) or [_("Nothing stands in the way.")])
    if any(finding.blocks for finding in found):
        raise typer.Exit(REFUSED)


def _file(
    book: "Book", form: str, period: str, on: "dt.date", arn: str, despite: bool, as_json: bool
) -> None:
    """Note that the return was filed."""
    from core.clock import today
    from core.ids import id_text
    from core.returns.commands import file_return
    from core.words import date_text
    from core.words import translate as _

    now = max(today(book.clock), on)
    record = book.write(
        _("File a return"),
        lambda work: file_return(work, form, period, on, arn, today=now, despite=despite),
    )
    answer = {"id": id_text(record), "form": form, "period": period, "filed_on": on.isoformat(), "arn": arn}
    said = _("{form} for {period} is filed, on {day}.").format(form=form, period=period, day=date_text(on))
    tell(answer, as_json, lambda: [said])


def _tell_due(book: "Book", today: "dt.date", as_json: bool) -> None:
    """The calendar of the returns."""
    from core.returns.queries import calendar

    rows = book.read(lambda read: calendar(read, today))
    answer = [
        {
            "period": row.period,
            "form": row.form,
            "due_on": row.due_on.isoformat(),
            "state": row.state,
            "filed_on": row.filed_on.isoformat() if row.filed_on is not None else None,
            "arn": row.arn,
        }
        for row in rows
    ]
    tell(
        answer,
        as_json,
        lambda: columns([(r.period, r.form, r.due_on.isoformat(), r.state, r.arn) for r in rows]),
    )


def _as_json(finding: "Finding") -> dict[str, Any]:
    """A finding as JSON."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "number": finding.number,
        "line": finding.line,
        "message": finding.message,
        "rule": finding.rule,
        "remedy": finding.remedy,
        "place": finding.place,
    }


def _finding_lines(found: list["Finding"]) -> list[str]:
    """The findings, one below the other, each with its rule and its remedy."""
    lines = []
    for finding in found:
        about = " ".join(
            part for part in (finding.number, f"({finding.line})" if finding.line else "") if part
        )
        lines.append(": ".join(part for part in (finding.severity, about, finding.message) if part))
        lines += [f"  {part}" for part in (finding.rule, finding.remedy) if part]
    return lines
