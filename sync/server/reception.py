"""Taking a push in: under the tenant's head row, each change judged, every answer in the same transaction."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from sqlalchemy.engine import Connection

from core.changes.answer import Arrived, encode_answer
from core.changes.change import CHAIN_START, Actor, Outcome, Role, chain_link, run_hash
from core.changes.digest import Bucketed
from core.changes.kind import Kind
from core.words import translate as _
from sync.protocol import refusals
from sync.protocol.limits import PAGE_BYTES_MAX
from sync.protocol.messages import Push, Pushed, page_of
from sync.protocol.refusals import Refused
from sync.server import chains, devices, digests, gathering, log, versions
from sync.server.archive import Entry
from sync.server.chains import Chain
from sync.server.checkouts import Out
from sync.server.devices import Member
from sync.server.gate import UNKNOWN_KIND, Gate
from sync.server.scopes import Within
from sync.server.standing import ServerStanding


class Reception:
    """One push being taken in."""

    def __init__(
        self, connection: Connection, kinds: Mapping[str, Kind[Any]], asking: Member, now_us: int, *,
        is_released: bool = False,
    ) -> None:  # fmt: skip
        self._connection = connection
        self._kinds = kinds
        self._now_us = now_us
        self.outcomes: list[int] = []
        self._head = log.take_head(connection, asking.tenant)
        known = devices.member(connection, asking.tenant, asking.device)
        assert known is not None
        self._author = known
        self._digest = Bucketed(int(self._head.digest, 16))
        self._standing = ServerStanding(connection, asking.tenant, self._digest, kinds)
        self._gate = Gate(kinds, self._standing, Actor(known.device, known.user, known.role), now_us)
        self._gate.holds_papers = is_released
        self._gate.out = Out(connection, asking.tenant, now_us)
        if known.role is Role.FIELD and not is_released:
            self._gate.within = Within(connection, known, kinds)
        self._is_let_in = is_released or known.state == devices.LIVE

    def take(self, push: Push) -> Pushed:
        """Append what is new of the push. What was taken before is not taken again; a gap is answered, not filled."""
        if not self._is_let_in:
            raise Refused(refusals.TURNED_AWAY, _("This device is not one of the business's any more."))
        known = self._chain_of(push.epoch)
        if known is None and (push.first > 1 or not push.changes):
            return Pushed(next=1, head=self._head.seq)
        self._chain = known or self._begun(push)
        expected = self._chain.number + 1
        if push.first > expected or not push.changes:
            return Pushed(next=expected, head=self._head.seq)
        links = self._links(push)
        new = push.changes[expected - push.first :]
        before = self._head
        taken = self._append(push.epoch, new, links[expected - push.first :]) if new else []
        pushed = Pushed(next=expected + len(new), head=self._head.seq)
        if (push.seq, push.run) != (before.seq, before.run) or sum(map(_weight, taken)) > PAGE_BYTES_MAX:
            return pushed
        return replace(pushed, page=page_of(taken), run=self._head.run)

    def _chain_of(self, epoch: int) -> Chain | None:
        return chains.chain(self._connection, self._author.tenant, self._author.device, epoch)

    def _begun(self, push: Push) -> Chain:
        """The chain of an epoch that the service has not seen; it must hang on a link of this device."""
        author = self._author
        start = push.start or CHAIN_START
        if not chains.is_link(self._connection, author.tenant, author.device, start):
            raise Refused(refusals.FORKED, _("This device has begun anew at a place that is not known here."))
        devices.begin_epoch(self._connection, author, push.epoch, push.series)
        return chains.begin(self._connection, author.tenant, author.device, push.epoch, start)

    def _links(self, push: Push) -> list[bytes]:
        """The chain over the push; it must end where the device says, and agree with what is here already."""
        author, chain = self._author, self._chain
        before = push.first - 1
        link: bytes | None = chain.link
        if before != chain.number:
            link = log.link_at(self._connection, author.tenant, author.device, push.epoch, before)
        links: list[bytes] = []
        for data in push.changes:
            if link is None:
                break
            link = chain_link(link, author.device, push.epoch, data)
            links.append(link)
        if not links or links[-1] != push.link or not self._agree(push, links):
            raise Refused(refusals.FORKED, _("This device's change log and the service's do not agree."))
        return links

    def _agree(self, push: Push, links: list[bytes]) -> bool:
        """Whether the last change of a push that is here already is here as it was sent, also where the other copy of
        a book has written more than this one."""
        author, last = self._author, min(self._chain.number - push.first, len(links) - 1)
        if last < 0:
            return True
        here = log.link_at(self._connection, author.tenant, author.device, push.epoch, push.first + last)
        return here == links[last]

    def _append(self, epoch: int, new: tuple[bytes, ...], links: list[bytes]) -> list[Arrived]:
        """Judge and keep them; answers what their author is told of each."""
        author, head = self._author, self._head
        gathering.take_new(self._connection, author.tenant)
        seq, run, number = head.seq, head.run, self._chain.number
        self._gate.epoch = epoch
        changes = [self._gate.read(number + n, data) for n, data in enumerate(new, 1)]
        if any(change.why == UNKNOWN_KIND for change in changes):
            versions.check_may_judge(self._connection, author.tenant, self._kinds)
        self._gate.warm(changes)
        rows: list[Entry] = []
        device, now_us = author.device, self._now_us
        for change, data, link in zip(changes, new, links, strict=True):
            seq, number = seq + 1, number + 1
            outcome, answer = self._gate.rule(change, seq)
            told = encode_answer(answer)
            run = run_hash(run, link, outcome, told)
            rows.append(
                Entry(seq, device, epoch, number, *change.named, int(outcome), told, data, link, run, now_us
                )
            )  # fmt: skip
            self.outcomes.append(int(outcome))
        log.append(self._connection, author.tenant, rows)
        self._standing.flush()
        digests.keep(self._connection, author.tenant, self._digest)
        chains.move(self._connection, author.tenant, author.device, epoch, number, links[-1])
        self._head = self._head._replace(seq=seq, run=run, digest=self._standing.digest.text)
        log.keep_head(self._connection, author.tenant, self._head)
        start = self._chain.start
        return [
            Arrived(row.seq, device, epoch, row.number, Outcome(row.outcome), row.answer, b"", start)
            for row in rows
        ]


def _weight(told: Arrived) -> int:
    return len(told.answer)
