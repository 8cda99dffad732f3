"""Twenty thousand rows: scrolled, touched and drawn without holding up the window."""

import statistics
import time

import pytest
from PySide6.QtWidgets import QApplication

from desktop.bridge import ThreadRunner
from desktop.kit import PagedTable
from desktop.ports import Ask, Page
from tests.desktop.kit.shop import FakeBook, FakeHub, Shop

TURN_MS = 50
ROWS = 20_000


class Presorted(Shop):
    """Answers from a list that is in order already, as an index would."""

    def answer(self, ask: Ask):
        return self.bills

    def page(self, shop, ask, after, limit):
        start = after or 0
        end = start + limit
        return Page(self.bills[start:end], end if end < len(self.bills) else None)


@pytest.mark.slow
def test_no_turn_of_the_event_loop_is_long_while_twenty_thousand_rows_are_scrolled(qtbot):
    shop, hub = Presorted(ROWS + 500), FakeHub()
    raised: list[Exception] = []
    runner = ThreadRunner(FakeBook(shop), on_error=raised.append, on_crash=raised.append)
    table = PagedTable(shop.listing(fetch=shop.page), runner, hub)
    qtbot.addWidget(table)
    table.resize(1_000, 700)
    table.show()
    turns: list[float] = []
    deadline = time.perf_counter() + 60
    bar = table.view.verticalScrollBar()
    while table.model.rowCount() < ROWS and time.perf_counter() < deadline:
        bar.setValue(bar.maximum())
        turns.append(_turn())
    assert table.model.rowCount() == ROWS
    assert table.model.is_full
    for step in range(100):
        bar.setValue(bar.maximum() * step // 100)
        turns.append(_turn())
    shop.change(shop.bills[10].id, amount_paise=1)
    hub.touch(bills={shop.bills[10].id}, parties={b"p"})
    while runner.under_way:
        turns.append(_turn())
    assert runner.close()
    assert raised == []
    # The machine may be busy with other things: a single turn may be long, the habit may not.
    assert statistics.quantiles(turns, n=100)[97] * 1_000 < TURN_MS
    assert statistics.median(turns) * 1_000 < TURN_MS / 5


def _turn() -> float:
    start = time.perf_counter()
    QApplication.processEvents()
    return time.perf_counter() - start
