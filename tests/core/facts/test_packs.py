"""Packs: each fault refused by its own name, what they change told first, the past apart, taken whole or not."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from core.facts import Facts
from core.facts.changes import FactChange, changes_in
from core.facts.folder import KEYS_FILE, PACK_FILE, apply_pack, read_key, readable_pack, take_up
from core.facts.pack import PACK_BYTES_MAX, read_pack, version_key
from core.facts.records import BankRate, Limit, Rate
from core.facts.tables import TABLES
from tests.core.facts.packs import KEY, SECRET, VERSION, a_pack, shipped, signed

TODAY = dt.date(2026, 11, 21)
NEW_YEAR = dt.date(2027, 1, 1)
B2CL = Limit(name="b2cl", amount="50000", since=NEW_YEAR, until=None, source="an example")


def new_limits() -> list[Limit]:
    """The release's limits, with B2CL lowered from New Year on."""
    limits = [limit for limit in shipped("limits") if isinstance(limit, Limit)]
    old = next(limit for limit in limits if limit.name == "b2cl" and limit.until is None)
    ended = msgspec.structs.replace(old, until=NEW_YEAR - dt.timedelta(days=1))
    return [*(limit for limit in limits if limit != old), ended, B2CL]


PACK = signed({"limits": new_limits()}, about="A lower limit")


def codes(data: bytes, newer_than: str = "") -> list[str]:
    """The codes with which it is refused; empty when it is taken."""
    try:
        read_pack(data, keys=[KEY], newer_than=newer_than)
    except RuleBroken as refused:
        return [problem.code for problem in refused.problems]
    return []


def changed(edit: Callable[[dict[str, object]], object]) -> bytes:
    """A pack whose content was edited and signed again."""
    content = json.loads(PACK.partition(b"\n")[2])
    edit(content)
    body = json.dumps(content).encode()
    signature = Ed25519PrivateKey.from_private_bytes(SECRET).sign(b"bahi-facts/1\n" + body)
    return b"bahi-facts/1 test %d %s\n%s" % (len(body), base64.b64encode(signature), body)


def test_a_pack_is_read() -> None:
    pack = read_pack(PACK, keys=[KEY], newer_than="2026-11")
    assert (pack.version, pack.about, pack.key, set(pack.tables)) == (
        VERSION,
        "A lower limit",
        "test",
        {"limits"},
    )
    facts = pack.over(Facts.shipped())
    assert facts.version == VERSION
    assert facts.limit("b2cl", NEW_YEAR) == 50_000_00
    assert facts.limit("b2cl", TODAY) == 100_000_00
    assert facts.states() == Facts.shipped().states()


FAULTS = {
    "unsigned": (PACK.partition(b"\n")[2], "PACK_UNSIGNED"),
    "empty": (b"", "PACK_MALFORMED"),
    "something else": (b"%PDF-1.7 of no use", "PACK_MALFORMED"),
    "a header alone": (PACK.partition(b"\n")[0], "PACK_TRUNCATED"),
    "cut short": (PACK[:-1], "PACK_TRUNCATED"),
    "one byte changed": (PACK.replace(b'"50000"', b'"70000"'), "PACK_TAMPERED"),
    "one byte more": (PACK + b" ", "PACK_TAMPERED"),
    "another signature": (PACK.replace(PACK.split()[3][:4], b"AAAA", 1), "PACK_TAMPERED"),
    "another key": (PACK.replace(b" test ", b" else ", 1), "PACK_KEY_UNKNOWN"),
    "a later format": (PACK.replace(b"bahi-facts/1", b"bahi-facts/2", 1), "PACK_TOO_NEW"),
    "a later schema": (changed(lambda content: content.update(schema=2, extra=1)), "PACK_TOO_NEW"),
    "a table from later": (
        changed(lambda content: content.update(tables={"fees": {"entries": [1]}})),
        "PACK_TOO_NEW",
    ),
    "a field from nowhere": (changed(lambda content: content.update(also="x")), "PACK_MALFORMED"),
    "no version": (changed(lambda content: content.update(version="new")), "PACK_MALFORMED"),
    "no tables": (changed(lambda content: content.update(tables=7)), "PACK_MALFORMED"),
    "an empty table": (
        changed(lambda content: content.update(tables={"rates": {"entries": []}})),
        "PACK_MALFORMED",
    ),
    "too large": (PACK + b" " * PACK_BYTES_MAX, "PACK_TOO_LARGE"),
}


