"""Deposits: a revoked device lays down what it still held; an owner releases it into the order, or throws it away.

What lies here is sealed to the owners' devices: the service keeps it and cannot read it.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.change import CHAIN_START, CHANGE_BYTES_MAX, chain_link
from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.messages.deposits import Laid, epoch_of
from sync.protocol.notices import REVOKED
from sync.protocol.refusals import Refused
from sync.server import chains, devices, log, tables
from sync.server.database import put, reading, writing
from sync.server.deeds import Deed, deed
from sync.server.devices import Member
from sync.server.reception import Reception
from sync.server.route import Means, Route

COMING, WAITING, RELEASED, DISCARDED = "coming", devices.WAITING, "released", "discarded"
PAGES_MAX = 2_000
"""Two thousand pages hold more than a million changes; a device that was turned away gets no more room."""


def lay_down(means: Means, asking: Member, asked: m.Deposit) -> m.Deposited:
    """Keep the next page of a deposit, or tell which is expected; once it is whole, the device may end itself."""
    if asking.state != devices.ENDED:
        raise Refused(refusals.TURNED_AWAY, _("Only a device that was revoked lays down what it holds."))
    with writing(means.database, asking.tenant) as connection:
        devices.hold_people(connection, asking.tenant)
        row = _row(connection, asking.tenant, asked.deposit)
        if row is not None and row.device != asking.device:
            raise Refused(refusals.UNREADABLE, _("This is another device's deposit."))
        expected = row.pages if row is not None else 0
        is_whole = row is not None and row.state != COMING
        if asked.locked and asked.page == expected and not is_whole and asking.ending == REVOKED:
            if _pages_of(connection, asking) >= PAGES_MAX:
                raise Refused(refusals.TOO_LARGE, _("This device has laid down all that is kept of one."))
            _keep_page(connection, asking, asked, means.clock.now_us())
            expected, is_whole = expected + 1, asked.is_last
        elif not asked.locked and asked.is_last and row is None:
            is_whole = True
        return m.Deposited(
            next=expected, is_whole=is_whole,
            owners=tuple(
                m.OwnerKey(device=each.device, sealing_key=each.sealing_key)
                for each in devices.owners(connection, asking.tenant)
                if each.sealing_key
            ),
            ending=asking.ending, by=asking.notice[:16], notice=asking.notice[16:],
        )  # fmt: skip


def waiting(means: Means, asking: Member, _asked: m.AskDeposits) -> m.Deposits:
    """The deposits that wait, each with its key for the owner's device that asks."""
    with deed(means, asking) as done:
        done.allow()
        kept, box = tables.deposits.c, tables.boxes.c
        found = done.connection.execute(
            sa.select(tables.deposits, box.sealed)
            .select_from(
                tables.deposits.outerjoin(
                    tables.boxes,
                    sa.and_(
                        box.tenant == kept.tenant, box.deposit == kept.deposit, box.device == asking.device
                    ),
                )
            )
            .where(kept.tenant == asking.tenant, kept.state == WAITING)
            .order_by(kept.laid_at_us, kept.deposit)
        )
        return m.Deposits(
            rows=tuple(
                m.DepositRow(
                    deposit=row.deposit, device=row.device, changes=row.changes, pages=row.pages,
                    laid_at_us=row.laid_at_us, sealed=row.sealed or b"", is_begun=bool(row.released),
                )
                for row in found
            )
        )  # fmt: skip


def page(means: Means, asking: Member, asked: m.AskDepositPage) -> m.DepositPage:
    """A page of a deposit, for an owner."""
    devices.check_owner(asking)
    kept = tables.deposit_pages.c
    with reading(means.database, asking.tenant) as connection:
        locked = connection.execute(
            sa.select(kept.locked).where(
                kept.tenant == asking.tenant, kept.deposit == asked.deposit, kept.page == asked.page
            )
        ).scalar()
    if locked is None:
        raise _gone()
    return m.DepositPage(locked=locked)


def release(means: Means, asking: Member, asked: m.Release) -> m.Settled:
    """Let a page in, under its old device's name, numbers and epoch: papers held, claims and fields judged now.

    Where that device's numbers are used otherwise it is told, and nothing taken: the page comes again, what is new of
    it under the deposit's own epoch. The code is asked for the first page; the others belong to the same deed.
    """
    if any(len(data) > CHANGE_BYTES_MAX for data in asked.push.changes):
        raise Refused(refusals.TOO_LARGE, _("A change is larger than 1 MiB."))
    with deed(means, asking, with_order=True) as done:
        done.allow()
        row = _settling(done, asked.deposit)
        if row.state == RELEASED or asked.page != row.released:
            return m.Settled(next=row.released, is_settled=row.state == RELEASED)
        start = _parts_at(done.connection, row, asked.push)
        if start:
            return m.Settled(next=row.released, is_settled=False, start=start)
        if not (row.released and row.settled_by == asking.device):
            done.allow_grave(asked.code)
        author = devices.member(done.connection, asking.tenant, row.device)
        assert author is not None
        taken = Reception(done.connection, means.kinds, author, done.now_us, is_released=True).take(
            asked.push
        )
        if taken.next < asked.push.first + len(asked.push.changes):
            raise Refused(refusals.NOT_READY, _("An earlier change of this device has not arrived."))
        is_last = row.released + 1 == row.pages
        _settle(done, row, RELEASED if is_last else WAITING, released=row.released + 1)
        means.told(asking.tenant, taken.head)
        return m.Settled(next=row.released + 1, is_settled=is_last)


