"""The service without a socket: bytes of a request in, status and bytes of the answer out.

Clock, randomness and database are arguments, so that a whole fleet runs in one simulation.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from core.catalogue import KINDS
from core.changes.change import CHANGE_BYTES_MAX, Role
from core.changes.kind import Kind
from core.clock import Clock
from core.ids import RandomBytes
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.limits import CODE_LASTS_S, PROTOCOL, TOKEN_LASTS_S, shown_code
from sync.protocol.packing import Unreadable, expand, pack, read, request_to_sign, to_sign
from sync.protocol.refusals import Refused
from sync.server import devices, log, tables
from sync.server.database import reading, writing
from sync.server.devices import Member
from sync.server.reception import Reception
from sync.server.tokens import Sealer, key_mark, signed_by

_log = logging.getLogger(__name__)


class Reply(NamedTuple):
    """What goes back: an HTTP status and a packed message."""

    status: int
    body: bytes


class Service:
    """Answers every request; what it cannot answer it refuses, and it never raises for what a request holds."""

    def __init__(
        self, database: Engine, clock: Clock, random: RandomBytes, *, kinds: Mapping[str, Kind[Any]] = KINDS
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._kinds = kinds
        self._sealer = Sealer(self._kept("secret", lambda: random(32)))
        self._era = int.from_bytes(self._kept("era", lambda: b"\x01"), "big")
        self._open: dict[str, Callable[[Any], m.Message]] = {
            "found": self._found, "join": self._join, "knock": self._knock, "prove": self._prove,
        }  # fmt: skip
        self._signed: dict[str, Callable[[Member, Any], m.Message]] = {
            "invite": self._invite, "push": self._push, "pull": self._pull,
        }  # fmt: skip

    def founding_code(self) -> str:
        """A code with which one business may begin here, as it is shown."""
        with writing(self._database) as connection:
            code = devices.new_code(connection, devices.FOUNDING, self._clock.now_us(), self._random)
        return shown_code(code)

    @property
    def is_new(self) -> bool:
        """Whether nobody was ever given a code here."""
        with reading(self._database) as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(tables.codes)).scalar_one() == 0

    def handle(self, path: str, body: bytes) -> Reply:
        """Answer one request."""
        try:
            return Reply(200, pack(self._answer(path, body)))
        except Refused as refused:
            return _refusal(refused.code, refused.message)
        except Unreadable as error:
            return _refusal(refusals.UNREADABLE, str(error))
        except OperationalError:
            _log.exception("the database is in trouble")
            return _refusal(refusals.TROUBLE, _("The service is busy or in trouble; try again."))

    def _answer(self, path: str, body: bytes) -> m.Message:
        shape = m.REQUESTS.get(path)
        if shape is None:
            raise Refused(refusals.NO_SUCH_PATH)
        plain = expand(body)
        if path not in m.SIGNED:
            asked = read(shape, plain)
            if getattr(asked, "protocol", PROTOCOL) != PROTOCOL:
                raise Refused(refusals.UPGRADE, _("This app and the service speak different versions."))
            return self._open[path](asked)
        signed = read(m.Signed, plain)
        return self._signed[path](self._let_in(path, signed), read(shape, signed.body))

    def _let_in(self, path: str, signed: m.Signed) -> Member:
        grant = self._sealer.opened(signed.token, "token", self._clock.now_us())
        if grant is None:
            raise Refused(refusals.TOKEN, _("The token has run out."))
        with reading(self._database) as connection:
            known = devices.member(connection, grant.tenant, grant.device)
        if known is None or known.state != devices.LIVE or key_mark(known.public_key) != grant.key:
            raise Refused(refusals.TURNED_AWAY, _("This device is not one of the business's any more."))
        if not signed_by(
            known.public_key, signed.signature, request_to_sign(path, signed.token, signed.body)
        ):
            raise Refused(refusals.TURNED_AWAY, _("The request is not signed by this device."))
        return known

    def _found(self, asked: m.Found) -> m.Message:
        self._check_own_signature(asked, asked.public_key)
        with writing(self._database) as connection:
            tenant = devices.found(connection, asked, self._clock.now_us(), self._random)
            return m.Founded(tenant=tenant, era=self._era, people=devices.people(connection, tenant))

    def _join(self, asked: m.Join) -> m.Message:
        self._check_own_signature(asked, asked.public_key)
        with writing(self._database) as connection:
            tenant, enrolled = devices.join(connection, asked, self._clock.now_us())
            kept = tables.tenants.c
            book, company = connection.execute(
                sa.select(kept.book, kept.company).where(kept.tenant == tenant)
            ).one()
            return m.Joined(
                tenant=tenant, era=self._era, book=book, company=company, letter=enrolled.code,
                role=enrolled.role.value, people=devices.people(connection, tenant),
            )  # fmt: skip

    def _knock(self, asked: m.Knock) -> m.Message:
        return m.Challenge(nonce=self._sealer.challenge(asked.tenant, asked.device, self._clock.now_us()))

    def _prove(self, asked: m.Prove) -> m.Message:
        now_us = self._clock.now_us()
        grant = self._sealer.opened(asked.nonce, "challenge", now_us)
        if grant is None or (grant.tenant, grant.device) != (asked.tenant, asked.device):
            raise Refused(refusals.TOKEN, _("The challenge has run out."))
        with writing(self._database) as connection:
            known = devices.member(connection, asked.tenant, asked.device)
            if known is None or known.state == devices.ENDED:
                raise Refused(refusals.TURNED_AWAY, _("This device is not one of the business's."))
            if not signed_by(known.public_key, asked.signature, to_sign(asked)):
                raise Refused(refusals.TURNED_AWAY, _("The challenge is not signed by this device."))
            devices.come_in(connection, known)
        token = self._sealer.token(asked.tenant, asked.device, known.public_key, now_us)
        return m.Token(token=token, lasts_s=TOKEN_LASTS_S)

    def _check_own_signature(self, asked: m.Found | m.Join, public_key: bytes) -> None:
        if not signed_by(public_key, asked.signature, to_sign(asked)):
            raise Refused(refusals.TURNED_AWAY, _("The request is not signed by its own key."))

    def _invite(self, asking: Member, asked: m.Invite) -> m.Message:
        if asking.role is not Role.OWNER:
            raise Refused(refusals.ROLE, _("Only an owner may invite."))
        if asked.role not in set(Role):
            raise Refused(refusals.UNREADABLE, _("There is no such role."))
        with writing(self._database) as connection:
            devices.check_ready(connection, asking.tenant)
            code = devices.new_code(
                connection, devices.JOINING, self._clock.now_us(), self._random,
                tenant=asking.tenant, role=Role(asked.role),
            )  # fmt: skip
        return m.Invited(code=shown_code(code), lasts_s=CODE_LASTS_S)

    def _push(self, asking: Member, asked: m.Push) -> m.Message:
        if asked.era != self._era:
            raise Refused(refusals.CURSOR, _("The service was restored since."))
        if any(len(data) > CHANGE_BYTES_MAX for data in asked.changes):
            raise Refused(refusals.TOO_LARGE, _("A change is larger than 1 MiB."))
        with writing(self._database) as connection:
            return Reception(connection, self._kinds, asking, self._clock.now_us()).take(asked)

    def _pull(self, asking: Member, asked: m.Pull) -> m.Message:
        with reading(self._database) as connection:
            if asked.era != self._era or log.run_at(connection, asking.tenant, asked.seq) != asked.run:
                raise Refused(refusals.CURSOR, _("The service does not know this place in the order."))
            head = log.head(connection, asking.tenant)
            entries, run = log.page_after(connection, asking.tenant, asked.seq, asking.device)
            reached = entries[-1].seq if entries else asked.seq
            version = devices.people_version(connection, asking.tenant)
            return m.Pulled(
                page=m.page_of(entries), run=run if entries else asked.run, head=head.seq,
                digest=head.digest if reached == head.seq else "",
                people=devices.people(connection, asking.tenant) if version != asked.people else None,
            )  # fmt: skip

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        at = tables.service.c
        with writing(self._database) as connection:
            found: bytes | None = connection.execute(sa.select(at.value).where(at.name == name)).scalar()
            if found is None:
                found = make()
                connection.execute(sa.insert(tables.service).values(name=name, value=found))
            return found


def _refusal(code: str, message: str) -> Reply:
    return Reply(refusals.STATUS[code], pack(m.Refusal(code=code, message=message)))
