"""Each published limit and clock, on both sides of its dates."""

import datetime as dt

import pytest

from core.facts import Facts, UnknownFact
from core.facts.tables import TABLES

FACTS = Facts.shipped()
TODAY = dt.date(2026, 5, 4)
CRORE = 1_00_00_000_00
LAKH = 1_00_000_00


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


LIMITS = [
    # name, the day it changes, before, from that day on
    ("b2cl", "2024-08-01", 250_000_00, LAKH),
    ("einvoice_turnover", "2020-10-01", None, 500 * CRORE),
    ("einvoice_turnover", "2021-01-01", 500 * CRORE, 100 * CRORE),
    ("einvoice_turnover", "2021-04-01", 100 * CRORE, 50 * CRORE),
    ("einvoice_turnover", "2022-04-01", 50 * CRORE, 20 * CRORE),
    ("einvoice_turnover", "2022-10-01", 20 * CRORE, 10 * CRORE),
    ("einvoice_turnover", "2023-08-01", 10 * CRORE, 5 * CRORE),
    ("einvoice_turnover", "2025-10-01", 5 * CRORE, 5 * CRORE),  # the cut to 2 crore is a claim, no law
    ("einvoice_30_days", "2023-11-01", None, 100 * CRORE),
    ("einvoice_30_days", "2025-04-01", 100 * CRORE, 10 * CRORE),
    ("ewaybill", "2018-04-01", None, 50_000_00),
    ("buyer_address", "2017-07-01", None, 50_000_00),
    ("gst_tds_contract", "2018-10-01", None, 250_000_00),
    ("b2c_qr_turnover", "2020-12-01", None, 500 * CRORE),
    ("qrmp_turnover", "2021-01-01", None, 5 * CRORE),
]


@pytest.mark.parametrize(("name", "changed", "before", "after"), LIMITS)
def test_a_limit_changes_on_its_day(name: str, changed: str, before: int | None, after: int) -> None:
    eve = day(changed) - dt.timedelta(days=1)
    assert FACTS.find_limit(name, eve) == before
    assert FACTS.find_limit(name, day(changed)) == FACTS.limit(name, day(changed)) == after


def test_a_limit_that_is_not_told_is_our_mistake_or_none() -> None:
    assert FACTS.find_limit("b2cl", dt.date(2017, 6, 30)) is None
    with pytest.raises(UnknownFact):
        FACTS.limit("b2cl", dt.date(2017, 6, 30))


STATE_LIMITS = [
    ("07", "2018-06-16", 50_000_00, LAKH),
    ("10", "2019-01-21", 2 * LAKH, LAKH),
    ("27", "2018-07-01", 50_000_00, LAKH),
    ("33", "2018-06-02", 50_000_00, LAKH),
    ("03", "2018-10-08", 50_000_00, 50_000_00),  # not sure of its exceptions: the lower limit stays
    ("29", "2018-06-02", 50_000_00, 50_000_00),
]


@pytest.mark.parametrize(("state", "changed", "before", "after"), STATE_LIMITS)
def test_a_state_has_its_own_limit_for_its_own_roads(
    state: str, changed: str, before: int, after: int
) -> None:
    eve = day(changed) - dt.timedelta(days=1)
    assert FACTS.limit("ewaybill", eve, state=state) == before
    assert FACTS.limit("ewaybill", day(changed), state=state) == after
    assert FACTS.limit("ewaybill", day(changed)) == 50_000_00


DIGITS = [
    ("2021-03-31", 1_50_00_000_00, 0),
    ("2021-03-31", 1_50_00_000_01, 2),
    ("2021-03-31", 5 * CRORE + 1, 4),
    ("2021-04-01", 0, 4),
    ("2021-04-01", 5 * CRORE, 4),
    ("2021-04-01", 5 * CRORE + 1, 6),
]


@pytest.mark.parametrize(("on", "turnover", "digits"), DIGITS)
def test_codes_of_goods_are_as_long_as_the_turnover_asks(on: str, turnover: int, digits: int) -> None:
    assert FACTS.hsn_digits(turnover, day(on)) == digits


CLOCKS = [
    # name, the day it changes, turnover, before, from that day on
    ("einvoice_report_days", "2023-11-01", 100 * CRORE, None, 30),
    ("einvoice_report_days", "2023-11-01", 100 * CRORE - 1, None, None),
    ("einvoice_report_days", "2025-04-01", 10 * CRORE, None, 30),
    ("einvoice_report_days", "2025-04-01", 10 * CRORE - 1, None, None),
    ("ewaybill_document_days", "2025-01-01", None, None, 180),
    ("ewaybill_extension_days", "2025-01-01", None, None, 360),
    ("ewaybill_day_km", "2021-01-01", None, 100, 200),
    ("ewaybill_odc_day_km", "2018-04-01", None, None, 20),
    ("ewaybill_distance_max_km", "2025-01-01", None, 4000, 3000),
    ("einvoice_cancel_hours", "2020-10-01", None, None, 24),
    ("invoice_revise_days", "2017-07-01", None, None, 30),
    ("buyer_payment_days", "2017-07-01", None, None, 180),
]