@pytest.mark.parametrize(("data", "code"), FAULTS.values(), ids=FAULTS)
def test_each_fault_has_its_own_name(data: bytes, code: str) -> None:
    assert codes(data) == [code]


@pytest.mark.parametrize("in_force", [VERSION, "2027-03.1", "2027-04", "2031-01"])
def test_an_older_pack_is_refused(in_force: str) -> None:
    assert codes(PACK, in_force) == ["PACK_OLDER"]


def test_versions_are_in_order() -> None:
    given = ["2026-09", "2026-11", "2026-11.2", "2026-11.10", "2026-12", "2027-01"]
    assert sorted(given, key=version_key) == given
    for wrong in ("2026", "2026-13", "2026-1", "2026-11.0", "26-11", "2026-11-01"):
        with pytest.raises(ValueError, match=wrong):
            version_key(wrong)


ENTRIES = {
    "it ends before it begins": Rate(rate="9", since=NEW_YEAR, until=TODAY, source="an example"),
    "no plain decimal": Rate(rate="9 %", since=NEW_YEAR, until=None, source="an example"),
    "beyond all rates": Rate(rate="1000.01", since=NEW_YEAR, until=None, source="an example"),
    "below nought": Rate(rate="-1", since=NEW_YEAR, until=None, source="an example"),
    "held already": Rate(rate="18", since=NEW_YEAR, until=None, source="an example"),
}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_that_cannot_be_is_named(entry: Rate) -> None:
    assert codes(signed({"rates": [*shipped("rates"), entry]})) == ["PACK_MALFORMED"]


def test_a_claim_may_stand_beside_the_law() -> None:
    claim = Rate(rate="18", since=NEW_YEAR, until=None, source="an example", confirmed=False, applies=False)
    assert codes(signed({"rates": [*shipped("rates"), claim]})) == []


def test_every_table_of_the_release_makes_a_pack_that_changes_nothing() -> None:
    pack = a_pack({name: shipped(name) for name in TABLES})
    assert changes_in(pack, Facts.shipped()) == []


def test_a_pack_tells_what_it_changes() -> None:
    ended, added = changes_in(read_pack(PACK, keys=[KEY]), Facts.shipped())
    assert (ended.table, ended.name, ended.what, ended.since) == ("limits", "b2cl", "ended", NEW_YEAR)
    assert ended.before is not None
    assert ended.after is not None
    assert (ended.before["to"], ended.after["to"]) == (None, "2026-12-31")
    assert (added.what, added.since, added.before) == ("added", NEW_YEAR, None)
    assert not any(change.alters_past(TODAY) for change in (ended, added))


def told(rows: list[BankRate]) -> list[FactChange]:
    return changes_in(a_pack({"bank_rates": rows}), Facts.shipped())


def bank_rates() -> list[BankRate]:
    return list(Facts.shipped().bank_rates())


def test_what_changes_the_past_is_told_apart() -> None:
    kept = bank_rates()
    last = kept[-1]
    altered = told([*kept[:-1], msgspec.structs.replace(last, rate="5.25")])
    removed = told(kept[1:])
    backdated = told([*kept[:-1], msgspec.structs.replace(last, until=dt.date(2026, 3, 31))])
    assert [(change.what, change.since) for change in altered + removed + backdated] == [
        ("altered", last.since),
        ("removed", kept[0].since),
        ("ended", dt.date(2026, 4, 1)),
    ]
    assert all(change.alters_past(TODAY) for change in altered + removed + backdated)
    assert not backdated[0].alters_past(dt.date(2026, 4, 1))


def test_a_source_noted_changes_no_answer() -> None:
    kept = bank_rates()
    (change,) = told([*kept[:-1], msgspec.structs.replace(kept[-1], source="the Gazette", confirmed=True)])
    assert (change.what, change.since, change.alters_past(TODAY)) == ("sourced", None, False)


def test_a_table_that_the_next_pack_leaves_out_goes_back_and_is_told() -> None:
    first = read_pack(PACK, keys=[KEY]).over(Facts.shipped())
    second = a_pack({"rates": shipped("rates")}, "2027-04")
    assert {(change.what, change.name) for change in changes_in(second, first)} == {
        ("altered", "b2cl"),
        ("removed", "b2cl"),
    }


