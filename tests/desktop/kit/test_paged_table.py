"""PagedTable: pages, stale answers, touched rows, selection and scroll by id, states, keys."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt

from core.errors import Offline
from desktop.bridge import NoMemory
from desktop.kit import ListPage, PagedTable
from desktop.kit.paged_model import PagedModel
from desktop.kit.row_changes import runs_of
from desktop.ports import Ask
from desktop.theme import size
from tests.desktop.kit.shop import SCOPES, FakeHub, Shop

ROOT = QModelIndex()


def texts(table: PagedTable, column: int = 0) -> list[str]:
    return [table.model.index(row, column).data() for row in range(table.model.rowCount())]


def shown(qtbot, widget):
    qtbot.addWidget(widget)
    widget.resize(900, 480)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def bill(number: int) -> bytes:
    return number.to_bytes(4, "big")


# --- the model


def test_the_model_keeps_qts_rules(qtbot, qtmodeltester):
    shop = Shop(250)
    model = PagedModel(shop.listing(), shop.now(), Ask(sort="number"))
    model.ask(Ask(sort="number"))
    qtmodeltester.check(model)


def test_pages_follow_each_other_and_one_is_under_way_at_a_time(qtbot):
    shop = Shop(250)
    runner = shop.later()
    model = PagedModel(shop.listing(), runner, Ask())
    model.ask(Ask())
    assert not model.canFetchMore(ROOT)
    model.fetchMore(ROOT)
    assert len(shop.fetches) == 1
    runner.deliver()
    for _call in range(3):
        model.fetchMore(ROOT)
    assert len(shop.fetches) == 2
    runner.deliver()
    model.fetchMore(ROOT)
    runner.deliver()
    assert model.rowCount() == 250
    assert not model.canFetchMore(ROOT)
    assert [after for _ask, after, _limit in shop.fetches] == [None, 100, 200]


def test_an_answer_to_an_older_question_is_dropped(qtbot):
    shop = Shop()
    runner = shop.later()
    model = PagedModel(shop.listing(), runner, Ask())
    model.ask(Ask())
    model.ask(Ask(text="Party 3"))
    runner.deliver()
    assert {model.row(row).party for row in range(model.rowCount())} == {"Party 3"}
    model.fetchMore(ROOT)
    model.ask(Ask(text="Party 5"))
    runner.deliver()
    assert {model.row(row).party for row in range(model.rowCount())} == {"Party 5"}


def test_no_more_than_the_limit_is_loaded(qtbot, monkeypatch):
    monkeypatch.setattr("desktop.kit.paged_model.ROWS_MAX", 150)
    shop = Shop(500)
    model = PagedModel(shop.listing(), shop.now(), Ask())
    model.ask(Ask())
    model.fetchMore(ROOT)
    model.fetchMore(ROOT)
    assert model.rowCount() == 150
    assert model.is_full


# --- touched rows


def test_a_touched_row_is_read_again_by_id_alone(qtbot):
    shop, hub = Shop(), FakeHub()
    table = PagedTable(shop.listing(), shop.now(), hub)
    qtbot.addWidget(table)
    changed = []
    table.model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    shop.change(bill(5), amount_paise=999_00)
    hub.touch(bills={bill(5)})
    assert shop.rereads == [(bill(5),)]
    assert len(shop.fetches) == 1
    assert changed == [(5, 5)]
    assert texts(table, 2)[5] == "999.00"


def test_a_commit_of_other_records_asks_nothing(qtbot):
    shop, hub = Shop(), FakeHub()
    table = PagedTable(shop.listing(), shop.now(), hub)
    qtbot.addWidget(table)
    hub.touch(items={b"x"})
    assert len(shop.fetches) == 1
    assert shop.rereads == []


def test_a_row_that_no_longer_answers_leaves_and_a_new_one_comes(qtbot):
    shop, hub = Shop(300), FakeHub()
    table = PagedTable(shop.listing(scopes=SCOPES), shop.now(), hub)
    qtbot.addWidget(table)
    shop.change(bill(2), is_open=False)
    hub.touch(bills={bill(2)})
    assert texts(table)[:3] == ["0", "1", "3"]
    shop.change(bill(2), is_open=True)
    hub.touch(bills={bill(2)})
    assert texts(table)[:4] == ["0", "1", "2", "3"]


def test_a_depended_record_brings_a_new_reading_to_the_same_depth(qtbot):
    shop, hub = Shop(), FakeHub()
    table = PagedTable(shop.listing(), shop.now(), hub)
    qtbot.addWidget(table)
    table.model.fetchMore(ROOT)
    shop.change(bill(150), party="New name")
    hub.touch(parties={b"p"})
    assert table.model.rowCount() == 200
    assert texts(table, 1)[150] == "New name"


def test_what_is_touched_while_an_answer_is_under_way_is_caught_up_with(qtbot):
    shop, hub = Shop(), FakeHub()
    runner = shop.later()
    table = PagedTable(shop.listing(), runner, hub)
    qtbot.addWidget(table)
    runner.deliver()
    table.model.fetchMore(ROOT)
    shop.change(bill(1), amount_paise=111_00)
    hub.touch(bills={bill(1)})
    shop.change(bill(150), amount_paise=222_00)
    hub.touch(bills={bill(150)})
    runner.deliver()
    assert (texts(table, 2)[1], texts(table, 2)[150]) == ("111.00", "222.00")


def test_selection_and_scroll_stay_with_their_rows(qtbot):
    shop, hub = Shop(), FakeHub()
    table = shown(qtbot, PagedTable(shop.listing(), shop.now(), hub))
    table.model.fetchMore(ROOT)
    table.select(bill(120))
    bar = table.view.verticalScrollBar()
    top = bar.value() // size("row")
    offset = bar.value() - top * size("row")
    top_id = table.model.row_id(top)
    shop.bills = [shop.bills[0], *shop.bills[4:]]
    hub.touch(bills={bill(1), bill(2), bill(3)})
    assert table.selected_ids() == [bill(120)]
    assert table.model.row_id(bar.value() // size("row")) == top_id
    assert bar.value() % size("row") == offset
    shop.bills = Shop().bills
    hub.touch(bills={bill(1), bill(2), bill(3)})
    assert table.selected_ids() == [bill(120)]
    assert table.model.row_id(bar.value() // size("row")) == top_id


def test_an_order_that_changed_is_followed_and_selection_with_it(qtbot):
    shop, hub = Shop(50), FakeHub()
    table = PagedTable(shop.listing(sort="amount"), shop.now(), hub)
    qtbot.addWidget(table)
    table.select(bill(3))
    shop.change(bill(3), amount_paise=10_000_00)
    hub.touch(parties={b"p"})
    assert texts(table)[-1] == "3"
    assert table.selected_ids() == [bill(3)]


def test_many_changes_at_once_are_a_new_list_with_the_same_selection(qtbot):
    shop, hub = Shop(1_000), FakeHub()
    table = PagedTable(shop.listing(), shop.now(), hub)
    qtbot.addWidget(table)
    while table.model.canFetchMore(ROOT):
        table.model.fetchMore(ROOT)
    table.select(bill(501))
    shop.bills = [one for one in shop.bills if one.number % 2]
    hub.touch(parties={b"p"})
    assert table.model.rowCount() == 500
    assert table.selected_ids() == [bill(501)]


def test_a_closed_table_listens_no_more(qtbot):
    shop, hub = Shop(10), FakeHub()
    table = PagedTable(shop.listing(), shop.now(), hub)
    table.deleteLater()
    qtbot.waitUntil(lambda: hub.listeners == [])


# --- questions, remembered


def test_sort_scope_and_filter_are_questions_and_are_remembered(qtbot):
    shop, memory = Shop(), NoMemory()
    table = PagedTable(shop.listing(scopes=SCOPES), shop.now(), None, memory)
    qtbot.addWidget(table)
    table.sort_by("amount", descending=True)
    table.ask(text="Party 3", scope="all")
    asked = Ask(text="Party 3", scope="all", sort="amount", descending=True)
    assert shop.fetches[-1][0] == asked
    again = PagedTable(shop.listing(scopes=SCOPES), shop.now(), None, memory)
    qtbot.addWidget(again)
    assert again.model.asked == asked
    assert shop.fetches[-1][0] == asked


def test_a_remembered_column_or_scope_that_is_no_more_is_forgotten(qtbot):
    shop, memory = Shop(), NoMemory()
    memory.keep("list.bills", {"sort": "gone", "descending": True, "scope": "gone"})
    table = PagedTable(shop.listing(scopes=SCOPES), shop.now(), None, memory)
    qtbot.addWidget(table)
    assert table.model.asked == Ask(scope="open", sort="number")


def test_where_room_is_short_columns_give_way_in_their_order_and_come_back(qtbot):
    listing = Shop(5).listing()
    first, *rest = listing.columns
    ranks = (0, 2, 1)
    columns = (
        replace(first, stretch=True, width=30),
        *(
            replace(column, stretch=False, width=20, gives_way=rank)
            for column, rank in zip(rest, (*ranks, *(0,) * len(rest)), strict=False)
        ),
    )
    table = shown(qtbot, PagedTable(replace(listing, columns=columns), Shop(5).now(), FakeHub()))
    hidden = lambda: [n for n in range(len(columns)) if table.view.isColumnHidden(n)]  # noqa: E731
    header = table.view.horizontalHeader()
    table.resize(header.length() + 2_000, 480)
    assert hidden() == []
    for width in range(2_000, 300, -20):
        table.resize(width, 480)
        assert hidden() in ([], [3], [2, 3])
    assert hidden() == [2, 3]
    table.resize(2_000, 480)
    assert hidden() == []


def test_a_click_on_a_header_sorts_and_a_second_turns(qtbot):
    shop = Shop()
    table = shown(qtbot, PagedTable(shop.listing(), shop.now()))
    header = table.view.horizontalHeader()
    for _click in range(2):
        x = header.sectionViewportPosition(2) + 20
        qtbot.mouseClick(
            header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().center() + _at(x, header)
        )
    assert table.model.asked == Ask(sort="amount", descending=True)


def _at(x, header):
    point = header.rect().center()
    return type(point)(x - point.x(), 0)


# --- keys


def test_the_keys_of_a_table(qtbot):
    shop = Shop()
    table = shown(qtbot, PagedTable(shop.listing(), shop.now()))
    opened, typed = [], []
    table.row_activated.connect(opened.append)
    table.typed.connect(typed.append)
    table.view.setFocus()
    assert table.selected_ids() == [bill(0)]
    qtbot.keyClick(table.view, Qt.Key.Key_Down)
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert opened == [bill(1)]
    qtbot.keyClick(table.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert table.model.asked.sort == "amount"
    qtbot.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert table.model.asked.descending
    assert table.selected_ids() == [bill(999)]
    qtbot.keyClicks(table.view, "k")
    assert typed == ["k"]


def test_a_page_is_walked_by_keys_alone(qtbot):
    shop = Shop()
    page = shown(qtbot, ListPage("Bills", shop.listing(scopes=SCOPES), shop.now(), None, NoMemory()))
    opened = []
    page.row_activated.connect(opened.append)
    page.table.view.setFocus()
    qtbot.keyClicks(page.table.view, "p")
    line = page.focusWidget()
    assert line.accessibleName() == "Filter"
    qtbot.keyClicks(line, "arty 3")
    qtbot.waitUntil(lambda: page.table.model.asked.text == "party 3")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert page.table.view.hasFocus()
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert opened == [bill(3)]
    qtbot.keyClick(page.table.view, Qt.Key.Key_Escape)
    assert page.table.model.asked.text == ""


# --- states


def test_an_empty_list_says_what_belongs_there_and_offers_it(qtbot):
    shop = Shop(0)
    table = shown(qtbot, PagedTable(shop.listing(), shop.now()))
    assert spoken(table) >= {"No bills yet", "They stand here once issued."}
    with qtbot.waitSignal(table.action_asked):
        press(table, "New bill")


def test_a_filter_that_finds_nothing_says_so_and_clears(qtbot):
    shop = Shop()
    table = shown(qtbot, PagedTable(shop.listing(), shop.now()))
    table.ask(text="zzz")
    assert "Nothing matches “zzz”" in spoken(table)
    press(table, "Clear the filter")
    assert table.model.rowCount() == 100


def test_a_failed_list_says_why_and_tries_again(qtbot):
    shop = Shop()
    shop.error = Offline("The book cannot be read.", remedy="Close the other window.")
    table = shown(qtbot, PagedTable(shop.listing(), shop.now()))
    assert spoken(table) >= {"The book cannot be read.", "Close the other window."}
    shop.error = None
    press(table, "Try again")
    assert table.model.rowCount() == 100


def test_a_page_that_fails_leaves_the_rows_there_are(qtbot):
    shop = Shop()
    table = shown(qtbot, PagedTable(shop.listing(), shop.now()))
    shop.error = Offline("The book cannot be read.")
    table.model.fetchMore(ROOT)
    assert table.model.rowCount() == 100
    assert "The book cannot be read." in spoken(table)


def spoken(table):
    from PySide6.QtWidgets import QLabel

    return {one.text() for one in table.findChildren(QLabel) if one.isVisible()}


def press(table, text):
    from PySide6.QtWidgets import QPushButton

    next(one for one in table.findChildren(QPushButton) if one.text() == text and one.isVisible()).click()


@pytest.mark.parametrize(
    ("places", "runs"),
    [([], []), ([4], [(4, 4)]), ([1, 2, 3, 7], [(1, 3), (7, 7)]), ([0, 2], [(0, 0), (2, 2)])],
)
def test_runs_of_places(places, runs):
    assert runs_of(places) == runs


def test_an_answer_that_comes_after_the_table_is_gone_harms_nobody(qtbot):
    shop = Shop(10)
    runner = shop.later()
    table = PagedTable(shop.listing(), runner)
    gone = []
    table.destroyed.connect(lambda: gone.append(True))
    table.deleteLater()
    qtbot.waitUntil(lambda: gone == [True])
    runner.deliver()
