"""A letter looked at before it is written is the letter that is written, but for its number."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from core.dunning.commands import remind_party
from core.dunning.letter import letter_due
from core.dunning.queries import reminder
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party

pytestmark = pytest.mark.slow


def test_the_letter_written_is_the_one_looked_at(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus = a_party(book)
        a_bill(book, lotus, 5_000, dt.date(2026, 9, 1))
        seen = book.read(lambda read: letter_due(read, lotus, on=TODAY))
        record = book.write("Remind", lambda work: remind_party(work, lotus, on=TODAY))
        written = book.read(lambda read: reminder(read, record))
        assert seen is not None
        assert seen.number == ""
        assert msgspec.structs.replace(seen, number=written.number, series=written.series) == written
        assert book.read(lambda read: letter_due(read, lotus, on=TODAY)) is None
