"""One process at a time writes a book, and the one turned away is told who has it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import InUse, NotABook
from core.store import lock
from tests.core.store import no_root

HOLDER = """
import sys, time
from pathlib import Path
from core.store.lock import BookLock
with BookLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
print("released", flush=True)
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "shop.bahi"


@pytest.fixture
def other(book: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(book)],
        env={**os.environ, "PYTHONPATH": str(no_root.ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_held_and_released(book: Path) -> None:
    first = lock.BookLock(book)
    with first:
        assert first.held
        assert lock.holder(book)[0] == os.getpid()
    assert not first.held
    assert lock.holder(book) == (None, "")
    with lock.BookLock(book):
        pass
    first.release()  # once more does no harm


def test_twice_in_one_process(book: Path) -> None:
    with lock.BookLock(book), pytest.raises(InUse, match=str(os.getpid())):
        lock.BookLock(book).acquire()


def test_one_lock_is_not_taken_twice(book: Path) -> None:
    with lock.BookLock(book) as held, pytest.raises(AssertionError):
        held.acquire()


@pytest.mark.processes
def test_another_process_has_it(book: Path, other: "subprocess.Popen[str]") -> None:
    with pytest.raises(InUse) as told:
        lock.BookLock(book).acquire()
    assert f"process {other.pid}" in told.value.message
    assert os.uname().nodename in told.value.message
    assert "Close it there" in told.value.remedy
    assert other.communicate("")[0] == "released\n"
    with lock.BookLock(book):
        pass


@pytest.mark.processes
def test_a_killed_holder_frees_it(book: Path, other: "subprocess.Popen[str]") -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    with lock.BookLock(book):
        assert lock.holder(book)[0] == os.getpid()


@pytest.mark.processes
def test_an_open_child_does_not_keep_it(book: Path) -> None:
    """A printer or browser started meanwhile may outlive the window."""
    with lock.BookLock(book):
        child = subprocess.Popen(["sleep", "30"], close_fds=False)
    with lock.BookLock(book):
        pass
    child.kill()
    child.wait()


def test_rubbish_in_the_file_names_nobody(book: Path) -> None:
    held = lock.BookLock(book)
    held.acquire()
    for rubbish in (b"", b"[1]", b"\xff", b'{"pid": null}'):
        book.with_name("shop.bahi.lock").write_bytes(rubbish)
        with pytest.raises(InUse, match="in another process"):
            lock.BookLock(book).acquire()
    held.release()


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(NotABook, match="There is no file"):
        lock.BookLock(tmp_path / "none" / "shop.bahi").acquire()


@pytest.mark.processes
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    code = """
from core.store.lock import BookLock
BookLock(folder / "shop.bahi").acquire()
"""
    told = no_root.run(code, tmp_path)
    tmp_path.chmod(0o755)
    assert told.kind == "ReadOnly"


MOUNTS = """\
22 1 0:1 / / rw shared:1 - ext4 /dev/sda1 rw
23 22 0:2 / /home rw - ext4 /dev/sda2 rw
24 23 0:3 / /home/asha/office\\040files rw - {kind} server:/files rw
25 23 0:4 / /home/asha/drive rw - fuse.gvfsd-fuse gvfsd rw
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks the drive")
@pytest.mark.parametrize(
    ("kind", "network"),
    [("nfs4", True), ("cifs", True), ("smb3", True), ("fuse.sshfs", True), ("ext4", False), ("tmpfs", False)],
)
def test_folders_of_other_computers_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, network: bool
) -> None:
    folder = tmp_path / "office files"
    folder.mkdir()
    told = MOUNTS.format(kind=kind).replace("/home/asha", str(tmp_path))
    read_text = Path.read_text
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda path, **how: told if str(path) == "/proc/self/mountinfo" else read_text(path, **how),
    )
    assert lock.is_network_folder(folder) is network
    assert lock.is_network_folder(folder / "deeper") is network
    assert not lock.is_network_folder(tmp_path)
    held = lock.BookLock(folder / "shop.bahi")
    if network:
        with pytest.raises(lock.NetworkFolder, match="another computer"):
            held.acquire()
        assert list(folder.iterdir()) == []
    else:
        held.acquire()
        held.release()
