"""What can go wrong, as types: one tree, each leaf with its own clear words and what to do.

BahiError
├── RuleBroken            what a user asked is refused; carries Problems, data is kept
├── BookError             the file or its key
│   ├── NotABook · WrongKey · Damaged · InUse · ReadOnly · DiskFull · TooNew · KeyMissing · AlreadyThere
└── SyncError             the service or the way to it
    ├── Offline · TurnedAway (Ended) · ProtocolBroken
"""

from collections.abc import Iterable

from core.problems import Problem, sentences


class BahiError(Exception):
    """Anything Bahi can explain: a sentence for the user, and the remedy beside it."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return sentences(self.message, self.remedy)


class RuleBroken(BahiError):
    """A command refused: nothing was written, and each Problem says what to mend."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))


class BookError(BahiError):
    """The book's file, folder or key."""


class NotABook(BookError):
    """The file is there but is no book of Bahi."""


class WrongKey(BookError):
    """The passphrase, recovery code or stored key does not open this book."""


class KeyMissing(BookError):
    """No key can be found: the keyring has none and no passphrase was given."""


class Damaged(BookError):
    """The file fails its integrity check."""


class InUse(BookError):
    """Another process has the book open for writing."""


class ReadOnly(BookError):
    """The file or its folder may not be written."""


class DiskFull(BookError):
    """There is no room to write; nothing of the write was kept."""


class TooNew(BookError):
    """The book was written by a newer Bahi."""


class AlreadyThere(BookError):
    """A file stands where a new one should be made."""


class SyncError(BahiError):
    """The service, or the way to it."""


class Offline(SyncError):
    """The service cannot be reached now; nothing is lost, the next round tries again."""


class TurnedAway(SyncError):
    """The service knows this device and says no (revoked, wrong tenant, bad code)."""


class Ended(TurnedAway):
    """An owner has ended this device: its key of the book is destroyed, and the book can be closed for ever."""


class ProtocolBroken(SyncError):
    """The other side said something the protocol does not allow."""


class Forked(ProtocolBroken):
    """Another copy of this book has used this device's numbers; the device begins a new epoch."""
