"""The QR of a payment link, drawn as black bars in one path.

The mask is fixed: choosing the best of eight takes five times as long, and any reader takes any mask.
"""

import re

import segno

from core.paper.panel import Panel
from core.paper.pen import Pen

_MASK = 2
_QUIET = 4  # modules of white that a reader needs on every side
_DARK = re.compile(rb"\x01+")


def qr_panel(link: str, side: float) -> Panel:
    """A link's QR with its quiet zone, `side` points square."""
    matrix = segno.make(link, error="m", micro=False, mask=_MASK, boost_error=False).matrix
    unit = side / (len(matrix) + 2 * _QUIET)
    # A bar is a little higher than its row, so that no hairline shows between one row and the next.
    path = " ".join(
        f"{bar.start()} {row} {bar.end() - bar.start()} 1.03 re"
        for row, cells in enumerate(matrix)
        for bar in _DARK.finditer(cells)
    )

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.fill(x + _QUIET * unit, top - _QUIET * unit, unit, path)

    return Panel(side, draw)
