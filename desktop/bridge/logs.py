"""The log files: small, rotating, and discreet: where things went wrong, never whose money it was.

Messages are fixed sentences with ids and counts; of an exception only its kind and the lines it passed.
"""

import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

_BYTES, _KEPT = 512 * 1024, 3


class Discreet(logging.Formatter):
    """Writes an exception without its words: they may name a party or an amount."""

    def formatException(  # noqa: N802  logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """The kind of the exception and the lines it passed."""
        return "" if ei[1] is None else discreet_trace(ei[1])


def start_logging(folder: Path, *, level: int = logging.INFO) -> logging.Handler:
    """Write the program's log into a folder (made if need be); gives the handler, for closing."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "bahi.log", maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler


def discreet_trace(error: BaseException) -> str:
    """An exception and its causes as kinds and places: "file:line function", no words, no values."""
    parts: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        parts.append(type(at).__name__)
        parts.extend(
            f"  {Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(at.__traceback__)
        )
        at = at.__cause__ or at.__context__
    return "\n".join(parts)
