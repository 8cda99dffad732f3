"""A stand-in for the service in tests of one room: gives each book's changes their place, and the outcome a test asks.

It judges nothing: the test says what the service would have answered. Every book sees every entry.
"""

from collections.abc import Mapping, Sequence

from core.book import Book
from core.changes.answer import PLAIN, Answer, Arrived, encode_answer
from core.changes.change import Outcome
from core.store import log

Answers = Mapping[str, tuple[Outcome, Answer]]
"""By the name of a kind: how its changes of this round are answered; applied otherwise."""


class Order:
    """The order that some books share; each has its own devices' changes and takes in the others'."""

    def __init__(self, *books: Book) -> None:
        self._books = books
        self._log: list[tuple[Book, Arrived]] = []
        for book in books:
            book.write("Share", lambda work: work.note(shared=True))

    def send(self, author: Book, answers: Answers | None = None) -> None:
        """Give what an author has waiting its place in the order; nobody pulls yet."""
        sent = {arrived.number for who, arrived in self._log if who is author}
        for entry in author.read(log.pending):
            if entry.number in sent:
                continue
            outcome, answer = (answers or {}).get(entry.kind, (Outcome.APPLIED, PLAIN))
            seq, told = len(self._log) + 1, encode_answer(answer)
            arrived = Arrived(seq, entry.device, entry.epoch, entry.number, outcome, told, entry.data)
            self._log.append((author, arrived))

    def pull(self, *books: Book) -> None:
        """Let books (all, if none is named) take in what they have not seen."""
        for book in books or self._books:
            seen = book.facts().get("seq", 0)
            page = [_for(book, author, arrived) for author, arrived in self._log[seen:]]
            if page:
                book.apply(page, {})

    def round(self, author: Book, answers: Answers | None = None) -> None:
        """Send, then let every book pull."""
        self.send(author, answers)
        self.pull()


def _for(book: Book, author: Book, arrived: Arrived) -> Arrived:
    if book is not author:
        return arrived
    return Arrived(
        arrived.seq, arrived.device, arrived.epoch, arrived.number, arrived.outcome, arrived.answer, b""
    )


def digests(books: Sequence[Book]) -> set[str]:
    """The digests that verify proves; one when the books agree. A book that is not proved fails here."""
    proofs = [book.verify() for book in books]
    for proof in proofs:
        assert proof.ok, [problem.message for problem in proof.problems]
    return {proof.digest for proof in proofs}
