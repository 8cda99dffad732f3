"""The second factor's codes, by the vectors of RFC 6238 (appendix B, SHA-1) and RFC 4226 (appendix D)."""

import pytest

from sync.protocol.second_factor import address_of, code_at, step_given, step_of

SECRET = b"12345678901234567890"
RFC_6238 = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
RFC_4226 = [
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
]


@pytest.mark.parametrize(("at_s", "code"), RFC_6238)
def test_the_vectors_of_rfc_6238(at_s: int, code: str) -> None:
    assert code_at(SECRET, step_of(at_s * 1_000_000), digits=8) == code


def test_the_vectors_of_rfc_4226() -> None:
    assert [code_at(SECRET, step) for step in range(10)] == RFC_4226


@pytest.mark.parametrize(
    ("steps_off", "after", "taken"),
    [
        (0, 0, 100),
        (-1, 0, 99),
        (1, 0, 101),
        (-2, 0, None),
        (2, 0, None),
        (0, 100, None),
        (-1, 99, None),
        (1, 100, 101),
    ],
    ids=["now", "late", "early", "too late", "too early", "used", "used late", "the next after a used one"],
)
def test_one_step_to_each_side_and_never_twice(steps_off: int, after: int, taken: int | None) -> None:
    now_us = 100 * 30_000_000 + 5_000_000
    assert step_given(SECRET, code_at(SECRET, 100 + steps_off), now_us, after) == taken


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "१२३४५६", "0" * 1000])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert step_given(SECRET, typed, 3_000_000_000, 0) is None


def test_blanks_in_a_code_are_forgiven() -> None:
    code = code_at(SECRET, 100)
    assert step_given(SECRET, f"{code[:3]} {code[3:]}", 100 * 30_000_000, 0) == 100


def test_the_app_is_told_who_and_where() -> None:
    told = address_of(SECRET, "Asha Rao", "Nandi & Co")
    assert told == (
        "otpauth://totp/Nandi%20%26%20Co:Asha%20Rao?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Nandi%20%26%20Co&digits=6&period=30"
    )
