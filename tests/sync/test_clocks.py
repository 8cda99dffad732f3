"""Wrong clocks: a year ahead and a year behind.

Sync goes on, nothing is lost, no date is changed, and setting the clock right heals.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.changes.answer import decode_answer
from core.changes.change import decode_change
from core.changes.stamp import instant_of
from core.clock import FixedClock, today
from core.errors import RuleBroken
from core.ids import Id
from core.inbox.commands import settle
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.invoicing.queries import document
from core.parties.queries import party
from core.store import log
from tests.sync.day import TODAY, Shared, a_draft, begin, edit
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow
DAY_US = 86_400_000_000
YEAR = 365


class Pair:
    """Two devices of a business; the clock of one will be wrong."""

    def __init__(self, wrong: Device, right: Device, shared: Shared, service_clock: FixedClock) -> None:
        self.wrong = wrong
        self.right = right
        self.shared = shared
        self.clocks = (service_clock, _clock(wrong), _clock(right))

    def pass_time(self, *, minutes: int = 10) -> None:
        """It gets later everywhere."""
        for clock in self.clocks:
            clock.move(seconds=60 * minutes)

    def misset(self, days: int) -> None:
        """Somebody sets the clock wrong, or right again."""
        _clock(self.wrong).move(days=days)

    def agree(self) -> None:
        """Sync to the end; both books are one, and each proves itself."""
        for device in (self.wrong, self.right) * 2:
            device.sync()
        assert self.wrong.digest == self.right.digest
        for device in (self.wrong, self.right):
            assert device.book.verify().problems == ()
            assert device.sync().waiting == 0

    def phone(self, device: Device) -> str:
        """The party's, as a device shows it."""
        known = device.book.read(lambda read: party(read, self.shared.party))
        assert known is not None
        return known.phone


def _clock(device: Device) -> FixedClock:
    clock = device.book.clock
    assert isinstance(clock, FixedClock)
    return clock


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with a_fleet(tmp_path) as (service, [right, wrong]):
        shared = begin(right.book)
        clock = service.means.clock
        assert isinstance(clock, FixedClock)
        found = Pair(wrong, right, shared, clock)
        found.agree()
        found.pass_time()
        yield found


def issue(book: Book, party_id: Id, *, confirmed: bool = False) -> Id:
    """An invoice of today, as this computer knows today."""
    on = today(book.clock)
    return book.write(
        "Issue", lambda work: issue_document(work, a_draft(party_id), today=on, date_confirmed=confirmed)
    )


def date_of(device: Device, record: Id) -> dt.date:
    paper = device.book.read(lambda read: document(read, record))
    assert paper is not None
    return paper.dated_on


def warnings(device: Device) -> list[str]:
    """What the Inbox says of clocks."""
    return [each.text for each in device.book.read(items) if each.kind == "clock"]


def conflicts(device: Device) -> list[str]:
    return [f"{each.mine} {each.theirs}" for each in device.book.read(items) if each.kind == "conflict"]


def is_asked(book: Book, party_id: Id) -> bool:
    """Whether the person is asked for the date before a paper is issued."""
    try:
        issue(book, party_id)
    except RuleBroken as refused:
        return refused.problems[0].code == "DATE_CHECK"
    return False


def flags_of_last(device: Device) -> tuple[str, ...]:
    newest = max((entry for entry in device.entries() if entry.seq), key=lambda entry: entry.seq or 0)
    return decode_answer(newest.answer).flags


def test_a_clock_a_year_ahead(pair: Pair) -> None:
    wrong, right, both = pair.wrong, pair.right, pair.shared.party
    pair.misset(YEAR)
    edit(wrong.book, both, phone="+919811111111")
    assert is_asked(wrong.book, both)
    ahead = issue(wrong.book, both, confirmed=True)  # the person says that the wrong date is right
    pair.agree()

    arrived_us = pair.clocks[0].now_us()
    stamps = [_stamp(entry) for entry in right.entries()]
    assert max(stamps) <= arrived_us + DAY_US
    assert date_of(right, ahead) == date_of(wrong, ahead) == TODAY + dt.timedelta(days=YEAR)
    assert any("364 days ahead" in text or "365 days ahead" in text for text in warnings(wrong))
    assert any("Please set the clock" in text for text in warnings(right))

    pair.pass_time()  # who writes later wins, whatever the wrong clock said
    edit(right.book, both, phone="+919822222222")
    pair.agree()
    assert pair.phone(wrong) == pair.phone(right) == "+919822222222"
    assert conflicts(right) == []


