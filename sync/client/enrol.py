"""Founding a tenant from a book, inviting a device, and joining as one."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.book import PLAN, Book, Identity
from core.changes.change import Role
from core.clock import Clock, SystemClock
from core.company.queries import company
from core.errors import AlreadyThere, Offline, RuleBroken
from core.ids import Id, IdMaker, RandomBytes
from core.problems import Problem
from core.store import log, wraps
from core.store.plan import Plan
from core.store.work import Work
from core.words import translate as _
from sync.client.copies import become_itself
from sync.client.courier import Courier, Progress, Round, courier_of, no_device_key
from sync.client.people import adopt, as_said
from sync.client.session import ServiceRefused, Session, ask, signed
from sync.client.signer import Signer, keep_secrets, kept_signer, new_signer
from sync.client.transport import HttpTransport, Transport
from sync.protocol import refusals
from sync.protocol.limits import NAME_CHARS_MAX
from sync.protocol.messages import (
    Again,
    AskStaff,
    Found,
    Founded,
    Invite,
    Invited,
    Join,
    Joined,
    People,
    Staff,
)


class NewDevice(NamedTuple):
    """A book that joined, its recovery code (shown once), and its first round; None where that was cut off."""

    book: Book
    recovery_code: str
    first_round: Round | None


def share(
    book: Book, url: str, code: str, *, passphrase: str | None = None, transport: Transport | None = None,
    random: RandomBytes = os.urandom, cost: wraps.Cost = wraps.STRONG,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> Round:  # fmt: skip
    """Found a tenant from this book, and send it all. Run again after an interruption, it goes on.

    Of a shared book whose service has lost the business, found it there again: the same devices, and what they hold.
    Raises `Offline`, `TurnedAway` (the code), `KeyMissing` (no place for the device's key), `ProtocolBroken`; of a
    shared book `RuleBroken` (DEVICE_KEY, ROLE).
    """
    become_itself(book)
    meta = book.facts()
    signer = kept_signer(book.path, passphrase)
    if signer is None:
        if meta.get("shared"):
            raise no_device_key()
        signer, secrets = new_signer(random)
        keep_secrets(book.path, secrets, passphrase, cost=cost)
    with way_to(meta["server"] if meta.get("shared") else url, transport) as way:
        if meta.get("shared"):
            _found_again(book, code, way, signer)
        else:
            founded = ask(way, "found", signed(_founding(book, code, signer), signer), Founded)
            book.write(
                _("Share"),
                lambda work: _settle(
                    work, founded.tenant, founded.era, founded.people, way.url, book.installation
                ),
            )
        courier = Courier(book, way, signer)
        courier.progress = progress
        return courier.round()


def _found_again(book: Book, code: str, way: Transport, signer: Signer) -> None:
    """Where the service does not know this business (any more), found it there with all that this book knows of who is
    there. Nothing is written here: the next round meets the service as one that was restored."""
    meta = book.facts()
    try:
        Session(way, signer, meta["tenant"], meta["device"], schema=book.schema).ask(
            "people", AskStaff(), Staff
        )
        return
    except ServiceRefused as refused:
        if refused.code != refusals.NO_BUSINESS:
            return  # the round says it
    people = as_said(meta)
    if people is None or Role(meta["role"]) is not Role.OWNER:
        message = _("Only an owner's device can bring the business back to its service.")
        raise RuleBroken(
            [Problem("ROLE", message, remedy=_("Do it on an owner's device; then this one goes on."))]
        )
    again = Again(tenant=meta["tenant"], era=meta["era"], people=people)
    asked = msgspec.structs.replace(_founding(book, code, signer), again=again)
    ask(way, "found", signed(asked, signer), Founded)


def invite(
    book: Book, role: Role | str = Role.BOOKKEEPER, *, passphrase: str | None = None,
    transport: Transport | None = None,
) -> str:  # fmt: skip
    """A code with which one more device may join within two days, as it is typed.

    Only an owner's device may, and only once the first device has sent everything; raises `TurnedAway` otherwise.
    """
    courier = courier_of(book, passphrase=passphrase, transport=transport)
    try:
        return courier.session.ask("invite", Invite(role=Role(role).value), Invited).code
    finally:
        if transport is None:
            courier.close()


def join(
    path: Path, url: str, code: str, *, user: str, device_name: str = "", passphrase: str | None = None,
    clock: Clock | None = None, ids: IdMaker | None = None, transport: Transport | None = None,
    random: RandomBytes = os.urandom, cost: wraps.Cost = wraps.STRONG, plan: Plan = PLAN,
    marks: Path | None = None, progress: Callable[[Progress], None] = lambda _progress: None,
) -> NewDevice:  # fmt: skip
    """Enrol this computer by an owner's code, begin its book at `path`, and fetch everything.

    Raises `AlreadyThere`, `Offline`, `TurnedAway` (the code), `KeyMissing`; the code then still serves. Once the book
    is begun, a lost connection is no error: `first_round` is None, and the next sync goes on.
    """
    if path.exists():
        raise AlreadyThere(
            _("There is a file {name} already.").format(name=path.name), remedy=_("Choose another name.")
        )
    clock = clock or SystemClock()
    ids = ids or IdMaker(clock)
    signer, secrets = new_signer(random)
    asked = Join(
        code=code, device=ids.new(), public_key=signer.public_key, name=short(device_name), user=short(user),
        sealing_key=signer.sealing_key,
    )  # fmt: skip
    with way_to(url, transport) as way:
        joined = ask(way, "join", signed(asked, signer), Joined)
        identity = Identity(user, device_name, joined.letter, Role(joined.role), joined.book, asked.device)
        book, recovery_code = Book.create(
            path, identity, passphrase=passphrase, clock=clock, ids=ids, cost=cost, plan=plan, marks=marks
        )
        try:
            keep_secrets(path, secrets, passphrase, cost=cost)
            book.write(
                _("Join"),
                lambda work: _settle(
                    work, joined.tenant, joined.era, joined.people, way.url, book.installation
                ),
            )
            courier = Courier(book, way, signer)
            courier.progress = progress
            return NewDevice(book, recovery_code, _first_round(courier))
        except BaseException:
            book.close()
            raise


@contextmanager
def way_to(url: str, given: Transport | None) -> Iterator[Transport]:
    """The transport that was given, or one of our own, closed at the end."""
    way = given or HttpTransport(url)
    try:
        yield way
    finally:
        if given is None:
            way.close()


def _first_round(courier: Courier) -> Round | None:
    try:
        return courier.round()
    except Offline:
        return None


def _founding(book: Book, code: str, signer: Signer) -> Found:
    meta = book.facts()
    name = book.read(company).legal_name
    number, _link = book.read(lambda read: log.chain_head(read, meta["device"], meta["epoch"]))
    rows = book.read(_own_rows)
    return Found(
        code=code, book=meta["book"], company=short(name), device=meta["device"], epoch=meta["epoch"],
        public_key=signer.public_key, name=short(rows[0]), letter=meta["code"], user=short(meta["user"]),
        series=rows[1], upto=number, sealing_key=signer.sealing_key, schema=book.schema,
    )  # fmt: skip


def _own_rows(read: Connection) -> tuple[str, tuple[str, ...]]:
    """This device's name, and the series it owns."""
    device = log.read_meta(read)["device"]
    name = read.exec_driver_sql("SELECT name FROM devices WHERE device = ?", (device,)).scalar()
    owned = read.exec_driver_sql("SELECT series FROM series WHERE device = ? ORDER BY series", (device,))
    return str(name or ""), tuple(row[0] for row in owned)


def _settle(work: Work, tenant: Id, era: int, people: People, url: str, home: str) -> None:
    """From now on the book is shared: each pending change knows how it is taken back. `home` is where its key lies."""
    work.note(tenant=tenant, era=era, server=url, shared=True, key_home=home)
    adopt(work, people)


def short(text: str) -> str:
    """A name as long as a message takes it."""
    return text[:NAME_CHARS_MAX]
