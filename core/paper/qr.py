"""The QR of a text, drawn as black bars in one path.

The mask is fixed: choosing the best of eight takes five times as long, and any reader takes any mask.
"""

import re

import segno

from core.paper.panel import Panel
from core.paper.pen import Pen

_MASK = 2
QUIET = 4
"""The modules of white that a reader needs on every side."""
_DARK = re.compile(rb"\x01+")


def qr_panel(text: str, side: float = 0.0, *, module: float = 0.0) -> Panel:
    """A QR with its quiet zone: `side` points square, or as large as squares of `module` points make it.

    One of a given square is for long texts: it spends the least on mending what is smudged.
    """
    error = "l" if module else "m"
    matrix = segno.make(text, error=error, micro=False, mask=_MASK, boost_error=False).matrix
    whole = len(matrix) + 2 * QUIET
    unit = module or side / whole
    # A bar is a little higher than its row, so that no hairline shows between one row and the next.
    path = " ".join(
        [
            f"{start} {row} {end - start} 1.03 re"
            for row, cells in enumerate(matrix)
            for start, end in [bar.span() for bar in _DARK.finditer(cells)]
        ]
    )

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.fill(x + QUIET * unit, top - QUIET * unit, unit, path)

    return Panel(whole * unit, draw)
