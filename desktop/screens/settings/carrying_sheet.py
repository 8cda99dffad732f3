"""The sheet of what a device in the field carries: groups and parties as lines, one field that adds, and the count."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from core.words import translate as _
from desktop.kit import Banner, ChoiceField, Form, Sheet, button, column, label, row, scrolling
from desktop.kit.surfaces import empty
from desktop.kit.texts import Elided
from desktop.ports import Choice, Desk
from desktop.screens.settings.carrying import Carrying, Pick, parties_text, suggest, sums_text
from desktop.theme import font, set_tone, space

if TYPE_CHECKING:
    from sync.client.staff import Colleague

_LINES_HEIGHT = 232


class CarryingSheet(Sheet):
    """Which parties a device carries. Enter in the field adds; Enter or Delete on a line takes it out."""

    def __init__(
        self, one: "Colleague", carrying: Carrying, desk: Desk, save: Callable[[Carrying], None], parent: QWidget
    ) -> None:  # fmt: skip
        form = Form(save=_("Let it carry these"), back=_("Leave it"), enter_saves=False)
        name = one.name or one.code
        text = _(
            "{user} sees these parties with their bills, receipts and contracts, and nothing of the others is on the "
            "device. A party's papers come with it whole."
        ).format(user=one.user)
        super().__init__(_("What {device} carries").format(device=name), form, text=text, parent=parent)
        self.carrying = carrying
        self._save = save
        self._field = ChoiceField(
            suggest(desk.calendar), desk.runner, placeholder=_("group, salesperson, branch or party")
        )
        form.add("add", _("Add"), self._field)
        self._stack = QVBoxLayout()
        self._stack.setSpacing(0)
        self._stack.setContentsMargins(0, 0, space("tight"), 0)
        inner = QWidget()
        inner.setLayout(self._stack)
        self._area = scrolling(inner)
        self._area.setFixedHeight(_LINES_HEIGHT)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        form.add_widget(self._area)
        self._sums = label("", "strong", wrap=True)
        form.add_widget(self._sums)
        self.warning = Banner()
        form.add_widget(self.warning)
        form.edited.connect(lambda _name, choice: self._on_chosen(choice))
        form.save_asked.connect(lambda: self._save(self.carrying))
        self._show()

    def lines(self) -> list[str]:
        """The names that are shown, as a reader of the sheet has them."""
        return [line.accessibleName() for line in self._lines()]

    def _on_chosen(self, choice: Choice | None) -> None:
        if choice is None:
            return
        self.carrying.add(choice)
        self._show()
        QTimer.singleShot(0, self, lambda: self._field.set_value(None))

    def _take_out(self, place: int) -> None:
        self.carrying.take_out(place)
        self._show()
        lines = self._lines()
        if lines:
            lines[min(place, len(lines) - 1)].away.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        empty(self._stack)
        for place, pick in enumerate(self.carrying.picks):
            self._stack.addWidget(_PickLine(pick, partial(self._take_out, place)))
        if not self.carrying.picks:
            self._stack.addWidget(
                label(_("Nothing yet. Type a group or a name above."), "body", tone="muted")
            )
        self._stack.addStretch(1)
        sums = self.carrying.sums()
        self._sums.setText(sums_text(sums))
        set_tone(self._sums, "warning" if not sums.wanted else "")
        is_grave = 2 * sums.lost > sums.before
        said = _("{lost} of the {count} parties it carries go from it; you are asked once more.")
        self.warning.say(said.format(lost=sums.lost, count=sums.before) if is_grave else "", "warning")

    def _lines(self) -> "list[_PickLine]":
        items = (self._stack.itemAt(at) for at in range(self._stack.count()))
        found = [item.widget() for item in items if item is not None]
        return [widget for widget in found if isinstance(widget, _PickLine)]


class _PickLine(QFrame):
    """One line: its name, what it is, how many parties; Enter or Delete on its button takes it out."""

    def __init__(self, pick: Pick, take_out: Callable[[], None]) -> None:
        super().__init__()
        count = parties_text(len(pick.parties))
        self.setAccessibleName(pick.name)
        self.setAccessibleDescription(f"{pick.kind}, {count}")
        figure = label(count if len(pick.parties) > 1 else "", "small", tone="muted")
        figure.setFont(font("small", tabular=True))
        self.away = button(_("Take out"), "quiet", icon="remove", run=take_out)
        self.away.setAccessibleName(_("Take {name} out").format(name=pick.name))
        for key in ("Delete", "Backspace"):
            pressed = QShortcut(QKeySequence(key), self.away, context=Qt.ShortcutContext.WidgetShortcut)
            pressed.activated.connect(take_out)
        words = column(Elided(pick.name, "body"), label(pick.kind, "small", tone="muted"), spacing="hair")
        across = row(spacing="small")
        across.setContentsMargins(0, space("tight"), 0, space("tight"))
        across.addLayout(words, 1)
        across.addWidget(figure)
        across.addWidget(self.away)
        self.setLayout(across)
