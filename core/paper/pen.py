"""The pen that writes on A4: text, rules and boxes in points from the lower left corner, page after page.

It keeps within the margins of a sheet that is punched and filed on its left side.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from reportlab.pdfbase.ttfonts import ShapedStr, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from core.paper.faces import REGULAR, Run, face, setting

PAGE_WIDTH, PAGE_HEIGHT = 595.276, 841.89
LEFT, RIGHT = 54.0, PAGE_WIDTH - 34.0  # 19 mm on the left: the filing holes take 15
TOP, BOTTOM = PAGE_HEIGHT - 36.0, 36.0
WIDTH = RIGHT - LEFT
FOOT = 16.0  # what the page number takes above BOTTOM

Ink = tuple[float, float, float]
BLACK: Ink = (0.07, 0.07, 0.09)
SOFT: Ink = (0.36, 0.37, 0.40)
PALE: Ink = (0.70, 0.71, 0.74)
DEEP: Ink = (0.10, 0.22, 0.40)
GHOST: Ink = (0.89, 0.89, 0.90)


class Style(NamedTuple):
    """How a text looks: size in points, weight, ink."""

    size: float = 8.0
    bold: bool = False
    ink: Ink = BLACK

    @property
    def leading(self) -> float:
        """From one line to the next, in points."""
        return self.size * 1.34

    def scaled(self, scale: float) -> "Style":
        """The same in another size."""
        return self if scale == 1.0 else self._replace(size=self.size * scale)


class _Canvas(Canvas):  # type: ignore[misc]
    """reportlab's canvas, which also lends its document to the text written on it."""

    @property
    def document(self) -> Any:
        """What the faces hang their glyph sets on."""
        return self._doc

    @property
    def escape(self) -> Callable[[bytes], str]:
        """Makes bytes fit to stand in a PDF string."""
        escape: Callable[[bytes], str] = self._escape
        return escape


@cache
def _ink_code(ink: Ink) -> str:
    return "{:.3g} {:.3g} {:.3g} rg".format(*ink)


class _Codes(dict[int, str]):
    """What each letter of a face is called in this PDF, while one set of 256 holds all that is used of it."""

    def __init__(self, font: TTFont, document: Any) -> None:
        self._font, self._document = font, document
        self.overflows = False

    def __missing__(self, letter: int) -> str:
        ((subset, codes),) = self._font.splitString(chr(letter), self._document)
        self.overflows = self.overflows or subset > 0
        self[letter] = chr(codes[0])
        return self[letter]


class _Text(PDFTextObject):  # type: ignore[misc]
    """The text of one page. Plain runs take a short way that measures nothing twice: papers are mostly those."""

    def __init__(self, canvas: _Canvas, codes: dict[str, _Codes]) -> None:
        super().__init__(canvas)
        self._document, self._escaped = canvas.document, canvas.escape
        self._codes = codes
        self._in_use: tuple[str, int, float] = ("", 0, 0.0)

    def dip(self, ink: Ink) -> None:
        """Takes the ink that what follows is written in."""
        self._code.append(_ink_code(ink))

    def put(self, x: float, y: float, run: Run, size: float) -> None:
        """Writes a run with its baseline beginning at x, y."""
        font, text, _width = run
        add = self._code.append
        place = f"1 0 0 1 {x:.2f} {y:.2f} Tm"
        if isinstance(text, ShapedStr):
            add(place)
            self.setFont(font, size)
            self._in_use = ("", 0, 0.0)
            add(self._formatText(text))
            return
        codes = self._codes.get(font)
        if codes is None:
            codes = self._codes[font] = _Codes(face(font), self._document)
        spelt = text.translate(codes)
        if not codes.overflows:
            self._take(font, 0, size)
            add(f"{place} ({self._escaped(spelt.encode('latin-1'))}) Tj")
            return
        add(place)
        for subset, part in face(font).splitString(text, self._document):
            self._take(font, subset, size)
            add(f"({self._escaped(part)}) Tj")

    def _take(self, font: str, subset: int, size: float) -> None:
        """Takes one glyph set of a face in a size, unless it is in use."""
        if (font, subset, size) != self._in_use:
            self._in_use = (font, subset, size)
            name = face(font).getSubsetInternalName(subset, self._document)
            self._code.append(f"{name} {size:.2f} Tf")


