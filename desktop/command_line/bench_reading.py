"""The large book of `bahi bench`, kept between runs, and the questions that screens ask of it."""

# ruff: noqa: S608  the raw questions are put together from this file's own words

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from desktop.command_line.bench_measuring import PASSPHRASE, Clock, Figure, median, new_book, timed, today

if TYPE_CHECKING:
    from core.book import Book
    from core.ids import Id

ENTRIES = 2_132
PAGE = 100
TYPED = ("lo", "lotus", "lotus f", "sagar 12", "p000", "12", "1234", "a/24", "zzzz")
AGES_DAYS = {"today": 0, "a month ago": 30, "a year ago": 365, "three years ago": 3 * 365}
AT_ONCE, STOP_AFTER = 1_000, 50
_SORTED_BY = {"dated_on": "dated_on", "number": "number_key", "party_name": "party_key", "due_on": "due_on",
              "value_paise": "value_paise"}  # fmt: skip
_ACCOUNT = "account = 'debtors'"

Question = Callable[[Any], Any]


class Kept(NamedTuple):
    """A large book: where it lies, the day it ends on, what it holds, and how long it took to make."""

    path: Path
    on: dt.date
    documents: int
    receipts: int
    allocations: int
    seconds: float


class Reader:
    """Measures questions to a book beside the bare driver reading the same rows."""

    def __init__(self, book: "Book", times: int, clock: Clock) -> None:
        from core.book import raw_limit

        self._book, self._times, self._clock = book, times, clock
        self._raw = raw_limit.RawReader(book.path, book.key)

    def one(self, name: str, question: Question, sql: str) -> Figure:
        """One question."""
        asked = median(partial(self._book.read, question), self._times, self._clock)
        raw = median(partial(self._raw.fetch, sql), self._times, self._clock)
        return Figure(name, 1_000 * asked, "ms", 1_000 * raw)

    def worst(self, name: str, asked: Sequence[tuple[str, Question, str]]) -> Figure:
        """The slowest of some alike, named."""
        found = [self.one(each, question, sql) for each, question, sql in asked]
        slowest = max(found, key=lambda figure: figure.figure or 0)
        return slowest._replace(name=f"{name} (slowest of {len(found)}: {slowest.name})")

    def fetch(self, sql: str) -> list[Any]:
        """What the book holds, raw."""
        return self._raw.fetch(sql)

    def close(self) -> None:
        """Let the file go."""
        self._raw.close()


def large_book(folder: Path, documents: int, told: Callable[[str], None] | None = None) -> Kept:
    """The kept book of so many documents, made when there is none of this schema; older ones are thrown away."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"bench-{documents}-"
    path = folder / f"{stem}{_shape(folder)}.bahi"
    noted = path.with_suffix(".json")
    if path.exists() and noted.exists():
        said = json.loads(noted.read_text("utf-8"))
        return Kept(path, dt.date.fromisoformat(said.pop("on")), **said)
    for old in folder.glob(f"{stem}*"):
        old.unlink()
    kept = _made(path, documents, told)
    said = {**kept._asdict(), "on": kept.on.isoformat()}
    said.pop("path")
    noted.write_text(json.dumps(said), "utf-8")
    return kept


def _made(path: Path, documents: int, told: Callable[[str], None] | None) -> Kept:
    from core.book import Book, without_indexes
    from desktop.command_line.bench_book import fill

    start = time.perf_counter()
    with new_book(path) as book:
        key, on = book.key, today(book)
    with without_indexes(path, key), Book.open(path, passphrase=PASSPHRASE) as book:
        filled = fill(
            book, documents, on, told=told and (lambda n: told(f"{n:,} of {documents:,} documents"))
        )
    return Kept(path, on, *filled, time.perf_counter() - start)


def _shape(folder: Path) -> str:
    """What a new book's tables and indexes look like, in eight letters."""
    from core.book import raw_limit

    path = folder / "shape.bahi"
    for left in folder.glob("shape.bahi*"):
        left.unlink()
    with new_book(path) as book:
        raw = raw_limit.RawReader(path, book.key)
        sql = raw.fetch("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql")
        raw.close()
    for made in folder.glob("shape.bahi*"):
        made.unlink()
    return hashlib.sha256(repr(sql).encode()).hexdigest()[:8]


