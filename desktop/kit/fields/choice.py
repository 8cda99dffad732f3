"""ChoiceField: one of many, found by typing; or one of a few, chosen with the arrow keys."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal

from core.words import translate as _
from desktop.kit.fields.base import Field, HintedEdit
from desktop.kit.fields.chooser import Chooser
from desktop.ports import Choice, Failed, Reader, Runner, Suggest


class ChoiceField(Field):
    """A Choice picked from suggestions. What is typed and not picked is no value, and says so when left."""

    create_asked = Signal(str)
    """The user wants to make a new one, called so."""

    def __init__(self, suggest: Suggest, runner: Runner, *, create: str = "", placeholder: str = "") -> None:
        self._line = HintedEdit()
        super().__init__(self._line)
        self._choice: Choice | None = None
        self._fixed: tuple[Choice, ...] = ()
        self._line.setPlaceholderText(placeholder)
        self._chooser = Chooser(self._line, suggest, runner, create=create)
        self._chooser.picked.connect(self._on_picked)
        self._chooser.passed.connect(self.entered)
        self._chooser.create_asked.connect(self.create_asked)
        self._line.textEdited.connect(self._on_typed)
        self._line.pressed.connect(lambda: self._chooser.ask(""))
        self._line.focus_left.connect(self._on_left)

    @classmethod
    def of(cls, choices: Sequence[Choice], *, placeholder: str = "") -> "ChoiceField":
        """A field over a short fixed list: typing narrows it, Down opens all of it."""
        kept = tuple(choices)
        field = cls(lambda _reader, text: _narrowed(kept, text), _AtOnce(), placeholder=placeholder)
        field._fixed = kept
        return field

    def value(self) -> Choice | None:
        """The choice; None if nothing was picked."""
        return self._choice

    def picked(self) -> Any:
        """What the choice stands for (an id, a code); None if nothing was picked."""
        return None if self._choice is None else self._choice.value

    def set_value(self, value: Any) -> None:
        """Show a Choice, or of a fixed list the one that stands for this value; None is blank."""
        if value is not None and not isinstance(value, Choice):
            value = next((choice for choice in self._fixed if choice.value == value), None)
        self._choice = self._kept = value
        self._show()

    def is_blank(self) -> bool:
        """Whether nothing was typed or picked."""
        return self._choice is None and not self._line.text().strip()

    def problem(self) -> str:
        """Typed but not picked."""
        if self._choice is None and self._line.text().strip():
            return _("Choose one from the list")
        return ""

    def _on_picked(self, choice: Choice) -> None:
        self._choice = choice
        self._show()
        self.edited.emit(choice)
        self.settle()

    def _on_typed(self, text: str) -> None:
        self._line.set_hint("")
        if self._choice is not None or not text.strip():
            self._choice = None
            self.edited.emit(None)

    def _on_left(self) -> None:
        typed = self._line.text().strip().casefold()
        if self._choice is None and typed:
            near = [choice for choice in self._chooser.choices() if choice.text.casefold() == typed]
            if len(near) == 1:
                self._on_picked(near[0])
        self.settle()

    def _show(self) -> None:
        self._line.setText("" if self._choice is None else self._choice.text)
        self._line.setCursorPosition(0)
        self._line.set_hint("" if self._choice is None else self._choice.detail)


def _narrowed(choices: Sequence[Choice], text: str) -> list[Choice]:
    typed = text.strip().casefold()
    found = [choice for choice in choices if typed in f"{choice.text} {choice.detail}".casefold()]
    return sorted(found, key=lambda choice: not choice.text.casefold().startswith(typed))


class _AtOnce:
    """A Runner for lists that are at hand: needs no book and no thread."""

    def read(self, question: Any, then: Any, failed: Failed | None = None, *, epoch: Any = None) -> None:
        reader: Reader = None
        then(question(reader))

    def write(self, label: str, command: Any, then: Any = None, failed: Failed | None = None) -> None:
        raise NotImplementedError

    def network(
        self, task: Any, then: Any = None, failed: Failed | None = None, *, epoch: Any = None
    ) -> None:
        raise NotImplementedError
