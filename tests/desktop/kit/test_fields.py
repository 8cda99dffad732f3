"""Fields: what they take, what they show when left, and that blank is never zero."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.kit import (
    AmountField,
    ChoiceField,
    DateField,
    NotesField,
    PriceField,
    QuantityField,
    RateField,
    TextField,
    ToggleField,
)
from desktop.ports import Choice
from tests.desktop.kit.shop import Shop

TODAY = dt.date(2026, 11, 21)


def typed(qtbot, field, text):
    """Type into a field as a user does, without leaving it."""
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    qtbot.keyClicks(field.editor, text)
    return field


@pytest.mark.parametrize(
    ("make", "text", "value", "shown"),
    [
        (AmountField, "1.25l", 12_500_000, "1,25,000.00"),
        (AmountField, "2cr", 2_000_000_000, "2,00,00,000.00"),
        (AmountField, "10*125", 125_000, "1,250.00"),
        (AmountField, "0", 0, "0.00"),
        (AmountField, "", None, ""),
        (PriceField, "1250.5", 12_505_000, "1,250.50"),
        (QuantityField, "2.5", 2_500, "2.5"),
        (RateField, "18", 1_800, "18%"),
        (lambda: DateField(today=TODAY), "t", TODAY, "21-11-2026"),
        (lambda: DateField(today=TODAY), "+7", dt.date(2026, 11, 28), "28-11-2026"),
        (lambda: DateField(today=TODAY), "4-5-2026", dt.date(2026, 5, 4), "04-05-2026"),
        (lambda: DateField(today=TODAY), "", None, ""),
        (TextField, "  Rao & Sons ", "Rao & Sons", "Rao & Sons"),
        (lambda: TextField(capitals=True), "29abcde1234f1z5", "29ABCDE1234F1Z5", "29ABCDE1234F1Z5"),
    ],
)
def test_what_is_typed_and_what_stands_when_left(qtbot, make, text, value, shown):
    field = typed(qtbot, make(), text)
    left = []
    field.left.connect(left.append)
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert field.value() == value
    assert field.editor.text() == shown
    assert field.problem() == ""
    assert field.is_blank() == (text == "")
    assert left == ([] if value in (None, "") else [value])


@pytest.mark.parametrize("make", [AmountField, QuantityField, RateField, lambda: DateField(today=TODAY)])
def test_what_cannot_be_read_stays_as_typed_and_says_why(qtbot, make):
    field = typed(qtbot, make(), "12x")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert field.editor.text() == "12x"
    assert field.value() is None
    assert "12x" in field.problem() or "x" in field.problem()
    assert not field.is_blank()


def test_a_sum_shows_its_result_while_typed_and_a_date_its_weekday(qtbot):
    amount = typed(qtbot, AmountField(), "1.25l")
    assert amount.editor.hint() == "= 1,25,000.00"
    day = typed(qtbot, DateField(today=TODAY), "t")
    assert day.editor.hint() == "21-11-2026  Sat"
    qtbot.keyClick(day.editor, Qt.Key.Key_Return)
    assert day.editor.hint() == "Sat"


def test_up_and_down_move_a_date_by_a_day(qtbot):
    field = typed(qtbot, DateField(today=TODAY), "")
    heard = []
    field.edited.connect(heard.append)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(field.editor, key)
    assert [day.day for day in heard] == [21, 22, 21, 20]
    qtbot.keyClicks(field.editor, "x")
    qtbot.keyClick(field.editor, Qt.Key.Key_Up)
    assert field.editor.text() == "x"


def test_edited_tells_each_keystroke(qtbot):
    field = AmountField()
    heard = []
    field.edited.connect(heard.append)
    typed(qtbot, field, "12x")
    assert heard == [100, 1_200, None]


def test_values_set_by_the_program_are_not_edits(qtbot):
    for field, value in [
        (AmountField(), 12_345),
        (TextField(), "Rao"),
        (NotesField(), "two\nlines"),
        (ToggleField("Send"), True),
        (DateField(today=TODAY), TODAY),
        (ChoiceField.of([Choice("29", "Karnataka")]), Choice("29", "Karnataka")),
    ]:
        qtbot.addWidget(field)
        heard = []
        field.edited.connect(heard.append)
        field.left.connect(heard.append)
        field.set_value(value)
        assert field.value() == value
        field.settle()
        assert heard == []


def test_a_switch_is_switched_by_space_and_left_by_enter(qtbot):
    field = ToggleField("Send reminders")
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    heard, gone = [], []
    field.edited.connect(heard.append)
    field.entered.connect(lambda: gone.append(True))
    qtbot.keyClick(field.editor, Qt.Key.Key_Space)
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert (heard, gone) == ([True], [True])


# --- choices

STATES = [
    Choice("29", "Karnataka", "29"),
    Choice("27", "Maharashtra", "27"),
    Choice("33", "Tamil Nadu", "33"),
]


def parties(reader, text):
    names = ["Rao & Sons", "Rao Textiles", "Kaveri Mills"]
    return [Choice(name.encode(), name) for name in names if text.casefold() in name.casefold()]


@pytest.fixture
def room(qtbot):
    """A window wide enough for suggestions."""
    made = QWidget()
    made.resize(600, 500)
    qtbot.addWidget(made)
    return made


def placed(qtbot, room, field):
    field.setParent(room)
    field.setGeometry(20, 20, 300, 40)
    with qtbot.waitExposed(room):
        room.show()
    field.setFocus()
    return field


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_a_choice_is_picked_by_typing_and_enter_or_tab(qtbot, room, key):
    field = placed(qtbot, room, ChoiceField(parties, Shop().now()))
    qtbot.keyClicks(field.editor, "rao")
    qtbot.keyClick(field.editor, Qt.Key.Key_Down)
    with qtbot.waitSignal(field.entered):
        qtbot.keyClick(field.editor, key)
    assert field.picked() == b"Rao Textiles"
    assert field.editor.text() == "Rao Textiles"


def test_an_enter_faster_than_the_answer_waits_for_it(qtbot, room):
    runner = Shop().later()
    field = placed(qtbot, room, ChoiceField(parties, runner))
    qtbot.keyClicks(field.editor, "kav")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert field.value() is None
    with qtbot.waitSignal(field.entered):
        runner.deliver()
    assert field.picked() == b"Kaveri Mills"


def test_what_is_typed_and_not_picked_is_no_value(qtbot, room):
    field = placed(qtbot, room, ChoiceField(parties, Shop().now()))
    field.set_value(Choice(b"Rao", "Rao & Sons"))
    qtbot.keyClicks(field.editor, "zzz")
    assert field.value() is None
    assert field.problem() == "Choose one from the list"
    field.editor.clear()
    qtbot.keyClicks(field.editor, "kaveri mills")
    other = TextField()
    other.setParent(room)
    other.show()
    other.setFocus()
    assert field.picked() == b"Kaveri Mills"


def test_escape_closes_the_suggestions_and_nothing_else(qtbot, room):
    field = placed(qtbot, room, ChoiceField(parties, Shop().now()))
    qtbot.keyClicks(field.editor, "rao")
    qtbot.keyClick(field.editor, Qt.Key.Key_Escape)
    assert field.editor.text() == "rao"
    gone = []
    field.entered.connect(lambda: gone.append(True))
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert gone == [True]
    assert field.value() is None


def test_a_choice_offers_to_create_what_was_typed(qtbot, room):
    field = placed(qtbot, room, ChoiceField(parties, Shop().now(), create="New party"))
    asked = []
    field.create_asked.connect(asked.append)
    qtbot.keyClicks(field.editor, "Mehta")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert asked == ["Mehta"]


def test_a_fixed_list_narrows_by_name_or_code_and_opens_whole_on_down(qtbot, room):
    field = placed(qtbot, room, ChoiceField.of(STATES))
    qtbot.keyClicks(field.editor, "33")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert field.picked() == "33"
    field.set_value("27")
    assert field.editor.text() == "Maharashtra"
    field.editor.selectAll()
    qtbot.keyClick(field.editor, Qt.Key.Key_Down)
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert field.picked() == "29"
