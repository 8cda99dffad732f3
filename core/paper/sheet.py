"""A sheet: one paper laid out and ready to be printed, with its running head, page numbers and watermark.

Also the language of a paper, which is its own and not that of the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.paper.flow import Block, draw_page, lay
from core.paper.panel import LABEL
from core.paper.pen import BOTTOM, FOOT, LEFT, PALE, RIGHT, TOP, Pen, Style
from core.words import Say as Say
from core.words.language import ENGLISH, catalogue, languages

_RUNNING = 22.0
_RUNNING_STYLE = Style(8.0, bold=True)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper: its name in the outline, what stands small at the head of later pages, and its blocks."""

    name: str
    seller: str
    blocks: Sequence[Block]
    say: Say
    watermark: str = ""


def spoken(language: str) -> str:
    """The language a paper can be printed in: its own, or English where the house has no words of it."""
    return language if language in languages() else ENGLISH


def wording(language: str) -> Say:
    """Gives the sentences of a paper in its language, whatever the window speaks."""
    return catalogue(spoken(language)).gettext


def print_sheet(pen: Pen, sheet: Sheet) -> None:
    """Draws every page of a paper."""
    _ = sheet.say
    room = TOP - BOTTOM - FOOT
    pages = lay(sheet.blocks, room, room - _RUNNING)
    for n, page in enumerate(pages, 1):
        if n == 1:
            pen.bookmark(sheet.name, sheet.name)
        if sheet.watermark:
            pen.watermark(sheet.watermark)
        top = TOP
        if n > 1:
            pen.write(LEFT, top - 9, sheet.seller, _RUNNING_STYLE)
            pen.write(RIGHT, top - 9, sheet.name, _RUNNING_STYLE, "right")
            top -= _RUNNING
        draw_page(pen, page, top)
        _foot(pen, sheet, _("Page {page} of {pages}").format(page=n, pages=len(pages)))
        pen.end_page()


def _foot(pen: Pen, sheet: Sheet, page: str) -> None:
    pen.rule(LEFT, BOTTOM + 11, RIGHT, 0.35, PALE)
    pen.write(LEFT, BOTTOM + 2, f"{sheet.seller}  ·  {sheet.name}", LABEL)
    pen.write(RIGHT, BOTTOM + 2, page, LABEL, "right")