def _parts_at(connection: Connection, row: Any, push: Laid) -> bytes:
    """The link that a deposit's own epoch hangs on, where a page cannot go under its own numbers; else nothing.

    Another copy of the book may have used them, or what came before was thrown away. It is the last link that page and
    order have in common. Raises `Refused` (NOT_READY) where an earlier deposit must be released first.
    """
    if push.epoch == epoch_of(row.deposit) or not push.changes or not push.start:
        return b""
    links = [push.start]
    for data in push.changes:
        links.append(chain_link(links[-1], row.device, push.epoch, data))
    there = _in_common(connection, row, push, links)
    begun = chains.chain(connection, row.tenant, row.device, epoch_of(row.deposit))
    chain = chains.chain(connection, row.tenant, row.device, push.epoch)
    number = chain.number if chain is not None else 0
    if there and there >= min(number + 2 - push.first, len(links)) and (begun is None or there == len(links)):
        return b""  # it goes on where the order ends, or is in it already
    if begun is not None:
        return begun.start
    if there:
        return links[there - 1]
    if _waits_before(connection, row):
        raise Refused(refusals.NOT_READY, _("An earlier change of this device has not arrived."))
    is_known = push.stood and chains.is_link(connection, row.tenant, row.device, push.stood)
    return push.stood if is_known else CHAIN_START


def _in_common(connection: Connection, row: Any, push: Laid, links: list[bytes]) -> int:
    """How many of a page's links, from the one before it on, the order has too; they are the first ones."""

    def is_there(place: int) -> bool:
        at = push.first - 1 + place
        here = log.link_at(connection, row.tenant, row.device, push.epoch, at)
        begins = here is None and at == 0 and chains.is_link(connection, row.tenant, row.device, links[0])
        return begins or here == links[place]

    low, high = 0, len(links)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if is_there(middle) else (low, middle)
    return low


def _waits_before(connection: Connection, row: Any) -> bool:
    """Whether an earlier deposit of the same device waits."""
    kept = tables.deposits.c
    earlier = sa.or_(
        kept.laid_at_us < row.laid_at_us,
        sa.and_(kept.laid_at_us == row.laid_at_us, kept.deposit < row.deposit),
    )
    asked = sa.select(kept.deposit).where(
        kept.tenant == row.tenant, kept.device == row.device, kept.state == WAITING, earlier
    )
    return connection.execute(asked.limit(1)).first() is not None


def discard(means: Means, asking: Member, asked: m.Discard) -> m.Settled:
    """Throw a deposit away; who did, and why, is kept. One whose release has begun must be released to its end."""
    with deed(means, asking) as done:
        done.allow()
        row = _settling(done, asked.deposit)
        if row.state != DISCARDED:
            if row.released:
                raise Refused(refusals.NOT_READY, _("This deposit is being released already."))
            if not asked.reason.strip():
                raise Refused(refusals.UNREADABLE, _("Say why it is thrown away."))
            done.allow_grave(asked.code)
            _settle(done, row, DISCARDED, reason=asked.reason.strip())
        return m.Settled(next=row.released, is_settled=True)


def _settling(done: Deed, deposit: Id) -> Any:
    row = _row(done.connection, done.asking.tenant, deposit)
    if row is None or row.state == COMING:
        raise _gone()
    return row


def _settle(done: Deed, row: Any, state: str, **values: Any) -> None:
    """Move a deposit on; once it is settled its pages go, and everybody hears that it waits no more."""
    kept = tables.deposits.c
    done.connection.execute(
        sa.update(tables.deposits)
        .where(kept.tenant == row.tenant, kept.deposit == row.deposit)
        .values(state=state, settled_by=done.asking.device, **values)
    )
    if state == WAITING:
        return
    for table in (tables.deposit_pages, tables.boxes):
        done.connection.execute(
            sa.delete(table).where(table.c.tenant == row.tenant, table.c.deposit == row.deposit)
        )
    devices.people_changed(done.connection, row.tenant)


def _keep_page(connection: Connection, asking: Member, asked: m.Deposit, now_us: int) -> None:
    named = {"tenant": asking.tenant, "deposit": asked.deposit}
    put(connection, tables.deposit_pages, [{**named, "page": asked.page, "locked": asked.locked}])
    boxes = [{**named, "device": box.device, "sealed": box.sealed} for box in asked.boxes]
    put(connection, tables.boxes, boxes)
    row = {
        **named, "device": asking.device, "state": WAITING if asked.is_last else COMING, "changes": asked.changes,
        "pages": asked.page + 1, "released": 0, "laid_at_us": now_us, "settled_by": b"", "reason": "",
    }  # fmt: skip
    put(connection, tables.deposits, [row])
    if asked.is_last:
        devices.people_changed(connection, asking.tenant)


def _pages_of(connection: Connection, asking: Member) -> int:
    """How many pages a device has laid down."""
    kept = tables.deposits.c
    total = sa.select(sa.func.coalesce(sa.func.sum(kept.pages), 0))
    return int(
        connection.execute(
            total.where(kept.tenant == asking.tenant, kept.device == asking.device)
        ).scalar_one()
    )


def _row(connection: Connection, tenant: Id, deposit: Id) -> Any:
    kept = tables.deposits.c
    return connection.execute(
        sa.select(tables.deposits).where(kept.tenant == tenant, kept.deposit == deposit)
    ).fetchone()


def _gone() -> Refused:
    return Refused(refusals.UNREADABLE, _("There is no such deposit any more."))


ROUTES = (
    Route("deposit", m.Deposit, lay_down),
    Route("deposits", m.AskDeposits, waiting),
    Route("deposit_page", m.AskDepositPage, page),
    Route("release", m.Release, release),
    Route("discard", m.Discard, discard),
)
