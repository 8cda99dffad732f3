"""“More”: what a paper may say besides its head and lines, in one sheet; Ctrl+Enter takes it as one step."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.problems import Problem
from core.words import translate as _
from desktop.kit import KeyHint, button, label, row, scrolling
from desktop.kit.sheet import Dialog
from desktop.ports import Choice, Runner
from desktop.screens.invoices.editor.more_form import MoreForm, port_choice, taxed_choice
from desktop.screens.invoices.editor.more_values import charges_of
from desktop.theme import size, space

Values = Mapping[str, Any]


class MoreSheet(Dialog):
    """The groups that can apply; `typed` hears each keystroke, `given` the values once they are taken."""

    def __init__(
        self,
        runner: Runner,
        groups: frozenset[str],
        values: Values,
        today: dt.date,
        *,
        typed: Callable[[Values], None],
        given: Callable[[Values], None],
        parent: QWidget,
    ) -> None:
        super().__init__(_("More"), parent)
        self.form = MoreForm(runner, groups, today)
        self._given = given
        self._first = ""
        self._build(parent)
        self._show(values)
        self.form.edited.connect(lambda _name, _value: typed(self.values()))
        if self.form.grid is not None:
            self.form.grid.edited.connect(lambda *_at: typed(self.values()))
            self.form.grid.row_removed.connect(lambda _row: typed(self.values()))
        self.form.save_asked.connect(self._save)
        self.form.back_asked.connect(self.reject)

    def values(self) -> dict[str, Any]:
        """The fields as they stand; a choice is what it stands for."""
        found = {
            name: value.value if isinstance(value, Choice) else value
            for name, value in self.form.values().items()
        }
        if self.form.grid is not None:
            found["charges"] = charges_of(self.form.grid.rows())
        return found

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong beside its field; the first of them takes the focus."""
        self.form.show_problems(problems)
        fields = self.form.values()
        self._first = next((each.field for each in problems if each.field in fields), "")

    def showEvent(self, event: QShowEvent) -> None:
        """The first field takes the focus, or the first that is wrong."""
        super().showEvent(event)
        if self._first:
            self.form.field(self._first).setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.form.focus_first()

    def _show(self, values: Values) -> None:
        shown = dict(values)
        if shown.get("shipping_bill.port"):
            shown["shipping_bill.port"] = port_choice(shown["shipping_bill.port"])
        self.form.set_values(shown)
        if self.form.grid is not None:
            self.form.grid.set_rows(
                [
                    {"description": each.description, "amount": each.paise, "taxed": taxed_choice(each.taxed)}
                    for each in values["charges"]
                ]
            )

    def _save(self) -> None:
        if self.form.grid is not None and not self.form.grid.settle():
            return
        self._given(self.values())
        self.accept()

    def _build(self, parent: QWidget) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(space("wide"),) * 4)
        whole.setSpacing(space("small"))
        whole.addWidget(label(_("More of this paper"), "heading"))
        area = scrolling(self.form)
        area.setAccessibleName(_("More of this paper"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.addWidget(area, 1)
        back = button(_("Leave it"), "quiet", run=self.reject)
        take = button(_("Take it"), "primary", run=self.form.save)
        groups = label(_("Next group"), "small", tone="muted")
        across = row(groups, KeyHint(_("Ctrl+PgDn")), back, take, KeyHint("Ctrl+Enter"))
        across.insertStretch(2, 1)
        whole.addLayout(across)
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(keys), self).activated.connect(partial(self.form.step_group, step))
        height = parent.window().height() - 2 * space("broad")
        self.resize(size("form") + 3 * space("wide"), height)
