"""Packs: dated facts in one signed file, that stand in place of the release's tables without a new release.

A pack is a line `bahi-facts/1 KEY LENGTH SIGNATURE` and, after it, LENGTH bytes of JSON: {schema, version, about,
tables}. The signature is Ed25519, in base64, over `bahi-facts/1`, a newline and those bytes. A table it carries
stands whole in place of the release's; what it does not carry stays as shipped. docs/facts.md tells how one is made.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from core.errors import RuleBroken
from core.facts.reader import Facts
from core.facts.records import Dated, TrustedKey
from core.facts.tables import TABLES
from core.money import MoneyError, paise, rate_bp
from core.problems import Problem
from core.words import translate as _

FORMAT = b"bahi-facts/1"
SCHEMA = 1
PACK_BYTES_MAX = 16 << 20
PROBLEMS_MAX = 20

_HEADER = re.compile(rb"bahi-facts/([0-9]{1,4}) ([A-Za-z0-9._-]{1,64}) ([0-9]{1,9}) ([A-Za-z0-9+/=]{88})")
_HEADER_BYTES_MAX = 200
_VERSION = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])(?:\.([1-9][0-9]?))?")
_RATES = {"rate"}
_AMOUNTS = {"amount", "above", "from_turnover", "threshold_single", "threshold_year", "threshold_month"}


class Pack(msgspec.Struct, frozen=True):
    """A pack whose signature holds and whose every entry can be read; `key` names who signed it."""

    version: str
    about: str
    key: str
    tables: dict[str, bytes]

    def over(self, facts: Facts) -> Facts:
        """Gives the facts as they are with this pack over the tables of a release."""
        return facts.with_tables(self.tables, self.version)


class _Schema(msgspec.Struct):
    schema: int


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    schema: int
    version: str
    tables: dict[str, msgspec.Raw]
    about: str = ""


class _Table(msgspec.Struct):
    entries: list[msgspec.Raw]


def read_pack(data: bytes, *, keys: Iterable[TrustedKey], newer_than: str = "", file: str = "") -> Pack:
    """Gives the pack in these bytes; `newer_than` is the version in force.

    Raises RuleBroken, each fault with its own code: PACK_TOO_LARGE, PACK_UNSIGNED, PACK_MALFORMED, PACK_TOO_NEW,
    PACK_KEY_UNKNOWN, PACK_TRUNCATED, PACK_TAMPERED, PACK_OLDER.
    """
    if len(data) > PACK_BYTES_MAX:
        raise _refused("PACK_TOO_LARGE", _("The file is larger than a pack of facts can be."), file)
    key, content = _signed(data, keys, file)
    told = _content_of(content, file)
    problems = _faults(told.tables)
    if problems:
        raise RuleBroken([msgspec.structs.replace(problem, file=file) for problem in problems[:PROBLEMS_MAX]])
    if newer_than and version_key(told.version) <= version_key(newer_than):
        message = _("This pack of facts ({version}) is not newer than what is in force ({in_force}).")
        raise _refused("PACK_OLDER", message.format(version=told.version, in_force=newer_than), file)
    return Pack(told.version, told.about, key, {name: bytes(raw) for name, raw in told.tables.items()})


def write_pack(
    tables: Mapping[str, Sequence[Dated]], *, version: str, key: str, private: bytes, about: str = ""
) -> bytes:
    """Gives the file of a pack, signed by the private key's 32 bytes; ValueError when the version is none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # only who signs needs it

    version_key(version)
    told = {name: {"entries": list(entries)} for name, entries in tables.items()}
    content = msgspec.json.format(
        msgspec.json.encode({"schema": SCHEMA, "version": version, "about": about, "tables": told}), indent=1
    )
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(_signed_bytes(content))
    header = b" ".join((FORMAT, key.encode(), str(len(content)).encode(), base64.b64encode(signature)))
    return header + b"\n" + content


