"""Form: labels and fields, walked by Enter, saved by Ctrl+Enter, left by Esc; problems stand beside fields."""

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.errors import BahiError, RuleBroken
from core.problems import Problem
from core.words import translate as _
from desktop.kit.buttons import button
from desktop.kit.fields import Field
from desktop.kit.states import Banner
from desktop.kit.surfaces import Section
from desktop.kit.texts import KeyHint, label, show_if
from desktop.theme import set_tone, size, space

_SAVE_KEYS = ("Ctrl+Return", "Ctrl+Enter")


class _Entry:
    """One field of a form with its label and the note under it."""

    def __init__(self, name: str, title: str, field: Field, hint: str, is_required: bool) -> None:
        self.name = name
        self.title = title
        self.field = field
        self.hint = hint
        self.is_required = is_required
        self.label = label(title, "body", tone="muted")
        self.label.setBuddy(field.editor)
        self.label.setMinimumHeight(size("control"))
        self.note = label(hint, "small", tone="muted", wrap=True)
        show_if(self.note, bool(hint))
        if title:
            field.set_name(title)

    def say(self, problem: str) -> None:
        """Show a problem under the field, or its hint again."""
        self.field.set_problem(problem)
        self.note.setText(problem or self.hint)
        show_if(self.note, bool(problem or self.hint))
        set_tone(self.note, "danger" if problem else "muted")

    def own_problem(self) -> str:
        """What the field itself finds wrong."""
        if found := self.field.problem():
            return found
        if self.is_required and self.field.is_blank():
            return _("This is needed")
        return ""


