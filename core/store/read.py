"""Reading records back: fields from their images, papers from the log. Everything here is an indexed look-up."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec
from sqlalchemy.engine import Connection

from core.changes.change import Change, decode_change
from core.changes.record import Record, decoded, from_image
from core.changes.standing import Stand, State
from core.errors import RuleBroken
from core.ids import Id
from core.problems import Problem
from core.store.log import read_meta
from core.words import translate as _

S = TypeVar("S", bound=Record)
_RUN = 500
_images = msgspec.msgpack.Decoder(dict[int, Any])


def in_runs(read: Connection, question: str, records: Iterable[Id | str], *given: Any) -> Iterator[Any]:
    """The rows of a question that is asked about many ids or words, some hundreds at a time.

    `IN (RUN)` in it names these; what else it asks (`given`) comes after them.
    """
    wanted = list(records)
    for start in range(0, len(wanted), _RUN):
        run = wanted[start : start + _RUN]
        marks = ", ".join("?" * len(run))
        yield from read.exec_driver_sql(question.replace("(RUN)", f"({marks})"), (*run, *given)).fetchall()


def record_of(read: Connection, shape: type[S], record: Id) -> S | None:
    """A record of class *fields* as it is now."""
    found = read.exec_driver_sql("SELECT image FROM images WHERE record = ?", (record,)).fetchone()
    return from_image(shape, _images.decode(found[0])) if found else None


def paper_of(read: Connection, shape: type[S], record: Id) -> S | None:
    """A paper or claim, whole, as it was written."""
    change = change_of(read, record)
    return decoded(shape, change.body) if change else None


def papers_of(read: Connection, shape: type[S], records: Iterable[Id]) -> dict[Id, S]:
    """Many papers at once, by id."""
    question = (
        "SELECT s.record, c.data FROM standing s JOIN changes c ON c.entry = s.entry WHERE s.record IN (RUN)"
    )
    return {
        record: decoded(shape, decode_change(data).body) for record, data in in_runs(read, question, records)
    }


def change_of(read: Connection, record: Id) -> Change | None:
    """The change that brought a record."""
    sql = "SELECT c.data FROM standing s JOIN changes c ON c.entry = s.entry WHERE s.record = ?"
    found = read.exec_driver_sql(sql, (record,)).fetchone()
    return decode_change(found[0]) if found else None


def stand_of(read: Connection, record: Id) -> Stand | None:
    """How a record stands."""
    found = read.exec_driver_sql(
        "SELECT kind, state, entry, hash, total_paise, open_paise, rests, seq FROM standing WHERE record = ?",
        (record,),
    ).fetchone()
    return Stand(found[0], State(found[1]), *found[2:]) if found else None


def written_up_to(read: Connection, device: Id) -> tuple[int, dict[int, int]]:
    """How far this book reaches: the last place in the order that it has (0: none), and by epoch the last number of a
    device's own changes."""
    seq = read.exec_driver_sql("SELECT max(seq) FROM changes WHERE seq IS NOT NULL").scalar()
    sql = "SELECT epoch, max(number) FROM changes WHERE device = ? AND number > 0 GROUP BY epoch"
    return seq or 0, {row[0]: row[1] for row in read.exec_driver_sql(sql, (device,))}


def carries_all(read: Connection) -> bool:
    """Whether this book has every party of the business; one in the field has some, and knows no sum of the company."""
    return not read_meta(read).get("partial")


def refuse_partial(read: Connection) -> None:
    """Raise `RuleBroken` (PARTIAL) in a book of some parties: what is asked is a matter of all of them."""
    if not carries_all(read):
        raise RuleBroken([partial_problem()])


def partial_problem() -> Problem:
    """What a book of some parties says of itself."""
    return Problem(
        code="PARTIAL",
        message=_("This device carries only some parties: it cannot tell what is the whole company's."),
        remedy=_("Ask for it on a computer of the office."),
    )
