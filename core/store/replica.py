"""The device's side of the order: what arrived is applied in seq order, beneath what is still pending.

A page and its cursor are one transaction. The service's outcome is taken as sent; only pending changes are judged.
Pending ones step back (their effect is taken away) as soon as an arrived one would otherwise come on top of them,
and are replayed after the page.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.changes.answer import Arrived
from core.changes.change import CHAIN_START, Outcome, chain_link, run_hash, veiled
from core.errors import Forked, ProtocolBroken
from core.ids import Id
from core.store import log
from core.store.confirmed import (
    HIDDEN,
    SHELVED,
    Confirmed,
    decoded_change,
    let_stand,
    parties_of,
    read_entry,
    tell,
)
from core.store.engine import HAND
from core.store.own import confirm_as_written
from core.store.replay import replay, step_back
from core.store.tables.store import shelf
from core.store.work import Work
from core.words import translate as _

Numbered = tuple[int, int]
"""A change of this device: its epoch, and its number there."""


def _records(page: Sequence[Arrived], mine: Mapping[Numbered, log.Entry]) -> Iterator[Id]:
    """The records that a page speaks of, as far as they can be read."""
    for arrived in page:
        if (change := decoded_change(arrived.data)) is not None:
            yield change.record
        elif (found := mine.get((arrived.epoch, arrived.number))) is not None:
            yield found.record


class Replica:
    """Applies pages of the ordered log within one Work.

    With `shelve` what others wrote enters the log and waits there without effect, as a newer version's changes do.
    """

    def __init__(self, work: Work, *, shelve: bool = False) -> None:
        self._work = work
        self._shelve = shelve
        self._connection = work.read
        self._device = work.actor.device
        self._starts: dict[tuple[Id, int], bytes] = {}
        self._heads: dict[tuple[Id, int], tuple[int, bytes]] = {}
        self._answers: list[tuple[Any, ...]] = []
        self._waiting = log.pending_count(self._connection)
        self._has_stepped_back = False

    def apply(self, page: Sequence[Arrived], *, run: bytes | None = None) -> None:
        """Apply entries that follow on the cursor, to the running hash `run` where one is given.

        Raises `ProtocolBroken` when the entries do not follow, or end elsewhere; nothing of the page is then taken.
        """
        done = confirm_as_written(self._work, page)
        self._waiting -= done
        rest = page[done:]
        mine = self._own_entries(rest)
        self._work.standing.warm(_records(rest, mine))
        for arrived in rest:
            self._check_order(arrived)
            found = mine.get((arrived.epoch, arrived.number)) if arrived.device == self._device else None
            if found is not None:
                self._confirm(arrived, found)
            else:
                self._take_in(arrived)
        self._keep_answers()
        for author, head in self._heads.items():
            start = self._starts.get(author, CHAIN_START)
            log.keep_chain_head(self._connection, *author, *head, start=start)
        if self._has_stepped_back:
            replay(self._work)
        if not self._waiting:
            self._work.trust_the_clock()
        if run is not None and self._work.meta.get("run", b"") != run:
            raise ProtocolBroken(
                _("What the service sent does not agree with its own sum; nothing of it was taken.")
            )

    def _check_order(self, arrived: Arrived) -> None:
        meta = self._work.meta
        if arrived.seq != meta.get("seq", 0) + 1:
            raise ProtocolBroken(_("The service sent entries out of order; nothing of the page was taken."))
        meta["seq"] = arrived.seq

    def _own_entries(self, page: Sequence[Arrived]) -> dict[Numbered, log.Entry]:
        """What this book has of the changes that its device wrote, in whichever epoch."""
        numbers: dict[int, list[int]] = defaultdict(list)
        for arrived in page:
            if arrived.device == self._device:
                numbers[arrived.epoch].append(arrived.number)
        return {
            (epoch, entry.number): entry
            for epoch, asked in numbers.items()
            for entry in log.entries_by_author(self._connection, self._device, epoch, min(asked), max(asked))
        }

    def _confirm(self, arrived: Arrived, found: log.Entry) -> None:
        if found.outcome != Outcome.PENDING:
            raise ProtocolBroken(_("The service confirmed a change that this device does not have open."))
        if arrived.data and arrived.data != found.data:
            raise Forked(_("Another copy of this book has used this device's numbers for other changes."))
        confirmed = read_entry(self._work, arrived, found.data)
        plain = confirmed.outcome is Outcome.APPLIED and not found.idle and not confirmed.idle
        if not plain:
            self._step_back()
        self._run_on(found.link, arrived)
        self._answers.append(
            (arrived.seq, int(arrived.outcome), arrived.answer, confirmed.idle, found.entry)
        )  # fmt: skip
        self._lay_on_shelf(arrived, confirmed)
        self._see_stamp(confirmed)
        self._waiting -= 1
        if self._has_stepped_back:
            let_stand(self._work, found.entry, confirmed)
        else:
            assert confirmed.change is not None
            self._seen_at(confirmed.change.record, arrived.seq)
            tell(self._work, confirmed)

    def _take_in(self, arrived: Arrived) -> None:
        if arrived.link:
            self._pass_over(arrived)
            return
        if not arrived.data and arrived.device == self._device:  # told as one this book has written itself
            raise Forked(_("Another copy of this book has written under this device's numbers."))
        if self._waiting:
            self._step_back()
        author = (arrived.device, arrived.epoch)
        link = self._link_before(arrived)
        link = chain_link(link, *author, arrived.data)
        self._heads[author] = (arrived.number, link)
        self._run_on(link, arrived)
        read = read_entry(self._work, arrived, arrived.data)
        confirmed = read._replace(kind=None) if self._shelve else read
        change = confirmed.change
        entry = self._work.next_entry()
        name, record = (change.kind, change.record) if change else ("", b"")
        row = log.Entry(
            entry, *author, arrived.number, arrived.seq, name, record,
            int(arrived.outcome), confirmed.idle, arrived.data, link, arrived.answer, None,
        )  # fmt: skip
        self._work.take_log([row])
        self._lay_on_shelf(arrived, confirmed, read)
        self._see_stamp(confirmed)
        let_stand(self._work, entry, confirmed)

    def _lay_on_shelf(self, arrived: Arrived, confirmed: Confirmed, read: Confirmed | None = None) -> None:
        """Keep whom an entry is about that has no effect here, as the service says or as far as it can be `read`."""
        if confirmed.idle == SHELVED:
            for party in sorted({*arrived.about, *(parties_of(read) if read is not None else ())}):
                self._work.keep(shelf, seq=arrived.seq, party=party)

    def _pass_over(self, arrived: Arrived) -> None:
        """Keep the hashes of what is hidden from this device: its place in the order and in its author's chain."""
        self._link_before(arrived)
        author = (arrived.device, arrived.epoch)
        self._heads[author] = (arrived.number, arrived.link)
        self._run_on(arrived.link, arrived)
        row = log.Entry(
            self._work.next_entry(), *author, arrived.number, arrived.seq, "", b"", int(arrived.outcome), HIDDEN,
            b"", arrived.link, veiled(arrived.answer), None,
        )  # fmt: skip
        self._work.take_log([row])

    def _link_before(self, arrived: Arrived) -> bytes:
        """The link that an entry hangs on. Raises `ProtocolBroken` when it is not its author's next."""
        author = (arrived.device, arrived.epoch)
        number, link = self._heads.get(author) or log.chain_head(self._connection, *author)
        if arrived.number != number + 1:
            raise ProtocolBroken(_("A device's changes are missing in what the service sent."))
        if arrived.number == 1:
            link = self._starts[author] = arrived.start
        return link

    def _run_on(self, link: bytes, arrived: Arrived) -> None:
        meta = self._work.meta
        meta["run"] = run_hash(meta.get("run", b""), link, arrived.outcome, arrived.answer)

    def _seen_at(self, record: Id, seq: int) -> None:
        standing = self._work.standing
        if (stand := standing.stand(record)) is not None:
            standing.set_stand(record, stand._replace(seq=seq))

    def _see_stamp(self, confirmed: Confirmed) -> None:
        if confirmed.change is not None:
            self._work.see_stamp(confirmed.answer.stamp or confirmed.change.stamp)

    def _keep_answers(self) -> None:
        if self._answers:
            self._connection.exec_driver_sql(
                HAND
                + "UPDATE changes SET seq = ?, outcome = ?, answer = ?, idle = ?, undo = NULL WHERE entry = ?",
                self._answers,
            )
            self._answers = []

    def _step_back(self) -> None:
        """Take the effect of everything pending away, once a page."""
        if self._has_stepped_back:
            return
        self._keep_answers()
        self._has_stepped_back = True
        step_back(self._work)
