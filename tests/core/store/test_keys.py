"""The key of a book: keyring, passphrase and recovery code, and the files that carry them."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from core.errors import AlreadyThere, Damaged, KeyMissing, NotABook, TooNew, WrongKey
from core.store import keys, recovery, wraps
from tests.core.store import no_root
from tests.core.store.bare_book import BOOK_ID, PASSPHRASE, BareBook, make_bare_book


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError


class Locked(Ring):
    """A keyring whose owner does not unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked


class Forgetful(Ring):
    """A keyring that takes what it does not keep."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


def use(monkeypatch: pytest.MonkeyPatch, ring: Ring) -> None:
    monkeypatch.setattr(keyring, "get_password", ring.get_password)
    monkeypatch.setattr(keyring, "set_password", ring.set_password)
    monkeypatch.setattr(keyring, "delete_password", ring.delete_password)


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    use(monkeypatch, made)
    return made


@pytest.fixture
def book(tmp_path: Path) -> BareBook:
    """Made where there is no keyring, with a passphrase."""
    return make_bare_book(tmp_path)


def key_file(book: BareBook) -> Path:
    return book.path.with_name("shop.bahi.key")


class TestMaking:
    def test_with_a_passphrase_alone(self, book: BareBook) -> None:
        assert len(book.key) == 32
        assert keys.open_key(book.path, passphrase=PASSPHRASE) == book.key
        assert stat.S_IMODE(key_file(book).stat().st_mode) == 0o600
        content = key_file(book).read_bytes()
        assert book.key not in content
        assert PASSPHRASE.encode() not in content
        assert recovery.read_code(book.recovery_code).encode() not in content

    def test_with_a_keyring_alone(self, tmp_path: Path, ring: Ring) -> None:
        made = keys.make_keys(tmp_path / "shop.bahi", BOOK_ID, None)
        assert list(ring.entries) == [("Bahi", "0198aabb-ccdd-7000-8000-00000000002a")]
        (entry,) = ring.entries.values()
        assert len(entry) == 44
        assert keys.key_from_keyring(BOOK_ID) == made.key

    @pytest.mark.parametrize("kind", [None, Locked, Forgetful])
    def test_a_recovery_code_alone_is_not_enough(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Ring] | None
    ) -> None:
        if kind is not None:
            use(monkeypatch, kind())
        for nothing in (None, ""):
            with pytest.raises(KeyMissing) as told:
                keys.make_keys(tmp_path / "shop.bahi", BOOK_ID, nothing)
            assert "BAHI_PASSPHRASE" in told.value.remedy
            assert "--passphrase-file" in told.value.remedy
        assert list(tmp_path.iterdir()) == []

    def test_an_older_key_file_is_never_written_over(self, book: BareBook) -> None:
        before = key_file(book).read_bytes()
        book.path.unlink()
        with pytest.raises(AlreadyThere, match=r"shop\.bahi\.key"):
            keys.make_keys(book.path, BOOK_ID, PASSPHRASE, cost=wraps.LIGHT)
        assert key_file(book).read_bytes() == before

    def test_a_file_that_stands_there_keeps_its_peace(self, tmp_path: Path) -> None:
        (tmp_path / "shop.bahi").write_bytes(b"mine")
        with pytest.raises(AlreadyThere, match=r"shop\.bahi"):
            keys.make_keys(tmp_path / "shop.bahi", BOOK_ID, PASSPHRASE, cost=wraps.LIGHT)
        assert [path.name for path in tmp_path.iterdir()] == ["shop.bahi"]

    def test_taken_back(self, tmp_path: Path, ring: Ring) -> None:
        keys.make_keys(tmp_path / "shop.bahi", BOOK_ID, None)
        keys.discard_keys(tmp_path / "shop.bahi")
        assert list(tmp_path.iterdir()) == []
        assert ring.entries == {}

    def test_two_books_have_nothing_in_common(self, tmp_path: Path) -> None:
        first, second = (keys.make_keys(tmp_path / name, BOOK_ID, "p", cost=wraps.LIGHT) for name in "ab")
        assert first.key != second.key
        assert first.recovery_code != second.recovery_code


class TestOpening:
    def test_wrong_passphrase(self, book: BareBook) -> None:
        with pytest.raises(WrongKey, match=r"passphrase does not open shop\.bahi"):
            keys.open_key(book.path, passphrase="nine camels run")

    def test_the_same_letters_composed_otherwise(self, tmp_path: Path) -> None:
        made = keys.make_keys(tmp_path / "a.bahi", BOOK_ID, "caf\u00e9 \u0915\u093c", cost=wraps.LIGHT)
        assert keys.unwrap_with_passphrase(tmp_path / "a.bahi", "cafe\u0301 \u0958") == made.key

    def test_nothing_given(self, book: BareBook) -> None:
        with pytest.raises(KeyMissing, match="keyring") as told:
            keys.open_key(book.path, passphrase=None)
        assert "BAHI_PASSPHRASE" in told.value.remedy

    def test_the_keyring_comes_first(self, book: BareBook, ring: Ring) -> None:
        assert keys.remember_in_keyring(BOOK_ID, book.key)
        assert keys.open_key(book.path, passphrase=None) == book.key

    def test_a_keyring_with_another_books_key(self, book: BareBook, ring: Ring) -> None:
        keys.remember_in_keyring(BOOK_ID, os.urandom(32))
        with pytest.raises(WrongKey, match="another book"):
            keys.open_key(book.path, passphrase=None)
        assert keys.open_key(book.path, passphrase=PASSPHRASE) == book.key

    @pytest.mark.parametrize("written", ["", "no base64!", "c2hvcnQ="])
    def test_a_keyring_with_something_else(self, book: BareBook, ring: Ring, written: str) -> None:
        ring.set_password("Bahi", "0198aabb-ccdd-7000-8000-00000000002a", written)
        with pytest.raises(KeyMissing):
            keys.open_key(book.path, passphrase=None)

    def test_a_locked_keyring_falls_back(self, book: BareBook, monkeypatch: pytest.MonkeyPatch) -> None:
        use(monkeypatch, Locked())
        assert keys.open_key(book.path, passphrase=PASSPHRASE) == book.key

    def test_no_book(self, tmp_path: Path) -> None:
        with pytest.raises(NotABook, match="There is no file"):
            keys.open_key(tmp_path / "none.bahi", passphrase=PASSPHRASE)
        (tmp_path / "letter.bahi").write_text("Dear bank")
        with pytest.raises(NotABook, match=r"letter\.bahi is not a book"):
            keys.open_key(tmp_path / "letter.bahi", passphrase=PASSPHRASE)

    def test_no_key_file(self, book: BareBook) -> None:
        key_file(book).unlink()
        with pytest.raises(KeyMissing, match=r"key file shop\.bahi\.key is missing"):
            keys.open_key(book.path, passphrase=PASSPHRASE)

    @pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 70_000])
    def test_a_key_file_of_rubbish(self, book: BareBook, content: bytes) -> None:
        key_file(book).write_bytes(content)
        with pytest.raises(Damaged, match=r"shop\.bahi\.key is damaged"):
            keys.open_key(book.path, passphrase=PASSPHRASE)

    def test_any_changed_byte_of_the_key_file_is_damage_and_no_wrong_passphrase(self, book: BareBook) -> None:
        content = key_file(book).read_bytes()
        for place in range(content.index(b'"body"') + 10, len(content) - 3, 17):
            key_file(book).write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            with pytest.raises(Damaged):
                keys.open_key(book.path, passphrase=PASSPHRASE)

    def test_a_key_file_of_a_newer_bahi(self, book: BareBook) -> None:
        written = json.loads(key_file(book).read_bytes())
        key_file(book).write_text(json.dumps({**written, "format": 2}))
        with pytest.raises(TooNew, match="newer Bahi"):
            keys.open_key(book.path, passphrase=PASSPHRASE)

    def test_a_key_file_may_not_ask_for_all_memory(self, book: BareBook) -> None:
        file = wraps.read_key_file(book.path)
        greedy = wraps.Wrap(
            memory_kib=1 << 40, passes=1, lanes=1, salt=bytes(16), nonce=bytes(12), sealed=bytes(48)
        )
        wraps.write_key_file(book.path, wraps.KeyFile(file.book, file.check, {"passphrase": greedy}))
        with pytest.raises(Damaged):
            keys.open_key(book.path, passphrase=PASSPHRASE)

    def test_a_wrap_opens_for_its_own_purpose_alone(self) -> None:
        wrap = wraps.seal(b"secret", "words", "this book", wraps.LIGHT)
        assert wraps.unseal(wrap, "words", "this book") == b"secret"
        assert wraps.unseal(wrap, "words", "that book") is None
        assert wraps.unseal(wrap, "other words", "this book") is None

    def test_a_wrap_moved_to_another_books_file_opens_nothing(self, book: BareBook) -> None:
        file = wraps.read_key_file(book.path)
        other = wraps.KeyFile("0198aabb-ccdd-7000-8000-00000000002b", file.check, file.wraps)
        wraps.write_key_file(book.path, other)
        with pytest.raises(WrongKey):
            keys.open_key(book.path, passphrase=PASSPHRASE)


class TestRecoveryCode:
    def test_as_written_and_as_typed(self, book: BareBook) -> None:
        code = book.recovery_code
        assert len(code.split("-")) == 6
        assert {len(group) for group in code.split("-")} == {5}
        sloppy = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
        for typed in (code, sloppy, f"  {code}\n", code.replace("-", "")):
            assert keys.open_key(book.path, passphrase=None, recovery_code=typed) == book.key

    def test_a_slip_of_the_pen_is_told_from_another_books_code(self, book: BareBook) -> None:
        code = book.recovery_code
        slip = ("2" if code[0] != "2" else "3") + code[1:]
        with pytest.raises(WrongKey, match="mistyped"):
            keys.open_key(book.path, passphrase=None, recovery_code=slip)
        with pytest.raises(WrongKey, match="has 30 characters; 29"):
            keys.open_key(book.path, passphrase=None, recovery_code=code[:-1])
        with pytest.raises(WrongKey, match="never contains !"):
            keys.open_key(book.path, passphrase=None, recovery_code=f"{code[:-1]}!")
        with pytest.raises(WrongKey, match="another book's, or was replaced"):
            keys.open_key(book.path, passphrase=None, recovery_code=recovery.new_code())

    def test_a_new_code_ends_the_old_one(self, book: BareBook) -> None:
        fresh = keys.change_recovery_code(book.path, book.key)
        assert keys.open_key(book.path, passphrase=None, recovery_code=fresh) == book.key
        with pytest.raises(WrongKey, match="was replaced"):
            keys.open_key(book.path, passphrase=None, recovery_code=book.recovery_code)

    @given(st.binary(min_size=17, max_size=17), st.integers(0, 29), st.integers(1, 31))
    def test_every_code_reads_back_and_one_changed_letter_is_seen(
        self, random: bytes, place: int, step: int
    ) -> None:
        code = recovery.new_code(lambda _size: random)
        letters = code.replace("-", "")
        alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        assert recovery.read_code(code) == letters[:26]
        other = alphabet[(alphabet.index(letters[place]) + step) % 32]
        changed = letters[:place] + other + letters[place + 1 :]
        with pytest.raises(WrongKey):
            recovery.read_code(changed)

    def test_different_randomness_gives_different_codes(self) -> None:
        assert len({recovery.new_code() for _ in range(100)}) == 100


class TestChanging:
    def test_is_flushed_before_it_takes_the_place(
        self, book: BareBook, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A power cut leaves the old key file or the new one: a new file, on the disk before its name is."""
        before, done = key_file(book).stat().st_ino, []
        fsync, replace = os.fsync, Path.replace
        monkeypatch.setattr(os, "fsync", lambda handle: (done.append("flush"), fsync(handle)))
        monkeypatch.setattr(Path, "replace", lambda *names: (done.append("name"), replace(*names)))
        keys.change_recovery_code(book.path, book.key)
        assert done == ["flush", "name", "flush"]
        assert key_file(book).stat().st_ino != before

    def test_the_passphrase(self, book: BareBook) -> None:
        keys.change_passphrase(book.path, book.key, "ten camels", cost=wraps.LIGHT)
        assert keys.open_key(book.path, passphrase="ten camels") == book.key
        assert keys.open_key(book.path, passphrase=None, recovery_code=book.recovery_code) == book.key
        with pytest.raises(WrongKey):
            keys.open_key(book.path, passphrase=PASSPHRASE)

    def test_not_with_another_key_and_not_to_nothing(self, book: BareBook) -> None:
        before = key_file(book).read_bytes()
        with pytest.raises(WrongKey):
            keys.change_passphrase(book.path, os.urandom(32), "ten camels", cost=wraps.LIGHT)
        with pytest.raises(KeyMissing, match="empty"):
            keys.change_passphrase(book.path, book.key, "")
        assert key_file(book).read_bytes() == before

    def test_a_revoked_device_destroys_every_way(self, book: BareBook, ring: Ring) -> None:
        keys.remember_in_keyring(BOOK_ID, book.key)
        keys.destroy_keys(book.path)
        assert ring.entries == {}
        with pytest.raises(KeyMissing, match="has no passphrase"):
            keys.open_key(book.path, passphrase=PASSPHRASE)
        with pytest.raises(WrongKey):
            keys.open_key(book.path, passphrase=None, recovery_code=book.recovery_code)


