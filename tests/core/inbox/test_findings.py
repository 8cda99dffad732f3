"""What the Inbox tells by itself, from the books as they stand: each with its next step, until it is done."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.exchange import answers
from core.ids import Id, id_text
from core.inbox import queries
from core.inbox.commands import settle
from core.inbox.model import InboxItem
from core.returns import commands
from tests.core.invoicing.trade import Trade, a_trade
from tests.core.returns.books import bill, file, november, october
from tests.core.returns.test_gaps import bring

pytestmark = pytest.mark.slow


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    with a_trade(tmp_path) as made:
        yield made


def items(trade: Trade) -> list[InboxItem]:
    return trade.book.read(queries.items)


def gaps(trade: Trade) -> list[str]:
    return [item.about for item in items(trade) if item.kind == "gap"]


def late(trade: Trade) -> Id:
    """A paper of October after October's return was filed."""
    file(trade.book)
    return bill(trade, october(20))


def test_a_late_paper_says_with_which_return_it_goes(trade: Trade) -> None:
    record = late(trade)
    number = trade.document(record).number
    assert answers.inbox(items(trade)) == [
        {
            "id": f"late.2026-11.{id_text(record)}",
            "kind": "late",
            "about": f"Invoice {number}",
            "text": "It is dated 20-10-2026, but came after the return for October 2026 was filed. "
            "File it with the next return: it is told in November 2026.",
            "mine": None,
            "theirs": None,
            "choices": ["dismiss"],
        }
    ]


def test_a_missing_number_of_our_own_is_to_be_explained(trade: Trade) -> None:
    bring(trade, "A/26-27/0002", "A/26-27/0005")
    bill(trade, october(9))
    assert gaps(trade) == ["Invoice A/26-27/0003", "Invoice A/26-27/0004"]
    first = items(trade)[0]
    assert (first.text, first.choices) == (
        "It is missing in its series. Explain the number: say why it was not used.", ("dismiss",),
    )  # fmt: skip
    trade.book.write(
        "Explain",
        lambda work: commands.explain_gap(
            work, type="INV", year=2026, number="A/26-27/0003", words="torn out"
        ),
    )
    assert gaps(trade) == ["Invoice A/26-27/0004"]
    last = items(trade)[-1].id
    trade.book.write("Aside", lambda work: settle(work, last, "dismiss"))
    assert items(trade) == []


def test_numbers_that_stand_or_were_cancelled_are_no_gap(trade: Trade) -> None:
    bill(trade, october(1))
    trade.cancel(bill(trade, october(2)))
    bill(trade, november(3))
    assert items(trade) == []


def test_numbers_missing_in_what_was_imported_are_left_to_the_return(trade: Trade) -> None:
    bring(trade, "NI/0041", "NI/0043")
    assert items(trade) == []


def test_a_long_stretch_is_one_item(trade: Trade) -> None:
    bring(trade, "A/26-27/0002", "A/26-27/5000")
    bill(trade, october(9))
    [item] = [item for item in items(trade) if item.kind == "gap"]
    assert (item.about, item.text) == (
        "Invoice A/26-27/0003",
        "The numbers from here to A/26-27/4999 are missing in their series. "
        "Explain them: say why they were not used.",
    )
