"""The one table of actions: shortcuts, menu, palette and help are all read from it.

What a screen offers comes before what the window offers: a key belongs to the first action that names it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.ports import Action
from desktop.theme import icon


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that belong together, under a title."""

    title: str
    actions: Sequence[Action]


class ActionTable:
    """Binds groups of actions to a window; asked again whenever the screen changes."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._groups: tuple[Group, ...] = ()
        self._bound: list[QAction] = []

    @property
    def groups(self) -> Sequence[Group]:
        """The groups in force."""
        return self._groups

    def show(self, groups: Sequence[Group]) -> None:
        """Put these groups in force: their keys work, the old ones no longer do."""
        for old in self._bound:
            self._window.removeAction(old)
            old.deleteLater()
        self._groups = tuple(group for group in groups if group.actions)
        taken: set[str] = set()
        self._bound = []
        for action in self.all():
            free = [keys for keys in action.keys if _same(keys) not in taken]
            taken |= {_same(keys) for keys in free}
            if free:
                self._bound.append(self._bind(action, free))

    def all(self) -> list[Action]:
        """Every action in force, the screen's first."""
        return [action for group in self._groups for action in group.actions]

    def find(self, name: str) -> Action | None:
        """The action of a name."""
        return next((action for action in self.all() if action.name == name), None)

    def fill(self, menu: QMenu) -> None:
        """Fill a menu with all groups; what cannot be done now is grey."""
        menu.clear()
        for number, group in enumerate(self._groups):
            if number:
                menu.addSeparator()
            for action in group.actions:
                entry = menu.addAction(icon(action.icon) if action.icon else icon("blank"), action.text)
                if action.keys:
                    # Shown only: the key itself is bound to the window once, above.
                    entry.setText(f"{action.text}\t{action.keys[0]}")
                entry.setEnabled(action.when())
                entry.triggered.connect(_runner_of(action))

    def _bind(self, action: Action, keys: Sequence[str]) -> QAction:
        bound = QAction(action.text, self._window)
        bound.setShortcuts([QKeySequence(one) for one in keys])
        bound.triggered.connect(_runner_of(action))
        self._window.addAction(bound)
        return bound


def keys_twice(actions: Sequence[Action]) -> list[str]:
    """Keys that two actions of one list claim; there should be none."""
    seen: set[str] = set()
    twice = []
    for keys in [keys for action in actions for keys in action.keys]:
        if _same(keys) in seen:
            twice.append(keys)
        seen.add(_same(keys))
    return twice


def _runner_of(action: Action) -> Callable[[], None]:
    def run() -> None:
        if action.when():
            action.run()

    return run


def _same(keys: str) -> str:
    return QKeySequence(keys).toString()