# taking a pack


def test_a_pack_taken_is_in_force_now_and_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "user" / "facts"
    pack = apply_pack(PACK, folder, own_key=KEY)
    assert (pack.version, Facts.in_force().version) == (VERSION, VERSION)
    assert Facts.in_force().limit("b2cl", NEW_YEAR) == 50_000_00
    assert Facts.shipped().limit("b2cl", NEW_YEAR) == 100_000_00
    assert sorted(path.name for path in folder.iterdir()) == [PACK_FILE, KEYS_FILE]
    assert take_up(tmp_path / "elsewhere") == []
    assert Facts.in_force() is Facts.shipped()
    assert take_up(folder) == []
    assert Facts.in_force().version == VERSION


def test_what_is_refused_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken):
        apply_pack(PACK, tmp_path)  # nobody trusts the key here
    assert list(tmp_path.iterdir()) == []
    assert Facts.in_force() is Facts.shipped()
    apply_pack(PACK, tmp_path, own_key=KEY)
    with pytest.raises(RuleBroken) as told:
        apply_pack(PACK, tmp_path, own_key=KEY)
    assert [problem.code for problem in told.value.problems] == ["PACK_OLDER"]
    with pytest.raises(RuleBroken):
        apply_pack(signed({"limits": new_limits()}, "2027-04")[:-9], tmp_path)
    assert (tmp_path / PACK_FILE).read_bytes() == PACK
    assert Facts.in_force().version == VERSION


def test_a_full_disk_keeps_the_old_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apply_pack(PACK, tmp_path, own_key=KEY)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        apply_pack(signed({"limits": new_limits()}, "2027-04"), tmp_path, own_key=KEY)
    assert (tmp_path / PACK_FILE).read_bytes() == PACK
    assert sorted(path.name for path in tmp_path.iterdir()) == [PACK_FILE, KEYS_FILE]


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-5], lambda data: data.replace(b"50000", b"60000"), lambda _data: b""]
)
def test_a_pack_damaged_where_it_lies_is_told_and_the_release_stands(
    tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    apply_pack(PACK, tmp_path, own_key=KEY)
    (tmp_path / PACK_FILE).write_bytes(harm(PACK))
    assert len(take_up(tmp_path)) == 1
    assert Facts.in_force() is Facts.shipped()


def test_a_damaged_list_of_keys_trusts_nobody(tmp_path: Path) -> None:
    apply_pack(PACK, tmp_path, own_key=KEY)
    (tmp_path / KEYS_FILE).write_bytes(b"{")
    assert [problem.code for problem in take_up(tmp_path)] == ["PACK_KEY_UNKNOWN"]


def test_a_release_that_overtook_the_pack_needs_it_no_more(tmp_path: Path) -> None:
    apply_pack(PACK, tmp_path, own_key=KEY)
    (tmp_path / PACK_FILE).write_bytes(signed({"limits": new_limits()}, Facts.shipped().version))
    assert take_up(tmp_path) == []
    assert Facts.in_force() is Facts.shipped()


def test_a_key_is_a_name_and_its_letters() -> None:
    assert read_key(f"{KEY.id} {KEY.public}\n").public == KEY.public
    release = Facts.shipped().trusted_keys()[0].id
    for text, code in (
        ("", "KEY_MALFORMED"),
        ("test abc", "KEY_MALFORMED"),
        (f"{release} {KEY.public}", "KEY_NAME"),
    ):
        with pytest.raises(RuleBroken) as told:
            read_key(text)
        assert [problem.code for problem in told.value.problems] == [code]


def test_the_release_trusts_a_key_and_only_its_own(tmp_path: Path) -> None:
    keys = Facts.shipped().trusted_keys()
    assert keys
    assert KEY.id not in {key.id for key in keys}
    with pytest.raises(RuleBroken) as told:
        readable_pack(PACK, tmp_path)
    assert [problem.code for problem in told.value.problems] == ["PACK_KEY_UNKNOWN"]


@given(st.binary(max_size=300), st.integers(0, len(PACK)))
def test_no_bytes_break_the_reader(noise: bytes, place: int) -> None:
    altered = PACK[:place] + noise + PACK[place + len(noise) :]
    assert (codes(altered) == []) == (altered == PACK)
    assert codes(noise) != []
