"""`bahi check`: questions without a book."""

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from desktop.command_line.frame import REFUSED, AsJson, On, answering, columns, not_yet, tell

KINDS = (
    "gstin", "number", "irn", "qr", "upi", "hsn", "series", "transport", "distance", "return", "einvoice"
)  # fmt: skip
INPUT_BYTES_MAX = 1 << 20


def register(program: typer.Typer) -> None:
    """Put the subcommand into the program."""
    program.command("check", help="Answer a question without a book.")(check)


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
    with answering(as_json):
        if kind not in ("gstin", "number"):
            raise not_yet(f"check {kind}")
        asked = _asked(value, given)
        answer, accepted = _gstin(asked, role) if kind == "gstin" else _number(asked, on)
        tell(answer, as_json, lambda: _lines(answer))
    if not accepted:
        raise typer.Exit(REFUSED)


def _asked(value: str | None, given: str | None) -> str:
    """The value from the argument, a file or standard input."""
    if (value is None) == (given is None):
        raise typer.BadParameter("give a VALUE, or --input, one of the two")
    if value is not None:
        return value
    if given == "-":
        return sys.stdin.read(INPUT_BYTES_MAX).strip("\r\n")
    with Path(given or "").open(encoding="utf-8") as file:
        return file.read(INPUT_BYTES_MAX).strip("\r\n")


def _gstin(value: str, role: str | None) -> tuple[dict[str, Any], bool]:
    from core.gst.gstin import check as judge
    from core.gst.gstin import problem_of
    from core.problems import as_json

    try:
        found = judge(value, as_kind=role)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    problems = [] if found.accepted else [as_json(problem_of(found, "gstin"))]
    answer = {
        "valid": found.valid,
        "accepted": found.accepted,
        "type": found.type.value if found.type else None,
        "state_code": found.state_code,
        "pan": found.pan,
        "normalised": found.normalised,
        "reason": found.reason,
        "expected_check": found.expected_check,
        "problems": problems,
    }
    return answer, found.accepted


def _number(value: str, on: dt.date | None) -> tuple[dict[str, Any], bool]:
    from core.clock import SystemClock, today
    from core.gst.number import check_number
    from core.problems import as_json

    found = check_number(value, on=on or today(SystemClock()))
    answer = {
        "valid_rule46_gstr1": found.valid_rule46_gstr1,
        "valid_for_irp": found.valid_for_irp,
        "problems": [as_json(problem) for problem in found.problems],
    }
    return answer, found.valid_rule46_gstr1


def _lines(answer: dict[str, Any]) -> list[str]:
    plain = [(key, _word(value)) for key, value in answer.items() if key != "problems"]
    return [*columns(plain), *(problem["message"] for problem in answer["problems"])]


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)