def reading(
    kept: Kept, *, entries: int = ENTRIES, times: int = 5, clock: Clock = time.perf_counter
) -> list[Figure]:
    """What the screens ask: pages, search, a statement, the figures of Today, and ageing at any date."""
    from core.book import Book, raw_limit

    def opened() -> None:
        Book.open(kept.path, passphrase=PASSPHRASE).close()

    with Book.open(kept.path, passphrase=PASSPHRASE) as book:
        key = book.key

        def opened_raw() -> None:
            raw_limit.RawReader(kept.path, key).close()

        reader = Reader(book, times, clock)
        figures = [
            *_lists(reader, kept),
            *_accounts(reader, kept, entries),
            *_ageing(reader, kept),
        ]
        reader.close()
        bare = median(opened_raw, times, clock)
    whole = median(opened, times, clock)
    return [
        Figure(f"open a book of {kept.documents:,} documents", 1_000 * whole, "ms", 1_000 * bare),
        *figures,
    ]


def aged(kept: Kept, *, times: int = 5, clock: Clock = time.perf_counter) -> list[Figure]:
    """Ageing alone, at each of its dates."""
    from core.book import Book

    with Book.open(kept.path, passphrase=PASSPHRASE) as book:
        reader = Reader(book, times, clock)
        figures = _ageing(reader, kept)
        reader.close()
    return figures


def _lists(reader: Reader, kept: Kept) -> list[Figure]:
    from core.invoicing.queries import documents_page

    pages, opens = [], []
    for (sort, column), place, descending in product(
        _SORTED_BY.items(), ("the top", "the middle"), (True, False)
    ):
        key, where = None, ""
        if place == "the middle":
            middle = f"SELECT {column}, id FROM documents ORDER BY {column}, id LIMIT 1 OFFSET {kept.documents // 2}"
            [(value, record)] = reader.fetch(middle)
            key = (dt.date.fromisoformat(value) if sort.endswith("_on") else value, record)
            sign, shown = ("<" if descending else ">"), value if isinstance(value, int) else f"'{value}'"
            where = f"WHERE ({column}, id) {sign} ({shown}, x'{record.hex()}')"
        way = "DESC" if descending else "ASC"
        sql = f"SELECT * FROM documents {where} ORDER BY {column} {way}, id {way} LIMIT {PAGE + 1}"
        question = partial(documents_page, limit=PAGE, sort=sort, descending=descending, key=key)
        pages.append((f"by {sort} from {place}", question, sql))
    for sort, state in product(_SORTED_BY, ("open", "overdue")):
        sql = (
            f"SELECT * FROM open_items WHERE open_paise > 0 AND side = 'due' ORDER BY due_on LIMIT {PAGE + 1}"
        )
        opens.append(
            (
                f"{state} by {sort}",
                partial(documents_page, limit=PAGE, sort=sort, state=state, on=kept.on),
                sql,
            )
        )
    searches = [
        (f"“{typed}”", partial(documents_page, limit=PAGE, search=typed),
         f"SELECT record FROM search WHERE search MATCH '{_match(typed)}' ORDER BY rowid DESC LIMIT {PAGE + 1}")
        for typed in TYPED
    ]  # fmt: skip
    tomorrow = kept.on + dt.timedelta(1)
    quiet = partial(documents_page, limit=PAGE, sort="value_paise", dated=(tomorrow, tomorrow))
    return [
        reader.worst("a page of invoices", pages),
        reader.worst("a page of unpaid bills", opens),
        reader.worst("search as one types", searches),
        reader.one(
            "days without papers", quiet, f"SELECT * FROM documents WHERE dated_on > '{tomorrow}' LIMIT 101"
        ),
    ]


def _match(typed: str) -> str:
    """As the search asks of documents, in the fewest words."""
    words = " AND ".join(f'"{word}"*' for word in typed.split())
    return f"text : ({words}) AND kind : document"


