"""Names as banks cut, join and misspell them, references with and without their letters, cheques, UPI addresses."""

import pytest

from core.bank.names import (
    FAIR,
    STRONG,
    Named,
    NameIndex,
    cheque_numbers,
    likeness,
    payer_key,
    plain_name,
    reference_keys,
)
from tests.core.bank.lines import LOTUS, MANGO, OWN, PARTIES, SHREE, known


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("NEFT CR-HDFC0000123-LOTUS FOODS PRIVATE LIMITED-NANDI INSTRUMENTS-HDFCN52026081012345678", LOTUS),
        ("NEFT CR-HDFC0000123-LOTUS FOODS PVT LTD-NANDI INSTRUMENTS PVT-N123456789012", LOTUS),
        ("NEFT*HDFC0000123*HDFCN5202608101*LOTUS FOODS PRIVATE L", LOTUS),
        ("RTGS/UTIBR52026081000012345/LOTUSFOODSPVTLTD", LOTUS),
        ("BY TRANSFER-NEFT*N0098*M/S LOTUS FOODS", LOTUS),
        ("IMPS/P2A/622212345678/MANGOELECTRICALSLLP/HDFC", MANGO),
        ("MMT/IMPS/622212345678/MANGO ELECTRICAL", MANGO),
        ("UPI/622298765432/CR/SHREE MAHALAXMI ENTER/SBIN", SHREE),
        ("NEFT-SHRI MAHALAKSHMI ENTERPRISES-BARB0VJMUMB", SHREE),
    ],
)
def test_a_bank_names_a_party_in_its_own_way(text: str, party: bytes) -> None:
    found = known().names.find(text)
    assert found, text
    assert found[0].party == party
    assert found[0].likeness >= STRONG


@pytest.mark.parametrize(
    "text",
    [
        "NEFT CR-HDFC0000123-LOTUS TEXTILES-NANDI INSTRUMENTS-N123456789012",
        "RTGS-MANGALAM ELECTRODES PVT LTD-UTIB",
        "BY CLEARING 004512 MUMBAI",
        "UPI/622298765432/PAYMENT FROM PHONE",
        "NEFT-NANDI INSTRUMENTS PRIVATE LIMITED-SELF",
    ],
)
def test_another_name_is_nobody_s(text: str) -> None:
    assert all(found.likeness < STRONG for found in known().names.find(text)), text


def test_what_the_law_adds_to_a_name_is_left_out() -> None:
    assert (
        plain_name("M/s. Lotus Foods Pvt. Ltd.")
        == plain_name("LOTUS FOODS PRIVATE LIMITED")
        == ("lotus", "foods")
    )
    assert likeness(plain_name("SAI ENTERPRISES"), plain_name("Sri Enterprises")) < STRONG
    assert likeness(plain_name("SURESH K"), plain_name("Ramesh K")) < FAIR


def test_a_upi_address_learned_once_names_its_party() -> None:
    names = NameIndex([Named(LOTUS, (PARTIES[LOTUS], "mohan.r@okhdfcbank"))])
    found = names.find("UPI/622212345678/CR/MOHAN R/HDFC/mohan.r@okhdfcbank/NA")
    assert (found[0].party, found[0].likeness) == (LOTUS, 100)
    assert payer_key("UPI/622212345678/CR/MOHAN R/HDFC/mohan.r@okhdfcbank/NA") == "mohan.r@okhdfcbank"


def test_a_payer_is_known_again_whatever_codes_stand_around_its_name() -> None:
    own = NameIndex((), own=OWN).own
    one = payer_key("NEFT CR-HDFC0000123-K R TRADING CO-NANDI INSTRUMENTS-HDFCN52026081012345678", own)
    other = payer_key(
        "NEFT CR-UTIB0000456-K R TRADING CO-NANDI INSTRUMENTS PRIVATE-UTIBN62026091098765432", own
    )
    assert one == other == "k r trading"


def test_references_are_alike_with_and_without_letters_and_noughts() -> None:
    assert reference_keys("UTR: HDFCN52026081012345678") & reference_keys("NEFT-52026081012345678-LOTUS")
    assert reference_keys("0000622212345678") & reference_keys("IMPS/622212345678/LOTUS")
    assert not reference_keys("LOTUS FOODS 10082026")
    assert cheque_numbers("CHQ DEP 000000004512 MUMBAI") == {"004512"}
    assert cheque_numbers("N123456789012") == set()
