"""Form: walked by Enter alone, saved by Ctrl+Enter, problems beside their fields, names on everything."""

import datetime as dt

import pytest
from PySide6.QtCore import QPoint, Qt

from core.errors import Offline, RuleBroken
from core.problems import Problem
from desktop.kit import (
    AmountField,
    DateField,
    Form,
    NotesField,
    Sheet,
    TextField,
    ToggleField,
    button,
    icon_button,
)

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def form(qtbot):
    made = Form(save="Save", back="Back")
    made.section("Party", "How it stands on papers.")
    made.add("name", "Name", TextField(), required=True)
    made.add_beside(
        ("limit", "Limit", AmountField()), ("since", "Since", DateField(today=dt.date(2026, 11, 21)))
    )
    made.add("mail", "", ToggleField("Remind by e-mail"))
    qtbot.addWidget(made)
    made.resize(640, 420)
    with qtbot.waitExposed(made):
        made.show()
    made.focus_first()
    return made


def here(form):
    return next(name for name in form.values() if form.field(name).editor.hasFocus())


def test_enter_leads_through_every_field_and_saves_at_the_end(qtbot, form):
    walked = []
    saved = []
    form.save_asked.connect(lambda: saved.append(form.values()))
    for text in ("Rao & Sons", "1.5l", "t", ""):
        walked.append(here(form))
        qtbot.keyClicks(form.field(here(form)).editor, text)
        qtbot.keyClick(form.field(here(form)).editor, Qt.Key.Key_Return)
    assert walked == ["name", "limit", "since", "mail"]
    assert saved == [
        {"name": "Rao & Sons", "limit": 15_000_000, "since": dt.date(2026, 11, 21), "mail": False}
    ]


def test_ctrl_enter_saves_from_anywhere_and_settles_the_field_first(qtbot, form):
    heard = []
    form.left.connect(lambda name, value: heard.append((name, value)))
    form.save_asked.connect(lambda: heard.append("save"))
    qtbot.keyClicks(form.field("name").editor, "Rao")
    qtbot.keyClick(form.field("name").editor, Qt.Key.Key_Return, CTRL)
    assert heard == [("name", "Rao"), "save"]


def test_a_needed_or_unreadable_field_holds_the_save_and_takes_the_focus(qtbot, form):
    saved = []
    form.save_asked.connect(lambda: saved.append(True))
    qtbot.keyClick(form.field("name").editor, Qt.Key.Key_Return, CTRL)
    assert form.problem_of("name") == "This is needed"
    qtbot.keyClicks(form.field("name").editor, "Rao")
    form.field("limit").setFocus()
    qtbot.keyClicks(form.field("limit").editor, "12x")
    qtbot.keyClick(form.field("limit").editor, Qt.Key.Key_Return, CTRL)
    assert saved == []
    assert here(form) == "limit"
    assert form.problem_of("name") == ""
    assert "12x" in form.problem_of("limit") or "x" in form.problem_of("limit")


def test_escape_asks_to_go_back(qtbot, form):
    with qtbot.waitSignal(form.back_asked):
        qtbot.keyClick(form.field("name").editor, Qt.Key.Key_Escape)


def test_problems_stand_beside_their_fields_and_the_rest_in_the_banner(form):
    form.show_problems(
        [
            Problem(code="TOO_LARGE", message="Too large.", field="limit", remedy="Ask the owner."),
            Problem(code="TWICE", message="This party is already there."),
        ]
    )
    assert form.problem_of("limit") == "Too large. Ask the owner."
    assert form.banner.text() == "This party is already there."
    assert here(form) == "limit"
    assert form.field("limit").editor.accessibleDescription() == "Too large. Ask the owner."
    form.show_problems([])
    assert (form.problem_of("limit"), form.banner.isVisible()) == ("", False)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (RuleBroken([Problem(code="X", message="No series.")]), "No series."),
        (Offline("The disk is full.", remedy="Free some room."), "The disk is full. Free some room."),
        (ValueError("secret"), "A mistake in Bahi. Nothing was saved, and what you typed is still here."),
    ],
)
def test_a_refusal_keeps_what_was_typed(qtbot, form, error, text):
    qtbot.keyClicks(form.field("name").editor, "Rao")
    form.set_busy(True)
    form.show_refusal(error)
    assert form.banner.text() == text
    assert form.value("name") == "Rao"
    with qtbot.waitSignal(form.save_asked):
        form.save()


def test_a_busy_form_is_not_saved_twice(qtbot, form):
    saved = []
    form.field("name").set_value("Rao")
    form.save_asked.connect(lambda: saved.append(form.set_busy(True)))
    form.save()
    form.save()
    assert len(saved) == 1


def test_every_field_has_a_name_for_screen_readers(form):
    assert [form.field(name).editor.accessibleName() for name in form.values()] == [
        "Name",
        "Limit",
        "Since",
        "Remind by e-mail",
    ]


def test_enter_in_notes_is_a_new_line_and_ctrl_enter_saves(qtbot):
    form = Form(save="Save")
    form.add("notes", "Notes", NotesField())
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    form.focus_first()
    box = form.field("notes").editor
    qtbot.keyClicks(box, "one")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClicks(box, "two")
    with qtbot.waitSignal(form.save_asked):
        qtbot.keyClick(box, Qt.Key.Key_Return, CTRL)
    assert form.values() == {"notes": "one\ntwo"}


def test_a_hidden_field_is_passed_over(qtbot, form):
    form.show_field("limit", False)
    qtbot.keyClick(form.field("name").editor, Qt.Key.Key_Return)
    assert here(form) == "since"
    form.show_field("limit", True)
    assert form.field("limit").isVisible()


def test_a_sheet_is_a_form_that_closes_by_escape_or_its_presenter(qtbot):
    form = Form(save="Record", back="Cancel")
    form.add("amount", "Amount", AmountField())
    sheet = Sheet("Promise", form)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(sheet)
    sheet.open()
    qtbot.waitUntil(lambda: form.field("amount").editor.hasFocus())
    qtbot.keyClick(form.field("amount").editor, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    form.save_asked.connect(sheet.accept)
    sheet.open()
    qtbot.keyClick(form.field("amount").editor, Qt.Key.Key_Return)
    assert not sheet.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_reached_by_tab_is_pressed_by_enter_or_space(qtbot, key):
    pressed = []
    made = button("Go", run=lambda: pressed.append("text"))
    small = icon_button("back", "Back", run=lambda: pressed.append("icon"))
    for one in (made, small):
        qtbot.addWidget(one)
        qtbot.keyClick(one, key)
    assert pressed == ["text", "icon"]


def test_the_second_fields_of_all_pairs_stand_below_each_other(qtbot):
    made = Form(save="Save")
    made.add_beside(("city", "City", TextField()), ("pin", "PIN", TextField()))
    made.add_beside(("currency", "Currency", TextField()), ("rate", "Rate of exchange", TextField()))
    qtbot.addWidget(made)
    made.resize(640, 300)
    with qtbot.waitExposed(made):
        made.show()
    lefts = {made.field(name).editor.mapTo(made, QPoint(0, 0)).x() for name in ("pin", "rate")}
    assert len(lefts) == 1
