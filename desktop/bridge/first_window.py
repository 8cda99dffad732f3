"""One window a user: a second start asks the first to come forward and goes."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500
_RAISE, _OPEN = b"raise", b"open "
_BYTES_MAX = 4_096


class FirstWindow(QObject):
    """Holds the name by which a second start finds the first."""

    raised = Signal(object)
    """A second start knocked: come forward, and open this book if it names one (else None)."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = "bahi-" + hashlib.sha256(str(folder).encode()).hexdigest()[:24]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_knock)

    def claim(self, book: Path | None = None) -> bool:
        """Become the first window; False when there is one already, which then comes forward and opens `book`."""
        if self._knocked(_RAISE if book is None else _OPEN + str(book.absolute()).encode()):
            return False
        if not self._server.listen(self._name):
            # Left by a process that was killed: nobody answered above, so it may go.
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)
        return True

    def close(self) -> None:
        """Let the next start be the first."""
        self._server.close()

    def _knocked(self, message: bytes) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(message + b"\n")
        socket.waitForBytesWritten(_WAIT_MS)
        socket.disconnectFromServer()
        return True

    def _on_knock(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._hear(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._hear(socket)

    def _hear(self, socket: QLocalSocket) -> None:
        said = bytes(socket.read(_BYTES_MAX).data()).rstrip(b"\n")
        if said == _RAISE:
            self.raised.emit(None)
        elif said.startswith(_OPEN):
            self.raised.emit(Path(said.removeprefix(_OPEN).decode(errors="replace")))
