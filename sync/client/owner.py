"""What an owner does to devices and people: asked of the service at once, and so only while it can be reached.

Each deed may be asked again when its answer was lost: it is done once, and answered alike.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from core.book import Book
from core.changes.change import Role
from core.ids import Id
from core.words import translate as _
from sync.client.courier import courier_of
from sync.client.people import adopt
from sync.client.session import Session
from sync.client.signer import Signer
from sync.client.staff import as_told
from sync.client.transport import Transport
from sync.protocol import messages as m
from sync.protocol.notices import notice_to_sign

A = TypeVar("A", bound=m.Message)


class Owner:
    """An owner's deeds from one open book. Raises what `Session.ask` raises; `code` is that of a second factor."""

    def __init__(self, book: Book, session: Session, signer: Signer) -> None:
        self.book = book
        self.session = session
        self.signer = signer

    def invite(self, role: Role | str, *, code: str = "", device: Id = b"", is_gone: bool = False) -> str:
        """A code with which one more device may join within two days, as it is typed.

        With `device`, the code by which that one's book binds a new key; `is_gone`: its old key is given up for lost.
        """
        asked = m.Invite(role=Role(role).value, code=code, device=device, is_gone=is_gone)
        return self.session.ask("invite", asked, m.Invited).code

    def appoint(self, device: Id, role: Role | str, *, code: str = "") -> None:
        """Give a device a role; it holds for its next change that arrives."""
        self._adopt(
            self.session.ask("appoint", m.Appoint(device=device, role=Role(role).value, code=code), m.People)
        )

    def rename(self, device: Id, name: str) -> None:
        """Give a device a name."""
        self._adopt(self.session.ask("rename", m.Rename(device=device, name=name), m.People))

    def revoke(self, device: Id, *, is_lost: bool = False, code: str = "") -> None:
        """End a device; one that is lost destroys its keys at once, and what it held is gone."""
        notice = self.signer.sign(notice_to_sign(self.book.facts()["tenant"], device, is_lost))
        asked = m.Revoke(device=device, is_lost=is_lost, notice=notice, code=code)
        self._adopt(self.session.ask("revoke", asked, m.People))

    def staff(self) -> m.Staff:
        """Who is there and how it stands with each; kept in the book, to be shown offline too."""
        staff = self.ask_staff()
        seen = as_told(staff, self.book.clock.now_us())
        self.book.write(_("Sync"), lambda work: work.note(**seen))
        self._adopt(staff.people)
        return staff

    def ask_staff(self) -> m.Staff:
        """Who is there and how it stands with each; not kept."""
        return self.session.ask("people", m.AskStaff(), m.Staff)

    def _adopt(self, people: m.People) -> None:
        self.book.write(_("Sync"), lambda work: adopt(work, people))


@contextmanager
def owner_of(
    book: Book, *, passphrase: str | None = None, transport: Transport | None = None
) -> Iterator[Owner]:
    """An owner's deeds from a shared book. Raises `RuleBroken` (NOT_SHARED, DEVICE_KEY), `KeyMissing`, `WrongKey`."""
    courier = courier_of(book, passphrase=passphrase, transport=transport)
    try:
        yield Owner(book, courier.session, courier.signer)
    finally:
        if transport is None:
            courier.close()


D = TypeVar("D")


def as_owner(
    book: Book,
    deed: Callable[[Owner], D],
    *,
    passphrase: str | None = None,
    transport: Transport | None = None,
) -> D:
    """Do one deed."""
    with owner_of(book, passphrase=passphrase, transport=transport) as owner:
        return deed(owner)
