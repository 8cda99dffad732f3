"""“More”: what a paper may say besides its head and lines, in one sheet; Ctrl+Enter takes it as one step."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.invoicing.model import Charge
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
        self._typed, self._given = typed, given
        self._before = dict(values)
        self._problems: Sequence[Problem] = ()
        self._making = QTimer(self)
        self._build(parent)
        self.form.edited.connect(lambda _name, _value: typed(self.values()))
        self.form.save_asked.connect(self._save)
        self.form.back_asked.connect(self.reject)
        self._making.timeout.connect(self._make_group)
        self._make_group()

    @property
    def is_whole(self) -> bool:
        """Whether every group stands."""
        return self.form.is_whole

    def values(self) -> dict[str, Any]:
        """The fields that stand by now, as they are; a choice is what it stands for."""
        found = {
            name: value.value if isinstance(value, Choice) else value
            for name, value in self.form.values().items()
        }
        if self.form.grid is not None:
            found["charges"] = charges_of(self.form.grid.rows())
        return found

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong beside its field; the first of them takes the focus."""
        self._problems = problems
        if self.is_whole:
            self.form.show_problems(problems)

    def showEvent(self, event: QShowEvent) -> None:
        """The first field takes the focus."""
        super().showEvent(event)
        self.form.focus_first()
        if not self.is_whole:
            self._making.start()

    def _make_group(self) -> None:
        """One group a turn of events."""
        names = self.form.make_next()
        self.form.set_values({name: self._shown(name) for name in names})
        grid = self.form.grid
        if grid is not None and "discount_paise" in names:
            grid.set_rows([_row(charge) for charge in self._before["charges"]])
            grid.edited.connect(lambda *_at: self._typed(self.values()))
            grid.row_removed.connect(lambda _row: self._typed(self.values()))
        if self.is_whole:
            self._making.stop()
            if self._problems:
                self.form.show_problems(self._problems)

    def _shown(self, name: str) -> Any:
        value = self._before[name]
        return port_choice(value) if name == "shipping_bill.port" and value else value

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


def _row(charge: Charge) -> dict[str, Any]:
    taxed = taxed_choice(charge.taxed)
    return {"description": charge.description, "amount": charge.paise, "taxed": taxed}
