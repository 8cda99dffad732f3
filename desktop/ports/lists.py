"""What a list is made of: its columns, its question and its rows; plain records, free of Qt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from desktop.ports.desk import Align, Reader, Tone

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a list: how a row reads in it. `width` counts characters of the table's font."""

    name: str
    title: str
    text: Callable[[Row], str]
    align: Align = "left"
    width: int = 14
    tone: Callable[[Row], Tone] | None = None
    sortable: bool = False
    stretch: bool = False
    """Takes the width left over."""
    detail: Callable[[Row], str] | None = None
    """A second, quiet text after the first in the same cell."""
    pill: bool = False
    """Drawn as a pill: shape and text carry the meaning, tone only supports it."""
    paise: Callable[[Row], int] | None = None
    """The sum behind the text, for workbooks, where the text says more than the figure ("500.00 Cr")."""
    shares: Callable[[Row], Sequence[int]] | None = None
    """Parts of a whole in thousandths, drawn as one bar after the text; the text says the same."""
    gives_way: int = 0
    """Where room is short the columns with 1 go from sight first, then those with 2; files and papers keep them all."""


Row_co = TypeVar("Row_co", covariant=True)


class PageLike(Protocol[Row_co]):
    """Rows of one fetch, and the key to go on after (None: no more); the queries' own Page is one."""

    @property
    def rows(self) -> Sequence[Row_co]:
        """The rows, in the order asked."""
        ...

    @property
    def next_key(self) -> Any:
        """What the next fetch gets as `after_key`."""
        ...


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A PageLike for columns and presenters that put rows together themselves."""

    rows: Sequence[Row]
    next_key: Any = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a list: what was typed into its filter, its chosen scope and its sort column."""

    text: str = ""
    scope: str = ""
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """One chip above a list ("Open", "Overdue"): narrows the question."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """What an empty list says, and the one action it offers."""

    title: str
    text: str = ""
    action: str = ""
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """Everything a PagedTable needs to know of a list; made by a screen's columns.py or presenter."""

    name: str
    """Sort, scope and filter are remembered under this name."""
    columns: Sequence[Column[Row]]
    fetch: Callable[[Reader, Ask, Any, int], PageLike[Row]]
    """(reader, ask, after_key, limit) → the next rows in the order asked; runs on a read thread."""
    reread: Callable[[Reader, Ask, Sequence[bytes]], Sequence[Row]]
    """(reader, ask, ids) → those rows as they are now; one left out no longer answers the question."""
    row_id: Callable[[Row], bytes]
    shows: frozenset[str]
    """Kinds of record (keys of Touched.records) whose ids are the ids of these rows."""
    depends: frozenset[str] = frozenset()
    """Kinds of record that rows draw from under other ids: when touched, the list is read again."""
    scopes: Sequence[Scope] = ()
    sort: str = ""
    descending: bool = False
    nothing: Nothing = field(default_factory=lambda: Nothing(""))
    """Shown when the list is empty without a filter."""

    @classmethod
    def whole(
        cls,
        name: str,
        columns: Sequence[Column[Row]],
        rows: Callable[[Reader], Sequence[Row]],
        row_id: Callable[[Row], bytes],
        *,
        depends: frozenset[str],
        nothing: Nothing,
    ) -> "Listing[Row]":
        """A list so short that it is read whole, in an order of its own; what is typed is looked for in its texts."""

        def answer(reader: Reader, ask: Ask, _after: Any = None, _limit: int = 0) -> Page[Row]:
            typed = ask.text.casefold()
            told = ((row, " ".join(column.text(row) for column in columns)) for row in rows(reader))
            return Page([row for row, text in told if typed in text.casefold()])

        def reread(reader: Reader, ask: Ask, _ids: Sequence[bytes]) -> Sequence[Row]:
            return answer(reader, ask).rows

        return cls(name, columns, answer, reread, row_id, frozenset(), depends, nothing=nothing)
