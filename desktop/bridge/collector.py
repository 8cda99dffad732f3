"""Garbage is collected on the GUI thread alone: a QObject freed on a worker thread can crash Qt."""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1_000
_YOUNG, _MIDDLE, _OLD = 700, 10, 10


class Collector(QObject):
    """Turns Python's own collection off and collects by a timer of the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect as far as the generations have filled, as Python would have done by itself."""
        young, middle, old = gc.get_count()
        if old > _OLD:
            gc.collect(2)
        elif middle > _MIDDLE:
            gc.collect(1)
        elif young > _YOUNG:
            gc.collect(0)

    def stop(self) -> None:
        """Give collection back to Python (at the end, and in tests)."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