class Form(QWidget):
    """A form of named fields. It collects values and shows problems; it decides nothing."""

    edited = Signal(str, object)
    left = Signal(str, object)
    save_asked = Signal()
    back_asked = Signal()
    walked = Signal()
    """Enter on the last field of a form that leads on to something else (`enter_saves=False`)."""

    def __init__(self, *, save: str = "", back: str = "", enter_saves: bool = True) -> None:
        super().__init__()
        self._enter_saves = enter_saves
        self._entries: dict[str, _Entry] = {}
        self._seconds: list[QLabel] = []
        self._is_busy = False
        self.banner = Banner()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(space("base"))
        self._grid.setVerticalSpacing(space("small"))
        self._grid.setColumnMinimumWidth(0, size("label"))
        self._grid.setColumnStretch(1, 1)
        self._save = button(save or _("Save"), "primary", run=self.save)
        self._back = button(back or _("Back"), "quiet", run=self.back_asked.emit)
        self._buttons = self._button_row(bool(save), bool(back))
        inner = QWidget()
        inner.setMaximumWidth(size("form"))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(inner, 100)
        across.addStretch(1)
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(space("base"))
        whole.addWidget(self.banner)
        whole.addLayout(self._grid)
        whole.addWidget(self._buttons)
        whole.addStretch(1)
        self._bind_keys()

    # --- building

    def section(self, title: str, text: str = "") -> None:
        """Start a group of fields."""
        self._grid.addWidget(Section(title, text), self._grid.rowCount(), 0, 1, 2)

    def add(
        self,
        name: str,
        title: str,
        field: Field,
        *,
        hint: str = "",
        required: bool = False,
        wide: bool = True,
    ) -> Field:
        """Add a field below the others; `name` is what problems and values call it. Gives the field back."""
        entry = self._entry(name, title, field, hint, required)
        block = _block(entry)
        if not wide:
            block.setMaximumWidth(size("form") // 3)
        line = self._grid.rowCount()
        self._grid.addWidget(entry.label, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(block, line, 1)
        return field

    def add_beside(self, *fields: tuple[str, str, Field], required: Iterable[str] = ()) -> None:
        """Add several fields in one line: (name, title, field) each."""
        needed = set(required)
        entries = [self._entry(name, title, field, "", name in needed) for name, title, field in fields]
        across = QHBoxLayout()
        across.setSpacing(space("medium"))
        for number, entry in enumerate(entries):
            if number:
                across.addWidget(entry.label, 0, Qt.AlignmentFlag.AlignTop)
            across.addWidget(_block(entry), 1)
        line = self._grid.rowCount()
        self._grid.addWidget(entries[0].label, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(across, line, 1)
        if len(entries) == 2:
            self._line_up(entries[1].label)

    def _line_up(self, caption: QLabel) -> None:
        """Give the second captions of all pairs one width, so that their fields stand below each other."""
        self._seconds.append(caption)
        width = max(one.sizeHint().width() for one in self._seconds)
        for one in self._seconds:
            one.setMinimumWidth(width)

    def add_widget(self, widget: QWidget) -> QWidget:
        """Put any widget across the form, below the others."""
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 2)
        return widget

    # --- values

    def field(self, name: str) -> Field:
        """The field of a name."""
        return self._entries[name].field

    def value(self, name: str) -> Any:
        """The value of one field."""
        return self._entries[name].field.value()

    def values(self) -> dict[str, Any]:
        """All values by name; a blank or unreadable one is None (words: an empty text)."""
        return {name: entry.field.value() for name, entry in self._entries.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values; names the form does not have are passed over."""
        for name, value in values.items():
            if name in self._entries:
                self._entries[name].field.set_value(value)
        self.clear_problems()

    def show_field(self, name: str, is_shown: bool) -> None:
        """Show or hide a field with its label."""
        entry = self._entries[name]
        for widget in (entry.label, entry.field.parentWidget()):
            if widget is not None:
                widget.setVisible(is_shown)

    # --- problems

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show each problem beside its field; those of no field stand in the banner. None: all is well."""
        self.clear_problems()
        apart: list[str] = []
        first: _Entry | None = None
        for problem in problems:
            entry = self._entries.get(problem.field)
            sentence = problem.sentence
            if entry is None:
                apart.append(sentence)
            else:
                entry.say(sentence)
                first = first or entry
        self.banner.say("\n".join(apart), "danger")
        if first is not None:
            first.field.setFocus()

    def mark(self, name: str, problem: str) -> None:
        """Show a problem under one field without going there; an empty one: it is right again."""
        self._entries[name].say(problem)

    def set_hint(self, name: str, text: str) -> None:
        """Say something else quietly under a field; a problem that stands there stays."""
        entry = self._entries[name]
        entry.hint = text
        if not self.problem_of(name):
            entry.say("")

    def show_refusal(self, error: Exception) -> None:
        """Show why a save was refused; what was typed stays."""
        self.set_busy(False)
        if isinstance(error, RuleBroken):
            self.show_problems(error.problems)
        elif isinstance(error, BahiError):
            self.banner.say(str(error), "danger")
        else:
            self.banner.say(
                _("A mistake in Bahi. Nothing was saved, and what you typed is still here."), "danger"
            )

    def clear_problems(self) -> None:
        """Everything is right again."""
        for entry in self._entries.values():
            entry.say("")
        self.banner.say("")

    def problem_of(self, name: str) -> str:
        """The problem shown under a field; empty if it is right."""
        entry = self._entries[name]
        return entry.note.text() if entry.note.property("tone") == "danger" else ""

    def own_problems(self) -> dict[str, str]:
        """What the fields themselves find wrong, by name: unreadable, or needed and blank."""
        found = {name: entry.own_problem() for name, entry in self._entries.items()}
        return {name: text for name, text in found.items() if text}

    # --- walking and saving

    def save(self) -> None:
        """Ask to save, unless a field cannot be read or a needed one is blank: then go there and say so."""
        if self._is_busy:
            return
        found = self.own_problems()
        for name, entry in self._entries.items():
            entry.say(found.get(name, ""))
        if found:
            self._entries[next(iter(found))].field.setFocus()
        else:
            self.save_asked.emit()

    def set_busy(self, is_busy: bool) -> None:
        """Hold further saves while one is under way."""
        self._is_busy = is_busy
        self._save.setEnabled(not is_busy)

    def focus_first(self) -> None:
        """Put the focus into the first field that can take it."""
        for entry in self._entries.values():
            if entry.field.editor.isEnabled() and not entry.field.isHidden():
                entry.field.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _entry(self, name: str, title: str, field: Field, hint: str, is_required: bool) -> _Entry:
        entry = _Entry(name, title, field, hint, is_required)
        self._entries[name] = entry
        field.edited.connect(lambda value: self.edited.emit(name, value))
        field.left.connect(lambda value: self._on_left(entry, value))
        field.entered.connect(lambda: self._go_on(name))
        return entry

    def _on_left(self, entry: _Entry, value: object) -> None:
        entry.say(entry.field.problem())
        self.left.emit(entry.name, value)

    def _go_on(self, name: str) -> None:
        names = list(self._entries)
        for after in names[names.index(name) + 1 :]:
            editor = self._entries[after].field.editor
            if editor.isEnabled() and editor.isVisible():
                editor.setFocus(Qt.FocusReason.TabFocusReason)
                return
        if self._enter_saves:
            self.save()
        else:
            self.walked.emit()

    def _bind_keys(self) -> None:
        for keys in _SAVE_KEYS:
            self._bind(keys).activated.connect(self._on_save_key)
        self._bind("Escape").activated.connect(self.back_asked)

    def _bind(self, keys: str) -> QShortcut:
        return QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _on_save_key(self) -> None:
        """The field being typed in is settled first, as if it had been left."""
        for entry in self._entries.values():
            if entry.field.editor.hasFocus():
                entry.field.settle()
        self.save()

    def _button_row(self, has_save: bool, has_back: bool) -> QWidget:
        bar = QWidget()
        across = QHBoxLayout(bar)
        across.setContentsMargins(0, space("small"), 0, 0)
        across.setSpacing(space("small"))
        across.addStretch(1)
        across.addWidget(self._back)
        across.addWidget(self._save)
        across.addWidget(KeyHint(_("Ctrl+Enter")))
        show_if(self._back, has_back)
        show_if(bar, has_save or has_back)
        return bar


def _block(entry: _Entry) -> QWidget:
    """A field with the note under it."""
    block = QWidget()
    block.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    below = QVBoxLayout(block)
    below.setContentsMargins(0, 0, 0, 0)
    below.setSpacing(space("hair"))
    below.addWidget(entry.field)
    below.addWidget(entry.note)
    below.addStretch(1)
    return block
