"""The draft journal: kept at once, there after a crash, gone when let go, and no part of the books."""

from pathlib import Path

from core.store import journal
from tests.core.books import a_book


def test_what_is_typed_comes_back_after_the_book_is_opened_again(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        before = book.verify().digest
        book.write("Typing", lambda work: journal.keep(work, "draft/1", b"Ram", 1))
        book.write("Typing", lambda work: journal.keep(work, "draft/1", b"Ramesh", 2))
        book.write("Typing", lambda work: journal.keep(work, "draft/2", b"Sita", 3))
        book.write("Typing", lambda work: journal.keep(work, "receipt/1", b"500", 4))

        assert book.read(lambda read: journal.recall(read, "draft/1")) == b"Ramesh"
        assert book.read(lambda read: journal.recall(read, "draft/9")) is None
        assert book.read(lambda read: journal.places(read, "draft/")) == ["draft/2", "draft/1"]

        proof = book.verify()
        assert proof.ok
        assert proof.digest == before


def test_a_place_let_go_keeps_nothing(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        book.write("Typing", lambda work: journal.keep(work, "draft/1", b"Ram", 1))
        book.write("Saved", lambda work: journal.let_go(work, "draft/1"))
        book.write("Saved", lambda work: journal.let_go(work, "draft/1"))
        assert book.read(lambda read: journal.recall(read, "draft/1")) is None


def test_typing_that_rolls_back_leaves_what_was_kept_before(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        book.write("Typing", lambda work: journal.keep(work, "draft/1", b"Ram", 1))
        try:
            book.write("Typing", lambda work: (journal.keep(work, "draft/1", b"Ravan", 2), 1 / 0))
        except ZeroDivisionError:
            pass
        assert book.read(lambda read: journal.recall(read, "draft/1")) == b"Ram"
