"""The way of sealed files to and from the service: a queue of its own, behind the changes, a part at a time.

A round may end anywhere: the service tells which parts it lacks. Nothing is fetched before somebody wants to see it.
"""

from collections.abc import Callable

from core.attachments.queries import AttachmentRow, named
from core.attachments.rules import SIZE_BYTES_MAX, parts_of, sealed_size
from core.attachments.vault import Ring, Vault
from core.book import Book
from core.errors import ProtocolBroken
from core.words import translate as _
from sync.client import tenant_key
from sync.client.session import ServiceRefused, Session
from sync.protocol import refusals
from sync.protocol.messages import AskPart, FileOffered, OfferFile, PartGiven, PartTaken, SendPart

Told = Callable[[int, int], None]
"""Is told how many parts of how many have gone."""


def _nobody(_done: int, _all: int) -> None:
    return None


def send_waiting(book: Book, session: Session, told: Told = _nobody) -> int:
    """Send the files that the service lacks and the book still names; answers how many it has whole now.

    Raises `Offline`; what was sent until then stays. A file for which there is no room waits for room.
    """
    vault, ring = Vault(book.path), tenant_key.tenant_keys(book)
    waiting = vault.unsent()
    wanted = book.read(lambda read: named(read, waiting))
    done = 0
    for address in waiting:
        if address in wanted:
            try:
                done += _send(vault, session, address, max(ring, default=1), told)
            except ServiceRefused as refused:
                if refused.code not in (refusals.QUOTA, refusals.ROLE):
                    raise
    return done


def _send(vault: Vault, session: Session, address: bytes, key_version: int, told: Told) -> bool:
    offered = OfferFile(address=address, key_version=key_version, size=vault.size(address))
    missing = session.ask("offer_file", offered, FileOffered).missing
    for count, n in enumerate(missing):
        told(count, len(missing))
        session.ask("send_part", SendPart(address=address, n=n, data=vault.part(address, n)), PartTaken)
    vault.note_sent(address)
    return True


def bytes_of(
    book: Book, session: Session | None, row: AttachmentRow, ring: Ring | None = None, told: Told = _nobody
) -> bytes | None:
    """The bytes of an attachment, fetched where this device lacks them.

    None where nobody has sent them yet, or this device has no session or not the key. Raises `Offline`.
    """
    vault = Vault(book.path)
    ring = tenant_key.tenant_keys(book) if ring is None else ring
    found = vault.open(row.address, row.key_version, ring)
    if found is not None or session is None:
        return found
    try:
        sealed = _fetch(session, row.address, told)
    except ServiceRefused as refused:
        if refused.code != refusals.NO_SUCH_FILE:
            raise
        return None
    if not vault.keep(row.address, row.key_version, sealed, ring):
        return None
    return vault.open(row.address, row.key_version, ring)


def _fetch(session: Session, address: bytes, told: Told) -> bytes:
    first = session.ask("ask_part", AskPart(address=address, n=0), PartGiven)
    if first.size > sealed_size(SIZE_BYTES_MAX):
        raise ProtocolBroken(_("The service sent more than it may."))
    found = bytearray(first.data)
    count = parts_of(first.size)
    for n in range(1, count):
        told(n, count)
        found += session.ask("ask_part", AskPart(address=address, n=n), PartGiven).data
    return bytes(found)
