"""QrCode: a QR code as large as its room allows in whole pixels a square, dark on light in every theme."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.qr import squares

_DARK, _LIGHT = 0, 255


class QrCode(QWidget):
    """Shows a text as a QR code; `name` is what a screen reader says instead."""

    def __init__(self, text: str = "", *, name: str = "", side: int = 196) -> None:
        super().__init__()
        self._image = QImage()
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show another text; none: nothing is drawn."""
        self._image = _image_of(text) if text else QImage()
        self.update()

    def sizeHint(self) -> QSize:
        """As large as was asked."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw each square over whole pixels, so that a camera sees sharp edges."""
        if self._image.isNull():
            return
        room = min(self.width(), self.height())
        side = max(1, room // self._image.width()) * self._image.width()
        place = QRect((self.width() - side) // 2, (self.height() - side) // 2, side, side)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(place, self._image, self._image.rect(), Qt.ImageConversionFlag.MonoOnly)


def _image_of(text: str) -> QImage:
    rows = squares(text)
    image = QImage(len(rows[0]), len(rows), QImage.Format.Format_Grayscale8)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            level = _DARK if is_dark else _LIGHT
            image.setPixel(x, y, 0xFF000000 | level << 16 | level << 8 | level)
    return image
