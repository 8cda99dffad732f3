"""The QR of a payment link, drawn as few black boxes in one path.

The mask is fixed: choosing the best of eight takes five times as long, and any reader takes any mask.
"""

from functools import lru_cache

import segno

from core.paper.panel import Panel
from core.paper.pen import Pen

_MASK = 2
_QUIET = 4  # modules of white that a reader needs on every side


@lru_cache(maxsize=64)
def modules(link: str) -> tuple[tuple[int, int, int, int], ...]:
    """The dark parts of a link's QR as boxes (column, row, width, height) in modules, row 0 on top.

    The first box is the whole square with its quiet zone and is not dark.
    """
    matrix = segno.make(link, error="m", micro=False, mask=_MASK, boost_error=False).matrix
    size = len(matrix)
    standing: dict[tuple[int, int], int] = {}
    boxes: list[tuple[int, int, int, int]] = [(-_QUIET, -_QUIET, size + 2 * _QUIET, size + 2 * _QUIET)]
    for row in range(size + 1):
        spans = _spans(matrix[row]) if row < size else set()
        for span, since in list(standing.items()):
            if span not in spans:
                boxes.append((span[0], since, span[1] - span[0], row - since))
                del standing[span]
        for span in spans:
            standing.setdefault(span, row)
    return tuple(boxes)


def _spans(row: bytearray) -> set[tuple[int, int]]:
    """The dark stretches of a row, each from its first column to the one after its last."""
    spans, at = set(), row.find(1)
    while at >= 0:
        end = row.find(0, at)
        end = len(row) if end < 0 else end
        spans.add((at, end))
        at = row.find(1, end)
    return spans


def qr_panel(link: str, side: float) -> Panel:
    """A link's QR with its quiet zone, `side` points square."""

    def draw(pen: Pen, x: float, top: float) -> None:
        whole, *dark = modules(link)
        unit = side / whole[2]
        pen.fill(
            [
                (x + (left + _QUIET) * unit, top - (row + _QUIET + high) * unit, wide * unit, high * unit)
                for left, row, wide, high in dark
            ]
        )

    return Panel(side, draw)
