"""Which return takes which paper, as a rule by itself: properties over any filings and any papers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import FixedClock
from core.ids import IdMaker, imported_id
from core.invoicing.filed import is_imported
from core.returns.kinds import AMENDED, FILED, GAP_EXPLAINED, UNUSED
from core.returns.model import Filed, GapExplained, NumberUnused, PeriodAmendment
from core.returns.periods import month_after, period_of
from core.returns.rules import Filing, Mark, covers, is_late, period_for

DESK, VAN = b"d" * 16, b"v" * 16
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]


def a_filing(
    period: str, *, device: bytes = DESK, seq: int = 0, number: int = 0, origin: str = "here"
) -> Filing:
    return Filing(
        period.encode(), "GSTR1", period, dt.date(2027, 1, 1), "", device, 1, seq, {1: number}, origin
    )


marks = st.builds(
    Mark,
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    st.booleans(),
    st.sampled_from([DESK, VAN]),
    st.just(1),
    st.integers(1, 50),
    st.none() | st.integers(1, 50),
    amends_on=st.none(),
)


@st.composite
def filings(draw: st.DrawFn) -> dict[tuple[str, str], Filing]:
    """Months filed one after the other, each reaching at least as far as the one before."""
    reach = sorted(draw(st.lists(st.integers(0, 50), min_size=12, max_size=12)))
    filed = draw(st.integers(0, 12))
    devices = draw(st.lists(st.sampled_from([DESK, VAN]), min_size=12, max_size=12))
    return {
        ("GSTR1", month): a_filing(month, device=devices[n], seq=reach[n], number=reach[n])
        for n, month in enumerate(MONTHS[:filed])
    }


@given(marks, filings())
def test_every_paper_is_told_in_exactly_one_period_never_before_its_date(
    mark: Mark, filed: dict[tuple[str, str], Filing]
) -> None:
    told_in = period_for(mark, filed, "monthly")
    assert told_in >= period_of(mark.dated_on, "monthly")
    known = filed.get(("GSTR1", told_in))
    assert known is None or covers(known, mark, "monthly")
    month = period_of(mark.dated_on, "monthly")
    while month < told_in:
        assert not covers(filed["GSTR1", month], mark, "monthly"), "an earlier return would have told it"
        month = month_after(month)


@given(marks, filings(), filings())
def test_what_a_filed_return_told_is_never_moved_by_later_filings(
    mark: Mark, filed: dict[tuple[str, str], Filing], more: dict[tuple[str, str], Filing]
) -> None:
    told_in = period_for(mark, filed, "monthly")
    if ("GSTR1", told_in) in filed:
        assert period_for(mark, {**more, **filed}, "monthly") == told_in


@given(marks)
def test_without_filings_nothing_is_late(mark: Mark) -> None:
    for filing in ("monthly", "quarterly"):
        told_in = period_for(mark, {}, filing)
        assert told_in == period_of(mark.dated_on, filing)
        assert not is_late(mark, told_in, filing)


def mark(seq: int | None, number: int, *, device: bytes = DESK, is_imported: bool = False) -> Mark:
    return Mark(dt.date(2026, 5, 4), is_imported, device, 1, number, seq)


@pytest.mark.parametrize(
    ("paper", "is_covered"),
    [
        (mark(7, 3), True),
        (mark(8, 3), True),
        (mark(8, 9), False),
        (mark(None, 5), True),
        (mark(None, 6), False),
        (mark(7, 90, device=VAN), True),
        (mark(8, 1, device=VAN), False),
        (mark(None, 1, device=VAN), False),
    ],
)
def test_a_return_reaches_a_place_in_the_order_and_its_own_devices_number(
    paper: Mark, is_covered: bool
) -> None:
    assert covers(a_filing("2026-05", seq=7, number=5), paper, "monthly") is is_covered


def test_an_imported_month_covers_the_imported_papers_of_that_month_alone() -> None:
    imported = a_filing("2026-05", device=b"", origin="imported")
    assert covers(imported, mark(99, 99, is_imported=True), "monthly")
    assert not covers(imported, mark(1, 1), "monthly")
    assert not covers(
        a_filing("2026-06", device=b"", origin="imported"), mark(1, 1, is_imported=True), "monthly"
    )
    assert covers(
        a_filing("2026-06", device=b"", origin="imported"), mark(1, 1, is_imported=True), "quarterly"
    )


D = dt.date(2026, 11, 11)
PAPERS = [
    (FILED, Filed("GSTR1", "2026-10", D), ""),
    (FILED, Filed("GSTR9", "2026-10", D), "CHOICE"),
    (FILED, Filed("GSTR1", "2026-14", D), "PERIOD"),
    (FILED, Filed("GSTR1", "2017-06", D), "PERIOD"),
    (FILED, Filed("GSTR1", "9999-12", D), "PERIOD"),
    (FILED, Filed("GSTR1", "2026-10", D, covers_number=-1), "RANGE"),
    (FILED, Filed("GSTR1", "2026-10", D, covers_seq=3, origin="imported"), "RANGE"),
    (AMENDED, PeriodAmendment("b2cs", "2026-10", "29", 1_800, -100), ""),
    (AMENDED, PeriodAmendment("b2b", "2026-10", "29", 1_800, 100), "CHOICE"),
    (AMENDED, PeriodAmendment("b2cs", "2026", "29", 1_800, 100), "PERIOD"),
    (AMENDED, PeriodAmendment("b2cs", "2026-10", "29", 1_800, 100, reported_in="2026-10"), "PERIOD"),
    (AMENDED, PeriodAmendment("b2cs", "2026-10", "", 1_800, 100), "REQUIRED"),
    (AMENDED, PeriodAmendment("txpd", "2026-10", "29", 1_800, -100), "NEGATIVE"),
    (UNUSED, NumberUnused("INV", "A/26-27/0001", D), ""),
    (UNUSED, NumberUnused("QTN", "A/26-27/0001", D), "CHOICE"),
    (UNUSED, NumberUnused("INV", "A_1", D), "NUMBER_CHARACTERS"),
    (GAP_EXPLAINED, GapExplained("INV", 2026, "A/1", "torn"), ""),
    (GAP_EXPLAINED, GapExplained("INV", 2026, "", "torn"), "REQUIRED"),
]


@pytest.mark.parametrize(("kind", "body", "code"), PAPERS)
def test_each_paper_of_the_returns_is_judged_by_itself(kind: object, body: object, code: str) -> None:
    found = {problem.code for problem in kind.problems(body)}  # type: ignore[attr-defined]
    assert found == ({code} if code else set())


def test_an_imported_record_is_known_by_its_id() -> None:
    assert is_imported(imported_id("paper", "INV", "2026", "ni/1"))
    assert not is_imported(IdMaker(FixedClock.on(D)).new())
    assert not is_imported(b"short"), "whatever a hostile device calls a record"


def test_a_filed_return_and_an_unused_number_take_their_places() -> None:
    assert FILED.effects(b"x" * 16, Filed("GSTR1", "2026-10", D)).number == "filed/GSTR1/2026-10"
    assert UNUSED.effects(b"x" * 16, NumberUnused("INV", "NI/7", D)).number == "number/INV/2026/ni/7"


@given(marks, filings(), st.integers(0, 400))
def test_an_amendment_is_told_after_what_it_amends_and_in_no_filed_return_of_a_file(
    paper: Mark, filed: dict[tuple[str, str], Filing], days: int
) -> None:
    amended = paper.dated_on - dt.timedelta(days)
    amendment = paper._replace(amends_on=amended, is_imported=True)
    told_in = period_for(amendment, filed, "monthly")
    assert told_in >= max(period_of(paper.dated_on, "monthly"), month_after(period_of(amended, "monthly")))
    imported = {key: each._replace(origin="imported") for key, each in filed.items()}
    assert ("GSTR1", period_for(amendment, imported, "monthly")) not in imported
    assert not is_late(amendment, told_in, "monthly")
