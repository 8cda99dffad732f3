"""What the window keeps of the last start: its shape, theme and language, under these names of the Memory."""

from core.words import languages
from desktop.ports import Memory
from desktop.theme import THEMES, ThemeName

GEOMETRY, THEME, LANGUAGE = "window.geometry", "window.theme", "window.language"


def remembered_theme(memory: Memory, otherwise: ThemeName = "light") -> ThemeName:
    """The theme of the last start."""
    kept = memory.recall(THEME, otherwise)
    return kept if kept in THEMES else otherwise


def remembered_language(memory: Memory) -> str:
    """The language of the last start: a code the house speaks."""
    kept = memory.recall(LANGUAGE, "en")
    return kept if kept in languages() else "en"
