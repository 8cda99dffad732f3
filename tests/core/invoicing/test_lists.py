"""Lists of documents: narrowed, sorted, searched and paged, each page by its key; and the last price."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.ids import Id
from core.invoicing import queries
from core.invoicing.model import DraftLine
from core.invoicing.queries import SORTS, STATES, DocumentRow, document_rows, documents_page, last_price
from tests.core.books import TODAY
from tests.core.invoicing.trade import GLOVES, PUMPS, Trade, a_trade

WEEK = dt.timedelta(7)


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trade]:
    """Twelve bills over twelve weeks to three parties; one answered by a note, one cancelled."""
    with a_trade(tmp_path_factory.mktemp("lists")) as made:
        bills = []
        for n in range(12):
            party = (made.lotus, made.banyan, made.walk_in)[n % 3]
            line = msgspec.structs.replace(GLOVES, price_tenthousandths=100_000 * (1 + (7 * n) % 12))
            bills.append(
                made.issue(dated_on=TODAY - (12 - n) * WEEK, party=party, lines=(line,), place_of_supply="29")
            )
        made.credit(bills[3], lines=(msgspec.structs.replace(GLOVES, price_tenthousandths=1_000_000),))
        made.cancel(bills[5])
        yield made


def whole(trade: Trade, limit: int = 5, **how: Any) -> list[DocumentRow]:
    rows: list[DocumentRow] = []
    key = None
    while True:
        page = trade.book.read(
            lambda read, key=key: documents_page(read, key=key, limit=limit, on=TODAY, **how)
        )
        rows += page.rows
        assert len(page.rows) == limit or page.next_key is None
        if page.next_key is None:
            return rows
        key = page.next_key


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", list(SORTS))
@pytest.mark.parametrize("state", ["all", "open", "overdue"])
def test_pages_follow_on_in_order(trade: Trade, state: str, sort: str, descending: bool) -> None:
    rows = whole(trade, state=state, sort=sort, descending=descending)
    assert len({row.id for row in rows}) == len(rows) == {"all": 13, "open": 10, "overdue": 7}[state]
    values = [_folded(getattr(row, sort)) for row in rows]
    assert values == sorted(values, reverse=descending)
    assert rows == whole(trade, limit=50, state=state, sort=sort, descending=descending)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def test_states_narrow(trade: Trade) -> None:
    counts = {state: len(whole(trade, state=state)) for state in STATES}
    assert counts == {
        "all": 13, "open": 10, "overdue": 7, "paid": 1, "held": 0, "contested": 0, "cancelled": 1, "notes": 1,
        "offers": 0,
    }  # fmt: skip
    assert all(row.open_paise > 0 and row.type != "CRN" for row in whole(trade, state="open"))
    assert all(row.due_on < TODAY for row in whole(trade, state="overdue"))


def test_days_narrow_with_both_ends_included(trade: Trade) -> None:
    rows = whole(trade)
    first, last = sorted({row.dated_on for row in rows})[1:3]
    meant = {row.id for row in rows if first <= row.dated_on <= last}
    for sort in SORTS:
        assert {row.id for row in whole(trade, dated=(first, last), sort=sort)} == meant
    assert 0 < len(meant) < len(rows)
    ids = [row.id for row in rows]
    kept = trade.book.read(lambda read: document_rows(read, ids, dated=(first, last)))
    assert {row.id for row in kept} == meant


@pytest.mark.parametrize("most", [0, 20_000])
def test_few_and_many_papers_of_some_days_are_the_same_however_they_are_found(
    trade: Trade, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SHORT_PERIOD", most)
    days = (TODAY - 8 * WEEK, TODAY - 3 * WEEK)
    for state in ("all", "open", "overdue", "paid", "cancelled"):
        for sort in SORTS:
            for typed in ("", "trad"):
                how: dict[str, Any] = {"state": state, "sort": sort, "search": typed}
                meant = [row for row in whole(trade, **how) if days[0] <= row.dated_on <= days[1]]
                assert whole(trade, limit=2, dated=days, **how) == meant, how
    assert whole(trade, dated=(TODAY + WEEK, TODAY + 2 * WEEK), search="trad") == []


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("state", STATES)
def test_days_with_few_papers_are_found_by_an_index(trade: Trade, state: str, sort: str) -> None:
    days = (TODAY - 8 * WEEK, TODAY - 3 * WEEK)
    plan = trade.book.read(lambda read: _plan(read, state=state, sort=sort, dated=days))
    indexes = ("documents_by_date", "open_by_date", "standing_aside", "notes_by_date", "documents_cancelled")
    assert any(index in step for step in plan[-4:] for index in indexes), plan
    assert not any(
        step.startswith("SCAN documents") and "notes" not in step and "cancelled" not in step for step in plan
    ), plan


def test_days_with_many_papers_are_walked_in_the_order_asked_for(trade: Trade) -> None:
    days = (TODAY - 8 * WEEK, TODAY)
    for sort, index in {"number": "documents_by_number", "value_paise": "documents_by_value"}.items():
        plan = trade.book.read(lambda read, sort=sort: _plan(read, sort=sort, dated=days, many=True))
        assert index in plan[0], plan
        assert not any("TEMP B-TREE" in step for step in plan), plan


def test_type_and_party_narrow(trade: Trade) -> None:
    assert [row.number for row in whole(trade, type="CRN")] == ["AC/26-27/0001"]
    assert {row.party_name for row in whole(trade, party=trade.banyan)} == {"Banyan Traders"}


@pytest.mark.parametrize(
    ("typed", "count"),
    [("lotus", 5), ("banyan", 4), ("trad", 4), ("0003", 1), ("3", 1), ("lotus 4", 1), ("zebra", 0)],
)
def test_search_narrows_newest_first(trade: Trade, typed: str, count: int) -> None:
    rows = whole(trade, limit=2, search=typed)
    if typed == "3":
        assert len(rows) == 13, "one letter is no question yet"
        return
    assert len(rows) == count
    entries = [row.id for row in rows]
    assert entries == sorted(entries, reverse=True)


def test_search_and_state_narrow_together(trade: Trade) -> None:
    assert {row.type for row in whole(trade, search="lotus")} == {"INV", "CRN"}
    assert {row.type for row in whole(trade, search="lotus", state="open")} == {"INV"}


def test_touched_rows_are_read_again_by_the_same_question(trade: Trade) -> None:
    rows = whole(trade)
    ids: list[Id] = [row.id for row in rows]
    assert sorted(trade.book.read(lambda read: document_rows(read, ids))) == sorted(rows)
    still = trade.book.read(lambda read: document_rows(read, ids, state="overdue", search="banyan", on=TODAY))
    assert {row.id for row in still} == {row.id for row in whole(trade, state="overdue", search="banyan")}


def test_lists_read_by_index(trade: Trade) -> None:
    asked = {
        ("all", sort): index
        for sort, index in {
            "dated_on": "documents_by_date", "number": "documents_by_number", "party_name": "documents_by_name",
            "due_on": "documents_by_due", "value_paise": "documents_by_value",
        }.items()
    }  # fmt: skip
    asked |= {("open", "dated_on"): "open_by_date", ("overdue", "due_on"): "open_by_due"}
    asked |= {("overdue", "dated_on"): "open_by_date", ("paid", "number"): "documents_by_number"}
    asked |= {("notes", "dated_on"): "notes_by_date"}
    for (state, sort), index in asked.items():
        plan = trade.book.read(lambda read, state=state, sort=sort: _plan(read, state=state, sort=sort))
        assert index in plan[0], (state, sort, plan)
        assert not any("TEMP B-TREE" in step for step in plan), (state, sort, plan)


def test_what_is_few_is_found_by_its_own_index(trade: Trade) -> None:
    for state, index in {
        "held": "standing_aside",
        "contested": "standing_aside",
        "notes": "notes_by_date",
    }.items():
        for sort in SORTS:
            plan = trade.book.read(lambda read, state=state, sort=sort: _plan(read, state=state, sort=sort))
            assert any(index in step for step in plan), (state, sort, plan)
            assert not any("SCAN documents" in step for step in plan if index not in step), (
                state,
                sort,
                plan,
            )


def test_a_search_is_walked_newest_first(trade: Trade) -> None:
    plan = trade.book.read(lambda read: _plan(read, search="lotus"))
    assert "SCAN search" in plan[0]
    assert not any("TEMP B-TREE" in step for step in plan), plan


def _plan(read: Any, *, many: bool = False, **how: Any) -> list[str]:
    """The steps of the list's own question; `many` says that the days asked for have more papers than are sorted."""
    steps: list[str] = []

    class Told:
        def execute(self, question: Any) -> list[Any]:
            if "OFFSET" in str(question):
                return [1] if many else []
            bound = question.compile(read.engine, compile_kwargs={"literal_binds": True})
            steps.extend(row[3] for row in read.exec_driver_sql(f"EXPLAIN QUERY PLAN {bound}"))
            return []

    documents_page(Told(), on=TODAY, **how)  # type: ignore[arg-type]
    return steps


def test_the_last_price_is_that_of_the_newest_standing_bill(tmp_path: Path) -> None:
    with a_trade(tmp_path) as one:

        def bill(price: int, days: int, **changes: Any) -> Id:
            line = DraftLine(item=one.pump, price_tenthousandths=price, discount_tenthousandths_pct=10_000)
            return one.issue(lines=(PUMPS, line), dated_on=TODAY - dt.timedelta(days), **changes)

        def asked() -> tuple[int, str] | None:
            found = one.book.read(lambda read: last_price(read, one.lotus, one.pump))
            return None if found is None else (found.price_tenthousandths, found.number)

        assert asked() is None
        bill(100_000, 9)
        newest = bill(300_000, 1)
        bill(200_000, 5)
        bill(900_000, 0, party=one.banyan)
        assert asked() == (300_000, "A/26-27/0002")
        one.cancel(newest)
        assert asked() == (200_000, "A/26-27/0003")
