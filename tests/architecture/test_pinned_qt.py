"""The pin of PySide6 is earned: this version must not lose a reference to None at each void call.

6.12.0 does on Python 3.11, and the interpreter aborts after some thousand calls.
"""

import sys

from PySide6.QtCore import QObject


def test_void_calls_into_qt_keep_the_references_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(2_000):
        thing.setObjectName("name")
    assert before - sys.getrefcount(None) < 500
