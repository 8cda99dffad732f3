"""Panels: small upright pieces of a paper (lines of text, labelled facts) set above or beside each other.

A panel knows its height and draws itself from its upper left corner; side by side they make a block.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from core.paper.faces import width, wrap
from core.paper.flow import Block
from core.paper.pen import BLACK, LEFT, SOFT, Pen, Style

PLAIN = Style(8.0)
STRONG = Style(8.0, bold=True)
SMALL = Style(7.0, ink=SOFT)
LABEL = Style(6.6, ink=SOFT)

Lines = Sequence[tuple[str, Style]]
Drawing = Callable[[Pen, float, float], None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of a paper: its height in points and how to draw it from x and its top."""

    height: float
    draw: Drawing


def wrapped(text: str, room: float, style: Style) -> list[tuple[str, Style]]:
    """The lines of a text in one style, none wider than `room`."""
    return [(line, style) for line in wrap(text, room, style.size, style.bold)]


def stack(lines: Lines, *, align: str = "left") -> Panel:
    """Lines under each other; x is their left end, right end or middle."""

    def draw(pen: Pen, x: float, top: float) -> None:
        for text, style in lines:
            pen.write(x, top - style.size * 1.05, text, style, align)
            top -= style.leading

    return Panel(sum(style.leading for _, style in lines), draw)


def space(height: float) -> Panel:
    """Nothing, so high."""
    return Panel(height, lambda pen, x, top: None)


def titled(title: str, lines: Lines) -> Panel:
    """Lines under a small label."""
    return stack([(title, LABEL), *lines])


def facts(pairs: Iterable[tuple[str, str]], room: float, *, split: float = 0.42, strong: int = 0) -> Panel:
    """Labels with their values, which begin at `split` of the room and wrap; the first `strong` are bold."""
    label_style = PLAIN._replace(ink=SOFT)
    step = PLAIN.size * 1.42
    rows: list[tuple[Lines, Lines, float]] = []
    for n, (label, value) in enumerate(pairs):
        labels = wrapped(label, room * split - 4, label_style)
        values = wrapped(value, room * (1 - split), STRONG if n < strong else PLAIN)
        rows.append((labels, values, step * max(len(labels), len(values))))

    def draw(pen: Pen, x: float, top: float) -> None:
        y = top - PLAIN.size * 1.05
        for labels, values, height in rows:
            for at, lines in ((x, labels), (x + room * split, values)):
                for n, (text, style) in enumerate(lines):
                    pen.write(at, y - n * step, text, style)
            y -= height

    return Panel(sum(height for _, _, height in rows), draw)


def sums(pairs: Iterable[tuple[str, str, bool]], room: float) -> Panel:
    """Labels on the left and amounts flush right; a strong pair stands between rules, larger."""
    rows = [
        (label, amount, Style(10.5, bold=True) if strong else Style(8.4, ink=BLACK))
        for label, amount, strong in pairs
    ]

    def draw(pen: Pen, x: float, top: float) -> None:
        below_rule = False
        for label, amount, style in rows:
            step = _sum_step(style)
            if style.bold:
                if not below_rule:
                    pen.rule(x, top - 1, x + room, 0.9, BLACK)
                pen.rule(x, top - step + 1, x + room, 0.9, BLACK)
            y = top - step / 2 - style.size * 0.36
            amount_style = _fitting(amount, room - width(label, style.size, style.bold) - 8, style)
            pen.write(x + 2, y, label, style if style.bold else style._replace(ink=SOFT))
            pen.write(x + room - 2, y, amount, amount_style, "right")
            top -= step
            below_rule = style.bold

    return Panel(sum(_sum_step(style) for _, _, style in rows), draw)


def _sum_step(style: Style) -> float:
    return style.size * (1.95 if style.bold else 1.46)


def _fitting(text: str, room: float, style: Style) -> Style:
    wide = width(text, style.size, style.bold)
    return style if wide <= room else style.scaled(room / wide)


def above(*panels: Panel, gap: float = 0.0) -> Panel:
    """Panels under each other."""

    def draw(pen: Pen, x: float, top: float) -> None:
        for panel in panels:
            panel.draw(pen, x, top)
            top -= panel.height + gap

    return Panel(sum(panel.height for panel in panels) + gap * max(len(panels) - 1, 0), draw)


def beside(*placed: tuple[float, Panel]) -> Panel:
    """Panels with level tops, each at its distance from the left."""

    def draw(pen: Pen, x: float, top: float) -> None:
        for offset, panel in placed:
            panel.draw(pen, x + offset, top)

    return Panel(max(panel.height for _, panel in placed), draw)


def block(panel: Panel, *, after: float = 0.0, glued: bool = False) -> Block:
    """A panel as a block of the flow, at the left margin, with blank below it."""
    return Block(panel.height + after, lambda pen, top: panel.draw(pen, LEFT, top), glued=glued)


def ruled(weight: float, ink: tuple[float, float, float], room: float, below: float = 5.0) -> Panel:
    """A level rule with blank below it."""
    return Panel(below, lambda pen, x, top: pen.rule(x, top, x + room, weight, ink))
