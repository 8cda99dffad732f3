"""`bahi bench`: how fast, each figure beside the limit measured in the same run."""

import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.bench_measuring import (
    PASSPHRASE,
    Clock,
    Figure,
    least,
    new_book,
    seconds,
    timed,
    today,
)
from desktop.command_line.bench_reading import large_book, reading, stating
from desktop.command_line.bench_sync import CHANGES, syncing
from desktop.command_line.frame import AsJson, answering, columns, tell
from desktop.command_line.window_start import Start, cold_seconds, warm_seconds
from desktop.folders import cache_folder

if TYPE_CHECKING:
    from core.book import Book
    from core.ids import Id
    from core.invoicing.model import Draft

ROUNDS = 3
IN_A_WORK = 1_000
MONTH = 10_000
SINGLE = 50


def register(program: typer.Typer) -> None:
    """Put the subcommand into the program."""
    program.command("bench", help="How fast, beside the limit measured in the same run.")(bench)


def bench(
    documents: Annotated[
        int, typer.Option("--documents", min=1_000, help="How large the book to read is.")
    ] = 10_000,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="FOLDER", help="Where the large book is kept; the cache unless given."
        ),
    ] = None,
    window: Annotated[bool, typer.Option("--window/--no-window", help="Whether to start windows.")] = True,
    as_json: AsJson = False,
) -> None:
    """Measure."""
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # the user's own stays as it is
    with answering(as_json), tempfile.TemporaryDirectory(prefix="bahi-bench-") as made:
        folder = Path(made)
        figures = [*issuing(folder), *_large(keep or cache_folder(), folder, documents)]
        figures += returning(folder / "month.bahi", min(documents, MONTH))
        figures += syncing(folder / "sync", changes=min(documents, CHANGES))
        if window:
            figures += starting(folder)
        tell([figure.as_json() for figure in figures], as_json, lambda: _lines(figures))


def _large(keep: Path, folder: Path, documents: int) -> list[Figure]:
    """What is asked of a large book; making it, where it must be made, is told of and measured."""
    kept = large_book(keep, documents, told=lambda line: typer.echo(line, err=True))
    size = kept.path.stat().st_size / 1e6
    held = f"{kept.documents:,} documents, {kept.receipts:,} receipts, {kept.allocations:,} allocations"
    return [
        Figure(f"making the book of {held}", kept.seconds, "s", None),
        Figure("its size", size, "MB", None),
        *reading(kept),
        *stating(kept, folder / "statements"),
    ]


def issuing(
    folder: Path, in_a_work: int = IN_A_WORK, single: int = SINGLE, clock: Clock = time.perf_counter
) -> list[Figure]:
    """Invoices of five lines through the ordinary command, in one Work and one Work each; the median of rounds."""
    rounds = [_issued(folder / f"round-{n}", in_a_work, single, clock) for n in range(ROUNDS)]
    together, raw_together, apart, raw_apart = (
        statistics.median(found) for found in zip(*rounds, strict=True)
    )
    return [
        Figure(f"issue {in_a_work:,} five-line invoices in one Work", together, "s", raw_together),
        Figure(f"issue {single} invoices, one Work each", apart, "s", raw_apart),
    ]


def _issued(folder: Path, in_a_work: int, single: int, clock: Clock) -> tuple[float, float, float, float]:
    """Seconds in one Work, raw, one Work each, raw; the raw file is written with the very same rows."""
    from core.book import raw_limit

    folder.mkdir()
    with new_book(folder / "issue.bahi") as book:
        waiting = _drafts(book, in_a_work + single + 1)
        _issue(book, waiting[-1:])
        after = book.read(raw_limit.all_rows)
        each, apart = [], 0.0
        for draft in waiting[:single]:  # while the book is small: all of it is read after each
            before = after
            apart += seconds(partial(_issue, book, [draft]), clock)
            after = book.read(raw_limit.all_rows)
            each.append(raw_limit.written(before, after))
        before = after
        together = timed(partial(_issue, book, waiting[single : single + in_a_work]), clock)
        bulk = raw_limit.written(before, book.read(raw_limit.all_rows))
    raw = raw_limit.RawFile(folder / "raw.bahi")
    raw_apart = timed(partial(raw.write_seconds, each), clock)
    raw_together = timed(partial(raw.write_seconds, [bulk]), clock)
    raw.close()
    return together, raw_together, apart, raw_apart