class TestDeviceSecret:
    SECRET = bytes(range(32))

    def test_in_the_keyring(self, book: BareBook, ring: Ring) -> None:
        keys.store_secret(book.path, "signing", self.SECRET, None)
        assert keys.load_secret(book.path, "signing", None) == self.SECRET
        assert keys.load_secret(book.path, "other", None) is None
        assert not book.path.with_name("shop.bahi.device").exists()
        assert len(ring.entries) == 1

    def test_in_a_file_under_the_passphrase(self, book: BareBook) -> None:
        assert keys.load_secret(book.path, "signing", None) is None
        keys.store_secret(book.path, "signing", self.SECRET, PASSPHRASE, cost=wraps.LIGHT)
        keys.store_secret(book.path, "other", b"small", PASSPHRASE, cost=wraps.LIGHT)
        assert keys.load_secret(book.path, "signing", PASSPHRASE) == self.SECRET
        assert keys.load_secret(book.path, "other", PASSPHRASE) == b"small"
        assert self.SECRET not in book.path.with_name("shop.bahi.device").read_bytes()
        with pytest.raises(KeyMissing, match="own key"):
            keys.load_secret(book.path, "signing", None)
        with pytest.raises(WrongKey, match="own key"):
            keys.load_secret(book.path, "signing", "ten camels")

    def test_nowhere_to_keep_it(self, book: BareBook) -> None:
        with pytest.raises(KeyMissing, match="no keyring"):
            keys.store_secret(book.path, "signing", self.SECRET, None)

    def test_follows_a_new_passphrase(self, book: BareBook) -> None:
        keys.store_secret(book.path, "signing", self.SECRET, PASSPHRASE, cost=wraps.LIGHT)
        with pytest.raises(KeyMissing):
            keys.change_passphrase(book.path, book.key, "ten camels", cost=wraps.LIGHT)
        with pytest.raises(WrongKey):
            keys.change_passphrase(book.path, book.key, "ten camels", before="eight", cost=wraps.LIGHT)
        assert keys.open_key(book.path, passphrase=PASSPHRASE) == book.key
        for _ in range(2):  # the second time as after an interruption: the secret is there already
            keys.change_passphrase(book.path, book.key, "ten camels", before=PASSPHRASE, cost=wraps.LIGHT)
            assert keys.load_secret(book.path, "signing", "ten camels") == self.SECRET


