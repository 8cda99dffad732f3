"""Subcommands of the Government's portals: einvoice and ewaybill."""

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.frame import (
    AsJson,
    BookPath,
    Day,
    On,
    PaperType,
    PassphraseFile,
    answering,
    opened,
    tell,
    today_of,
    write_file,
)
from desktop.folders import portal_keys_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from core.einvoice.commands import Taken
    from core.ids import Id
    from core.store.work import Work


Numbers = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NUMBER]...", help="The papers' numbers; several make a bulk file."),
]
Target = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="The file to write for the portal.")
]
Period = Annotated[
    str | None,
    typer.Option("--period", metavar="YYYY-MM", help="Every paper of the month that waits for its IRN."),
]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("einvoice", help="INV-01 for the invoice portal, or take its signed answer.")(einvoice)
    program.command("ewaybill", help="The bulk file for the e-way bill portal.")(ewaybill)


def einvoice(
    book: BookPath,
    numbers: Numbers = None,
    output: Target = None,
    period: Period = None,
    answer: Annotated[
        Path | None,
        typer.Option("--answer", metavar="FILE", help="The portal's signed answer, to be taken in."),
    ] = None,
    paper_type: PaperType = None,
    date: Day = None,
    on: On = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the portal's file, or take in its answer; the key of a signature may lie in the settings' folder."""
    asked = sum((bool(numbers), period is not None, answer is not None))
    if asked != 1 or (answer is None) == (output is None):
        raise typer.BadParameter("give NUMBERs or --period, and -o FILE; or --answer FILE")
    if answer is not None:
        _take(book, answer, passphrase_file, as_json)
        return
    assert output is not None
    with answering(as_json):
        with opened(book, passphrase_file) as found:
            today = today_of(found, on)
            papers = found.read(lambda read: _papers(read, numbers or [], period, paper_type, date, today))
        whole = papers[0] if numbers and len(numbers) == 1 else papers
        write_file(output, _encoded(whole))
        told = {"file": str(output), "papers": len(papers)}
        tell(told, as_json, lambda: [f"{told['papers']}  {told['file']}"])


def ewaybill(
    book: BookPath,
    numbers: Annotated[list[str], typer.Argument(metavar="NUMBER...", help="The papers' numbers.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")],
    paper_type: PaperType = None,
    date: Day = None,
    on: On = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the bulk file."""
    with answering(as_json):
        from core.errors import RuleBroken
        from core.eway.upload import upload

        with opened(book, passphrase_file) as found:
            today = today_of(found, on)
            made = found.read(lambda read: upload(read, _found(read, numbers, paper_type, date), today))
        if made.problems:
            raise RuleBroken(made.problems)
        write_file(output, _encoded(made.file))
        told = {"file": str(output), "papers": len(made.file["billLists"])}
        tell(told, as_json, lambda: [f"{told['papers']}  {told['file']}"])


def key_folders() -> tuple[Path, ...]:
    """Where the portal's public keys may lie: the release's own, and the user's beside his settings."""
    from core.einvoice.signed import PORTAL_KEYS

    return PORTAL_KEYS, portal_keys_folder()


def _papers(
    read: "Connection",
    numbers: list[str],
    period: str | None,
    paper_type: str | None,
    date: dt.date | None,
    today: dt.date,
) -> list[dict[str, Any]]:
    """The JSON of each paper asked for. Raises `RuleBroken` with all that stands in the way of any."""
    from core.einvoice.queries import waiting
    from core.einvoice.upload import upload
    from core.errors import RuleBroken
    from core.fiscal import month_bounds
    from core.problems import Problem
    from core.words import translate as _

    if period is not None:
        try:
            first, last = month_bounds(period)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        records: Sequence[Id] = [row.id for row in waiting(read, first, last)]
        if not records:
            message = _("No paper of {period} waits for an IRN.").format(period=period)
            raise RuleBroken([Problem("NOTHING", message, "period")])
    else:
        records = _found(read, numbers, paper_type, date)
    made = upload(read, records, today)
    if made.problems:
        raise RuleBroken(made.problems)
    return list(made.papers)


def _found(
    read: "Connection", numbers: list[str], paper_type: str | None, date: dt.date | None
) -> "Sequence[Id]":
    from core.exchange.finding import find_paper

    return [find_paper(read, number, paper_type=paper_type, on=date).id for number in numbers]


def _take(book: Path, file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Keep the portal's answer, and the e-way bills that came with it, in one transaction."""
    with answering(as_json):
        from core.einvoice.signed import keys_in
        from core.words import translate as _

        text, keys = _text(file), keys_in(*key_folders())
        with opened(book, passphrase_file, to_write=True) as found:
            taken, gone = found.write(_("Answer of the invoice portal"), lambda work: _kept(work, text, keys))
        told = {
            "taken": [
                {"number": each.number, "irn": each.irn, "new": each.is_new, "signature_holds": each.verified}
                for each in taken
            ],
            "cancelled": gone,
        }
        tell(told, as_json, lambda: [f"{each.number}  {each.irn}" for each in taken] + gone)


def _kept(work: "Work", text: str, keys: dict[str, bytes]) -> "tuple[Sequence[Taken], list[str]]":
    """What the answer registered, and the numbers of the papers whose IRN it cancelled."""
    from core.exchange.portal_answer import take_portal_answer
    from core.invoicing.queries import document_rows

    found = take_portal_answer(work, text, keys)
    return found.taken, [row.number for row in document_rows(work.read, found.cancelled)]


def _text(file: Path) -> str:
    from core.exchange.portal_answer import ANSWER_BYTES_MAX, answer_text

    with file.open("rb") as opened_file:
        return answer_text(opened_file.read(ANSWER_BYTES_MAX + 1), str(file))


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
