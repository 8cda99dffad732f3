"""What holds for every test: no screen, no home, no keyring, and no warning left unseen.

The environment is set before Qt, keyring or platformdirs is imported; real-process tests inherit it.
"""

import atexit
import gc
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, configuration, settings

_home = Path(tempfile.mkdtemp(prefix="bahi-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)


def _isolate() -> None:
    """Points everything that looks for the user at an empty folder, and the zone far from India."""
    folders = {
        "HOME": ".",
        "XDG_CONFIG_HOME": "config",
        "XDG_DATA_HOME": "data",
        "XDG_STATE_HOME": "state",
        "XDG_CACHE_HOME": "cache",
        "XDG_RUNTIME_DIR": "run",
    }
    for name, folder in folders.items():
        place = _home / folder
        place.mkdir(mode=0o700, exist_ok=True)
        os.environ[name] = str(place)
    for name in ("BAHI_PASSPHRASE", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_LOGGING_RULES"] = "qt.text.font.db=false;qt.qpa.fonts=false"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ["TZ"] = "FAR+9"  # today must be India's all the same
    if hasattr(time, "tzset"):
        time.tzset()


_isolate()

configuration.set_hypothesis_home_dir(_home / "hypothesis")
settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", settings.get_profile("ci"), derandomize=False, max_examples=5_000)
settings.load_profile("ci")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: to look through it for waste each time was a fifth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class _Loud(logging.Handler):
    """Keeps every record of WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test when the program logged a warning; `@pytest.mark.allow_logs` says it was meant."""
    loud = _Loud()
    root = logging.getLogger()
    root.addHandler(loud)
    try:
        yield
    finally:
        root.removeHandler(loud)
    if loud.records and request.node.get_closest_marker("allow_logs") is None:
        lines = [f"{record.levelname} {record.name}: {record.getMessage()}" for record in loud.records]
        pytest.fail("unexpected log lines:\n" + "\n".join(lines), pytrace=False)