def test_a_full_or_closed_folder_leaves_the_old_key_file(tmp_path: Path) -> None:
    book = make_bare_book(tmp_path)
    before = key_file(book).read_bytes()
    tmp_path.chmod(0o555)
    code = """
from core.store import keys
keys.change_passphrase(folder / "shop.bahi", bytes.fromhex(given["key"]), "ten camels")
"""
    told = no_root.run(code, tmp_path, key=book.key.hex())
    tmp_path.chmod(0o755)
    assert told.kind == "ReadOnly"
    full = no_root.run(
        "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n" + code,
        tmp_path,
        key=book.key.hex(),
    )
    assert full.kind == "DiskFull"
    assert key_file(book).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop.bahi", "shop.bahi.key"]


REAL_RING = """
import sys
from pathlib import Path
from core.store import keys
book, act = Path(sys.argv[1]), sys.argv[2]
book_id = bytes.fromhex("0198aabbccdd7000800000000000002a")
if act == "make":
    made = keys.make_keys(book, book_id, None)
    keys.store_secret(book, "signing", b"s" * 32, None)
    book.write_bytes(bytes(8192))
    print(made.key.hex())
else:
    assert keys.load_secret(book, "signing", None) == b"s" * 32
    print(keys.open_key(book, passphrase=None).hex())
"""


@pytest.mark.processes
@pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs gnome-keyring and dbus",
)
def test_a_real_keyring_keeps_the_key_to_the_next_login(tmp_path: Path) -> None:
    """Through gnome-keyring on a session bus of its own; the second login is another daemon."""
    first = in_a_session(tmp_path, "make")
    assert len(first) == 64
    assert in_a_session(tmp_path, "open") == first
    assert first.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def in_a_session(folder: Path, act: str) -> str:
    """Run REAL_RING in a login session whose keyring is unlocked; the daemon ends with it."""
    for name in ("run", "data", "config", "cache"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PYTHONPATH": str(no_root.ROOT),
    }
    environment.pop("PYTHON_KEYRING_BACKEND", None)
    login = """
echo -n words | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
daemon=$!
for _ in $(seq 100); do [ -e "$XDG_RUNTIME_DIR/keyring/control" ] && break; sleep 0.05; done
"$@"
ended=$?
kill $daemon
wait $daemon 2>/dev/null
exit $ended
"""
    program = [sys.executable, "-c", REAL_RING, str(folder / "shop.bahi"), act]
    ended = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", login, "bash", *program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()