def version_key(version: str) -> tuple[int, int, int]:
    """Gives a version in order: "2026-11" before "2026-11.1" before "2026-12"; ValueError when it is none."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(version)
    return int(match[1]), int(match[2]), int(match[3] or 0)


def _signed(data: bytes, keys: Iterable[TrustedKey], file: str) -> tuple[str, bytes]:
    """The name of the key and the bytes it signed."""
    line, _newline, content = data.partition(b"\n")
    header = _HEADER.fullmatch(line.rstrip(b"\r")) if len(line) <= _HEADER_BYTES_MAX else None
    if header is None:
        if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
            raise _refused("PACK_UNSIGNED", _("This pack of facts is not signed."), file)
        raise _refused("PACK_MALFORMED", _("This file is no pack of facts."), file)
    if int(header[1]) != SCHEMA:
        raise _too_new(file)
    name, length = header[2].decode(), int(header[3])
    if len(content) < length:
        raise _refused("PACK_TRUNCATED", _("This pack of facts is cut short; fetch it again."), file)
    public = next((key.public for key in keys if key.id == name and key.applies), None)
    if public is None:
        message = _("This pack of facts is signed with a key that is not trusted here: {key}.").format(
            key=name
        )
        raise _refused("PACK_KEY_UNKNOWN", message, file)
    if len(content) > length or not _holds(public, header[4], content):
        message = _("This pack of facts was altered after it was signed; nothing of it is taken.")
        raise _refused("PACK_TAMPERED", message, file)
    return name, content


def _holds(public: str, signature: bytes, content: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # twenty milliseconds that only a pack is worth
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), _signed_bytes(content))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _signed_bytes(content: bytes) -> bytes:
    return FORMAT + b"\n" + content


def _content_of(content: bytes, file: str) -> _Content:
    try:
        if msgspec.json.decode(content, type=_Schema).schema != SCHEMA:
            raise _too_new(file)
        told = msgspec.json.decode(content, type=_Content)
        version_key(told.version)
    except ValueError as error:  # msgspec's errors and a version that is none
        message = _("This pack of facts cannot be read: {what}.").format(what=str(error)[:200])
        raise _refused("PACK_MALFORMED", message, file) from None
    return told


def _faults(tables: Mapping[str, msgspec.Raw]) -> list[Problem]:
    problems: list[Problem] = []
    for name, raw in tables.items():
        if name not in TABLES:
            message = _("This pack of facts has a table that this version does not know: {table}.")
            problems.append(Problem("PACK_TOO_NEW", message.format(table=name[:40]), name[:40], _update()))
            continue
        rows, wrong = _rows(name, raw)
        problems += wrong
        if not wrong:
            problems += _contradictions(name, rows)
    return problems


def _rows(name: str, raw: msgspec.Raw) -> tuple[list[Dated], list[Problem]]:
    """The entries of a table, and what is wrong with those that are none."""
    rows: list[Dated] = []
    problems: list[Problem] = []
    try:
        entries = msgspec.json.decode(raw, type=_Table).entries
    except msgspec.MsgspecError as error:
        return [], [_wrong(name, str(error))]
    if not entries:
        return [], [_wrong(name, _("the table is empty"))]
    for place, entry in enumerate(entries):
        try:
            row = msgspec.json.decode(entry, type=TABLES[name].row)
            _check(row)
            rows.append(row)
        except ValueError as error:
            problems.append(_wrong(f"{name}[{place}]", str(error)))
    return rows, problems


def _check(row: Dated) -> None:
    """Raises ValueError when a period ends before it begins, or a figure is no figure."""
    if row.since is not None and row.until is not None and row.until < row.since:
        raise ValueError(_("it ends before it begins"))
    for field in row.__struct_fields__:
        value = getattr(row, field)
        if isinstance(value, str) and field in _RATES and not 0 <= rate_bp(value) <= 100_000:
            raise MoneyError(_("{text} is no rate").format(text=value))
        if isinstance(value, str) and field in _AMOUNTS and paise(value) < 0:
            raise MoneyError(_("{text} is below nought").format(text=value))


def _contradictions(name: str, rows: Sequence[Dated]) -> list[Problem]:
    """Two facts of one name that hold on one day would leave the answer to chance."""
    last: dict[tuple[object, ...], Dated] = {}
    problems = []
    told = sorted((row for row in rows if row.applies), key=lambda row: (row.since is not None, row.since))
    for row in told:
        key = identity(name, row)
        before = last.get(key)
        if before is not None and (before.until is None or row.since is None or row.since <= before.until):
            problems.append(_wrong(name, _("two entries of {what} hold on one day").format(what=shown(key))))
        last[key] = row
    return problems


def identity(table: str, row: Dated) -> tuple[object, ...]:
    """Gives what tells a fact from the others of its table, its dates aside."""
    return tuple(getattr(row, field) for field in TABLES[table].key)


def shown(key: tuple[object, ...]) -> str:
    """Gives an identity in one line."""
    parts = (" ".join(map(str, part)) if isinstance(part, tuple) else part for part in key)
    return " ".join(str(part) for part in parts if part not in (None, ""))


def _wrong(field: str, what: str) -> Problem:
    return Problem("PACK_MALFORMED", _("This entry cannot be taken: {what}.").format(what=what[:200]), field)


def _too_new(file: str) -> RuleBroken:
    message = _("This pack of facts was made for a newer version of the program.")
    return RuleBroken([Problem("PACK_TOO_NEW", message, "", _update(), file)])


def _update() -> str:
    return _("Update the program first, or take a pack made for this version.")


def _refused(code: str, message: str, file: str) -> RuleBroken:
    return RuleBroken([Problem(code, message, file=file)])