class Pen:
    """Writes on one PDF. Text of a page is gathered and stands above its rules."""

    def __init__(self, target: Path | BinaryIO, *, title: str, author: str, language: str) -> None:
        face(REGULAR)
        self._codes: dict[str, _Codes] = {}
        self._canvas = _Canvas(
            str(target) if isinstance(target, Path) else target,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            pageCompression=1,
            invariant=1,  # no clock: the same record gives the same bytes
            initialFontName=REGULAR,
            initialFontSize=8,
            lang=language,
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("Bahi")
        self._canvas.setProducer("Bahi")
        self._begin_page()

    def _begin_page(self) -> None:
        self._text = _Text(self._canvas, self._codes)
        self._ink: Ink | None = None
        self._rule: tuple[float, Ink] = (0.0, BLACK)

    def end_page(self) -> None:
        """Puts the page away; what is written next goes on a new one."""
        self._canvas.drawText(self._text)
        self._canvas.showPage()
        self._begin_page()

    def close(self) -> None:
        """Writes the PDF out; the page begun last must have been ended."""
        self._canvas.save()

    def bookmark(self, key: str, title: str) -> None:
        """Names this page in the outline of the PDF."""
        self._canvas.bookmarkPage(key)
        self._canvas.addOutlineEntry(title, key)

    def write(self, x: float, y: float, text: str, style: Style, align: str = "left") -> None:
        """Writes one line with its baseline at y; x is its left end, right end or middle."""
        if not text:
            return
        runs, width_em = setting(text, style.bold)
        if align != "left":
            x -= width_em * style.size * (1.0 if align == "right" else 0.5)
        out = self._text
        if style.ink != self._ink:
            out.dip(style.ink)
            self._ink = style.ink
        for run in runs:
            out.put(x, y, run, style.size)
            x += run.width_em * style.size

    def rule(self, x: float, y: float, end: float, weight: float = 0.5, ink: Ink = PALE) -> None:
        """Draws a level line from x to `end`."""
        self._stroke(weight, ink)
        self._canvas.line(x, y, end, y)

    def frame(self, x: float, y: float, width: float, height: float, weight: float = 0.5) -> None:
        """Draws an empty box whose lower left corner is at x, y."""
        self._stroke(weight, PALE)
        self._canvas.rect(x, y, width, height, stroke=1, fill=0)

    def _stroke(self, weight: float, ink: Ink) -> None:
        if (weight, ink) != self._rule:
            self._canvas.setLineWidth(weight)
            self._canvas.setStrokeColorRGB(*ink)
            self._rule = (weight, ink)

    def fill(self, x: float, top: float, unit: float, boxes: str) -> None:
        """Fills boxes in black: a PDF path in whole units, measured rightwards and downwards from x, top."""
        canvas = self._canvas
        canvas.saveState()
        canvas.transform(unit, 0, 0, -unit, x, top)
        canvas.setFillGray(0)
        canvas.addLiteral(boxes + " f")
        canvas.restoreState()

    def watermark(self, text: str) -> None:
        """Writes a pale word slantwise over the middle of the page, beneath everything else."""
        canvas = self._canvas
        runs, width_em = setting(text, bold=True)
        size = min(110.0, 560.0 / width_em)
        canvas.saveState()
        canvas.translate((LEFT + RIGHT) / 2, PAGE_HEIGHT / 2)
        canvas.rotate(48)
        out = _Text(canvas, self._codes)
        out.dip(GHOST)
        x = -width_em * size / 2
        for run in runs:
            out.put(x, -size * 0.35, run, size)
            x += run.width_em * size
        canvas.drawText(out)
        canvas.restoreState()
