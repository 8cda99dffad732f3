"""What is expected of each document: worked examples across both Acts, each with where the law says so."""

import datetime as dt

import pytest

from core.facts import Facts
from core.ids import imported_id
from core.tds.expecting import Bill, GstBill, expected, gst_expected
from core.tds.rules import code_on, is_same, natures

FACTS = Facts.shipped()
COMPANY, PERSON = "AAKCN5519Q", "ABCPK1234L"
LAKH = 100_000
OLD, NEW = dt.date(2025, 6, 1), dt.date(2026, 6, 1)


def bills(*rupees: int, on: dt.date = OLD) -> list[Bill]:
    """Documents of these values without GST, a day apart."""
    return [
        Bill(imported_id("bill", str(n)), str(n), b"p" * 16, on + dt.timedelta(days=n), value * 100)
        for n, value in enumerate(rupees)
    ]


def tds(code: str, *rupees: int, on: dt.date = OLD, pan: str = COMPANY) -> list[int]:
    return [one.tds_paise // 100 for one in expected(bills(*rupees, on=on), code, pan, FACTS)]


@pytest.mark.parametrize(
    ("code", "values", "on", "pan", "wanted"),
    [
        # 194C(5): neither a bill above 30,000 nor a year above 1,00,000
        ("194C", (30_000, 30_000, 30_000), OLD, COMPANY, [0, 0, 0]),
        # one bill above 30,000 alone; the small ones wait
        ("194C", (20_000, 30_001, 10_000), OLD, COMPANY, [0, 600, 0]),
        # the year's sum crosses 1,00,000: with it the bills that bore none
        ("194C", (30_000, 30_000, 30_000, 10_001, 5_000), OLD, COMPANY, [0, 0, 0, 2000, 100]),
        ("194C", (25_000, 60_000, 25_000), OLD, COMPANY, [0, 1200, 1000]),
        # exactly 1,00,000 is not above it
        ("194C", (30_000, 30_000, 30_000, 10_000), OLD, COMPANY, [0, 0, 0, 0]),
        # one per cent for an individual or a family (194C(1)(i)): the fourth letter of the payee's PAN
        ("194C", (2 * LAKH,), OLD, PERSON, [2000]),
        ("194C", (2 * LAKH,), OLD, COMPANY, [4000]),
        # the Act of 2025 from 1 April 2026: codes 1023 and 1024, whichever Act's code the party has
        ("194C", (2 * LAKH,), NEW, PERSON, [2000]),
        ("1024", (2 * LAKH,), NEW, COMPANY, [4000]),
        ("1024", (2 * LAKH,), OLD, COMPANY, [4000]),
        # s. 206AA: without the payee's PAN 20 %, of 194Q 5 %
        ("194C", (2 * LAKH,), OLD, "", [40_000]),
        ("194Q", (60 * LAKH,), OLD, "", [50_000]),
        # 194J(b) from FY 2025-26: the year above 50,000; professional services of the party, so the dearer of two
        ("194J(b)", (50_000, 1), OLD, COMPANY, [0, 5000]),
        ("194J", (60_000,), OLD, COMPANY, [6000]),
        ("194J(a)", (60_000,), OLD, COMPANY, [1200]),
        ("194J(b)", (30_001,), dt.date(2024, 6, 1), COMPANY, [3000]),
        ("1027", (60_000,), NEW, COMPANY, [6000]),
        # 194-I, first proviso: rent of a month above 50,000 from FY 2025-26, of a year above 2,40,000 before
        ("194-I(b)", (50_000,), OLD, COMPANY, [0]),
        ("194-I(b)", (30_000, 20_000, 1), OLD, COMPANY, [0, 0, 5000]),
        ("194-I(b)", (60_000, 1_000), dt.date(2025, 6, 28), COMPANY, [6000, 100]),
        ("194-I(b)", (60_000, 1_000), dt.date(2025, 6, 30), COMPANY, [6000, 0]),  # the second in July
        ("1009", (1_000, 60_000), NEW, COMPANY, [0, 6100]),
        ("194-I(b)", (2_40_000, 1), dt.date(2024, 6, 1), COMPANY, [0, 24000]),
        ("194-I(a)", (1_80_000, 1), dt.date(2018, 6, 1), COMPANY, [0, 3600]),
        # 194H: 5 % until 30 September 2024, 2 % from then on
        ("194H", (20_000,), dt.date(2024, 9, 30), COMPANY, [1000]),
        ("194H", (20_000,), dt.date(2024, 10, 1), COMPANY, [400]),
        # 194Q(1): 0.1 % of what is above 50 lakh, of that alone
        ("194Q", (50 * LAKH,), OLD, COMPANY, [0]),
        ("194Q", (40 * LAKH, 15 * LAKH, 10 * LAKH), OLD, COMPANY, [0, 500, 1000]),
        ("1031", (40 * LAKH, 15 * LAKH, 10 * LAKH), NEW, COMPANY, [0, 500, 1000]),
        # a credit note takes back what the sum above the threshold no longer bears
        ("194Q", (55 * LAKH, -3 * LAKH, -4 * LAKH), OLD, COMPANY, [500, -300, -200]),
        ("194C", (2 * LAKH, -50_000), OLD, COMPANY, [4000, -1000]),
        # s. 288B: to a whole rupee, half up
        ("194C", (1_23_425,), OLD, COMPANY, [2469]),
        ("194C", (1_23_474,), OLD, COMPANY, [2469]),
        ("194C", (1_23_475,), OLD, COMPANY, [2470]),
        # a code that no fact knows is not reckoned
        ("195", (2 * LAKH,), OLD, COMPANY, []),
    ],
)
def test_worked_examples(
    code: str, values: tuple[int, ...], on: dt.date, pan: str, wanted: list[int]
) -> None:
    assert tds(code, *values, on=on, pan=pan) == wanted


def test_a_year_across_nothing_but_the_day_names_the_code_in_force() -> None:
    march, april = dt.date(2026, 3, 31), dt.date(2026, 4, 1)
    assert [one.code for one in expected(bills(2 * LAKH, on=march), "1024", COMPANY, FACTS)] == ["194C"]
    assert [one.code for one in expected(bills(2 * LAKH, on=april), "194C", COMPANY, FACTS)] == ["1024"]
    assert code_on("194C", april, PERSON, FACTS) == "1023"
    assert code_on("194JB", april, COMPANY, FACTS) == "1027"


@pytest.mark.parametrize(
    ("old", "new"),
    [("194C", "1023"), ("194C", "1024"), ("194J(a)", "1026"), ("194JB", "1027"), ("194H", "1006"), ("194Q", "1031"),
     ("194-I(a)", "1008"), ("194-I(b)", "1009"), ("194O", "1035"), ("194R", "1033"), ("194S", "1037"),
     ("194T", "1067")],
)  # fmt: skip
def test_a_section_is_its_payment_code(old: str, new: str) -> None:
    assert is_same(old, new, FACTS)
    assert is_same(new, old, FACTS)


@pytest.mark.parametrize(
    ("one", "other"), [("1023", "1024"), ("194J(a)", "1027"), ("194C", "1027"), ("194IA", "1008")]
)
def test_what_is_not_one_nature_of_payment_is_told_apart(one: str, other: str) -> None:
    assert not is_same(one, other, FACTS)


def test_every_payment_code_has_its_section_in_the_act_before() -> None:
    new = {fact.name for fact in FACTS.tds_codes_on(NEW)}
    old = {fact.name for fact in FACTS.tds_codes_on(OLD)}
    assert new <= old
    assert natures("1024", FACTS) <= natures("194C", FACTS)


@pytest.mark.parametrize(
    ("contract", "taxable", "on", "wanted"),
    [
        (2_50_000, 2_50_000, NEW, 0),
        (2_50_001, 2_50_001, NEW, 5000),
        (10_00_000, 1_00_000, NEW, 2000),
        (10_00_000, 1_234, NEW, 25),
        (10_00_000, 1_00_000, dt.date(2018, 9, 30), 0),
    ],
)
def test_government_buyers_keep_two_per_cent_above_two_and_a_half_lakh(
    contract: int, taxable: int, on: dt.date, wanted: int
) -> None:
    """CGST Act, s. 51(1); in force from 1 October 2018."""
    bill = GstBill(b"d" * 16, "1", b"p" * 16, on, taxable * 100, contract * 100)
    assert gst_expected(bill, FACTS) == wanted * 100
