"""Figures over months: round scales, every figure told in words, something drawn for each run."""

import itertools

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from desktop.kit import Course, Run, round_scale

MONTHS = ("Sep", "Oct", "Nov")


def shown(qtbot) -> Course:
    course = Course("Days")
    qtbot.addWidget(course)
    runs = [
        Run("DSO", (41, None, 38), ("41 days", "–", "38 days")),
        Run("Sales", (10, 20, 30), ("₹ 10", "₹ 20", "₹ 30"), is_columns=True),
    ]
    most, lines = round_scale(41)
    course.show_runs(MONTHS, runs, most=most, scale=[str(line) for line in lines])
    course.resize(420, 200)
    return course


def test_a_course_is_told_in_words_and_by_month(qtbot):
    course = shown(qtbot)
    assert course.accessibleName() == "Days, DSO: 38 days, Sales: ₹ 30"
    assert course.told(1) == "Oct\nDSO: –\nSales: ₹ 20"
    with qtbot.waitExposed(course):
        course.show()
    at = QPoint(course.width() // 2, 90)
    course.event(QHelpEvent(QHelpEvent.Type.ToolTip, at, course.mapToGlobal(at)))
    assert QToolTip.text().startswith("Oct")


def test_each_run_is_drawn(qtbot):
    course = shown(qtbot)
    picture = course.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, 400, 2) for y in range(40, 170, 2)}
    assert {course._ink(0).name(), course._ink(1).name()} <= colours


@given(st.integers(0, 10**15))
def test_a_scale_is_round_and_reaches_the_largest(largest):
    most, lines = round_scale(largest)
    assert most >= largest
    assert lines[0] == 0
    assert lines[-1] == most
    assert 3 <= len(lines) <= 5
    assert len({after - before for before, after in itertools.pairwise(lines)}) == 1
