"""The watch over every test is itself watched: planted warnings fail, and nothing of the user is reached."""

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED = {
    "a logged warning": "import logging\ndef test_it():\n    logging.getLogger('bahi').warning('odd')\n",
    "a Python warning": "import warnings\ndef test_it():\n    warnings.warn('odd', stacklevel=1)\n",
    "a Qt warning": "from PySide6 import QtCore\ndef test_it(qapp):\n    QtCore.qWarning('odd')\n",
    "an unknown mark": "import pytest\n@pytest.mark.shaky\ndef test_it():\n    pass\n",
}
QUIET = {
    "nothing at all": "def test_it():\n    pass\n",
    "a warning that was meant": "import logging, pytest\n@pytest.mark.allow_logs\ndef test_it():\n"
    "    logging.getLogger('bahi').warning('odd')\n",
}


def run_alone(place: Path, source: str) -> subprocess.CompletedProcess[str]:
    """Runs one test file under the project's own conftest and settings, elsewhere."""
    place.joinpath("conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text("utf-8"), "utf-8")
    place.joinpath("test_planted.py").write_text(source, "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        str(ROOT / "pyproject.toml"),
    ]
    command += ["--rootdir", str(place), str(place)]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.parametrize("source", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_warning_fails_its_test(tmp_path: Path, source: str) -> None:
    verdict = run_alone(tmp_path, source)
    assert verdict.returncode in (1, 2), verdict.stdout + verdict.stderr
    assert "shaky" in verdict.stdout or "odd" in verdict.stdout


@pytest.mark.parametrize("source", QUIET.values(), ids=QUIET.keys())
def test_a_quiet_test_passes(tmp_path: Path, source: str) -> None:
    verdict = run_alone(tmp_path, source)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_nothing_of_the_user_is_reached() -> None:
    assert "bahi-tests-" in str(Path.home())
    for place in (platformdirs.user_config_dir("bahi"), platformdirs.user_data_dir("bahi")):
        assert str(Path.home()) in place
    assert "DISPLAY" not in os.environ
