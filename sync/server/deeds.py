"""What only an owner may do: asked within the transaction that does it, with the second factor where one is set."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy.engine import Connection

from sync.server import devices, factors, log
from sync.server.database import writing
from sync.server.devices import Member
from sync.server.route import Means


class Deed(NamedTuple):
    """A transaction in which nobody else changes who is there, and who asks, as known in it."""

    connection: Connection
    asking: Member
    now_us: int

    def allow(self) -> None:
        """Refuse who is no owner."""
        devices.check_owner(self.asking)

    def allow_grave(self, code: str) -> None:
        """Refuse who is no owner, or has not given the code of a second factor that is set."""
        self.allow()
        factors.check(self.connection, self.asking, code, self.now_us)


@contextmanager
def deed(means: Means, asking: Member, *, with_order: bool = False) -> Iterator[Deed]:
    """Do something to who is there, or refuse it; a wrong code is counted even so.

    What is asked twice because its answer was lost should be known again before `allow_grave`: its code is used up.
    `with_order` takes the head of the order first, for what appends to it.
    """
    now_us = means.clock.now_us()
    try:
        with writing(means.database, asking.tenant) as connection:
            if with_order:  # always before who is there, as every push has it
                log.take_head(connection, asking.tenant)
            devices.hold_people(connection, asking.tenant)
            known = devices.member(connection, asking.tenant, asking.device)
            if known is None or known.state != devices.LIVE:
                raise devices.revoked()
            yield Deed(connection, known, now_us)
            head = log.head(connection, asking.tenant)
        means.told(asking.tenant, head.seq)
    except factors.WrongFactor:
        with writing(means.database, asking.tenant) as connection:
            factors.count_wrong(connection, asking.tenant, asking.user, now_us)
        raise
