"""The one road back: every commit's Touched, told to all screens on the GUI thread."""

from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject, Qt, Signal

from desktop.ports import Touched


class TouchedHub(QObject):
    """Hears of commits from any thread and tells of them on the GUI thread, in order."""

    touched = Signal(object)
    """A `Touched`, on the GUI thread; subscribers are told just before."""
    _announced = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = count()
        self._listeners: dict[int, Callable[[Touched], None]] = {}
        self._announced.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def announce(self, touched: Touched) -> None:
        """Say that a commit touched records; may be called on any thread."""
        self._announced.emit(touched)

    def subscribe(self, heard: Callable[[Touched], None]) -> Callable[[], None]:
        """Call `heard` after each commit until the returned function is called (desktop.ports.Hub)."""
        number = next(self._numbers)
        self._listeners[number] = heard

        def stop() -> None:
            self._listeners.pop(number, None)

        return stop

    def _tell(self, touched: Touched) -> None:
        for number, heard in list(self._listeners.items()):
            if number in self._listeners:
                heard(touched)
        self.touched.emit(touched)
