"""The pen that writes on A4: text, rules and boxes in points from the lower left corner, page after page.

It keeps within the margins of a sheet that is punched and filed on its left side.
"""

from pathlib import Path
from typing import BinaryIO, NamedTuple

from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from core.paper.faces import REGULAR, face, setting

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
        return self._replace(size=self.size * scale)


class Pen:
    """Writes on one PDF. Text of a page is gathered and stands above its rules."""

    def __init__(self, target: Path | BinaryIO, *, title: str, author: str, language: str) -> None:
        face(REGULAR)
        self._canvas = Canvas(
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
        self._text: PDFTextObject = self._canvas.beginText()
        self._face: tuple[str, float] = ("", 0.0)
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
            out.setFillColorRGB(*style.ink)
            self._ink = style.ink
        for run in runs:
            if (run.font, style.size) != self._face:
                out.setFont(run.font, style.size)
                self._face = (run.font, style.size)
            out.setTextOrigin(x, y)
            out.textOut(run.text)
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

    def fill(self, boxes: list[tuple[float, float, float, float]]) -> None:
        """Fills boxes (x, y, width, height) in black, all in one path."""
        path = self._canvas.beginPath()
        for box in boxes:
            path.rect(*box)
        self._canvas.setFillGray(0)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def watermark(self, text: str) -> None:
        """Writes a pale word slantwise over the middle of the page, beneath everything else."""
        canvas = self._canvas
        runs, width_em = setting(text, bold=True)
        size = min(110.0, 560.0 / width_em)
        canvas.saveState()
        canvas.translate((LEFT + RIGHT) / 2, PAGE_HEIGHT / 2)
        canvas.rotate(48)
        out = canvas.beginText()
        out.setFillColorRGB(*GHOST)
        x = -width_em * size / 2
        for run in runs:
            out.setFont(run.font, size)
            out.setTextOrigin(x, -size * 0.35)
            out.textOut(run.text)
            x += run.width_em * size
        canvas.drawText(out)
        canvas.restoreState()
