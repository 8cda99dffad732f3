"""Hearing at once what became of one's own changes, page after page, as long as nobody else writes.

While many wait, what the service did otherwise than this device is left to the pull, which takes many pages in one
step: each such step replays what waits.
"""

from core.book import Book
from core.changes.answer import Arrived
from core.changes.change import Outcome
from core.errors import ProtocolBroken
from core.words import translate as _
from sync.client.outbox import Parcel, last_known
from sync.client.session import Session
from sync.protocol.messages import Push, Pushed, entries_of


class Hearing:
    """The answers to the pushes of one round."""

    def __init__(self, book: Book) -> None:
        facts = book.facts()
        self._book = book
        self._era: int = facts["era"]
        self._seq: int | None = facts.get("seq", 0)
        self._run: bytes = facts.get("run", b"")
        self._told: list[Arrived] = []

    def push(self, parcel: Parcel) -> Push:
        """The message that sends a page, with the place up to which all is heard; none once that is not so."""
        return Push(era=self._era, seq=self._seq, run=self._run, **parcel._asdict())

    def hear(self, answer: Pushed) -> None:
        """Keep what was told of a page until `take_in`. Raises `ProtocolBroken` for what cannot be read."""
        try:
            told = entries_of(answer.page)
        except ValueError as error:
            raise ProtocolBroken(_("The service sent a page that cannot be read.")) from error
        if not told or any(each.outcome is not Outcome.APPLIED or each.answer for each in told):
            self._seq, self._run = None, b""
            return
        self._told = told
        self._seq, self._run = told[-1].seq, answer.run

    def take_in(self) -> None:
        """Confirm what was heard, in one step; raises as `Book.apply` does."""
        if self._told:
            told, self._told = self._told, []
            self._book.apply(told, {"era": self._era, "run": self._run})


def prove(book: Book, session: Session, epoch: int, number: int) -> None:
    """Where what comes does not agree with its sum, and the service had more of this device's changes than it was sent
    just now: the last of these, up to `number`, is sent again, since its link proves them all.

    Raises `ServiceRefused` with FORKED where another copy of this book wrote them.
    """
    device = book.facts()["device"]
    known = book.read(lambda read: last_known(read, device, epoch, number))
    if known is not None:
        session.ask("push", Hearing(book).push(known), Pushed)