def test_a_clock_a_year_ahead_heals_when_it_is_set_right(pair: Pair) -> None:
    wrong, right, both = pair.wrong, pair.right, pair.shared.party
    pair.misset(YEAR)
    edit(wrong.book, both, phone="+919811111111")
    pair.agree()
    assert flags_of_last(right) == ("CLOCK_AHEAD",)
    pair.misset(-YEAR)
    pair.pass_time()
    edit(wrong.book, both, phone="+919833333333")
    pair.agree()
    assert flags_of_last(right) == ()
    assert not any("ahead of the service" in text for text in warnings(wrong))
    assert wrong.book.facts()["stamp"] >> 16 <= pair.clocks[0].now_us() // 1000 + 5 * 60 * 1000
    assert not is_asked(wrong.book, both)

    pair.pass_time()  # apart, the later edit wins again on both sides
    edit(wrong.book, both, phone="+919844444444")
    pair.pass_time()
    edit(right.book, both, phone="+919855555555")
    pair.agree()
    assert pair.phone(wrong) == pair.phone(right) == "+919855555555"


def test_what_waits_while_the_clock_is_set_right_keeps_its_order(pair: Pair) -> None:
    """Written ahead, not sent, then the clock set right: what is written later must still come later."""
    wrong, both = pair.wrong, pair.shared.party
    pair.misset(YEAR)
    edit(wrong.book, both, phone="+919811111111")
    pair.misset(-YEAR)
    edit(wrong.book, both, phone="+919822222222")
    pending = wrong.book.read(log.pending)
    assert [decode_change(entry.data).stamp for entry in pending] == sorted(
        decode_change(entry.data).stamp for entry in pending
    )
    pair.agree()
    assert pair.phone(pair.right) == "+919822222222"


def test_a_clock_a_year_behind(pair: Pair) -> None:
    wrong, right, both = pair.wrong, pair.right, pair.shared.party
    pair.misset(-YEAR)
    wrong.sync()
    assert any("days behind" in text for text in warnings(wrong))
    assert is_asked(wrong.book, both)
    behind = issue(wrong.book, both, confirmed=True)
    edit(wrong.book, both, phone="+919811111111")
    edit(right.book, both, phone="+919822222222")
    pair.agree()
    assert date_of(right, behind) == date_of(wrong, behind) == TODAY - dt.timedelta(days=YEAR)
    assert pair.phone(wrong) == pair.phone(right)
    [kept] = conflicts(right)
    assert "+919811111111" in kept
    assert "+919822222222" in kept

    edit(wrong.book, both, phone="+919833333333")  # of what it has seen, its word is the later one
    pair.agree()
    assert pair.phone(right) == "+919833333333"
    assert not is_asked(right.book, both)  # nobody else is troubled by one wrong clock

    pair.misset(YEAR)
    pair.agree()
    assert not any("behind" in text for text in warnings(wrong))
    assert not is_asked(wrong.book, both)


def test_the_warning_is_put_aside_until_the_clock_is_wrong_once_more(pair: Pair) -> None:
    wrong = pair.wrong
    pair.misset(-YEAR)
    wrong.sync()
    [told] = [each for each in wrong.book.read(items) if each.kind == "clock"]
    wrong.book.write("Seen", lambda work: settle(work, told.id, "dismiss"))
    wrong.sync()
    assert warnings(wrong) == []
    pair.misset(YEAR)
    wrong.sync()
    pair.pass_time()
    pair.misset(-2)
    wrong.sync()
    assert warnings(wrong) == [
        "The clock of this computer is 2 days behind the service's. Please set it: papers are dated by it."
    ]


def test_a_clock_that_is_a_little_off_is_nobodys_trouble(pair: Pair) -> None:
    _clock(pair.wrong).move(seconds=4 * 60)
    edit(pair.wrong.book, pair.shared.party, phone="+919811111111")
    pair.agree()
    assert warnings(pair.wrong) == warnings(pair.right) == []
    assert flags_of_last(pair.right) == ()


def _stamp(entry: log.Entry) -> int:
    """The instant of an entry as the order counts it."""
    return instant_of(decode_answer(entry.answer).stamp or decode_change(entry.data).stamp)
