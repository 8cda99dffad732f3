"""The order of changes: taking in what a device sends, and telling what came after a place."""

from core.changes.change import CHANGE_BYTES_MAX
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.server import chains, checkouts, devices, log, metrics, scopes, versions
from sync.server.database import reading, writing
from sync.server.devices import Member
from sync.server.house import era
from sync.server.reception import Reception
from sync.server.route import Means, Route


def push(means: Means, asking: Member, asked: m.Push) -> m.Pushed:
    """Take changes in. Raises `Refused`: CURSOR after a restore, TOO_LARGE, FORKED, TURNED_AWAY, UPGRADE."""
    return _taken(means, asking, asking, asked)


def _taken(means: Means, asking: Member, author: Member, asked: m.Push) -> m.Pushed:
    if any(len(data) > CHANGE_BYTES_MAX for data in asked.changes):
        raise Refused(refusals.TOO_LARGE, _("A change is larger than 1 MiB."))
    with writing(means.database, asking.tenant) as connection:
        reception = Reception(connection, means.kinds, author, means.clock.now_us())
        if asked.era != era(connection, asking.tenant):
            raise Refused(refusals.CURSOR, _("The service was restored since."))
        versions.check_not_too_old(connection, means, asking)
        pushed = reception.take(asked)
    if reception.outcomes:
        metrics.took(reception.outcomes)
        means.told(asking.tenant, pushed.head)
    return pushed


def hand_in(means: Means, asking: Member, asked: m.Push) -> m.Pushed:
    """Take in what waited in the book of the device that asks when it was another's, under that one's name and numbers.

    What that one has sent itself is known again; once the heir has written under its own name, no more is handed in.
    """
    with reading(means.database, asking.tenant) as connection:
        before = devices.member(connection, asking.tenant, asking.heir_of) if asking.heir_of else None
        if before is None or chains.sent(connection, asking.tenant, asking.device):
            raise Refused(refusals.TURNED_AWAY, _("This device has nothing to hand in for another."))
    return _taken(means, asking, before, asked)


def pull(means: Means, asking: Member, asked: m.Pull) -> m.Pulled:
    """The page after a cursor. Raises `Refused`: HAND_BACK for a place that is not known here, CURSOR
    for one of another era; in both cases the device meets the service first."""
    scopes.make_ready(means, asking)
    versions.make_ready(means, asking)
    with reading(means.database, asking.tenant) as connection:
        if log.run_at(connection, asking.tenant, asked.seq) != asked.run:
            raise Refused(refusals.HAND_BACK, _("The service does not know this place in the order."))
        if asked.era != era(connection, asking.tenant):
            raise Refused(refusals.CURSOR, _("The service was restored since."))
        scope = scopes.in_force(connection, asking)
        shown = scopes.shown_by(connection, asking, scope, asked.scope)
        head = log.head(connection, asking.tenant)
        entries, run = log.page_after(
            connection, asking.tenant, asked.seq, (asking.device, asked.epoch), shown
        )
        entries = versions.with_parties(connection, means, asking, entries)
        reached = entries[-1].seq if entries else asked.seq
        version = devices.people_version(connection, asking.tenant)
        metrics.told(entry.outcome for entry in entries)
        now_us = means.clock.now_us()
        pulled = m.Pulled(
            page=m.page_of(entries), run=run if entries else asked.run, head=head.seq,
            digest=head.digest if reached == head.seq and shown is None else "",
            people=devices.people(connection, asking.tenant) if version != asked.people else None,
            scope=scope.number, partial=scope.partial, now_us=now_us,
            outs=checkouts.out(connection, asking, head, now_us) if head.beside != asked.beside else None,
        )  # fmt: skip
        is_new = scope.number == asked.scope and scope.seen != scope.number
    if is_new:
        scopes.works_by(means, asking, asked.scope)
    return pulled


ROUTES = (Route("push", m.Push, push), Route("hand_in", m.Push, hand_in), Route("pull", m.Pull, pull))
