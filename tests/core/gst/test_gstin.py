"""A GSTIN is judged by form, State and check character, and against who is said to hold it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gst.gstin import check, check_digit, problems_with_gstin
from core.gst.party_kind import PartyKind

VALID = "27AAPFU0939F1ZV"
CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def with_check(first14: str) -> str:
    return first14 + check_digit(first14)


@pytest.mark.parametrize(
    "value",
    [VALID, "29AAFCC9980M1ZR", "24AAACC1206D1ZM", "29AAKCN5519Q1ZK", "33AAFCL2204B1ZD"],
)
def test_published_numbers_pass(value: str) -> None:
    answer = check(value)
    assert (answer.valid, answer.accepted, answer.type, answer.reason) == (True, True, "REGULAR", None)
    assert (answer.state_code, answer.pan, answer.expected_check) == (value[:2], value[2:12], value[-1])


@pytest.mark.parametrize("value", ["37ARZPT4384Q1MT", "01AAAAA9999A19N"])
def test_samples_of_the_portal_are_told_apart(value: str) -> None:
    assert check(value).valid is False


@pytest.mark.parametrize(
    ("value", "type_", "pan"),
    [
        (with_check("29AABCF8078M1C"), "TCS", "AABCF8078M"),
        (with_check("29AABCF8078M1D"), "TDS", "AABCF8078M"),
        (with_check("29MLRS12345B1D"), "TDS", None),
        (with_check("0717UNO00157UN"), "UIN", None),
        (with_check("0717USA00157NR"), "NRTP", None),
        (with_check("9917IRL29003OS"), "OIDAR", None),
    ],
)
def test_forms_are_told_apart(value: str, type_: str, pan: str | None) -> None:
    answer = check(value)
    assert (answer.type or answer.reason) == type_
    assert answer.pan == pan


def test_a_department_s_number_holds_a_tan_and_no_pan() -> None:
    answer = check(with_check("07MLRS12345B1Z"))
    assert (answer.valid, answer.type, answer.pan) == (True, "GOVT_DEPT", None)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "LENGTH"),
        ("27AAPFU0939F1Z", "LENGTH"),
        ("27AAPFU0939F1ZVX", "LENGTH"),
        ("27AAPFU0939F0ZV", "FORMAT"),
        ("27AAPFU 939F1ZV", "FORMAT"),
        ("A7AAPFU0939F1ZV", "FORMAT"),
        ("२७AAPFU0939F1ZV", "FORMAT"),
        ("27ААPFU0939F1ZV", "FORMAT"),  # two Cyrillic letters
        ("27AAPFU0939F1ZV"[:14] + "ſ", "FORMAT"),
        ("27AAPFU0939F1Z\n", "LENGTH"),
        (with_check("00AAPFU0939F1Z"), "STATE_CODE"),
        (with_check("39AAPFU0939F1Z"), "STATE_CODE"),
        (with_check("96AAPFU0939F1Z"), "STATE_CODE"),
        ("39AAPFU0939F1ZV", "STATE_CODE"),
        ("27AAPFU0939F1ZA", "CHECK_DIGIT"),
    ],
)
def test_the_first_reason_is_named(value: str, reason: str) -> None:
    answer = check(value)
    assert (answer.valid, answer.accepted, answer.reason) == (False, False, reason)


def test_blanks_around_and_small_letters_are_forgiven() -> None:
    assert check(f"  {VALID.lower()} ").normalised == VALID
    assert check(f"  {VALID.lower()} ").valid


@pytest.mark.parametrize("kind", list(PartyKind))
def test_who_may_be_without_a_number(kind: PartyKind) -> None:
    answer = check(" ", as_kind=kind)
    assert answer.valid is False
    assert answer.accepted is (kind in (PartyKind.UNREGISTERED, PartyKind.OVERSEAS))
    assert answer.reason == (None if answer.accepted else "GSTIN_REQUIRED")


@pytest.mark.parametrize(
    ("kind", "value", "accepted"),
    [
        ("registered", VALID, True),
        ("composition", VALID, True),
        ("sez", VALID, True),
        ("deemed_export", VALID, True),
        ("government", with_check("29AABCF8078M1D"), True),
        ("isd", VALID, True),
        ("unregistered", VALID, False),
        ("overseas", VALID, False),
        ("overseas", with_check("9917IRL29003OS"), True),
        ("registered", with_check("9917IRL29003OS"), False),
        ("registered", with_check("29AABCF8078M1C"), False),
        ("uin", VALID, False),
        ("uin", with_check("0717UNO00157UN"), True),
        ("registered", with_check("0717UNO00157UN"), False),
    ],
)
def test_a_number_belongs_to_a_kind(kind: str, value: str, accepted: bool) -> None:
    answer = check(value, as_kind=kind)
    assert (answer.valid, answer.accepted) == (True, accepted)
    assert answer.reason == (None if accepted else "CATEGORY_CONFLICT")


def test_a_wrong_number_is_wrong_before_it_is_misplaced() -> None:
    assert check("27AAPFU0939F1ZA", as_kind="unregistered").reason == "CHECK_DIGIT"


def test_a_transporter_s_check_character_is_not_tested() -> None:
    assert check("29AAFCA7488L1Z0").reason == "CHECK_DIGIT"
    assert check("29AAFCA7488L1Z0", as_kind="transporter").accepted
    assert check("88AAFCA7488L1Z0", as_kind="transporter").accepted
    assert check("88AAFCA7488L1Z0").reason == "STATE_CODE"
    assert check("29AAFCA7488L", as_kind="transporter").reason == "LENGTH"


def test_an_unknown_holder_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="martian"):
        check(VALID, as_kind="martian")


@given(
    st.text(alphabet=CHARACTERS, min_size=14, max_size=14), st.integers(0, 13), st.sampled_from(CHARACTERS)
)
def test_one_mistyped_character_is_always_noticed(first14: str, place: int, other: str) -> None:
    mistyped = first14[:place] + other + first14[place + 1 :]
    assert (check_digit(mistyped) == check_digit(first14)) == (mistyped == first14)


@given(st.text(max_size=20))
def test_no_text_breaks_the_check(value: str) -> None:
    answer = check(value)
    assert answer.accepted == answer.valid == (answer.reason is None)
    assert len(problems_with_gstin(value, "gstin")) == (0 if answer.accepted else 1)


def test_the_problem_names_the_right_character_and_the_remedy() -> None:
    (problem,) = problems_with_gstin("12GEOPS0823BBZA", "registration.gstin")
    assert (problem.code, problem.field) == ("CHECK_DIGIT", "registration.gstin")
    assert " H " in problem.message
    assert problem.remedy
    assert problems_with_gstin(VALID, "gstin") == []


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        ("", None, "LENGTH"),
        ("27AAPFU0939F0ZV", None, "FORMAT"),
        ("39AAPFU0939F1ZV", None, "STATE_CODE"),
        ("", "registered", "GSTIN_REQUIRED"),
        (VALID, "unregistered", "CATEGORY_CONFLICT"),
    ],
)
def test_each_reason_has_its_sentence(value: str, kind: str | None, code: str) -> None:
    (problem,) = problems_with_gstin(value, "gstin", as_kind=kind)
    assert problem.code == code
    assert problem.message
    assert problem.remedy
    assert "{" not in problem.message
