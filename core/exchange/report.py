"""What came of taking a file in: how many of each came, how many were here already, and what to be told."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from core.exchange.papers import stated_hash
from core.problems import Problem


class Report(NamedTuple):
    """Counts by what was brought ("parties", "documents" …); `known` were here already, unchanged."""

    new: dict[str, int]
    changed: dict[str, int]
    known: dict[str, int]
    warnings: tuple[Problem, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the book is as it was."""
        return not self.new and not self.changed


class TriedOut(Exception):
    """Carries the report of a trial out of its Work, which is rolled back by it."""

    def __init__(self, report: Report) -> None:
        super().__init__("tried out")
        self.report = report


class Tally:
    """Counts while a file is taken in."""

    def __init__(self) -> None:
        self.new: dict[str, int] = {}
        self.changed: dict[str, int] = {}
        self.known: dict[str, int] = {}
        self.warnings: list[Problem] = []

    def count(self, what: str, *, was_known: bool) -> None:
        """One more that came, or one that was here already."""
        into = self.known if was_known else self.new
        into[what] = into.get(what, 0) + 1

    def count_change(self, what: str) -> None:
        """One more that was here and is now different."""
        self.changed[what] = self.changed.get(what, 0) + 1

    def report(self) -> Report:
        """The counts as they stand."""
        return Report(self.new, self.changed, self.known, tuple(self.warnings))


class KnownAlready:
    """What the book has of a kind of fact that has no number, as a file would write it: told apart by all they say."""

    def __init__(self, written: Iterable[msgspec.Struct]) -> None:
        self._left = Counter(stated_hash(each) for each in written)

    def take(self, given: msgspec.Struct) -> bool:
        """Whether the book has one more that says the same; each of the book's is taken once."""
        key = stated_hash(given)
        if not self._left[key]:
            return False
        self._left[key] -= 1
        return True
