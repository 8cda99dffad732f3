"""Where a device and a restored service stand apart: they meet, and what the service has lost comes back.

What continues the log is appended as it was, seq, answer and all, and its stored outcomes take effect again without
being judged. After a fork (something new came on top) it is judged anew, under its author's name.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from core.changes.answer import Arrived, encode_answer
from core.changes.change import Actor, Outcome, Role, chain_link, run_hash
from core.changes.digest import Bucketed
from core.changes.kind import Kind
from core.ids import Id
from core.parties.kinds import EDITED as PARTY
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.server import archive, chains, devices, digests, gathering, log
from sync.server.chains import Chain
from sync.server.database import reading, writing
from sync.server.deeds import deed
from sync.server.devices import Member
from sync.server.enacting import enact
from sync.server.gate import Gate, Read
from sync.server.house import era
from sync.server.recall import recall
from sync.server.route import Means, Route
from sync.server.scopes import Within, carry
from sync.server.standing import ServerStanding

_log = logging.getLogger(__name__)
_NOBODY = Actor(b"", "", Role.AUDITOR)


def meet(means: Means, asking: Member, asked: m.Meet) -> m.Met:
    """Tell where the service stands, and take note of a device whose place it knows; learn who is there."""
    with writing(means.database, asking.tenant) as connection:
        head = log.take_head(connection, asking.tenant)
        if asked.people is not None:
            recall(connection, asking.tenant, asked.people, means.clock.now_us())
        known = log.run_at(connection, asking.tenant, asked.seq) == asked.run
        if known:
            gathering.note_met(connection, asking.tenant, asking.device)
        names = tuple(name for _device, name in gathering.awaited(connection, asking.tenant))
        founded = gathering.founded(connection, asking.tenant)
        return m.Met(
            era=era(connection, asking.tenant), head=head.seq, run=head.run, known=known,
            gathering=not gathering.state(connection, asking.tenant).is_done, awaited=names, founded=founded.era,
            owners=gathering.owners_since(connection, asking.tenant, founded) if asked.era < founded.era else (),
        )  # fmt: skip


def tell(means: Means, asked: m.Tell) -> m.Told:
    """Hear from a device that is not known here what this service has said of who is there; its own seal proves it."""
    with writing(means.database, asked.tenant) as connection:
        is_news = recall(connection, asked.tenant, asked.people, means.clock.now_us())
    return m.Told(is_news=is_news)


def runs(means: Means, asking: Member, asked: m.AskRuns) -> m.Runs:
    """The running hashes at some places, by which a device finds the last one that both have."""
    with reading(means.database, asking.tenant) as connection:
        return m.Runs(runs=tuple(log.run_at(connection, asking.tenant, seq) or b"" for seq in asked.seqs))


def handback(means: Means, asking: Member, asked: m.Handback) -> m.HandedBack:
    """Take back what was lost. Raises `Refused`: CURSOR in another era, HAND_BACK where it does not continue the log,
    UNREADABLE."""
    try:
        entries = m.entries_of(asked.page)
    except ValueError:
        raise Refused(refusals.UNREADABLE) from None
    with writing(means.database, asking.tenant) as connection:
        log.take_head(connection, asking.tenant)
        if asked.era != era(connection, asking.tenant):
            raise Refused(refusals.CURSOR, _("The service was restored since."))
        returning = Returning(connection, means.kinds, asking, means.clock.now_us(), asked.series)
        try:
            return returning.judge_anew(entries) if asked.anew else returning.continue_log(entries, asked.run)
        except Refused:
            raise
        except (
            ValueError,
            TypeError,
            KeyError,
            OverflowError,
        ) as error:  # bytes that no service ever answered
            _log.info("what was handed back cannot be read: %s", type(error).__name__)
            raise Refused(refusals.UNREADABLE) from None


def gathering_now(means: Means, asking: Member, _asked: m.AskGathering) -> m.Gathering:
    """Whether the service gathers, and for whom it waits."""
    with reading(means.database, asking.tenant) as connection:
        return _told(connection, asking.tenant)


def declare_lost(means: Means, asking: Member, asked: m.DeclareLost) -> m.Gathering:
    """Wait no longer. Raises `Refused`: ROLE, FACTOR or a wrong code, CURSOR where that was another era."""
    with deed(means, asking, with_order=True) as doing:
        if asked.era != era(doing.connection, asking.tenant):
            raise Refused(refusals.CURSOR, _("The service was restored since."))
        if not gathering.state(doing.connection, asking.tenant).is_done:
            doing.allow_grave(asked.code)
            gathering.declare_lost(doing.connection, asking.tenant)
        doing.allow()
        return _told(doing.connection, asking.tenant)


def _told(connection: Connection, tenant: Id) -> m.Gathering:
    names = tuple(name for _device, name in gathering.awaited(connection, tenant))
    return m.Gathering(gathering=not gathering.state(connection, tenant).is_done, awaited=names)


class Returning:
    """Entries being taken back under the tenant's head row."""

    def __init__(
        self, connection: Connection, kinds: Mapping[str, Kind[Any]], asking: Member, now_us: int,
        series: Sequence[m.SeriesRow] = (),
    ) -> None:  # fmt: skip
        self._connection = connection
        self._kinds = kinds
        self._asking = asking
        self._tenant = asking.tenant
        self._now_us = now_us
        self._series = series
        self._head = log.head(connection, asking.tenant)
        self._digest = Bucketed(int(self._head.digest, 16))
        self._standing = ServerStanding(connection, asking.tenant, self._digest, kinds)
        self._gate = Gate(kinds, self._standing, _NOBODY, now_us)
        self._gates: dict[Id, Gate | None] = {}
        self._chains: dict[tuple[Id, int], Chain] = {}
        self._rows: list[archive.Entry] = []

    def continue_log(self, entries: Sequence[Arrived], run: bytes) -> m.HandedBack:
        """Append what follows the head as it was; a gap is answered, not filled."""
        new = [entry for entry in entries if entry.seq > self._head.seq]
        if not new or new[0].seq > self._head.seq + 1:
            return m.HandedBack(next=self._head.seq + 1)
        if gathering.state(self._connection, self._tenant).is_closed:
            raise _astray()
        changes = [self._gate.read(entry.number, entry.data) for entry in new]
        self._gate.warm(changes)
        for entry, change in zip(new, changes, strict=True):
            link = self._next_link(entry)
            if link is None or entry.outcome is Outcome.PENDING:
                raise _astray()
            self._carry_along(entry, change)
            enact(self._standing, change, entry)
            self._append(entry, change, link, entry.outcome, entry.answer)
        if self._head.run != run:
            raise _astray()
        self._write()
        return m.HandedBack(next=self._head.seq + 1)

    def judge_anew(self, entries: Sequence[Arrived]) -> m.HandedBack:
        """Append what continues its author's chain, judged as if it came now; what is here already is passed over."""
        gathering.take_new(self._connection, self._tenant)
        common = gathering.state(self._connection, self._tenant).new_from
        left: list[int] = []
        changes = [self._gate.read(entry.number, entry.data) for entry in entries]
        self._gate.warm(changes)
        for place, (entry, change) in enumerate(zip(entries, changes, strict=True)):
            if self._has(entry):
                continue
            link, gate = self._next_link(entry), self._gate_of(entry.device)
            if link is None or gate is None:
                left.append(place)
                continue
            gate.epoch = entry.epoch
            outcome, answer = gate.rule(_seen_up_to(common, change), self._head.seq + 1)
            self._append(entry, change, link, outcome, encode_answer(answer))
        self._write()
        return m.HandedBack(next=self._head.seq + 1, left=tuple(left))

    def _carry_along(self, entry: Arrived, read: Read) -> None:
        """A party that a device in the field has made it carries from then on."""
        change = read.change
        if change is None or change.kind != PARTY.name or self._standing.stand(change.record) is not None:
            return
        author = devices.member(self._connection, self._tenant, entry.device)
        if author is not None and author.role is Role.FIELD:
            carry(self._connection, author, change.record)

    def _append(self, entry: Arrived, change: Read, link: bytes, outcome: Outcome, answer: bytes) -> None:
        seq = self._head.seq + 1
        self._head = self._head._replace(seq=seq, run=run_hash(self._head.run, link, outcome, answer))
        author = (entry.device, entry.epoch)
        self._chains[author] = self._chains[author]._replace(number=entry.number, link=link)
        self._rows.append(
            archive.Entry(
                seq, entry.device, entry.epoch, entry.number, *change.named, int(outcome), answer,
                entry.data, link, self._head.run, self._now_us,
            )
        )  # fmt: skip

    def _write(self) -> None:
        log.append(self._connection, self._tenant, self._rows)
        self._standing.flush()
        digests.keep(self._connection, self._tenant, self._digest)
        for (device, epoch), chain in self._chains.items():
            chains.move(self._connection, self._tenant, device, epoch, chain.number, chain.link)
        self._head = self._head._replace(digest=self._digest.text)
        log.keep_head(self._connection, self._tenant, self._head)

    def _chain(self, entry: Arrived) -> Chain | None:
        author = (entry.device, entry.epoch)
        if author not in self._chains:
            known = chains.chain(self._connection, self._tenant, *author)
            if known is None and entry.number == 1:
                known = self._begun(entry)
            if known is None:
                return None
            self._chains[author] = known
        return self._chains[author]

    def _begun(self, entry: Arrived) -> Chain | None:
        """The chain of an epoch that the service knows no more, with the series that its author had for it."""
        links = {row.link for row in self._rows if row.device == entry.device}
        if entry.start not in links and not chains.is_link(
            self._connection, self._tenant, entry.device, entry.start
        ):
            return None
        author = devices.member(self._connection, self._tenant, entry.device)
        if author is not None:
            wanted = [row.series for row in self._series if row.device == entry.device]
            devices.begin_epoch(self._connection, author, max(entry.epoch, author.epoch), wanted)
        return chains.begin(self._connection, self._tenant, entry.device, entry.epoch, entry.start)

    def _next_link(self, entry: Arrived) -> bytes | None:
        """The link after an entry that continues its author's chain; None for one that does not."""
        chain = self._chain(entry)
        if chain is None or entry.number != chain.number + 1:
            return None
        return chain_link(chain.link, entry.device, entry.epoch, entry.data)

    def _has(self, entry: Arrived) -> bool:
        """Whether this very entry is in the log already."""
        chain = self._chain(entry)
        if chain is None or entry.number > chain.number:
            return False
        before = log.link_at(self._connection, self._tenant, entry.device, entry.epoch, entry.number - 1)
        here = log.link_at(self._connection, self._tenant, entry.device, entry.epoch, entry.number)
        return before is not None and here == chain_link(before, entry.device, entry.epoch, entry.data)

    def _gate_of(self, device: Id) -> Gate | None:
        """The gate of an author, who may do no more by this than whoever hands it back; None for a stranger."""
        if device not in self._gates:
            author = devices.member(self._connection, self._tenant, device)
            self._gates[device] = None
            if author is not None:
                judged = author if self._asking.role is Role.OWNER else self._asking
                actor = Actor(device, author.user, judged.role)
                gate = Gate(self._kinds, self._standing, actor, self._now_us)
                if judged.role is Role.FIELD:
                    gate.within = Within(self._connection, judged, self._kinds)
                self._gates[device] = gate
        return self._gates[device]


def _seen_up_to(common: int, read: Read) -> Read:
    """A change that was written over the old order, of which the new one has so much."""
    if read.change is None or read.change.base <= common:
        return read
    return read._replace(change=msgspec.structs.replace(read.change, base=common))


def _astray() -> Refused:
    return Refused(refusals.HAND_BACK, _("What was handed back does not continue the service's order."))


ROUTES = (
    Route("meet", m.Meet, meet),
    Route("tell", m.Tell, tell, is_signed=False),
    Route("runs", m.AskRuns, runs),
    Route("handback", m.Handback, handback),
    Route("gathering", m.AskGathering, gathering_now),
    Route("declare_lost", m.DeclareLost, declare_lost),
)
