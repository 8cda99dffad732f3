"""The pen of a book: under which epoch, numbers and links its device writes, and the log it writes at the end of."""

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from core.changes.change import CHANGE_BYTES_MAX, Outcome, chain_link
from core.errors import RuleBroken
from core.ids import Id
from core.problems import Problem
from core.store import log
from core.store.engine import HAND
from core.words import translate as _

GATHERED_MAX = 5_000


class Pen:
    """Numbers this device's changes without a gap, binds each to the one before, and gathers them for the log."""

    def __init__(self, connection: Connection, device: Id, epoch: int) -> None:
        self._connection = connection
        self._device = device
        self._gathered: list[log.Entry] = []
        self._entry = log.last_entry(connection)
        self.epoch = epoch
        self.number, self._link = log.chain_head(connection, device, epoch)
        self.work_number = self.number + 1
        """The number of the first change of the present Work."""

    @property
    def is_full(self) -> bool:
        """Whether so much was gathered that it should be written."""
        return len(self._gathered) >= GATHERED_MAX

    @property
    def has_gathered(self) -> bool:
        """Whether something is not in the log's table yet."""
        return bool(self._gathered)

    def next_entry(self) -> int:
        """The local number of the entry that comes next."""
        self._entry += 1
        return self._entry

    def number_next(self, data: bytes) -> None:
        """Take the next number and link for a change of these bytes. Raises `RuleBroken` when they are too many."""
        if len(data) > CHANGE_BYTES_MAX:
            raise RuleBroken([_too_large()])
        self.number += 1
        self._link = chain_link(self._link, self._device, self.epoch, data)

    def write(self, entry: int, kind: str, record: Id, data: bytes, undo: bytes | None) -> None:
        """Put the change numbered last at the end of the log; it waits for its answer."""
        self._gathered.append(
            log.Entry(
                entry, self._device, self.epoch, self.number, None, kind, record,
                Outcome.PENDING, 0, data, self._link, b"", undo,
            )
        )  # fmt: skip

    def put(self, entries: list[log.Entry]) -> None:
        """Put entries that have their place already at the end of the log."""
        self._gathered.extend(entries)

    def turn(self, epoch: int, start: bytes | None, device: Id | None = None) -> None:
        """Go on under another epoch, from number 1, in a chain hung on the link `start`, else on the last link.

        With `device`, as another one from now on.
        """
        if not self.number:  # nothing was written in it, and what it hung on may be written anew elsewhere
            log.drop_chain(self._connection, self._device, self.epoch)
        elif start is None:
            self.keep()
        start = self._link if start is None else start
        self._device = device or self._device
        self.epoch, self.number, self.work_number, self._link = epoch, 0, 1, start
        log.keep_chain_head(self._connection, self._device, epoch, 0, start, start=start)

    def renumber(self, rewritten: Sequence[tuple[log.Entry, bytes]]) -> list[log.Entry]:
        """Put entries that have no place in the order yet under the present epoch's next numbers, with these bytes."""
        moved = []
        for entry, data in rewritten:
            self.number_next(data)
            moved.append(entry._replace(epoch=self.epoch, number=self.number, data=data, link=self._link))
        self.work_number = self.number + 1
        if moved:
            self._connection.exec_driver_sql(
                HAND + "UPDATE changes SET epoch = ?, number = ?, data = ?, link = ? WHERE entry = ?",
                [(each.epoch, each.number, each.data, each.link, each.entry) for each in moved],
            )
        return moved

    def keep(self) -> None:
        """Keep the end of the chain."""
        log.keep_chain_head(self._connection, self._device, self.epoch, self.number, self._link)

    def flush(self) -> None:
        """Write what was gathered."""
        if self._gathered:
            log.append(self._connection, self._gathered)
            self._gathered = []


def _too_large() -> Problem:
    return Problem(
        code="TOO_LARGE",
        message=_("This paper is too large to be kept as one change (1 MiB)."),
        field="lines",
        remedy=_("Divide it into two papers."),
    )
