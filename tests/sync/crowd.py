"""A crowd of devices without books: many at once from one process, light enough that the service is what is measured.

Each holds one connection, as a window does, and takes its turns at random moments: it pulls to the head, and every
second time it pushes what an office writes: a bill of five lines, a receipt, its allocation, an edit of the party.
"""

import asyncio
import datetime as dt
import itertools
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from core.changes.change import CHAIN_START, Change, Outcome, Role, chain_link, encode_change
from core.changes.record import encoded, image_of
from core.changes.stamp import stamp_at
from core.clock import Clock, today
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Document, Draft, DraftLine
from core.invoicing.queries import document
from core.ledger.model import Allocation, AllocationLine
from core.numbering.rules import number_text
from core.parties.model import Party
from core.receipts.model import Receipt
from core.receipts.rules import postings_for
from sync.protocol import messages as m
from sync.protocol.packing import pack, plain, request_to_sign, unpack
from sync.server.service import Service
from tests.core.books import a_book
from tests.core.dealings import a_party
from tests.sync.server.raw import RawDevice, a_tenant, invited

CHANGES_A_PUSH = 4
YEAR = 2026


class Asked(NamedTuple):
    """One request: what, and how long its answer took."""

    path: str
    seconds: float


class Member:
    """One device of the crowd: what it must remember between two turns."""

    def __init__(self, raw: RawDevice, code: str, day: dt.date, clock: Clock, bill: Document) -> None:
        self.tenant, self.device = raw.tenant, raw.device
        self._signer, self._token = raw.session._signer, _token_of(raw)
        self._code, self._day, self._clock, self._bill = code, day, clock, bill
        self._dice = random.Random(raw.device)
        self._series = itertools.count(1)
        self._party = self._id()
        self.number, self._link = 0, CHAIN_START
        self.seq, self.run = 0, b""
        self.people = 0
        self.outcomes: dict[Outcome, int] = {}

    def request(self, path: str, message: m.Message) -> bytes:
        """The bytes of a request, signed."""
        body = plain(message)
        signature = self._signer.sign(request_to_sign(path, self._token, body))
        return pack(m.Signed(token=self._token, signature=signature, body=body))

    def pull(self) -> m.Pull:
        """What it asks to hear."""
        return m.Pull(era=1, seq=self.seq, run=self.run, people=self.people, epoch=1)

    def heard(self, answer: m.Pulled) -> bool:
        """Take a page in; whether it is the last. Nothing may be missing between it and the page before."""
        entries = m.entries_of(answer.page)
        assert [entry.seq for entry in entries] == list(range(self.seq + 1, self.seq + 1 + len(entries)))
        for entry in entries:
            self.outcomes[entry.outcome] = self.outcomes.get(entry.outcome, 0) + 1
        self.seq, self.run = self.seq + len(entries), answer.run
        self.people = answer.people.version if answer.people else self.people
        return self.seq >= answer.head

    def push(self) -> m.Push:
        """What an office writes, as this device's next changes."""
        n, bill, receipt = next(self._series), self._id(), self._id()
        rupees = self._dice.randrange(100, 100_000)
        party = Party(name=f"Lotus Foods {n}", phone=f"+91980{n:07}", code=f"{self._code}{n}")
        buyer = msgspec.structs.replace(self._bill.buyer, party=self._party)
        issued = msgspec.structs.replace(
            self._bill, series=self._code, number=number_text(self._code, YEAR, n), buyer=buyer,
            dated_on=self._day,
        )  # fmt: skip
        series = f"{self._code}R"
        money = Receipt(
            number=number_text(series, YEAR, n), series=series, dated_on=self._day, seller=issued.seller,
            buyer=buyer, amount_paise=rupees * 100, mode="neft", reference=f"UTR{n:09}",
            postings=postings_for(rupees * 100, "neft", ()),
        )  # fmt: skip
        settled = min(rupees * 100, issued.totals.invoice_value_paise)
        claim = Allocation(
            credit=receipt, party=self._party, allocated_on=self._day, lines=(AllocationLine(bill, settled),)
        )
        written = [
            ("parties.edited", self._party, msgspec.msgpack.encode(image_of(party))),
            ("invoicing.issued", bill, encoded(issued)),
            ("receipts.recorded", receipt, encoded(money)),
            ("ledger.allocated", self._id(), encoded(claim)),
        ]
        first, stamp = self.number + 1, stamp_at(self._clock.now_us())
        changes = tuple(
            encode_change(
                Change(
                    first + at,
                    first + at,
                    "Work",
                    "owner",
                    kind,
                    record,
                    1,
                    stamp,
                    self.seq,
                    msgspec.Raw(body),
                )
            )
            for at, (kind, record, body) in enumerate(written)
        )
        for data in changes:
            self._link = chain_link(self._link, self.device, 1, data)
        return m.Push(era=1, epoch=1, first=first, changes=changes, link=self._link)

    def pushed(self, answer: m.Pushed, push: m.Push) -> None:
        """The service has taken it all."""
        self.number += len(push.changes)
        assert answer.next == self.number + 1

    def _id(self) -> Id:
        return self._dice.randbytes(16)


