"""What the Devices page asks of the service: who is there, and an owner's deeds. Slow verbs, off the GUI thread."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.book import Book
    from core.ids import Id
    from sync.client.deposits import Contents
    from sync.client.owner import Owner
    from sync.client.staff import Colleague


@dataclass(frozen=True, slots=True)
class WaitingDeposit:
    """What a revoked device laid down, and when."""

    deposit: "Id"
    device: "Id"
    changes: int
    laid_at_us: int


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is there as this book was last told, at an instant (0: never); what waits here, and in which deposits; and
    of devices in the field how many parties each carries, and whether they are there already."""

    colleagues: Sequence["Colleague"]
    as_of_us: int
    waiting: int
    deposits: Sequence[WaitingDeposit]
    carried: "Mapping[Id, tuple[int, bool]]" = field(default_factory=dict)


class StaffOffice:
    """The verbs; each may raise a BahiError. `code` is that of a second factor, where one is set."""

    def __init__(self, book: "Book", passphrase: str) -> None:
        self._book = book
        self._passphrase = passphrase or None

    def staff(self) -> Staff:
        """Read from the book; quick."""
        from core.book import waiting_to_sync
        from sync.client.scopes import last_told
        from sync.client.staff import colleagues

        meta = self._book.facts()
        deposits = [WaitingDeposit(*row) for row in meta.get("deposits", [])]
        waiting = self._book.read(waiting_to_sync)
        told = meta.get("staff_at_us", 0)
        return Staff(colleagues(meta), told, waiting, deposits, last_told(meta))

    def look(self) -> bool | None:
        """Ask the service who is there, and keep it; answers whether this user has a second factor.

        None for a book that is not shared: there is nobody to ask.
        """
        from sync.client import scopes, second_factor

        if not self._book.facts().get("shared"):
            return None
        with self._owner() as owner:
            if any(device.role == "field" for device in owner.staff().people.devices):
                scopes.look(owner.book, owner.session)
            return second_factor.is_set(owner).is_set

    def invite(self, role: str, code: str) -> str:
        """A code with which one more device may join."""
        with self._owner() as owner:
            return owner.invite(role, code=code)

    def new_key(self, device: "Id", role: str, code: str, *, is_gone: bool) -> str:
        """A code with which a device that has lost its key binds a new one."""
        with self._owner() as owner:
            return owner.invite(role, code=code, device=device, is_gone=is_gone)

    def change(self, one: "Colleague", name: str, role: str, code: str) -> None:
        """Give a device another name or role."""
        with self._owner() as owner:
            if role != one.role:
                owner.appoint(one.device, role, code=code)
            if name != one.name:
                owner.rename(one.device, name)

    def revoke(self, device: "Id", code: str, *, is_lost: bool) -> None:
        """End a device."""
        with self._owner() as owner:
            owner.revoke(device, is_lost=is_lost, code=code)

    def carried(self, device: "Id") -> frozenset["Id"]:
        """The parties that a device in the field carries, as the service has it now."""
        from sync.client import scopes

        with self._owner() as owner:
            rows = scopes.look(owner.book, owner.session)
        return frozenset(party for row in rows if row.device == device for party in row.parties)

    def carry(self, device: "Id", parties: Iterable["Id"], *, is_agreed: bool) -> None:
        """Name the parties that a device in the field carries from now on."""
        from sync.client import scopes

        with self._owner() as owner:
            scopes.set_scope(owner.session, device, parties, is_agreed=is_agreed)
            scopes.look(owner.book, owner.session)

    def begin_factor(self) -> str:
        """What the QR code for an app on a phone holds."""
        from sync.client import second_factor

        with self._owner() as owner:
            return second_factor.begin(owner)

    def confirm_factor(self, digits: str, recovery_code: str) -> None:
        """Set the second factor by its first code."""
        from sync.client import second_factor

        with self._owner() as owner:
            second_factor.confirm(owner, digits, recovery_code=recovery_code or None)

    def remove_factor(self, digits: str, recovery_code: str) -> None:
        """Take the second factor away."""
        from sync.client import second_factor

        with self._owner() as owner:
            second_factor.remove(owner, code=digits, recovery_code=recovery_code or None)

    def contents(self, deposit: "Id") -> "Contents":
        """What lies in a deposit; read here, and by nobody else."""
        from sync.client import deposits

        with self._owner() as owner:
            return deposits.contents(owner, deposit)

    def release(self, deposit: "Id", code: str) -> int:
        """Let a deposit in; answers how many changes."""
        from sync.client import deposits

        with self._owner() as owner:
            count = deposits.release(owner, deposit, code=code)
            owner.staff()
            return count

    def discard(self, deposit: "Id", reason: str, code: str) -> None:
        """Throw a deposit away for a reason."""
        from sync.client import deposits

        with self._owner() as owner:
            deposits.discard(owner, deposit, reason, code=code)
            owner.staff()

    def bind(self, code: str) -> None:
        """Give this book a new key by an owner's code, and do a round."""
        from sync.client.invitation import read
        from sync.client.rebinding import bind

        bind(self._book, read(code).code, passphrase=self._passphrase)

    @contextmanager
    def _owner(self) -> Iterator["Owner"]:
        from sync.client.owner import owner_of

        with owner_of(self._book, passphrase=self._passphrase) as owner:
            yield owner
