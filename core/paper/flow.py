"""The flow of a paper down its pages: blocks of known height, kept together where they belong together.

A table that breaks over pages carries its sums forward and repeats its head. Heights are points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.paper.pen import Pen


class Carrier(Protocol):
    """A table as the flow sees it when a page ends among its rows."""

    head_height: float
    carry_height: float

    def draw_head(self, pen: Pen, top: float) -> None:
        """Draws the head row."""

    def draw_carry(self, pen: Pen, top: float, rows: int, *, onward: bool) -> None:
        """Draws the sums of the first so many rows: carried forward when `onward`, else brought forward."""


@dataclass(frozen=True, slots=True)
class Block:
    """Something with a height, drawn downward from its top. `glued` keeps it on the page of the one before.

    `rows` says how many rows of `table` stand above its lower edge.
    """

    height: float
    draw: Callable[[Pen, float], None]
    glued: bool = False
    table: Carrier | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """The blocks of one page; `resumes` and `breaks` say after how many rows its table goes on or stops."""

    blocks: Sequence[Block]
    resumes: int = 0
    breaks: int = 0


def lay(blocks: Sequence[Block], first_room: float, next_room: float) -> list[Page]:
    """Shares blocks out to pages. What is glued stays together unless it is taller than a page."""
    pages: list[Page] = []
    start = 0
    while start < len(blocks):
        end = _end_of_page(blocks, start, next_room if pages else first_room)
        resumes = blocks[start - 1].rows if _goes_on(blocks, start) else 0
        breaks = blocks[end - 1].rows if _goes_on(blocks, end) else 0
        pages.append(Page(blocks[start:end], resumes, breaks))
        start = end
    return pages


def _goes_on(blocks: Sequence[Block], at: int) -> bool:
    """Whether the block here belongs to the same table as the one before it."""
    return 0 < at < len(blocks) and blocks[at].table is not None and blocks[at].table is blocks[at - 1].table


def _end_of_page(blocks: Sequence[Block], start: int, room: float) -> int:
    used = 0.0
    table = blocks[start].table
    if table is not None and _goes_on(blocks, start):
        used = table.head_height + table.carry_height
    clean = forced = start + 1
    for at in range(start, len(blocks)):
        used += blocks[at].height
        if used > room:
            break
        end = at + 1
        table = blocks[at].table
        carry = table.carry_height if table is not None and _goes_on(blocks, end) else 0.0
        if used + carry > room:
            continue
        forced = end
        if end == len(blocks) or not blocks[end].glued:
            clean = end
    else:
        return len(blocks)
    return clean if clean > start + 1 or not blocks[clean].glued else forced


def draw_page(pen: Pen, page: Page, top: float) -> None:
    """Draws the blocks of a page from its top down, with the sums carried over its edges."""
    first, last = page.blocks[0].table, page.blocks[-1].table
    if first is not None and page.resumes:
        first.draw_head(pen, top)
        top -= first.head_height
        first.draw_carry(pen, top, page.resumes, onward=False)
        top -= first.carry_height
    for block in page.blocks:
        block.draw(pen, top)
        top -= block.height
    if last is not None and page.breaks:
        last.draw_carry(pen, top, page.breaks, onward=True)
