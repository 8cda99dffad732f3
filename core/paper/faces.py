"""The faces of the papers: fonts registered once, text split by script, words shaped, measured and wrapped.

Noto Sans carries Latin, figures and ₹; runs of Devanagari and Tamil are shaped in faces of their own. Widths
are in points.
"""

import re
import threading
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont, shapeStr

from resources import path

REGULAR = "Bahi"
BOLD = "Bahi-Bold"

_FILES = {
    "Bahi": "NotoSans-Regular.ttf",
    "Bahi-Bold": "NotoSans-Bold.ttf",
    "Bahi-Deva": "NotoSansDevanagari-Regular.ttf",
    "Bahi-Deva-Bold": "NotoSansDevanagari-Bold.ttf",
    "Bahi-Taml": "NotoSansTamil-Regular.ttf",
    "Bahi-Taml-Bold": "NotoSansTamil-Bold.ttf",
}
_DEVA = "\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff"
_TAML = "\u0b80-\u0bff"
_JOINERS = "\u200c\u200d"
_SCRIPTS = re.compile(f"([{_DEVA}][{_DEVA}{_JOINERS}]*)|([{_TAML}][{_TAML}{_JOINERS}]*)")
_WORD = re.compile(r"[^ \t]+")
_SHAPED_AT = 1000  # shapes are made once at this size; their widths hold for every size in proportion


class Run(NamedTuple):
    """A stretch of text in one face; `text` carries its glyph positions when the script needs shaping."""

    font: str
    text: str
    width_em: float


class Setting(NamedTuple):
    """A text ready to be drawn, and how wide it is per point of size."""

    runs: tuple[Run, ...]
    width_em: float


@cache
def _registered(name: str) -> TTFont:
    # Without the readable ASCII block a subset holds only the glyphs that are printed: a third of the bytes.
    font = TTFont(name, str(path("fonts", _FILES[name])), asciiReadable=False)
    pdfmetrics.registerFont(font)
    return font


_registering = threading.Lock()


def face(name: str) -> TTFont:
    """The face of this name, loaded and registered on first use."""
    with _registering:
        return _registered(name)


@lru_cache(maxsize=8192)
def setting(text: str, bold: bool = False) -> Setting:
    """Splits a text into runs by script, shapes those that need it and measures the whole."""
    runs = []
    at = 0
    for found in _SCRIPTS.finditer(text):
        if found.start() > at:
            runs.append(_plain(text[at : found.start()], bold))
        runs.append(_shaped(found.group(), "Deva" if found.group(1) else "Taml", bold))
        at = found.end()
    if at < len(text):
        runs.append(_plain(text[at:], bold))
    return Setting(tuple(runs), sum(run.width_em for run in runs))


def _plain(text: str, bold: bool) -> Run:
    name = BOLD if bold else REGULAR
    return Run(name, text, face(name).stringWidth(text, 1))


def _shaped(text: str, script: str, bold: bool) -> Run:
    name = f"Bahi-{script}-Bold" if bold else f"Bahi-{script}"
    font = face(name)
    shaped = shapeStr(text, name, _SHAPED_AT)
    if not isinstance(shaped, ShapedStr):
        return Run(name, text, font.stringWidth(text, 1))
    return Run(name, shaped, sum(glyph.x_advance for glyph in shaped.__shapeData__) / 1000)


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is, in points, at a size in points."""
    return setting(text, bold).width_em * size


def wrap(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Breaks a text into lines no wider than `room`; newlines stand, a word too long is broken inside.

    A blank text gives no line; ₹ is never parted from its amount.
    """
    text = text.strip().replace("₹ ", "₹\u00a0")
    if "\n" not in text and width(text, size, bold) <= room:
        return [text] if text else []
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in _WORD.findall(paragraph):
            longer = f"{line} {word}" if line else word
            if width(longer, size, bold) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = _pieces(word, room, size, bold)
            lines.extend(full)
        lines.append(line)
    return lines


def _pieces(word: str, room: float, size: float, bold: bool) -> list[str]:
    """Cuts a word into pieces that fit, never between a letter and its vowel sign."""
    if width(word, size, bold) <= room:
        return [word]
    pieces, piece = [], ""
    for letter in _letters(word):
        if piece and width(piece + letter, size, bold) > room:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


def _letters(word: str) -> list[str]:
    letters: list[str] = []
    for char in word:
        joins = letters and (
            unicodedata.category(char).startswith("M") or char in _JOINERS or _joining(letters[-1])
        )
        if joins:
            letters[-1] += char
        else:
            letters.append(char)
    return letters


def _joining(letter: str) -> bool:
    """Whether the next letter belongs to this one: after a virama or a joiner."""
    return unicodedata.combining(letter[-1]) == 9 or letter[-1] in _JOINERS
