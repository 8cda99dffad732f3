"""Icons: line drawings of resources/icons, tinted in a colour of the theme and sharp at every scale."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources
from desktop.theme.tokens import size

_SCALES = (1, 2)


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    return resources.path("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def tinted_pixmap(name: str, colour: str, pixels: int, scale: float) -> QPixmap:
    """An icon as a pixmap of `pixels` square, in a colour written #RRGGBB."""
    drawn = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    pixmap = QPixmap(QSize(round(pixels * scale), round(pixels * scale)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawn.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


@lru_cache(maxsize=512)
def tinted_icon(name: str, colour: str, gap: int = 0) -> QIcon:
    """An icon in a colour written #RRGGBB; `gap` pixels at its right keep the words of a button off it."""
    made = QIcon()
    for scale in _SCALES:
        drawn = tinted_pixmap(name, colour, size("icon"), scale)
        room = QPixmap(QSize((size("icon") + gap) * scale, size("icon") * scale))
        room.setDevicePixelRatio(scale)
        room.fill(Qt.GlobalColor.transparent)
        painter = QPainter(room)
        painter.drawPixmap(0, 0, drawn)
        painter.end()
        made.addPixmap(room)
    return made


def screen_scale() -> float:
    """Device pixels a logical pixel has on the first screen."""
    return QGuiApplication.primaryScreen().devicePixelRatio()