def _accounts(reader: Reader, kept: Kept, entries: int) -> list[Figure]:
    from core.facts import Facts
    from core.statements.accounts import account_totals, accounts_page
    from core.statements.queries import statement, today_figures

    facts = Facts.in_force()
    party, count = _party_of(reader, entries)
    told = partial(
        statement, party=party, from_on=dt.date(2000, 1, 1), to_on=kept.on, today=kept.on, facts=facts
    )
    of_party = f"SELECT * FROM postings WHERE {_ACCOUNT} AND party = x'{party.hex()}' ORDER BY dated_on"
    ways = [
        (f"by {sort}", partial(accounts_page, on=kept.on, sort=sort, descending=True),
         "SELECT * FROM parties ORDER BY name_key LIMIT 101")
        for sort in ("name", "balance", "overdue")
    ]  # fmt: skip
    still_open = "SELECT count(*), sum(open_paise) FROM open_items WHERE open_paise > 0"
    return [
        reader.one(f"a statement of {count:,} entries", told, of_party),
        reader.one("today's figures", partial(today_figures, on=kept.on), still_open),
        reader.one("totals below a list", partial(account_totals, on=kept.on), still_open),
        reader.worst("a page of parties", ways),
    ]


def _party_of(reader: Reader, entries: int) -> "tuple[Id, int]":
    """The party whose account has about so many entries."""
    sql = f"SELECT party, count(*) AS held FROM postings WHERE {_ACCOUNT} GROUP BY party "
    sql += f"ORDER BY abs(held - {entries}) LIMIT 1"
    [(party, count)] = reader.fetch(sql)
    return party, count


def _ageing(reader: Reader, kept: Kept) -> list[Figure]:
    """Beside it, the rows of what stood open then, read raw."""
    from core.ledger.spells import reach
    from core.statements.ageing import ageing

    [(parties,)] = reader.fetch("SELECT count(*) FROM parties")
    found = []
    for name, days in AGES_DAYS.items():
        on = kept.on - dt.timedelta(days=days)
        spells = [
            f"SELECT party, due_on, paise FROM spells WHERE span = {span} AND from_on > '{since}' "
            f"AND from_on <= '{on}' AND until_on > '{on}'"
            for span, since in reach(on)
        ]
        raw = " UNION ALL ".join(
            [
                f"SELECT party, due_on, open_paise FROM open_items WHERE open_paise > 0 AND dated_on <= '{on}'",
                *spells,
            ]
        )
        found.append(reader.one(f"ageing of {parties:,} parties, {name}", partial(ageing, on=on), raw))
    return found


def stating(kept: Kept, folder: Path, *, at_once: int = AT_ONCE) -> list[Figure]:
    """Statements of account of many parties in one go, and how soon it stops when it is told to."""
    from core.book import Book
    from core.paper import draw_statement
    from core.statements.run import parties_with_account, statements_run

    first = kept.on.replace(day=1) - dt.timedelta(days=90)
    last = kept.on
    done = 0

    def draw(account: Any) -> bytes:
        target = BytesIO()
        draw_statement(account, target)
        return target.getvalue()

    def progress(count: int, _of: int) -> None:
        nonlocal done
        done = count

    with Book.open(kept.path, passphrase=PASSPHRASE) as book:
        who = book.read(partial(parties_with_account, from_on=first, to_on=last))[:at_once]
        run = partial(statements_run, parties=who, folder=folder, from_on=first, to_on=last, today=last,
                      ways={".pdf": draw}, progress=progress)  # fmt: skip
        whole = timed(lambda: book.read(run))
        each, done = whole / max(1, done), 0
        stopped = timed(lambda: book.read(partial(run, cancelled=lambda: done >= STOP_AFTER)))
    return [
        Figure(f"statements of {len(who):,} parties as PDF", whole, "s", None),
        Figure(f"the same, stopped after {STOP_AFTER}", stopped, "s", STOP_AFTER * each),
    ]
