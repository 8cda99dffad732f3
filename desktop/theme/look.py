"""The theme in force: palette, the one stylesheet, colours for painters, and live switching.

Whoever paints asks `colour` while painting, so a switch needs nothing more than a repaint.
"""

from string import Template
from typing import cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

import resources
from desktop.ports import Tone
from desktop.theme import fonts, icons
from desktop.theme.tokens import ThemeName, size, stylesheet_words, tokens

_ROLES = {
    QPalette.ColorRole.Window: "canvas",
    QPalette.ColorRole.WindowText: "ink",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "ink",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "ink",
    QPalette.ColorRole.BrightText: "bahi",
    QPalette.ColorRole.ToolTipBase: "ink",
    QPalette.ColorRole.ToolTipText: "surface",
    QPalette.ColorRole.PlaceholderText: "ink_faint",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "ink",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "line_strong",
    QPalette.ColorRole.Shadow: "shadow",
}


_ICON_GAP = 5


class _InForce:
    """Which theme stands now; one for the whole application, as QApplication's palette is."""

    name: ThemeName = "light"
    colours: dict[str, QColor]
    applied = False

    def take(self, name: ThemeName) -> None:
        self.name = name
        self.colours = {key: QColor(text) for key, text in tokens().colours[name].items()}


_in_force = _InForce()
_in_force.take("light")


def apply(app: QApplication, name: ThemeName) -> None:
    """Put a theme on the whole application, now and live: palette, fonts, stylesheet, icons."""
    if _in_force.applied and _in_force.name == name:
        return
    _in_force.take(name)
    if not _in_force.applied:
        fonts.register()
        app.setStyle("Fusion")
        app.setFont(fonts.font("body"))
    _in_force.applied = True
    app.setPalette(_palette())
    app.setStyleSheet(stylesheet(name))
    for widget in app.allWidgets():
        _retint(widget)
        widget.update()


def of_system(app: QApplication) -> ThemeName:
    """The look that the system has."""
    return "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"


def named(name: str) -> ThemeName:
    """The look of a name; light for a name that there is not."""
    return "dark" if name == "dark" else "light"


def current() -> ThemeName:
    """The theme in force."""
    return _in_force.name


def stylesheet(name: ThemeName) -> str:
    """The application's stylesheet in a theme; a name it does not know raises KeyError."""
    text = resources.path("theme", "window.qss").read_text(encoding="utf-8")
    return Template(text).substitute(stylesheet_words(name))


def colour(name: str) -> QColor:
    """A colour of the theme in force; for painters, asked anew at each paint."""
    return _in_force.colours[name]


def tone_colour(tone: Tone) -> QColor:
    """The ink of a tone; no tone is plain ink."""
    return colour(tone or "ink")


def tone_ground(tone: Tone) -> QColor:
    """The pale ground under a tone's ink."""
    return colour(f"{tone or 'muted'}_soft")


def set_tone(widget: QWidget, tone: Tone) -> None:
    """Give a widget a tone ("danger", "success" …): the stylesheet draws it so at once."""
    set_state(widget, "tone", tone)


def set_state(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property the stylesheet selects by, and polish the widget again if it changed."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def icon(name: str, tint: str = "ink_soft") -> QIcon:
    """An icon in a colour of the theme in force; does not follow a switch (see `set_icon`)."""
    return icons.tinted_icon(name, colour(tint).name())


def pixmap(name: str, tint: str = "ink_soft", pixels: int = 0) -> QPixmap:
    """The same as a pixmap for painters and labels."""
    return icons.tinted_pixmap(name, colour(tint).name(), pixels or size("icon"), icons.screen_scale())


def set_icon(widget: QWidget, name: str, tint: str = "ink_soft", pixels: int = 0) -> None:
    """Put an icon on a button or label and keep it tinted through theme switches."""
    widget.setProperty("icon_name", name)
    widget.setProperty("icon_tint", tint)
    widget.setProperty("icon_pixels", pixels)
    _retint(widget)


def _retint(widget: QWidget) -> None:
    name = widget.property("icon_name")
    if not name:
        return
    tint, pixels = widget.property("icon_tint"), widget.property("icon_pixels")
    if isinstance(widget, QAbstractButton):
        gap = _ICON_GAP if widget.text() else 0
        widget.setIcon(icons.tinted_icon(name, colour(tint).name(), gap))
        widget.setIconSize(QSize(size("icon") + gap, size("icon")))
    elif isinstance(widget, QLabel):
        widget.setPixmap(pixmap(name, tint, cast(int, pixels)))


def _palette() -> QPalette:
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, colour(name))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colour("ink_faint"))
    return palette
