"""The grid: a table of figures whose columns are as wide as what stands in them, and one that takes the rest.

It gives its rows to the flow as blocks, repeats its head on every page and carries its sums over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.paper.faces import width, wrap
from core.paper.flow import Block
from core.paper.pen import BLACK, LEFT, PALE, SOFT, WIDTH, Pen, Style

FIGURE = Style(8.0)
REST = Style(6.8, ink=SOFT)
HEAD = Style(6.8, ink=SOFT)
GAP = 7.0
GAP_MOST = 16.0  # what a gap may take besides when the words leave room
TIGHT = 3.5
FLEX_LEAST = 92.0
_LEADING = 9.6

Cell = tuple[str, ...]
Cells = Sequence[Cell]
Written = list[list[tuple[str, Style]]]


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is headed and set: the first line of a cell in one style, the lines under it in another.

    `flex` marks the column that takes the room the others leave, and wraps. `tight` keeps it close to the
    column before.
    """

    title: str
    align: str = "right"
    first: Style = FIGURE
    rest: Style = REST
    flex: bool = False
    tight: bool = False


class Grid:
    """A table laid out over a width. `sums(n)` gives the cells that carry the sums of the first n rows."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Cells],
        *,
        room: float = WIDTH,
        total: Cells | None = None,
        sums: Callable[[int], Cells] | None = None,
        carried: str = "",
        brought: str = "",
        pad: float = 2.3,
    ) -> None:
        self._columns, self._rows, self._total = columns, rows, total
        self._sums, self._carried, self._brought = sums, carried, brought
        self._room, self._pad = room, pad
        self._place()
        self._head = HEAD.scaled(self._scale)
        self._titles = [
            wrap(column.title, wide + 0.1, self._head.size)
            for column, wide in zip(columns, self._widths, strict=True)
        ]
        self.head_height = max(len(title) for title in self._titles) * self._head.leading + 2 * self._pad
        self.carry_height = _LEADING * self._scale + 2 * self._pad if sums else 0.0

    def _place(self) -> None:
        """Measures the columns, and shrinks the type when the figures would leave no room for the words."""
        widths = [self._natural(n, column) for n, column in enumerate(self._columns)]
        gaps = sum(TIGHT if column.tight else GAP for column in self._columns[1:])
        flex = [n for n, column in enumerate(self._columns) if column.flex]
        fixed = sum(width for n, width in enumerate(widths) if n not in flex)
        least = FLEX_LEAST if flex else 0.0
        self._scale = min(1.0, (self._room - gaps - least) / fixed)
        widths = [width * self._scale for width in widths]
        spare = self._room - gaps - fixed * self._scale
        loose = sum(not column.tight for column in self._columns[1:])
        words = max((_cell_width(row[n], self._columns[n]) for row in self._rows for n in flex), default=0.0)
        extra = max(spare - words, 0.0) / max(loose, 1)
        if flex:
            extra = min(extra, GAP_MOST)
            widths[flex[0]] = spare - extra * loose
        self._widths = widths
        self._lefts: list[float] = []
        x = 0.0
        for n, column in enumerate(self._columns):
            if n:
                x += TIGHT if column.tight else GAP + extra
            self._lefts.append(x)
            x += widths[n]

    def _natural(self, n: int, column: Column) -> float:
        if column.flex:
            return 0.0
        # Only beside a column of words is room so dear that titles are broken.
        parts = column.title.split(" ") if any(other.flex for other in self._columns) else [column.title]
        wide = max(width(part, HEAD.size) for part in parts)
        for row in self._rows:
            wide = max(wide, _cell_width(row[n], column))
        ends = [self._total] if self._total else []
        if self._sums and self._rows:
            ends.append(self._sums(len(self._rows)))
        for end in ends:
            for text in end[n]:
                wide = max(wide, width(text, column.first.size, bold=True))
        return wide

    def blocks(self) -> list[Block]:
        """The head, the rows and the total, for the flow; the last row stays with what follows it."""
        blocks = [Block(self.head_height, self.draw_head, table=self)]
        for n, row in enumerate(self._rows):
            written = [self._written(k, cell) for k, cell in enumerate(row)]
            blocks.append(self._row_block(written, n, glued=n == 0 or n == len(self._rows) - 1))
        if self._total is not None:
            written = self._strong(self._total)
            height = self._height(written) + 1
            count = len(self._rows)

            def draw(pen: Pen, top: float) -> None:
                self._draw_cells(pen, top, written)
                pen.rule(LEFT, top - height + 1, LEFT + self._room, 0.8, BLACK)

            blocks.append(Block(height, draw, glued=True, table=self, rows=count))
        return blocks

    def _row_block(self, written: Written, n: int, *, glued: bool) -> Block:
        height = self._height(written)
        last = n == len(self._rows) - 1

        def draw(pen: Pen, top: float) -> None:
            self._draw_cells(pen, top, written)
            weight, ink = (0.8, BLACK) if last else (0.35, PALE)
            pen.rule(LEFT, top - height, LEFT + self._room, weight, ink)

        return Block(height, draw, glued=glued, table=self, rows=n + 1)

    def _written(self, n: int, cell: Cell) -> list[tuple[str, Style]]:
        """The lines of a cell of column n, each with its style; those of the flexible column wrapped."""
        column = self._columns[n]
        lines: list[tuple[str, Style]] = []
        for place, text in enumerate(cell):
            style = (column.rest if place else column.first).scaled(self._scale)
            if column.flex:
                lines.extend((line, style) for line in wrap(text, self._widths[n], style.size, style.bold))
            else:
                lines.append((text, style))
        return lines

    def _strong(self, cells: Cells) -> Written:
        return [
            [(text, column.first.scaled(self._scale)._replace(bold=True, ink=BLACK)) for text in cell]
            for column, cell in zip(self._columns, cells, strict=True)
        ]

    def _height(self, written: Written) -> float:
        return max(len(lines) for lines in written) * _LEADING * self._scale + 2 * self._pad

    def _draw_cells(self, pen: Pen, top: float, written: Written) -> None:
        step = _LEADING * self._scale
        for n, lines in enumerate(written):
            y = top - self._pad - step * 0.78
            align = self._columns[n].align
            x = self._edge(n, align)
            for text, style in lines:
                pen.write(x, y, text, style, align)
                y -= step

    def _edge(self, n: int, align: str) -> float:
        return LEFT + self._lefts[n] + (self._widths[n] if align == "right" else 0.0)

    def draw_head(self, pen: Pen, top: float) -> None:
        """Draws the titles between two rules."""
        pen.rule(LEFT, top, LEFT + self._room, 0.8, BLACK)
        bottom = top - self.head_height
        for n, column in enumerate(self._columns):
            parts = self._titles[n]
            y = bottom + self._pad + self._head.leading * (len(parts) - 1) + self._head.size * 0.28
            for part in parts:
                pen.write(self._edge(n, column.align), y, part, self._head, column.align)
                y -= self._head.leading
        pen.rule(LEFT, bottom, LEFT + self._room, 0.8, BLACK)

    def draw_carry(self, pen: Pen, top: float, rows: int, *, onward: bool) -> None:
        """Draws the sums of the first so many rows, named as carried or brought forward."""
        if self._sums is None:
            return
        written = self._strong(self._sums(rows))
        flex = next(n for n, column in enumerate(self._columns) if column.flex)
        label = self._carried if onward else self._brought
        written[flex] = [(label, self._columns[flex].first.scaled(self._scale)._replace(bold=True))]
        self._draw_cells(pen, top, written)
        pen.rule(LEFT, top - self.carry_height, LEFT + self._room, 0.35 if not onward else 0.8, PALE)


def _cell_width(cell: Cell, column: Column) -> float:
    wide = 0.0
    for place, text in enumerate(cell):
        style = column.rest if place else column.first
        wide = max(wide, width(text, style.size, style.bold))
    return wide