def returning(path: Path, papers: int = MONTH, clock: Clock = time.perf_counter) -> list[Figure]:
    """The GSTR-1 of a month, drawn from the book to the portal's file, beside reading its lines raw; and its pre-flight
    beside the GSTR-1."""
    from core.book import raw_limit
    from core.facts import Facts
    from core.returns.commands import file_of
    from core.returns.preflight import preflight
    from core.returns.queries import month_of

    facts = Facts.in_force()
    with new_book(path) as book:
        drafts = _drafts(book, IN_A_WORK)
        for _batch in range(papers // IN_A_WORK):
            _issue(book, drafts)
        period = f"{today(book):%Y-%m}"
        raw = raw_limit.RawReader(book.path, book.key)
        drawn, checked, bare = least(
            (
                lambda: book.read(lambda read: file_of(month_of(read, period, facts=facts), "GSTR1", facts)),
                lambda: book.read(lambda read: preflight(read, period, today(book), facts)),
                lambda: raw.fetch("SELECT * FROM document_lines"),
            ),
            ROUNDS,
            clock,
        )
        raw.close()
    return [
        Figure(f"GSTR-1 of {papers:,} five-line invoices", drawn, "s", bare),
        Figure("its pre-flight, beside the GSTR-1", checked, "s", drawn),
    ]


def starting(folder: Path, *, cold: bool = True) -> list[Figure]:
    """The time to a window filled with a book, warm, and cold where the page cache can be dropped."""
    with new_book(folder / "window.bahi") as book:
        _issue(book, _drafts(book, 200))
        path = book.path
    warm = warm_seconds(path, PASSPHRASE)
    chilled = cold_seconds(path, PASSPHRASE) if cold else Start(None, None)
    return [
        Figure("start to a usable window, warm", warm.window, "s", warm.bare),
        Figure("start to a usable window, cold", chilled.window, "s", chilled.bare),
    ]


def _issue(book: "Book", drafts: Sequence["Draft"], *, confirmed: bool = False) -> None:
    """Issue drafts in one Work; `confirmed` says that today's date is right."""
    from core.invoicing.commands import issue_document

    on = today(book)
    book.write(
        "Issue", lambda work: [issue_document(work, d, today=on, date_confirmed=confirmed) for d in drafts]
    )


def _drafts(book: "Book", count: int) -> list["Draft"]:
    """Drafts of five lines at two rates, for two hundred parties within and beyond the State."""
    from core.company.model import Address, Registration
    from core.invoicing.model import Draft, DraftLine
    from core.items.commands import save_item
    from core.items.model import Item, ItemTax
    from core.parties.commands import save_party
    from core.parties.model import Party

    def masters(work: Any) -> tuple[list["Id"], list["Id"]]:
        parties = []
        for n in range(200):
            state = ("29", "33", "27")[n % 3]
            where = Address("7 Mount Road", "", "Chennai", state, "600002")
            party = Party(code=f"P{n}", name=f"Party {n} Traders", registration=Registration("unregistered", "", state),
                          address=where)  # fmt: skip
            parties.append(save_party(work, party))
        tax = ItemTax("84138190")
        return parties, [save_item(work, Item(code=f"I{n}", name=f"Article {n}", tax=tax)) for n in range(20)]

    parties, items = book.write("Masters", masters)

    def line(n: int) -> DraftLine:
        return DraftLine(
            description=f"Article {n % 20}", item=items[n % 20], hsn="84138190",
            price_tenthousandths=1_000_000 + 333 * n, quantity_thousandths=1_000 * (1 + n % 7),
            rate_bp=500 if n % 3 else 1_800,
        )  # fmt: skip

    return [Draft(party=parties[n % 200], lines=tuple(line(n + at) for at in range(5))) for n in range(count)]


def _lines(figures: Sequence[Figure]) -> list[str]:
    rows = [("", "figure", "raw", "ratio")]
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.1f}x"
        rows.append((figure.name, _shown(figure.figure, figure.unit), _shown(figure.raw, figure.unit), ratio))
    return columns(rows, right=(1, 2, 3))


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "not measured"
    return f"{value:.3f} s" if unit == "s" else f"{value:.2f} {unit}"
