"""Joining with an invitation pasted whole: it fills the service's address and the code."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.screens.first_run.forms import join_form
from sync.client.invitation import line_of

LINE = line_of("https://books.example:8440", "AB12C-DE34F")


@pytest.mark.parametrize("field", ["server", "code"])
def test_an_invitation_pasted_in_either_field_fills_both(qapp: QApplication, field: str) -> None:
    form = join_form()
    form.show()
    form.activateWindow()
    QTest.qWaitForWindowActive(form)
    form.field(field).setFocus()
    focus = form.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, LINE)
    form.field("code" if field == "server" else "server").setFocus()
    assert (form.value("server"), form.value("code")) == ("https://books.example:8440", "AB12C-DE34F")
    form.close()
