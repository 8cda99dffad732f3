"""Advances in the months: received, set off and given back are told once, also when they come late."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.advances.rules import Move
from tests.core.advances.vouchers import give_back, set_off, take
from tests.core.invoicing.trade import Trade, a_trade
from tests.core.returns.books import DECEMBER, NOVEMBER, OCTOBER, bill, file, month, november, october

pytestmark = pytest.mark.slow


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    with a_trade(tmp_path) as made:
        yield made


def moves(trade: Trade, period: str) -> list[tuple[str, int]]:
    found: tuple[Move, ...] = month(trade.book, period).advances
    return [(move.what, move.taxable_paise) for move in found]


def test_an_advance_is_told_as_it_comes_and_as_it_is_set_off(trade: Trade) -> None:
    voucher = take(trade.book, trade.lotus, 1_180, october(5))
    record = bill(trade, november(3))
    set_off(trade.book, voucher, trade.lotus, record, 590, november(3))
    assert moves(trade, OCTOBER) == [("received", 100_000)]
    assert moves(trade, NOVEMBER) == [("adjusted", 50_000)]
    numbers = month(trade.book).numbers
    assert [(used.nature, used.state) for used in numbers] == [(6, "issued")]


def test_a_refund_has_its_number_and_its_month(trade: Trade) -> None:
    voucher = take(trade.book, trade.lotus, 1_180, october(5))
    give_back(trade.book, voucher, 1_180, november(4))
    assert moves(trade, NOVEMBER) == [("refunded", 100_000)]
    assert [used.nature for used in month(trade.book, NOVEMBER).numbers] == [8]


def test_a_voucher_that_comes_after_the_filing_is_told_in_the_next_month(trade: Trade) -> None:
    take(trade.book, trade.lotus, 1_180, october(5))
    file(trade.book)
    take(trade.book, trade.lotus, 2_360, october(20))
    assert moves(trade, OCTOBER) == [("received", 100_000)]
    assert moves(trade, NOVEMBER) == [("received", 200_000)]
    assert [used.number for used in month(trade.book, NOVEMBER).numbers] == ["AV/26-27/0002"]


def test_what_is_set_off_late_is_told_in_the_next_month_too(trade: Trade) -> None:
    voucher = take(trade.book, trade.lotus, 1_180, dt.date(2026, 9, 5))
    record = bill(trade, october(3))
    set_off(trade.book, voucher, trade.lotus, record, 590, october(3))
    file(trade.book, "2026-09", on=october(11))
    file(trade.book)
    set_off(trade.book, voucher, trade.lotus, record, 590, october(4))
    assert moves(trade, OCTOBER) == [("adjusted", 50_000)]
    assert moves(trade, NOVEMBER) == [("adjusted", 50_000)]
    assert moves(trade, DECEMBER) == []


def test_a_part_of_an_earlier_day_that_comes_late_leaves_the_filed_figures_to_the_paisa(trade: Trade) -> None:
    for rupees in (941, 1_007, 1_111):
        voucher = take(trade.book, trade.lotus, rupees, dt.date(2026, 9, 5))
        record = bill(trade, october(2))
        set_off(trade.book, voucher, trade.lotus, record, 133, october(20))
        set_off(trade.book, voucher, trade.lotus, record, 211, october(21))
    file(trade.book, "2026-09", on=october(11))
    file(trade.book)
    told = month(trade.book).advances
    for move in month(trade.book, "2026-09").advances:
        assert move.voucher is not None
        record = bill(trade, october(2))
        set_off(trade.book, move.voucher, trade.lotus, record, 97, october(4))
        set_off(trade.book, move.voucher, trade.lotus, record, 59, november(4))
    assert month(trade.book).advances == told, "what was filed stands"
    late = month(trade.book, NOVEMBER).advances
    assert [move.moved_on for move in late] == [october(4)] * 3 + [november(4)] * 3
    by_voucher = [
        [move for move in (*told, *late) if move.voucher == received.voucher]
        for received in month(trade.book, "2026-09").advances
    ]
    for parts in by_voucher:
        assert sum(part.taxable_paise + part.igst_paise for part in parts) == (133 + 211 + 97 + 59) * 100
