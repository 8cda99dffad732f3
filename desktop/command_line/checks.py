"""`bahi check`: questions without a book."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from desktop.command_line.einvoice import key_folders
from desktop.command_line.frame import REFUSED, AsJson, On, answering, columns, tell

KINDS = (
    "gstin", "number", "irn", "qr", "upi", "hsn", "series", "transport", "distance", "return", "einvoice"
)  # fmt: skip
INPUT_BYTES_MAX = 64 << 20
"""Portals take files of a tenth of this."""


def register(program: typer.Typer) -> None:
    """Put the subcommand into the program."""
    as_it_stands = {"ignore_unknown_options": True}  # a number may begin with a hyphen
    program.command("check", help="Answer a question without a book.", context_settings=as_it_stands)(check)


def check(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))],
    value: Annotated[str | None, typer.Argument(metavar="VALUE", help="What to check.")] = None,
    given: Annotated[
        str | None,
        typer.Option("--input", metavar="FILE|-", help="Where the value stands; - is standard input."),
    ] = None,
    role: Annotated[
        str | None, typer.Option("--as", metavar="ROLE", help="A party kind, isd or transporter.")
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Check a value."""
    if kind not in KINDS:
        raise typer.BadParameter(f"{kind} is none of {', '.join(KINDS)}")
    if (value is None) == (given is None):
        raise typer.BadParameter("give a VALUE, or --input, one of the two")
    if role is not None and kind != "gstin":
        raise typer.BadParameter("--as is for check gstin")
    with answering(as_json):
        from core.clock import SystemClock, today
        from core.exchange.asking import Asking, UnknownRole
        from core.exchange.checks import answer

        name = given if given is not None and given != "-" else ""
        text = _text(given, name) if given is not None else value or ""
        try:
            folders = key_folders() if kind == "qr" else ()
            answered = answer(kind, Asking(text, on or today(SystemClock()), role, name, folders))
        except UnknownRole as error:
            raise typer.BadParameter(str(error)) from None
        tell(answered.answer, as_json, lambda: _lines(answered.answer))
    if not answered.accepted:
        raise typer.Exit(REFUSED)


def _text(given: str, name: str) -> str:
    """The whole text of a file, or of standard input for -. Raises `RuleBroken` for what is too large or no text."""
    from core.errors import RuleBroken
    from core.problems import Problem
    from core.words import translate as _

    if given == "-":
        data = sys.stdin.buffer.read(INPUT_BYTES_MAX + 1)
    else:
        with Path(given).open("rb") as file:
            data = file.read(INPUT_BYTES_MAX + 1)
    if len(data) > INPUT_BYTES_MAX:
        raise RuleBroken([Problem("TOO_LARGE", _("The file is larger than 64 MiB."), file=name)])
    try:
        return data.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RuleBroken([Problem("ENCODING", _("The file is not UTF-8."), file=name, line=line)]) from None


def _lines(answer: dict[str, Any]) -> list[str]:
    plain = [(key, _word(value)) for key, value in answer.items() if key != "problems"]
    told = [
        " ".join(
            part for part in (f"{problem['field']}:" if problem["field"] else "", problem["message"]) if part
        )
        for problem in answer["problems"]
    ]
    return [*columns(plain), *told]


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_word(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "; ".join(_word(part) for part in value)
    return "-" if value is None else str(value)