@pytest.mark.parametrize(("name", "changed", "turnover", "before", "after"), CLOCKS)
def test_a_clock_runs_from_its_day(
    name: str, changed: str, turnover: int | None, before: int | None, after: int | None
) -> None:
    eve = day(changed) - dt.timedelta(days=1)
    assert FACTS.find_days(name, eve, turnover_paise=turnover) == before
    assert FACTS.find_days(name, day(changed), turnover_paise=turnover) == after
    if after is None:
        with pytest.raises(UnknownFact):
            FACTS.days(name, day(changed), turnover_paise=turnover)
    else:
        assert FACTS.days(name, day(changed)) == after


DUE = [
    # form, period, filing, State, due
    ("GSTR1", "2026-05", "monthly", "29", "2026-06-11"),
    ("GSTR1", "2026-12", "monthly", "29", "2027-01-11"),
    ("GSTR1", "2018-09", "monthly", "29", "2018-10-10"),
    ("GSTR1", "2018-10", "monthly", "29", "2018-11-11"),
    ("GSTR1", "2026-06", "quarterly", "07", "2026-07-13"),
    ("GSTR1", "2020-12", "quarterly", "07", "2021-01-31"),
    ("IFF", "2026-04", "quarterly", "07", "2026-05-13"),
    ("GSTR3B", "2026-05", "monthly", "07", "2026-06-20"),
    ("GSTR3B", "2026-06", "quarterly", "29", "2026-07-22"),
    ("GSTR3B", "2026-06", "quarterly", "07", "2026-07-24"),
    ("GSTR3B", "2025-09", "monthly", "27", "2025-10-25"),  # moved by a notification
    ("GSTR3B", "2025-08", "monthly", "27", "2025-09-20"),
    ("GSTR3B", "2024-12", "quarterly", "29", "2025-01-24"),
    ("GSTR3B", "2024-12", "quarterly", "07", "2025-01-26"),
]


@pytest.mark.parametrize(("form", "period", "filing", "state", "due"), DUE)
def test_a_return_is_due_on_its_day(form: str, period: str, filing: str, state: str, due: str) -> None:
    assert FACTS.return_due(form, period, filing, state) == day(due)


def test_every_state_has_one_due_day_and_no_form_is_guessed() -> None:
    places = [
        code for code, state in FACTS.states().items() if state.in_gstin and code not in ("28", "97", "99")
    ]
    days = {
        code: FACTS.return_due("GSTR3B", "2026-06", "quarterly", code).day for code in places if code != "25"
    }
    assert set(days.values()) == {22, 24}
    for form, period, filing in (
        ("GSTR3B", "2020-12", "quarterly"),
        ("IFF", "2020-10", "quarterly"),
        ("X", "2026-05", "monthly"),
    ):
        with pytest.raises(UnknownFact):
            FACTS.return_due(form, period, filing, "29")
    with pytest.raises(ValueError, match="2026-13"):
        FACTS.return_due("GSTR1", "2026-13", "monthly", "29")


def test_the_bank_rate_of_every_day_since_the_tax() -> None:
    assert FACTS.bank_rate_bp(dt.date(2026, 2, 6)) == FACTS.bank_rate_bp(TODAY) == 550
    assert FACTS.bank_rate_bp(dt.date(2023, 8, 1)) == 675
    assert FACTS.bank_rate_bp(dt.date(2022, 6, 7)) == 465
    assert FACTS.bank_rate_bp(dt.date(2022, 6, 8)) == 515
    kept = FACTS.bank_rates()
    ends = [fact.until for fact in kept[:-1]]
    assert ends == [fact.since - dt.timedelta(days=1) for fact in kept[1:] if fact.since]
    assert kept[-1].until is None
    with pytest.raises(UnknownFact):
        FACTS.bank_rate_bp(dt.date(2017, 4, 5))


def test_versions_are_those_of_the_day_a_file_is_written() -> None:
    assert FACTS.schema_version("gstr1", TODAY) == "GST3.2.4"
    assert FACTS.schema_version("inv01", TODAY) == "1.1"
    assert FACTS.schema_version("ewaybill", TODAY) == "1.0.0621"
    with pytest.raises(UnknownFact):
        FACTS.schema_version("gstr9", TODAY)


def test_the_world_is_known_by_its_letters() -> None:
    assert (FACTS.country("US"), FACTS.country("AE")) == ("United States", "United Arab Emirates")
    assert [FACTS.country(code) for code in ("EU", "XK", "ZZ", "us", "USA", "")] == [None] * 6
    assert (FACTS.currency("USD"), FACTS.currency("INR")) == ("US Dollar", "Indian Rupee")
    assert [FACTS.currency(code) for code in ("DEM", "XXX", "usd", "")] == [None] * 4
    assert len({code for code in ["AD", "AF", "IN", "GB", "JP", "XK"] if FACTS.country(code)}) == 5


def test_ports_are_six_characters_and_enough() -> None:
    ports = FACTS.ports()
    assert len(ports) >= 100
    assert all(len(code) == 6 and code.startswith("IN") and code.isalnum() for code in ports)
    assert {port.mode for port in ports.values()} == {"sea", "air", "icd", "land", "sez"}
    nhava_sheva = FACTS.port("INNSA1")
    assert nhava_sheva is not None
    assert nhava_sheva.name.startswith("Nhava Sheva")
    assert FACTS.port("INXXX1") is None


@pytest.mark.parametrize("table", TABLES)
def test_a_claim_never_answers(table: str) -> None:
    for row in FACTS.entries(table, TABLES[table].row):
        if not row.applies:
            assert not row.confirmed
            assert not row.holds_on(row.since or TODAY)
