"""Table 13: what is one run, natures, what counts as cancelled, and the published cases."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.returns.model import UsedNumber
from core.returns.table13 import NATURES, Run, doc_issue, is_same_run, runs
from tests.core.returns.sales import cases, fits

Json = dict[str, Any]


def issued(*numbers: str, nature: int = 1, state: Any = "issued") -> list[UsedNumber]:
    return [UsedNumber(nature, number, state) for number in numbers]


def counted(prefix: str, first: int, last: int, width: int = 3, **more: Any) -> list[UsedNumber]:
    return issued(*(f"{prefix}{n:0{width}d}" for n in range(first, last + 1)), **more)


def spans(found: list[Run]) -> list[tuple[str, str, int]]:
    return [(run.first, run.last, run.total) for run in found]


SAME = [
    ("00483-SINV-23", "00484-SINV-23", True),
    ("00483-SINV-23", "00485-SINV-23", False),
    ("SINV-0005-23", "SINV-0006-23", True),
    ("SINV-0005-23", "00006-SINV-23", False),
    ("SINV-0005-23", "SINV-0006-24", False),
    ("INV-23-001", "INV-23-002", True),
    ("INV-23-001", "INV-23-111", False),
    ("SINV-10-23-001", "SINV-11-23-001", True),
    ("INV-9", "INV-10", True),
    ("INV-099", "INV-100", True),
    ("INV-09", "INV-010", False),
    ("inv-001", "INV-002", True),
    ("A/1", "B/2", False),
    ("A/1", "A/1", False),
    ("A/2", "A/1", False),
    ("A", "B", False),
    ("A/१", "A/२", False),
    ("", "1", False),
]


@pytest.mark.parametrize(("previous", "following", "same"), SAME)
def test_one_counter_rises_by_one(previous: str, following: str, same: bool) -> None:
    assert is_same_run(previous, following) is same


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases("doc_issue")])
def test_the_published_cases(case: Json) -> None:
    asked, expected = case["input"], case["expected"]
    match case["id"]:
        case "DOC_ISSUE-01":
            numbers = []
            for row in asked["rows"]:
                nature, low, high = NATURES.index(row["nature"]) + 1, row["from"], row["to"]
                prefix, width = low.rstrip("0123456789"), len(low) - len(low.rstrip("0123456789"))
                used = counted(
                    prefix, int(low[len(prefix) :]), int(high[len(prefix) :]), width, nature=nature
                )
                numbers += used[row["cancelled"] :]
                numbers += issued(
                    *(one.number for one in used[: row["cancelled"]]), nature=nature, state="cancelled"
                )
            assert fits(expected["doc_issue"], doc_issue(numbers))
        case "DOC_ISSUE-02":
            assert [NATURES.index(nature) + 1 for nature in asked["natures"]] == expected["doc_num"]
        case "DOC_ISSUE-11":
            numbers = counted("", int(asked["from"]), int(asked["to"]), 0)
            off = itertools.repeat("draft", asked["draft"]), itertools.repeat("cancelled", asked["cancelled"])
            for n, state in enumerate(itertools.chain(*off)):
                numbers[n] = UsedNumber(1, numbers[n].number, state)
            ((nature,),) = [table["doc_det"] for table in [doc_issue(numbers)]]
            (row,) = nature["docs"]
            assert {key: row[key] for key in expected} == expected
            assert row["totnum"] == asked["total"]
        case _:
            assert is_same_run(asked["previous"], asked["next"]) is expected["same_run"]


def test_a_gap_breaks_a_run() -> None:
    found = runs(counted("A/", 1, 5) + counted("A/", 7, 9))
    assert spans(found) == [("A/001", "A/005", 5), ("A/007", "A/009", 3)]


def test_prefixes_years_and_suffix_counters_are_runs_of_their_own() -> None:
    numbers = issued("1/A/26", "2/A/26", "3/A/26") + counted("INV-25-", 1, 3) + counted("INV-26-", 1, 2)
    assert spans(runs(numbers)) == [
        ("1/A/26", "3/A/26", 3),
        ("INV-25-001", "INV-25-003", 3),
        ("INV-26-001", "INV-26-002", 2),
    ]


def test_where_two_could_be_the_counter_the_longer_one_is() -> None:
    assert spans(runs(issued("0001/25", "0002/25", "0001/26"))) == [
        ("0001/25", "0002/25", 2), ("0001/26", "0001/26", 1),
    ]  # fmt: skip


def test_a_run_goes_on_whoever_kept_its_numbers() -> None:
    """A number of a paper that was never issued stands in no series, and yet in its run."""
    numbers = issued("A/1", "A/3") + issued("A/2", state="draft")
    assert [(run.first, run.last, run.total, run.cancelled) for run in runs(numbers)] == [
        ("A/1", "A/3", 3, 1)
    ]


def test_natures_come_in_the_portals_order_with_its_words() -> None:
    numbers = [one for nature in (12, 5, 1) for one in counted("A/", 1, 2, nature=nature)]
    table = doc_issue(numbers)["doc_det"]
    assert [(row["doc_num"], row["doc_typ"]) for row in table] == [
        (1, "Invoices for outward supply"), (5, "Credit Note"), (12, NATURES[11]),
    ]  # fmt: skip


def test_no_numbers_no_table() -> None:
    assert doc_issue([]) == {}


def test_a_number_told_twice_counts_once_as_it_stands() -> None:
    numbers = issued("A/1", state="draft") + issued("a/1") + issued("A/1", state="cancelled")
    assert [(run.total, run.cancelled, run.net) for run in runs(numbers)] == [(1, 0, 1)]


def test_what_is_longer_than_any_number_is_no_counter() -> None:
    long = "9" * 5_000
    assert [run.total for run in runs(issued("1", long))] == [1, 1]
    assert not is_same_run(long, long[:-1] + "8")


def test_a_number_without_digits_is_a_run_by_itself() -> None:
    assert [run.total for run in runs(issued("ONE", "TWO"))] == [1, 1]


@given(
    st.lists(
        st.tuples(st.sampled_from(["A/", "B-25-", "", "X/9/"]), st.integers(1, 60)), unique=True, max_size=40
    ),
    st.randoms(use_true_random=False),
)
def test_every_number_is_in_one_run_and_runs_are_unbroken(told: list[tuple[str, int]], chance: Any) -> None:
    numbers = [UsedNumber(1, f"{prefix}{n:03d}") for prefix, n in told]
    found = runs(numbers)
    assert sum(run.total for run in found) == len(numbers)
    for run in found:
        assert run.total == int(run.last[-3:]) - int(run.first[-3:]) + 1
    for one, other in itertools.pairwise(found):
        assert not is_same_run(one.last, other.first)
    chance.shuffle(numbers)
    assert runs(numbers) == found
