"""EditGrid: an invoice's lines typed by keyboard alone, as a presenter sees them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.problems import Problem
from core.words import amount_text
from desktop.kit import EditGrid, GridColumn
from desktop.ports import Choice
from tests.desktop.kit.shop import Shop

ITEMS = [
    Choice(b"1", "Steel rod", "7214"),
    Choice(b"2", "Steel sheet", "7208"),
    Choice(b"3", "Fabrication", "9988"),
]
CTRL = Qt.KeyboardModifier.ControlModifier


def items(_reader, text):
    return [choice for choice in ITEMS if text.casefold() in choice.text.casefold()]


def columns():
    return [
        GridColumn("item", "Item", "choice", suggest=items, create="New item", stretch=True),
        GridColumn("note", "Note", "text"),
        GridColumn("quantity", "Qty", "quantity"),
        GridColumn("price", "Rate", "price"),
        GridColumn("total", "Amount", "computed", width=14),
    ]


@pytest.fixture
def grid(qtbot):
    made = EditGrid(columns(), Shop().now())
    qtbot.addWidget(made)
    made.resize(900, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.open_cell(0, "item")
    return made


def press(qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def enter(qtbot, *texts):
    for text in texts:
        qtbot.keyClicks(QApplication.focusWidget(), text)
        press(qtbot, Qt.Key.Key_Return)


def cell(grid):
    at = grid.view.currentIndex()
    return at.row(), grid.model.columns[at.column()].name


def total_up(grid):
    def on_edited(row, _column, _value):
        quantity, price = grid.value(row, "quantity"), grid.value(row, "price")
        if quantity and price:
            grid.set_cell(row, "total", amount_text(quantity * price // 100_000))

    grid.edited.connect(on_edited)


def test_lines_are_typed_by_enter_alone(qtbot, grid):
    total_up(grid)
    heard, added = [], []
    grid.edited.connect(lambda row, column, value: heard.append((row, column, value)))
    grid.row_added.connect(added.append)
    enter(qtbot, "rod", "", "10", "1250.50", "fab", "by hand", "2*3", "1k")
    assert heard == [
        (0, "item", ITEMS[0]),
        (0, "quantity", 10_000),
        (0, "price", 12_505_000),
        (1, "item", ITEMS[2]),
        (1, "note", "by hand"),
        (1, "quantity", 6_000),
        (1, "price", 10_000_000),
    ]
    assert added == [1, 2]
    assert [row["total"] for row in grid.rows()] == ["12,505.00", "6,000.00"]
    assert cell(grid) == (2, "item")


def test_enter_on_a_blank_last_line_leaves_the_grid(qtbot, grid):
    finished = []
    grid.finished.connect(lambda: finished.append(True))
    enter(qtbot, "rod", "", "1", "1")
    assert cell(grid) == (1, "item")
    press(qtbot, Qt.Key.Key_Return)
    assert finished == [True]
    assert len(grid.rows()) == 1


def test_tab_goes_on_shift_tab_back_and_arrows_change_lines(qtbot, grid):
    grid.set_rows([{"item": ITEMS[0], "quantity": 1_000}, {"item": ITEMS[1], "quantity": 2_000}])
    grid.open_cell(0, "quantity")
    press(qtbot, Qt.Key.Key_Tab)
    assert cell(grid) == (0, "price")
    press(qtbot, Qt.Key.Key_Tab)
    assert cell(grid) == (1, "item")
    press(qtbot, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert cell(grid) == (0, "price")
    press(qtbot, Qt.Key.Key_Down)
    assert cell(grid) == (1, "price")
    press(qtbot, Qt.Key.Key_Up)
    assert cell(grid) == (0, "price")


def test_walking_over_cells_changes_nothing(qtbot, grid):
    rows = [{"item": ITEMS[0], "note": "n", "quantity": 1_500, "price": 20_000, "total": "3.00"}]
    grid.set_rows(rows)
    heard = []
    grid.edited.connect(lambda *told: heard.append(told))
    grid.open_cell(0, "item")
    enter(qtbot, "", "", "", "")
    assert heard == []
    assert grid.rows() == rows


def test_ctrl_delete_removes_a_line_and_the_next_comes_up(qtbot, grid):
    grid.set_rows([{"item": choice} for choice in ITEMS])
    removed = []
    grid.row_removed.connect(removed.append)
    grid.open_cell(1, "item")
    press(qtbot, Qt.Key.Key_Delete, CTRL)
    assert [row["item"].text for row in grid.rows()] == ["Steel rod", "Fabrication"]
    assert removed == [1]
    assert cell(grid) == (1, "item")
    for _line in range(2):
        press(qtbot, Qt.Key.Key_Delete, CTRL)
    assert grid.rows() == []
    assert grid.model.rowCount() == 1


def test_an_unreadable_figure_stays_as_typed_and_holds_the_settling(qtbot, grid):
    grid.open_cell(0, "quantity")
    enter(qtbot, "12x")
    assert grid.value(0, "quantity") is None
    assert grid.model.index(0, 2).data() == "12x"
    assert not grid.settle()
    assert cell(grid) == (0, "quantity")
    enter(qtbot, "12")
    assert grid.settle()
    assert grid.value(0, "quantity") == 12_000


def test_settle_takes_what_is_being_typed(qtbot, grid):
    grid.open_cell(0, "quantity")
    qtbot.keyClicks(QApplication.focusWidget(), "7")
    assert grid.settle()
    assert grid.rows()[0]["quantity"] == 7_000


def test_escape_takes_back_what_was_typed_in_a_cell(qtbot, grid):
    grid.set_rows([{"quantity": 5_000}])
    grid.open_cell(0, "quantity")
    qtbot.keyClicks(QApplication.focusWidget(), "99")
    press(qtbot, Qt.Key.Key_Escape)
    assert QApplication.focusWidget().text() == "5"
    enter(qtbot, "")
    assert grid.rows()[0]["quantity"] == 5_000


def test_a_choice_can_be_created_from_the_cell(qtbot, grid):
    asked = []
    grid.create_asked.connect(lambda *told: asked.append(told))
    enter(qtbot, "Welding")
    assert asked == [(0, "item", "Welding")]
    grid.set_cell(0, "item", Choice(b"4", "Welding"))
    assert grid.rows()[0]["item"].text == "Welding"


def test_a_cleared_choice_is_blank(qtbot, grid):
    grid.set_rows([{"item": ITEMS[0], "quantity": 1_000}])
    grid.open_cell(0, "item")
    press(qtbot, Qt.Key.Key_Backspace)
    press(qtbot, Qt.Key.Key_Escape)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, CTRL)
    press(qtbot, Qt.Key.Key_Backspace)
    grid.settle()
    assert grid.rows()[0]["item"] is None


def test_problems_stand_on_their_cells_and_the_rest_is_given_back(qtbot, grid):
    grid.set_rows([{"item": ITEMS[0]}, {"item": ITEMS[1]}])
    elsewhere = Problem(code="X", message="No due date.", field="due_on")
    apart = grid.show_problems(
        [
            Problem(code="Q", message="A quantity is needed.", field="lines[1].quantity"),
            Problem(code="L", message="This line is odd.", field="lines[0]"),
            elsewhere,
            Problem(code="N", message="No such line.", field="lines[9].price"),
        ]
    )
    assert [problem.code for problem in apart] == ["X", "N"]
    assert grid.model.problem(1, "quantity") == "A quantity is needed."
    assert grid.model.problem(0, "item") == "This line is odd."
    grid.open_cell(1, "quantity")
    enter(qtbot, "3")
    assert grid.model.problem(1, "quantity") == ""


def test_problems_move_with_their_lines(grid):
    grid.set_rows([{"item": choice} for choice in ITEMS])
    grid.show_problems([Problem(code="Q", message="Needed.", field="lines[2].quantity")])
    grid.open_cell(0, "item")
    grid.remove_row()
    assert grid.model.problem(1, "quantity") == "Needed."
    assert grid.model.problem(2, "quantity") == ""


def test_letters_on_an_unopened_cell_type_into_it(qtbot, grid):
    grid.set_rows([{"quantity": 5_000}])
    grid.view.setFocus()
    grid.view.setCurrentIndex(grid.model.index(0, 2))
    qtbot.keyClicks(grid.view, "8")
    enter(qtbot, "")
    assert grid.rows()[0]["quantity"] == 8_000


def test_the_model_keeps_qts_rules(qtmodeltester, grid):
    grid.set_rows([{"item": choice} for choice in ITEMS])
    qtmodeltester.check(grid.model)
