"""The head of a paper being written: fields with their names above them, walked by Enter, problems below."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from core.invoicing.papers import OTHER, purpose_words, reason_words
from core.problems import Problem
from core.words import translate as _
from desktop.kit import ChoiceField, DateField, Elided, Field, TextField, column, label
from desktop.ports import Calendar, Choice, Runner, Suggest
from desktop.screens.invoices.editor.figures import Head
from desktop.screens.invoices.editor.suggestions import payment_words, states
from desktop.theme import set_tone, space

_COLUMNS = 12


class Slot(QWidget):
    """A field with its name above it, and below it what is wrong or worth knowing."""

    def __init__(self, title: str, field: Field, *, keeps_room: bool = False) -> None:
        super().__init__()
        self.field = field
        self._title = label("", "small", tone="muted")
        self._title.setBuddy(field.editor)
        self.rename(title)
        self._note = Elided("", "small", tone="muted")
        self._keeps_room = keeps_room
        self._quiet = ""
        self.setLayout(column(self._title, field, self._note, spacing="tight"))
        self._note.setVisible(keeps_room)

    def rename(self, title: str) -> None:
        """Call the field something else."""
        self._title.setText(title)
        self.field.set_name(title)

    def say(self, quiet: str) -> None:
        """Show what is worth knowing, unless something is wrong."""
        self._quiet = quiet
        if self._note.property("tone") != "danger":
            self._show(quiet)

    def show_problem(self, text: str) -> None:
        """Show what is wrong; empty: nothing."""
        self.field.set_problem(text)
        set_tone(self._note, "danger" if text else "muted")
        self._show(text or self._quiet)

    def _show(self, text: str) -> None:
        self._note.set_whole(text)
        self._note.setVisible(bool(text) or self._keeps_room)


class PaperHead(QWidget):
    """Party, dates, place of supply, order: the fields above the lines."""

    typed = Signal(str, object)
    left = Signal(str, object)
    walked = Signal()
    """Enter on the last field."""
    party_asked = Signal(str)
    """A new party is wanted, called so."""

    def __init__(self, runner: Runner, calendar: Calendar, parties: Suggest) -> None:
        super().__init__()
        day = calendar.working_on()
        self._party = ChoiceField(
            parties, runner, create=_("New party"), placeholder=_("Name, code or GSTIN")
        )
        self._place = ChoiceField.of(states())
        self._payment = ChoiceField.of(payment_words(), placeholder=_("With IGST, or under LUT"))
        self._due = DateField(today=day)
        self._asked: list[str] = []
        self._slots = {
            "party": Slot(_("Party"), self._party, keeps_room=True),
            "dated_on": Slot(_("Date"), DateField(today=day)),
            "due_on": Slot(_("Due on"), self._due),
            "place_of_supply": Slot(_("Place of supply"), self._place),
            "reference": Slot(_("Their order"), TextField(placeholder=_("PO number"), max_length=50)),
            "with_payment": Slot(_("Tax on this supply"), self._payment),
            "reason": Slot(
                _("Reason of the note"),
                ChoiceField.of(_choices(reason_words()), placeholder=reason_words()[OTHER]),
            ),
            "purpose": Slot(_("Why goods move"), ChoiceField.of(_choices(purpose_words()))),
        }
        self._build()
        self._connect()

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show the fields as they are; problems go."""
        for name, slot in self._slots.items():
            if name in values:
                slot.field.set_value(values[name])
            slot.show_problem("")

    def show_party(self, choice: Choice) -> None:
        """Take a party that was just made, as if it had been picked."""
        self._party.set_value(choice)
        self.left.emit("party", choice)

    def show_head(self, head: Head) -> None:
        """Show what follows from the fields, and the fields that are asked for now."""
        self._slots["party"].say(head.buyer)
        self._place_hint(head.place_found)
        asked = {
            "with_payment": head.asks_payment,
            "reason": head.is_note,
            "purpose": head.is_challan,
            "due_on": bool(head.due_title),
        }
        for name, is_asked in asked.items():
            self._slots[name].setVisible(is_asked)
        self._close_up([name for name in ("with_payment", "reason", "purpose") if asked[name]])
        if head.due_title:
            self._slots["due_on"].rename(head.due_title)
        self._show_due(head.due_on)

    def show_problems(self, problems: list[Problem]) -> tuple[list[Problem], bool]:
        """Show problems below their fields; gives back those of no field here, and whether one was."""
        apart: list[Problem] = []
        first: Slot | None = None
        for slot in self._slots.values():
            slot.show_problem("")
        for problem in problems:
            beside = self._slots.get(problem.field)
            if beside is None or beside.isHidden():
                apart.append(problem)
                continue
            beside.show_problem(problem.sentence)
            first = first or beside
        if first is not None:
            first.field.setFocus(Qt.FocusReason.OtherFocusReason)
        return apart, first is not None

    def settle(self) -> bool:
        """Take what is being typed; False if a field cannot be read (it gets the focus)."""
        for slot in self._slots.values():
            if slot.field.editor.hasFocus():
                slot.field.settle()
        for slot in self._slots.values():
            if not slot.isHidden() and (wrong := slot.field.problem()):
                slot.show_problem(wrong)
                slot.field.setFocus(Qt.FocusReason.OtherFocusReason)
                return False
        return True

    def focus_first(self) -> None:
        """Put the focus where writing begins: the party, or the date when that is known."""
        name = "dated_on" if self._party.value() is not None else "party"
        self._slots[name].field.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_due(self, value: Any) -> None:
        """Show when it falls due, unless that is being typed."""
        if not self._due.editor.hasFocus():
            self._due.set_value(value)

    def _close_up(self, names: list[str]) -> None:
        """Put the fields asked for now beside the order, without a hole before them."""
        if names == self._asked:
            return
        self._asked = names
        across = 6 // max(1, len(names))  # one alone has room for what is wrong with it
        for at, name in enumerate(names):
            place = (1, 6 + across * at, 1, across)
            self._grid.addWidget(self._slots[name], *place, Qt.AlignmentFlag.AlignTop)

    def _place_hint(self, place: str) -> None:
        line = self._place.editor
        if hasattr(line, "setPlaceholderText"):
            line.setPlaceholderText(place)

    def _build(self) -> None:
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(space("base"))
        grid.setVerticalSpacing(space("small"))
        for at in range(_COLUMNS):
            grid.setColumnStretch(at, 1)
        places = {
            "party": (0, 0, 6), "dated_on": (0, 6, 3), "due_on": (0, 9, 3),
            "place_of_supply": (1, 0, 3), "reference": (1, 3, 3), "with_payment": (1, 6, 3), "reason": (1, 9, 3),
            "purpose": (1, 9, 3),
        }  # fmt: skip
        for name, (line, at, across) in places.items():
            grid.addWidget(self._slots[name], line, at, 1, across, Qt.AlignmentFlag.AlignTop)
        for name in ("with_payment", "reason", "purpose"):
            self._slots[name].hide()
        for before, after in pairwise(slot.field.editor for slot in self._slots.values()):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        names = list(self._slots)
        for name, slot in self._slots.items():
            slot.field.edited.connect(lambda value, name=name: self.typed.emit(name, value))
            slot.field.left.connect(lambda value, name=name: self._on_left(name, value))
            slot.field.entered.connect(lambda name=name: self._walk(names, name))
        self._party.create_asked.connect(self.party_asked)

    def _on_left(self, name: str, value: Any) -> None:
        slot = self._slots[name]
        wrong = slot.field.problem()
        slot.show_problem(wrong)
        if not wrong:
            self.left.emit(name, value)

    def _walk(self, names: list[str], name: str) -> None:
        for after in names[names.index(name) + 1 :]:
            if not self._slots[after].isHidden():
                self._slots[after].field.setFocus(Qt.FocusReason.TabFocusReason)
                return
        self.walked.emit()


def _choices(words: Mapping[str, str]) -> list[Choice]:
    return [Choice(code, text) for code, text in words.items()]
