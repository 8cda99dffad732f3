"""A QR code as rows of dark and light squares, for a window or a terminal to draw."""

QUIET = 4
"""The light squares that a reader needs on every side."""


def squares(text: str) -> list[list[bool]]:
    """The squares, row by row, dark ones True; the quiet zone is around them."""
    import segno

    matrix = segno.make(text, error="m", micro=False).matrix
    side = len(matrix) + 2 * QUIET
    blank = [[False] * side for _row in range(QUIET)]
    inner = [[False] * QUIET + [bool(cell) for cell in row] + [False] * QUIET for row in matrix]
    return [*blank, *inner, *blank]


def lines(text: str) -> list[str]:
    """The code for a terminal of dark ground: two rows of squares a line, the light ones drawn."""
    rows = squares(text)
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    drawn = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    return [
        "".join(drawn[upper, lower] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    ]
