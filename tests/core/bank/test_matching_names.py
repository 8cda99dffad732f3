"""Names as banks cut, join and misspell them, references with and without their letters, cheques, UPI addresses."""

import pytest

from core.bank.names import (
    FAIR,
    STRONG,
    SURE,
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
    ("text", "name"),
    [
        ("LOTUSFOODSTUFF CO", "Lotus Foods Private Limited"),
        ("LOTUS FOODS MUMBAI", "Lotus Foods Private Limited"),
        ("LOTUS FOODS PVT LTD", "Lotus Foods Exports Pvt Ltd"),
        ("LOTUS FOODS EX", "Lotus Foods Exports Pvt Ltd"),
        ("SRI BALAJI TRADE PVT LTD", "Sri Balaji Traders"),
        ("SRI KRISHNA TRADERS AND SONS", "Sri Krishna Traders"),
        ("SRI KRISHNA TRADERS", "Sri Krishna Traders Exports"),
        ("RAMESH KUMARI", "Ramesh Kumar"),
        ("RAMESH KUMAR", "Ramesh Kumari"),
        ("LAKSHMI NARAYAN KUMAR", "Lakshmi Narayan Kumari"),
        ("RAMESH KUMAR GUPTA", "Ramesh Kumar"),
        ("GUPTA BROTHERS JEWELLERS", "Gupta Brothers"),
        ("RAMESH P", "Ramesh C"),
        ("RAMESH S", "Ramesh M"),
        ("RAMESH S", "Ramesh"),
        ("RAZA TRADERS", "Raja Traders"),
        ("KRISHNA RAM", "Ram Krishna"),
        ("RAMESH", "Ramesh"),
    ],
)
def test_a_longer_name_or_a_whole_shorter_one_is_another_s(text: str, name: str) -> None:
    found = NameIndex([Named(LOTUS, (name,))]).find(f"NEFT CR-SBIN0001234-{text}-SBIN426309112233")
    assert all(each.likeness < SURE for each in found), found


def test_what_was_cut_may_be_two_parties() -> None:
    names = NameIndex(
        [Named(LOTUS, ("Sri Krishna Traders",)), Named(MANGO, ("Sri Krishna Traders Exports",))]
    )
    found = names.find("NEFT CR-SBIN0001234-SRI KRISHNA TRADERS-SBIN426309112233")
    assert {each.party for each in found} == {LOTUS, MANGO}
    assert all(each.likeness < SURE for each in found), "the bank may have cut Exports off"
    whole = names.find("NEFT CR-SBIN0001234-SRI KRISHNA TRADERS LLP-SBIN426309112233")
    assert (whole[0].party, whole[0].likeness) == (LOTUS, 100)


@pytest.mark.parametrize(
    "text",
    [
        "UPI/CR/612345678901/PAYMENT FROM PHONE/ok",
        "NEFT CR-RENT AUGUST",
        "IMPS/P2A/612345678901/XXXX1234/SALARY",
        "CASH DEP MUMBAI MAIN",
        "CASH DEPOSIT BY LOTUS FOODS",
        "UPI/CR/612345678901/RAMESH/OKAXIS/PAYMENT",
    ],
)
def test_what_for_how_and_where_name_no_payer(text: str) -> None:
    assert payer_key(text) == ""


def test_our_own_upi_address_names_no_payer() -> None:
    names = NameIndex([Named(LOTUS, ("nandi@sbi",))], own=("Nandi Instruments", "nandi@sbi"))
    text = "UPI/CR/612345678901/K R TRADING/nandi@sbi"
    assert names.find(text) == []
    assert payer_key(text, names.own) == "k r trading"


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
    assert not reference_keys("9876543210@ybl", "9876543210"), "who paid, not which payment"
    assert cheque_numbers("CHQ DEP 000000004512 MUMBAI") == {"004512"}
    assert cheque_numbers("N123456789012") == set()
