"""Statements, or balance confirmations, of many parties in one go: a file a party, with progress, to be stopped at any
time.

What a file is made of is given: each way of drawing by the ending of its name.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.errors import BahiError
from core.facts import Facts
from core.ids import Id
from core.invoicing.model import Buyer
from core.ledger.model import Account
from core.statements.confirmation import confirmation
from core.statements.model import Confirmation, Statement
from core.statements.queries import statement
from core.store.tables.parties import parties as known_parties
from core.words import translate as _


class Addressed(Protocol):
    """A paper that goes to a party."""

    @property
    def buyer(self) -> Buyer: ...


T = TypeVar("T", bound=Addressed)
Ways = Mapping[str, Callable[[T], bytes]]
"""By the ending of a file's name (".pdf"), what makes the file."""
Progress = Callable[[int, int], None]
"""Told how many parties are done, and of how many."""

NAME_MAX = 60
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Signs that nobody sees may turn a name round ("fdp.exe"); those that join Indic letters are part of the word."""
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever comes after a dot."""

_MOVED = (
    "SELECT p.id FROM parties p WHERE coalesce((SELECT b.paise FROM balances b "
    "WHERE b.account = :debtors AND b.party = p.id), 0) <> 0 OR EXISTS (SELECT 1 FROM postings g "
    "WHERE g.account = 'debtors' AND g.party = p.id AND g.dated_on >= :from_on AND g.dated_on <= :to_on) "
    "OR coalesce((SELECT sum(g.paise) FROM postings g "
    "WHERE g.account = 'debtors' AND g.party = p.id AND g.dated_on < :from_on), 0) <> 0 "
    "ORDER BY p.code_key, p.name_key, p.id"
)


class FolderFailed(BahiError):
    """The folder that files go to could not be written."""


class Run(NamedTuple):
    """What a run came to: the files written in their order, and whether it was stopped before the end."""

    files: tuple[Path, ...]
    parties: int
    is_cancelled: bool


def parties_with_account(
    read: Connection, from_on: dt.date, to_on: dt.date, *, with_empty: bool = False
) -> list[Id]:
    """The parties that have an entry in a period or owed something at its beginning or owe something now, by code and
    name; all there are when asked."""
    if with_empty:
        party = known_parties.c
        return list(
            read.execute(sa.select(party.id).order_by(party.code_key, party.name_key, party.id)).scalars()
        )
    given = {"debtors": Account.DEBTORS.value, "from_on": from_on.isoformat(), "to_on": to_on.isoformat()}
    return list(read.execute(sa.text(_MOVED), given).scalars())


def statements_run(
    read: Connection,
    parties: Sequence[Id],
    folder: Path,
    *,
    from_on: dt.date,
    to_on: dt.date,
    today: dt.date,
    ways: Ways[Statement],
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Run:
    """Write the statements of account of these parties into a folder, each in its party's language."""
    facts = Facts.in_force()

    def made(party: Id) -> Statement:
        return statement(read, party, from_on=from_on, to_on=to_on, today=today, in_theirs=True, facts=facts)

    return _run(parties, folder, made, ways, progress, cancelled)


def confirmations_run(
    read: Connection,
    parties: Sequence[Id],
    folder: Path,
    *,
    on: dt.date,
    dated_on: dt.date,
    ways: Ways[Confirmation],
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Run:
    """Write the balance confirmation letters of these parties into a folder."""
    facts = Facts.in_force()
    return _run(
        parties, folder, lambda party: confirmation(read, party, on, dated_on=dated_on, facts=facts), ways,
        progress, cancelled,
    )  # fmt: skip


def file_name(code: str, name: str, taken: set[str]) -> str:
    """A name for a party's files by its code and name, fit for Windows, Linux and macOS, unlike those taken; it is
    taken then."""
    plain = unicodedata.normalize("NFC", " ".join(part for part in (code, name) if part))
    plain = "".join(" " if _is_hidden(sign) else sign for sign in plain)
    plain = " ".join(_UNSAFE.sub(" ", plain).split()).strip(". ")[:NAME_MAX].rstrip(". ") or "party"
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    found, n = plain, 1
    while found.casefold() in taken:
        n += 1
        found = f"{plain} ({n})"
    taken.add(found.casefold())
    return found


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in _HIDDEN and sign not in _JOINERS


def _run(
    parties: Sequence[Id],
    folder: Path,
    made: Callable[[Id], T],
    ways: Ways[T],
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> Run:
    taken: set[str] = set()
    files: list[Path] = []
    with _writing(folder, files):
        folder.mkdir(parents=True, exist_ok=True)
    for done, party in enumerate(parties):
        if cancelled is not None and cancelled():
            return Run(tuple(files), done, is_cancelled=True)
        paper = made(party)
        name = file_name(paper.buyer.code, paper.buyer.name, taken)
        for ending, draw in ways.items():
            path = folder / f"{name}{ending}"
            with _writing(folder, files):
                _write(path, draw(paper))
            files.append(path)
        if progress is not None:
            progress(done + 1, len(parties))
    return Run(tuple(files), len(parties), is_cancelled=False)


@contextmanager
def _writing(folder: Path, files: Sequence[Path]) -> Iterator[None]:
    """A failure of the folder is told as one: the book is read only, and nothing is wrong with it."""
    try:
        yield
    except OSError as error:
        message = _("{folder} cannot be written: {reason}. {count} files were written before.")
        raise FolderFailed(
            message.format(folder=folder, reason=error.strerror or error, count=len(files)),
            remedy=_("Make room there or choose another folder, and run it again."),
        ) from None


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
