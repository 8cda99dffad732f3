"""A device without a book: it sends whatever bytes a test wants, properly signed."""

import random
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from core.changes.answer import Answer, decode_answer
from core.changes.change import CHAIN_START, Change, Outcome, Role, chain_link, encode_change
from core.changes.record import Record, encoded, image_of
from core.changes.stamp import stamp_at
from core.clock import FixedClock
from core.ids import Id
from sync.client.session import Session, ask, signed
from sync.client.signer import Signer
from sync.protocol import messages as m
from sync.server import tables
from sync.server.database import reading
from sync.server.service import Service
from tests.sync.fleet import TODAY, Wire, a_service


class Entry(NamedTuple):
    """A change as the service keeps it."""

    seq: int
    number: int
    outcome: Outcome
    answer: Answer
    kind: str
    record: Id


class RawDevice:
    """One enrolled device of a tenant."""

    def __init__(self, service: Service, tenant: Id, device: Id, signer: Signer) -> None:
        self.service = service
        self.tenant = tenant
        self.device = device
        self.wire = Wire(service)
        self.session = Session(self.wire, signer, tenant, device)
        self.number = 0
        self.link = CHAIN_START
        self.clock = FixedClock.on(TODAY)

    def change(
        self, kind: str, record: Id, body: Any, *, base: int = 0, stamp: int = 0, schema: int = 1
    ) -> bytes:
        """The bytes of this device's next change; a Record of class fields is given as a patch {field: value}."""
        raw = encoded(body) if isinstance(body, Record) else msgspec.msgpack.encode(body)
        stamp = stamp or stamp_at(self.clock.now_us())
        number = self.number + 1
        return encode_change(
            Change(number, number, "Raw", "owner", kind, record, schema, stamp, base, msgspec.Raw(raw))
        )

    def send(self, *changes: bytes) -> list[Entry]:
        """Push these and answer what became of them; each must have been made for its number."""
        first = self.number + 1
        for data in changes:
            self.number += 1
            self.link = chain_link(self.link, self.device, 1, data)
        push = m.Push(era=1, epoch=1, first=first, changes=changes, link=self.link)
        answer = self.session.ask("push", push, m.Pushed)
        assert answer.next == self.number + 1
        return self.log()[-len(changes) :]

    def write(self, kind: str, record: Id, body: Any, **rest: Any) -> Entry:
        """Send one change."""
        return self.send(self.change(kind, record, body, **rest))[-1]

    def log(self) -> list[Entry]:
        """The tenant's whole log."""
        kept = tables.changes
        with reading(self.service.means.database, self.tenant) as connection:
            rows = connection.execute(
                sa.select(kept).where(kept.c.tenant == self.tenant).order_by(kept.c.seq)
            ).all()
        return [
            Entry(row.seq, row.number, Outcome(row.outcome), decode_answer(row.answer), row.kind, row.record)
            for row in rows
        ]


def a_tenant(folder: Path, seed: int = 1, service: Service | None = None) -> RawDevice:
    """A founded tenant whose first device is raw; the book it founded with held nothing."""
    dice = random.Random(seed)
    service = service or a_service(folder, FixedClock.on(TODAY), seed=seed)
    signer, device = Signer(dice.randbytes(32)), dice.randbytes(16)
    found = m.Found(
        code=service.founding_code(), book=dice.randbytes(16), company="Nandi", device=device, epoch=1,
        public_key=signer.public_key, name="desk", letter="A", user="Asha", series=("A", "AC", "AR"), upto=0,
    )  # fmt: skip
    founded = ask(Wire(service), "found", signed(found, signer), m.Founded)
    return RawDevice(service, founded.tenant, device, signer)


def a_second(first: RawDevice, role: Role = Role.BOOKKEEPER, seed: int = 2) -> RawDevice:
    """One more raw device of the tenant."""
    return invited(first.service, first.session, role, seed)


def invited(service: Service, by: Session, role: Role = Role.BOOKKEEPER, seed: int = 2) -> RawDevice:
    """A raw device, invited by whoever asks in this session."""
    dice = random.Random(seed)
    code = by.ask("invite", m.Invite(role=role.value), m.Invited).code
    signer, device = Signer(dice.randbytes(32)), dice.randbytes(16)
    asked = m.Join(code=code, device=device, public_key=signer.public_key, name="two", user="Ravi")
    joined = ask(Wire(service), "join", signed(asked, signer), m.Joined)
    return RawDevice(service, joined.tenant, device, signer)


def patch(record: Record) -> dict[int, Any]:
    """A whole record as the patch that brings it."""
    return image_of(record)
