"""The theme: complete in both, readable in both, switched live, and the only place with colours."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QPushButton

import resources
from desktop import theme
from desktop.theme import look
from desktop.theme.fonts import register
from desktop.theme.tokens import stylesheet_words, tokens

DESKTOP = Path(look.__file__).resolve().parents[1]


def luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_both_themes_name_the_same_colours():
    assert set(tokens().colours["light"]) == set(tokens().colours["dark"])


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "canvas", 7),
        ("ink", "surface", 7),
        ("ink", "selection", 7),
        ("ink", "sidebar", 7),
        ("ink_soft", "surface", 4.5),
        ("ink_soft", "canvas", 4.5),
        ("ink_soft", "sidebar", 4.5),
        ("accent_ink", "accent", 4.5),
        ("accent", "surface", 4.5),
        ("danger", "danger_soft", 4.5),
        ("warning", "warning_soft", 4.5),
        ("success", "success_soft", 4.5),
        ("accent", "accent_soft", 4.5),
        ("muted", "muted_soft", 4.5),
        ("danger", "surface", 4.5),
        ("ink_faint", "surface", 3),
        ("bahi", "sidebar", 3),
    ],
)
def test_every_ink_can_be_read_on_its_ground(name, ink, ground, least):
    colours = tokens().colours[name]
    assert contrast(colours[ink], colours[ground]) >= least


@pytest.mark.parametrize("name", theme.THEMES)
def test_the_stylesheet_is_whole(name):
    text = look.stylesheet(name)
    assert "$" not in text
    assert tokens().colours[name]["accent"] in text
    used = set(re.findall(r"\$(\w+)", resources.path("theme", "window.qss").read_text("utf-8")))
    assert used <= set(stylesheet_words(name))


def test_a_switch_is_live_and_retints_icons(qapp, qtbot):
    theme.apply(qapp, "light")
    button, word = QPushButton("Save"), QLabel("12")
    for widget in (button, word):
        qtbot.addWidget(widget)
    theme.set_icon(button, "check")
    theme.set_tone(word, "danger")
    before = button.icon().pixmap(16).toImage()
    theme.apply(qapp, "dark")
    assert theme.current() == "dark"
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.colour("canvas")
    assert button.icon().pixmap(16).toImage() != before
    word.ensurePolished()
    assert word.palette().color(word.foregroundRole()) == theme.colour("danger")
    theme.apply(qapp, "light")
    assert button.icon().pixmap(16).toImage() == before


def test_a_tone_is_taken_and_given_back(qapp, qtbot):
    theme.apply(qapp, "light")
    word = QLabel("12")
    qtbot.addWidget(word)
    word.ensurePolished()
    plain = word.palette().color(word.foregroundRole())
    theme.set_tone(word, "success")
    assert word.palette().color(word.foregroundRole()) == theme.colour("success")
    theme.set_tone(word, "")
    assert word.palette().color(word.foregroundRole()) == plain


def test_the_carried_fonts_hold_what_the_trade_writes(qapp):
    families = register()
    assert {"Inter", "Noto Sans Devanagari", "Noto Sans Tamil"} <= set(families)
    from PySide6.QtGui import QFontMetrics, QRawFont

    assert QRawFont.fromFont(theme.font("body")).supportsCharacter(ord("₹"))
    figures = QFontMetrics(theme.font("body", tabular=True))
    assert figures.horizontalAdvance("1111") == figures.horizontalAdvance("8888")


def test_every_icon_named_in_the_program_is_there():
    there = {file.stem for file in resources.path("icons").glob("*.svg")}
    named = set()
    for file in DESKTOP.rglob("*.py"):
        text = file.read_text("utf-8")
        named |= set(re.findall(r'icon="([a-z-]+)"', text))
        named |= set(re.findall(r'set_icon\([\w.]+, "([a-z-]+)"', text))
        named |= set(re.findall(r'icon_button\("([a-z-]+)"', text))
    assert named - there == set()


def test_no_colour_or_stylesheet_stands_outside_the_theme():
    strays = []
    for file in DESKTOP.rglob("*.py"):
        text = file.read_text("utf-8")
        is_look = file == Path(look.__file__).resolve()
        if re.search(r"[\"']#[0-9A-Fa-f]{3,8}[\"']", text) or ("setStyleSheet" in text and not is_look):
            strays.append(file.name)
        if "QColor(" in re.sub(r"QColor\((ink|text)\)", "", text):
            strays.append(file.name)
    assert strays == []
