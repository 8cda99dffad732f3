"""The user's own folder of facts: the pack taken up, the keys he trusts himself, and the official HSN list.

Each is one file, written whole or not at all; what is here stands over the release's facts at every start.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from core.errors import RuleBroken
from core.facts.hsn_list import Sheet, kept_list, read_hsn_list
from core.facts.pack import PACK_BYTES_MAX, Pack, read_pack
from core.facts.reader import Facts, put_in_force
from core.facts.records import TrustedKey
from core.problems import Problem
from core.words import translate as _

PACK_FILE = "facts.bahifacts"
KEYS_FILE = "own_keys.json"
HSN_FILE = "hsn_list.json"
_KEY = re.compile(r"([A-Za-z0-9._-]{1,64})\s+([A-Za-z0-9+/]{43}=)\s*")


class _Keys(msgspec.Struct):
    entries: list[TrustedKey]


def take_up(folder: Path) -> list[Problem]:
    """Puts what the folder holds in force, over the release's facts; what cannot be taken is told, never a halt.

    A pack that a newer release has overtaken is left aside in silence: the release holds all of it.
    """
    facts, problems = Facts.shipped(), []
    try:
        data = _bytes_of(folder / PACK_FILE)
        if data is not None:
            pack = read_pack(data, keys=trusted_keys(folder), newer_than=facts.version, file=PACK_FILE)
            facts = pack.over(facts)
    except RuleBroken as refused:
        problems = [problem for problem in refused.problems if problem.code != "PACK_OLDER"]
    if (folder / HSN_FILE).is_file():
        facts = facts.with_hsn_list(folder / HSN_FILE)
    put_in_force(None if facts is Facts.shipped() else facts)
    return problems


def apply_pack(data: bytes, folder: Path, *, own_key: TrustedKey | None = None, file: str = "") -> Pack:
    """Keeps a pack for every start from now on and puts it in force at once; `own_key` is trusted beside the release's.

    Raises RuleBroken as `read_pack` does, and OSError when the folder cannot be written; then all stays as it was.
    """
    pack = readable_pack(data, folder, own_key=own_key, file=file)
    folder.mkdir(parents=True, exist_ok=True)
    if own_key is not None:
        kept = [key for key in _own_keys(folder) if key.id != own_key.id]
        _write(folder / KEYS_FILE, msgspec.json.encode(_Keys([*kept, own_key])))
    _write(folder / PACK_FILE, data)
    take_up(folder)
    return pack


def readable_pack(data: bytes, folder: Path, *, own_key: TrustedKey | None = None, file: str = "") -> Pack:
    """Gives the pack when it could be taken here and now; RuleBroken as `read_pack` otherwise."""
    keys = [*trusted_keys(folder), *([own_key] if own_key else ())]
    return read_pack(data, keys=keys, newer_than=Facts.in_force().version, file=file)


def trusted_keys(folder: Path) -> list[TrustedKey]:
    """Gives the keys that may sign a pack: the release's, then those the user trusts himself."""
    return [*Facts.shipped().trusted_keys(), *_own_keys(folder)]


def read_key(text: str, *, file: str = "") -> TrustedKey:
    """Gives the key in a text “NAME BASE64”. Raises RuleBroken when it is none, or takes a release key's name."""
    match = _KEY.fullmatch(text)
    if match is None:
        message = _("This is no public key: one line, its name and 44 letters of base64.")
        raise RuleBroken([Problem("KEY_MALFORMED", message, file=file)])
    if any(key.id == match[1] for key in Facts.shipped().trusted_keys()):
        message = _("A key of the release already has the name {name}; give yours another.").format(
            name=match[1]
        )
        raise RuleBroken([Problem("KEY_NAME", message, file=file)])
    return TrustedKey(id=match[1], public=match[2], since=None, until=None, source=_("trusted by the user"))


def import_hsn_list(sheets: Iterable[Sheet], folder: Path, *, source: str) -> int:
    """Keeps the official list of codes and puts it in force; gives how many codes it has.

    Raises RuleBroken with each wrong line named, and OSError when the folder cannot be written; then nothing is kept.
    """
    codes = read_hsn_list(sheets)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / HSN_FILE, kept_list(codes, source))
    take_up(folder)
    return len(codes)


def _own_keys(folder: Path) -> list[TrustedKey]:
    data = _bytes_of(folder / KEYS_FILE)
    if data is None:
        return []
    try:
        return msgspec.json.decode(data, type=_Keys).entries
    except msgspec.MsgspecError:
        return []  # a damaged list trusts nobody: the pack then says that its key is not trusted


def _bytes_of(path: Path) -> bytes | None:
    """The file's bytes, one more than a pack may have at most; None when there is none."""
    try:
        with path.open("rb") as file:
            return file.read(PACK_BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        message = _("The facts kept on this machine cannot be read: {what}.").format(what=error.strerror)
        raise RuleBroken([Problem("FACTS_UNREADABLE", message, file=str(path))]) from None


def _write(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all, and so that a power cut finds the old one or the new one."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
