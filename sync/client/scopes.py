"""What this device carries, and what owners let others carry.

Where that changes, the round goes on to the head by what is shown, and then loads the book anew: what came is there
whole, what went is gone from this device, its files too. Nothing goes before all that waits is sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from core.attachments.queries import named
from core.attachments.vault import Vault
from core.book import Book
from core.changes.answer import Arrived
from core.ids import Id
from core.parties.merged import merged
from core.store import log
from core.words import translate as _
from sync.client.session import Session
from sync.protocol.messages import AskScopes, Pulled, Scopes, SetScope

_TOLD = "carried"


class Carried(NamedTuple):
    """The parties that a device in the field carries; `is_there` once its book was loaded by them."""

    device: Id
    parties: tuple[Id, ...]
    is_there: bool


def set_scope(
    session: Session, device: Id, parties: Iterable[Id], *, is_agreed: bool = False
) -> list[Carried]:
    """Name the parties that a device in the field carries from now on; those merged with them go along.

    Raises `ServiceRefused`: ROLE for who is no owner or a device that is not in the field, AGREE where more than half
    of what it carries would go and `is_agreed` does not say that this is meant. And `Offline`.
    """
    asked = SetScope(device=device, parties=tuple(sorted(set(parties))), is_agreed=is_agreed)
    return _rows(session.ask("set_scope", asked, Scopes))


def who_carries(session: Session) -> list[Carried]:
    """Who carries what: an owner hears it of every device in the field, others of themselves. Raises `Offline`."""
    return _rows(session.ask("scopes", AskScopes(), Scopes))


def look(book: Book, session: Session) -> list[Carried]:
    """Ask who carries what; how many parties each carries is kept in the book, to be shown offline too.

    Parties that were merged count as the one they are now. Raises `Offline`.
    """
    rows = who_carries(session)
    kept = book.read(merged)
    told = [
        [row.device, len({kept.get(party, party) for party in row.parties}), row.is_there] for row in rows
    ]
    book.write(_("Sync"), lambda work: work.note(**{_TOLD: told}))
    return rows


def last_told(meta: log.Meta) -> dict[Id, tuple[int, bool]]:
    """Of each device in the field, as it was told last: how many parties it carries, and whether they are there."""
    return {device: (count, is_there) for device, count, is_there in meta.get(_TOLD, [])}


def is_first_told(meta: log.Meta, answer: Pulled) -> bool:
    """Whether a book with nothing in it yet hears for the first time what it is to carry."""
    return not meta["seq"] and is_renewed(meta, answer)


def is_renewed(meta: log.Meta, answer: Pulled) -> bool:
    """Whether this device is to carry something else than its book was loaded by."""
    return bool(answer.scope != meta.get("scope", 0))


def is_blind(meta: log.Meta, answer: Pulled) -> bool:
    """Whether things were hidden from this book that it is to carry after all, as where a restored service knows
    nothing of its being sent out."""
    return log.BLIND in meta and not is_renewed(meta, answer)


def cursor(meta: log.Meta, answer: Pulled, entries: Sequence[Arrived]) -> log.Meta:
    """What is noted of entries taken in. While this device is to carry something else than its book was loaded by, also
    of what is here much comes hidden: what its author sees of any record goes no further than the first of them."""
    told = {"era": meta["era"], "run": answer.run}
    hidden = [entry.seq for entry in entries if entry.link] if is_renewed(meta, answer) else []
    return {**told, log.BLIND: meta.get(log.BLIND, hidden[0] - 1)} if hidden else told


def without_run(cursor: Mapping[str, Any]) -> log.Meta:
    """The same of some of these entries, after which no running hash is known."""
    return {name: value for name, value in cursor.items() if name != "run"}


def begin(book: Book, answer: Pulled) -> None:
    """Take in the order by this scope from its beginning."""
    book.write(_("Sync"), lambda work: work.note(scope=answer.scope, partial=answer.partial))


def let_files_go(book: Book) -> int:
    """Take the files away that no attachment of this book names and that the service has; answers how many."""
    vault = Vault(book.path)
    held = vault.sent()
    wanted = book.read(lambda read: named(read, held))
    gone = [address for address in held if address not in wanted]
    for address in gone:
        vault.drop(address)
    return len(gone)


def _rows(told: Scopes) -> list[Carried]:
    return [Carried(row.device, row.parties, row.scope == row.seen) for row in told.rows]
