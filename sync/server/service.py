"""The service without a socket: bytes of a request in, status and bytes of the answer out.

Clock, randomness and database are arguments, so that a whole fleet runs in one simulation. What can be asked stands
in the rooms.
"""

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError

from core.catalogue import KINDS
from core.changes.kind import Kind
from core.clock import Clock
from core.ids import Id, RandomBytes
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.limits import PROTOCOL, shown_code
from sync.protocol.packing import Unreadable, expand, pack, read
from sync.protocol.refusals import Refused
from sync.server import (
    archive,
    attachments,
    checkouts,
    codes,
    deposits,
    devices,
    digests,
    entrance,
    handback,
    older,
    ordering,
    people,
    scopes,
    snapshots,
    tables,
    tenant_keys,
)
from sync.server.database import is_trouble, reading, writing
from sync.server.devices import Member
from sync.server.limits import Limits
from sync.server.route import Route, means_of, nobody

_log = logging.getLogger(__name__)

ROOMS = (
    entrance, people, tenant_keys, deposits, ordering, handback, digests, attachments, checkouts, scopes, snapshots,
    older, archive,
)  # fmt: skip
ROUTES: Mapping[str, Route] = {route.path: route for room in ROOMS for route in room.ROUTES}
"""Everything that can be asked, by its path."""


class Reply(NamedTuple):
    """What goes back: an HTTP status and a packed message; `outcome` is OK or the refusal's code."""

    status: int
    body: bytes
    outcome: str = "OK"
    retry_after_s: float = 0.0


class Service:
    """Answers every request; what it cannot answer it refuses, and it never raises for what a request holds."""

    def __init__(
        self, database: Engine, clock: Clock, random: RandomBytes, *, kinds: Mapping[str, Kind[Any]] = KINDS,
        told: Callable[[Id, int], None] = nobody, limits: Limits | None = None, schema_min: int = 1,
    ) -> None:  # fmt: skip
        """`told` hears of each head after its commit; without `limits` a device may ask as often as it likes.

        Of apps that know no schema from `schema_min` on no changes are taken.
        """
        self.means = means_of(database, clock, random, kinds, told)._replace(schema_min=schema_min)
        self._limits = limits

    def founding_code(self) -> str:
        """A code with which one business may begin here, as it is shown."""
        means = self.means
        with writing(means.database) as connection:
            code = codes.new_code(connection, codes.FOUNDING, means.clock.now_us(), means.random)
        return shown_code(code)

    def key_code(self, tenant: Id, device: Id) -> str:
        """A code by which a device binds a new key, where no owner's device is left to make one; its old key ends then.

        Raises `Refused` when there is no such live device.
        """
        means = self.means
        with writing(means.database, tenant) as connection:
            known = devices.live(connection, tenant, device)
            code = codes.new_code(
                connection, codes.BINDING, means.clock.now_us(), means.random, tenant=tenant, role=known.role,
                for_device=device, is_gone=True,
            )  # fmt: skip
        return shown_code(code)

    @property
    def is_new(self) -> bool:
        """Whether nobody was ever given a code here."""
        with reading(self.means.database) as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(tables.codes)).scalar_one() == 0

    def handle(self, path: str, body: bytes) -> Reply:
        """Answer one request."""
        try:
            return Reply(200, pack(self._answer(path, body)))
        except Refused as refused:
            return refusal(refused)
        except Unreadable as error:
            return refusal(Refused(refusals.UNREADABLE, str(error)))
        except Exception as error:  # noqa: BLE001  whatever went wrong, who asks is answered
            return refusal(_failed(error))

    def _answer(self, path: str, body: bytes) -> m.Message:
        route = ROUTES.get(path)
        if route is None:
            raise Refused(refusals.NO_SUCH_PATH)
        plain = expand(body)
        if route.is_signed:
            signed = read(m.Signed, plain)
            asking = entrance.let_in(self.means, path, signed)
            with self._paced(asking):
                return route.answer(self.means, asking, read(route.shape, signed.body))
        asked = read(route.shape, plain)
        if getattr(asked, "protocol", PROTOCOL) != PROTOCOL:
            raise Refused(refusals.UPGRADE, _("This app and the service speak different versions."))
        return route.answer(self.means, asked)

    @contextmanager
    def _paced(self, asking: Member) -> Iterator[None]:
        """One request of a device, within what is allowed to it; its wrong codes are counted."""
        if self._limits is None:
            yield
            return
        key = (asking.tenant, asking.device)
        if wait_s := self._limits.asking(*key):
            raise Refused(
                refusals.TOO_MANY, _("This device asks too often; wait a little."), retry_after_s=wait_s
            )
        try:
            yield
        except Refused as refused:
            self._limits.refused(refused.code, key)
            raise


def _failed(error: Exception) -> Refused:
    """What is told when the database or the program fails; what failed, without a word of any book, is logged."""
    what = type(getattr(error, "orig", None) or error).__name__
    if is_trouble(error):
        _log.warning("the database is in trouble: %s", what)
        return Refused(refusals.TROUBLE, _("The service is busy or in trouble; try again."))
    if isinstance(error, DataError | OverflowError):
        _log.info("a request holds what no table can keep: %s", what)
        return Refused(refusals.UNREADABLE, _("The request holds what cannot be kept."))
    _log.error("a request failed: %s\n%s", what, "".join(traceback.format_tb(error.__traceback__)))
    return Refused(refusals.FAILED, _("The service made a mistake; its log tells which."))


def refusal(refused: Refused) -> Reply:
    """A refusal as it goes back."""
    body = pack(m.Refusal(code=refused.code, message=refused.message))
    return Reply(refusals.STATUS[refused.code], body, refused.code, refused.retry_after_s)
