"""The facts shipped: complete, dated, sourced, and answering for a day."""

import datetime as dt
import json
from importlib.resources import files

import pytest

from core.facts import Facts, UnknownFact
from core.facts.pack import version_key
from core.facts.tables import TABLES

FACTS = Facts.shipped()
TODAY = dt.date(2026, 5, 4)
FILES = [*TABLES, "keys"]


@pytest.mark.parametrize("name", FILES)
def test_every_entry_names_its_source_and_a_period_that_can_be(name: str) -> None:
    entries = json.loads((files("core.facts") / "data" / f"{name}.json").read_bytes())["entries"]
    assert entries
    for entry in entries:
        assert len(entry["source"]) > 5
        since, until = entry["from"], entry["to"]
        assert since is None or until is None or since <= until


def test_there_is_one_pack_and_it_has_a_version() -> None:
    assert Facts.shipped() is FACTS
    assert version_key(FACTS.version) >= (2026, 11, 0)


def test_states_are_all_there() -> None:
    states = FACTS.states()
    assert set(states) == {f"{code:02d}" for code in range(1, 39)} | {"96", "97", "99"}
    assert states["29"].name == "Karnataka"
    assert states["29"].alpha2 == "KA"
    assert [code for code, state in states.items() if state.retired] == ["25", "28"]
    assert [code for code, state in states.items() if not state.is_place] == ["99"]
    assert [code for code, state in states.items() if not state.in_gstin] == ["96"]
    assert len({state.alpha2 for code, state in states.items() if not state.retired}) == 39
    assert FACTS.state("40") is None


@pytest.mark.parametrize(
    ("on", "lawful", "unlawful"),
    [
        (dt.date(2025, 9, 21), {1200, 1800, 2800}, {4000}),
        (dt.date(2025, 9, 22), {500, 1200, 1800, 2800, 4000}, {1500, 250}),
        (dt.date(2026, 1, 31), {2800, 4000}, {900}),
        (dt.date(2026, 2, 1), {0, 10, 25, 150, 300, 500, 1200, 1800, 4000}, {2800}),
    ],
)
def test_rates_follow_the_day(on: dt.date, lawful: set[int], unlawful: set[int]) -> None:
    assert lawful <= FACTS.rates_on(on)
    assert not unlawful & FACTS.rates_on(on)
    assert all(FACTS.is_lawful_rate(rate_bp, on) for rate_bp in lawful)
    assert not any(FACTS.is_lawful_rate(rate_bp, on) for rate_bp in unlawful)


def test_no_rate_was_lawful_before_the_tax() -> None:
    assert FACTS.rates_on(dt.date(2017, 6, 30)) == frozenset()


def test_units_are_the_forty_five_and_none_for_services() -> None:
    assert len(FACTS.uqcs()) == 46
    assert {"NOS", "KGS", "OTH", "NA"} <= set(FACTS.uqcs())
    nos = FACTS.uqc("NOS")
    assert nos is not None
    assert nos.name == "Numbers"
    assert FACTS.uqc("nos") is None


def test_deductions_change_their_codes_with_the_act() -> None:
    old = {(code.code, code.rate_bp) for code in FACTS.tds_codes_on(dt.date(2026, 3, 31))}
    new = {(code.code, code.rate_bp) for code in FACTS.tds_codes_on(dt.date(2026, 4, 1))}
    assert {("194C", 100), ("194C", 200), ("194J", 1000), ("194Q", 10)} <= old
    assert {("1023", 100), ("1024", 200), ("1027", 1000), ("1031", 10)} <= new
    assert not {code for code, _rate in old} & {code for code, _rate in new}


def test_a_code_holds_with_one_rate_per_section_on_a_day() -> None:
    for on in (dt.date(2021, 8, 1), dt.date(2024, 10, 1), dt.date(2025, 4, 1), TODAY):
        sections = [(code.code, code.section, code.name) for code in FACTS.tds_codes_on(on)]
        assert len(sections) == len(set(sections))


def test_limits_follow_the_day() -> None:
    assert FACTS.limit("b2cl", dt.date(2024, 7, 31)) == 250_000_00
    assert FACTS.limit("b2cl", dt.date(2024, 8, 1)) == 100_000_00
    assert FACTS.limit("cash_receipt", TODAY) == 200_000_00
    with pytest.raises(UnknownFact):
        FACTS.limit("b2cl", dt.date(2017, 6, 30))
    with pytest.raises(UnknownFact):
        FACTS.limit("no such limit", TODAY)
