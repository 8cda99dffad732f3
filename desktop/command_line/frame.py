"""What every subcommand shares: its options, the way to a book, and how answers and refusals are told."""

import datetime as dt
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.handed import HELD, ask_window

if TYPE_CHECKING:
    from core.book import Book
    from core.problems import Problem

REFUSED, USAGE, WORLD = 1, 2, 3
PASSPHRASE = "BAHI_PASSPHRASE"

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def _date(text: str) -> dt.date:
    try:
        if _ISO.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(f"{text} is no date; write YYYY-MM-DD.")


BookPath = Annotated[Path, typer.Argument(metavar="BOOK", help="The book's file, NAME.bahi.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", metavar="FILE", help="Where the passphrase stands, else BAHI_PASSPHRASE."
    ),
]
On = Annotated[
    dt.date | None,
    typer.Option("--on", metavar="YYYY-MM-DD", parser=_date, help="The day; today unless given."),
]
From = Annotated[
    dt.date | None, typer.Option("--from", metavar="YYYY-MM-DD", parser=_date, help="The first day.")
]
Through = Annotated[
    dt.date,
    typer.Option("--through", metavar="YYYY-MM-DD", parser=_date, help="The last day, the end of a month."),
]
Day = Annotated[
    dt.date | None, typer.Option("--date", metavar="YYYY-MM-DD", parser=_date, help="The paper's date.")
]
PaperType = Annotated[
    str | None,
    typer.Option("--type", metavar="TYPE", help="INV, CRN, DBN, CHL, QTN, PRF, RCT, RCV, RFV or RMD."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would come, and take nothing.")]
Output = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")]


@contextmanager
def answering(as_json: bool) -> Iterator[None]:
    """Tell a refusal or a failure of the world, and end with its exit code."""
    from core.errors import BahiError, RuleBroken
    from core.problems import Problem

    try:
        yield
    except RuleBroken as refused:
        tell_problems(refused.problems, as_json)
        raise typer.Exit(REFUSED) from None
    except BahiError as failed:
        code = _WORD.sub("_", type(failed).__name__).upper()
        tell_problems([Problem(code, failed.message, remedy=failed.remedy)], as_json)
        raise typer.Exit(WORLD) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(WORLD) from None
    except OSError as failed:
        where = failed.filename if isinstance(failed.filename, str) else ""
        tell_problems([Problem("FILE", str(failed.strerror or failed), file=where)], as_json)
        raise typer.Exit(WORLD) from None
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception:  # noqa: BLE001  our own mistake: the transaction is rolled back, and it is told as one
        traceback.print_exc()
        message = "Bahi made a mistake; the book is as it was. The lines above say where."
        tell_problems([Problem("OUR_MISTAKE", message)], as_json)
        raise typer.Exit(WORLD) from None


def tell_problems(problems: Sequence["Problem"], as_json: bool) -> None:
    """Print a refusal: one JSON value on the way out, or lines for a reader beside it."""
    if as_json:
        from core.problems import as_json as problem_json

        tell_json({"problems": [problem_json(problem) for problem in problems]})
        return
    for problem in problems:
        place = ":".join(str(part) for part in (problem.file, problem.line) if part)
        named = " ".join(part for part in (place, problem.field) if part)
        print(plain(": ".join(part for part in (named, problem.message) if part)), file=sys.stderr)
        if problem.remedy:
            print(plain(f"  {problem.remedy}"), file=sys.stderr)


def tell_warnings(warnings: Iterable["Problem"], as_json: bool) -> None:
    """Print to a reader what forbade nothing, beside the answer; as JSON it stands within that."""
    from core.words import translate as _

    for warning in () if as_json else warnings:
        place = ":".join(str(part) for part in (warning.file, warning.line) if part)
        print(
            plain(_("Note: {place} {message}").format(place=place, message=warning.message)), file=sys.stderr
        )


def tell_json(value: Any) -> None:
    """Print one JSON value."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def tell(value: Any, as_json: bool, lines: Callable[[], Sequence[str]]) -> None:
    """Print an answer as JSON or as lines."""
    if as_json:
        tell_json(value)
        return
    for line in lines():
        print(plain(line))


def plain(line: str) -> str:
    """A line that cannot move the cursor or colour the screen, whatever a file called someone."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in line)


def columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Rows as aligned lines; the places in `right` stand at the right of their column."""
    if not rows:
        return []
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def passphrase(file: Path | None) -> str | None:
    """The passphrase from its file's first line, else from the environment; None where there is none. In a window that
    runs a subcommand for another process it is that one's."""
    held = HELD.get()
    if held is not None:
        return held.passphrase
    if file is not None:
        with file.open(encoding="utf-8") as lines:
            return lines.readline(4096).rstrip("\r\n")
    return os.environ.get(PASSPHRASE) or None


@contextmanager
def opened(path: Path, passphrase_file: Path | None, *, to_write: bool = False) -> Iterator["Book"]:
    """The book, open to read, or to write when no other process has it.

    Where a window has it, that one runs the subcommand, and this raises `typer.Exit` with how it ended; `InUse` where
    no window listens.
    """
    from core.book import Book
    from core.errors import InUse

    held = HELD.get()
    if held is not None:
        yield _told_of_parts(held.book)
        return
    given = passphrase(passphrase_file)
    try:
        book = Book.open(path, passphrase=given, read_only=not to_write, marks=_marks(to_write))
    except InUse:
        code = ask_window(path, given)
        if code is None:
            raise
        raise typer.Exit(code) from None
    with book:
        yield _told_of_parts(book)


def _marks(to_write: bool) -> Path | None:
    from desktop.folders import marks_folder

    return marks_folder() if to_write else None


def _told_of_parts(book: "Book") -> "Book":
    """The book; where it has some parties only, that is said first."""
    from core.book import carries_all
    from core.words import translate as _

    if not book.read(carries_all):
        said = _("This device carries only some parties: all figures are of these alone.")
        print(plain(said), file=sys.stderr)
    return book


def today_of(book: "Book", on: dt.date | None) -> dt.date:
    """The day given, else today in India."""
    from core.clock import today

    return on or today(book.clock)


def contents(file: Path) -> bytes:
    """A file's bytes, or so many that its reader refuses them; read before the book is, whose fault it is not."""
    from core.sheets.reading import FILE_BYTES_MAX

    with file.open("rb") as source:
        return source.read(FILE_BYTES_MAX + 1)


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; one of that name is replaced."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:  # it is told of the file that was asked for
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        part.unlink(missing_ok=True)


def write_secret(path: Path, text: str) -> None:
    """Write a new file that its owner alone may read; FileExistsError when there is one."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")


def not_yet(what: str) -> Exception:
    """The refusal, by name, of what this version cannot do."""
    from core.errors import RuleBroken
    from core.problems import Problem
    from core.words import translate as _

    message = _("This version of Bahi does not do this yet: {what}.").format(what=what)
    return RuleBroken([Problem("NOT_YET", message, what)])
