"""What the window remembers between starts: one small JSON file beside the settings, never in the book."""

import json
import logging
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)


class FileMemory:
    """Remembers JSON values in a file. A lost or damaged file is only forgotten habits, never an error."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._values = _values_of(file)
        self._private: set[str] = set()
        self._is_saved = True

    def recall(self, name: str, otherwise: Any) -> Any:
        """The value kept under a name, or `otherwise`."""
        return self._values.get(name, otherwise)

    def keep(self, name: str, value: Any, *, private: bool = False) -> None:
        """Remember a JSON value; it reaches the disk with `save`, a private one never."""
        if self._values.get(name) == value:
            return
        self._values[name] = value
        if private:
            self._private.add(name)
        else:
            self._is_saved = False

    def save(self) -> None:
        """Write what changed: through a neighbour file, so that a power cut leaves the old one."""
        if self._is_saved:
            return
        lasting = {name: value for name, value in self._values.items() if name not in self._private}
        beside = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(lasting, ensure_ascii=False, indent=1), encoding="utf-8")
            beside.replace(self._file)
            self._is_saved = True
        except OSError:
            _log.warning("the window's habits could not be saved")


class NoMemory(FileMemory):
    """Remembers until the program ends; for tests, and when nothing may be written."""

    def __init__(self) -> None:
        super().__init__(Path())
        self._values = {}

    def save(self) -> None:
        """Nothing is written."""


def _values_of(file: Path) -> dict[str, Any]:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