def _token_of(raw: RawDevice) -> bytes:
    raw.session.ask("pull", m.Pull(era=1, seq=0, run=b"", people=0), m.Pulled)
    return raw.session._token


def a_crowd(folder: Path, service: Service, tenants: int, each: int) -> list[Member]:
    """So many tenants of so many devices, each known to the service and with a token of 15 minutes."""
    clock = service.means.clock
    bill, day = _a_bill(folder), today(clock)
    members: list[Member] = []
    for n in range(tenants):
        first = a_tenant(folder, seed=1000 + n, service=service)
        raws = [
            first,
            *(invited(service, first.session, Role.OWNER, 100_000 + n * 1000 + k) for k in range(1, each)),
        ]
        codes = _codes(first)
        members += [Member(raw, codes[raw.device], day, clock, bill) for raw in raws]
    return members


def _codes(first: RawDevice) -> dict[Id, str]:
    people = first.session.ask("pull", m.Pull(era=1, seq=0, run=b"", people=0), m.Pulled).people
    assert people is not None
    return {each.device: each.code for each in people.devices}


def _a_bill(folder: Path) -> Document:
    """A bill of five lines, settled as a book settles it."""
    with a_book(folder, name="bill.bahi") as book:
        party = a_party(book)
        line = DraftLine(
            description="Calibration of a pressure gauge", hsn="998346", price_tenthousandths=12_345_678
        )
        draft = Draft(party=party, lines=(line,) * 5)
        made = book.write("Bill", lambda work: issue_document(work, draft, today=dt.date(2026, 11, 20)))
        found = book.read(lambda read: document(read, made))
        assert found is not None
        return found


class Crowd:
    """Everybody at once, against one service; each turn at any of its addresses."""

    def __init__(self, urls: list[str], members: list[Member], *, turn_s: float, seed: int = 1) -> None:
        """`turn_s` is how long a device waits between two turns, on the average."""
        self._urls = urls
        self._members = members
        self._turn_s = turn_s
        self._dice = random.Random(seed)
        self.asked: list[Asked] = []
        self.late_s: list[float] = []
        """By how much each turn began later than it should: what the generator itself was behind."""

    def work(self, seconds: float) -> None:
        """Take turns for so long, then let everybody hear the rest, uncounted. Raises whatever goes wrong first."""
        asyncio.run(self._work(seconds))

    async def _work(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        async with asyncio.TaskGroup() as group:
            for member in self._members:
                group.create_task(self._days(member, until))
        for member in self._members:
            way = _Way(self._urls[0])
            while not member.heard(unpack(m.Pulled, await self._post(member, way, "pull", member.pull()))):
                pass
            way.close()

    async def _days(self, member: Member, until: float) -> None:
        ways = [_Way(url) for url in self._urls]
        due = time.perf_counter() + self._dice.uniform(0, 2 * self._turn_s)
        for turn in itertools.count():
            if due >= until:
                break
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self.late_s.append(time.perf_counter() - due)
            way = self._dice.choice(ways)
            await self._pull(member, way)
            if turn % 2:
                push = member.push()
                answer = await self._ask(member, way, "push", push)
                member.pushed(unpack(m.Pushed, answer), push)
            due = max(due + self._dice.uniform(0, 2 * self._turn_s), time.perf_counter())
        for way in ways:
            way.close()

    async def _pull(self, member: Member, way: "_Way") -> None:
        while not member.heard(unpack(m.Pulled, await self._ask(member, way, "pull", member.pull()))):
            pass

    async def _ask(self, member: Member, way: "_Way", path: str, message: m.Message) -> bytes:
        began = time.perf_counter()
        answer = await self._post(member, way, path, message)
        self.asked.append(Asked(path, time.perf_counter() - began))
        return answer

    async def _post(self, member: Member, way: "_Way", path: str, message: m.Message) -> bytes:
        status, answer = await way.post(path, member.request(path, message))
        assert status == 200, (path, status, unpack(m.Refusal, answer))
        return answer

    def within(self, share: float, path: str = "") -> float:
        """The seconds within which such a share of the requests was answered."""
        found = sorted(one.seconds for one in self.asked if path in ("", one.path))
        return found[min(int(share * len(found)), len(found) - 1)]


class _Way:
    """One kept connection, and just so much HTTP as an answer of the service needs."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._host, self._port = place.hostname or "", place.port or 0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(
            f"POST /bahi/1/{path} HTTP/1.1\r\nhost: {self._host}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(next(_values(head, b"content-length:")))
        return int(head.split(b" ", 2)[1]), await reader.readexactly(length)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _values(head: bytes, name: bytes) -> Iterator[bytes]:
    return (line.partition(b":")[2] for line in head.split(b"\r\n") if line.startswith(name))
