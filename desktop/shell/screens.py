"""What a screen is to the shell: a name, a title, an icon, and how to make it when it is first asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.kit.screen_view import ScreenView
from desktop.ports import Action, Search


@dataclass(frozen=True, slots=True)
class Screen:
    """One entry of the sidebar; `keys` go there. `make` is called on the first visit only."""

    name: str
    title: str
    icon: str
    make: Callable[[], ScreenView]
    keys: str = ""


@dataclass(frozen=True, slots=True)
class OpenBook:
    """What the window shows of a book. The callables are asked again when the language changes."""

    company: str
    screens: Callable[[], Sequence[Screen]]
    actions: Callable[[], Sequence[Action]]
    """What can be done everywhere: new sale, receipt, export …"""
    search: Search
