"""What a device in the field carries, while an owner chooses: groups that are in it whole, and what comes and goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.clock import FixedClock
from core.ids import Id
from core.parties.commands import merge_parties, save_party
from core.parties.model import Party
from core.parties.words import by_own_words
from desktop.ports import Choice
from desktop.screens.settings.carrying import (
    SINGLES_MAX,
    Carrying,
    Sums,
    carried_text,
    carrying,
    suggest,
    sums_text,
)
from tests.core.books import TODAY, a_book
from tests.desktop.screens.desk import Said

pytestmark = pytest.mark.slow


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


@pytest.fixture
def four(book: Book) -> dict[str, Id]:
    """Lotus and Sagar of a group, written in two ways; Sagar and Tulsi of a salesperson; Vimal of nobody."""
    words = {
        "Lotus": {"group": "Mysuru road"}, "Sagar": {"group": "mysuru  road", "salesperson": "Ravi"},
        "Tulsi": {"salesperson": "Ravi"}, "Vimal": {},
    }  # fmt: skip
    return {
        name: book.write("p", lambda work, name=name, own=own: save_party(work, Party(name=name, **own)))
        for name, own in words.items()
    }


def lines(found: Carrying) -> list[tuple[str, str, int]]:
    return [(pick.name, pick.kind, len(pick.parties)) for pick in found.picks]


def test_it_is_shown_as_the_groups_that_are_in_it_whole_and_the_rest_by_name(
    book: Book, four: dict[str, Id]
) -> None:
    assert book.read(by_own_words)["group", "Mysuru road"] == {four["Lotus"], four["Sagar"]}
    found = book.read(lambda read: carrying([four["Lotus"], four["Sagar"], four["Vimal"]], read))
    assert lines(found) == [("Mysuru road", "group", 2), ("Vimal", "party", 1)]
    assert not found.is_changed()
    assert sums_text(found.sums()) == "It will carry 3 of 4 parties."


def test_what_comes_and_goes_is_counted_and_a_party_that_two_lines_bring_stays(
    book: Book, four: dict[str, Id]
) -> None:
    found = book.read(lambda read: carrying([four["Vimal"]], read))
    [group] = book.read(lambda read: suggest(Said(FixedClock.on(TODAY)))(read, "mys"))
    found.add(group)
    found.add(Choice(("salesperson", "Ravi"), "Ravi", "salesperson"))
    found.add(group)
    assert lines(found) == [("Ravi", "salesperson", 2), ("Mysuru road", "group", 2), ("Vimal", "party", 1)]
    assert found.sums() == Sums(4, 4, 1, 3, 0)
    found.take_out(1)
    assert found.wanted() == {four["Sagar"], four["Tulsi"], four["Vimal"]}
    found.take_out(1)
    assert sums_text(found.sums()) == "It will carry 2 of 4 parties. 2 come and 1 go."
    found.take_out(0)
    assert sums_text(found.sums()) == "It will carry no party: nothing can be done on it."


def test_merged_parties_count_as_the_one_they_are(book: Book, four: dict[str, Id]) -> None:
    book.write("m", lambda work: merge_parties(work, four["Tulsi"], into=four["Sagar"]))
    found = book.read(lambda read: carrying([four["Tulsi"], four["Sagar"]], read))
    assert lines(found) == [("Ravi", "salesperson", 1)]
    assert found.sums() == Sums(1, 3, 1, 0, 0)


def test_of_many_single_parties_the_first_are_named(book: Book) -> None:
    def many(work: object) -> list[Id]:
        return [save_party(work, Party(name=f"P{n:02}")) for n in range(SINGLES_MAX + 3)]  # type: ignore[arg-type]

    held = book.write("p", many)
    found = book.read(lambda read: carrying(held, read))
    assert len(found.picks) == SINGLES_MAX + 1
    assert lines(found)[-1] == ("3 more parties", "one by one", 3)
    assert found.wanted() == set(held)


def test_the_line_of_a_device_tells_it() -> None:
    told = [carried_text(one) for one in (None, (0, True), (1, True), (7, False))]
    assert told == ["", "carries no party yet", "carries 1 party", "will carry 7 parties from its next sync"]
