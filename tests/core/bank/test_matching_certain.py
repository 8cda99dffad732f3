"""What is certain: nothing else could be meant. Each of these was certain once, and another's money."""

import datetime as dt
from pathlib import Path

import pytest

from core.bank.accepting import accept_all
from core.bank.names import payer_key
from core.bank.proposal import Money
from core.bank.reconciling import reconciliation
from tests.core.bank.lines import LOTUS, MANGO, an_id, known, line, money, only, proposed
from tests.core.bank.taking import an_account, found_for, stated, take
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in

UTR = "N223260801234567"
RRN = "607712345678"


def a_cheque(**rest: object) -> Money:
    return money(50_000, mode="cheque", cheque="000123", **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("CLG CHQ 000123 BENGALURU", True),
        ("CLG LOTUS FOODS CHQ 000123 HDFC", True),
        ("CLG MANGO ELECTRICALS CHQ 000123 HDFC", False),
        ("CLG RAVI TRADERS CHQ 000123 HDFC", False),
        ("CASH DEP BRANCH 000123 BENGALURU", False),
        ("NEFT CR 000123 MUMBAI", False),
    ],
)
def test_a_cheque_is_certain_only_where_a_cheque_and_nobody_else_is_spoken_of(
    text: str, certain: bool
) -> None:
    assert only([line(50_000, text, days=2)], [a_cheque()]).certain == certain


def test_a_cheque_credited_weeks_before_the_book_had_it_is_for_a_person() -> None:
    assert only([line(50_000, "CLG CHQ 000123", days=-2)], [a_cheque()]).certain
    assert not only([line(50_000, "CLG CHQ 000123", days=-25)], [a_cheque()]).certain


@pytest.mark.parametrize("reference", ["9876543210@ybl", "9876543210", "000111222333"])
def test_who_paid_and_to_which_account_is_no_reference_of_a_payment(reference: str) -> None:
    paid = money(25_000, mode="upi", reference=reference)
    text = f"UPI-LOTUS FOODS-9876543210@ybl-YESB0YBLUPI-{RRN}-TO 000111222333"
    assert not any(each.certain for each in proposed([line(25_000, text, days=151)], [paid]))
    assert not any(each.certain for each in proposed([line(25_000, f"NEFT CR {reference}", days=20)], [paid]))


def test_a_reference_is_no_proof_for_ever() -> None:
    paid = money(25_000, mode="upi", reference=RRN)
    came = "UPI/CR/607712345678/LOTUS FOODS"
    assert only([line(25_000, came, days=30)], [paid]).certain
    assert not only([line(25_000, came, days=90)], [paid]).certain


def test_a_code_that_stands_on_every_line_of_a_payer_is_certain_for_days_alone() -> None:
    paid = money(25_000, reference="NANDI0000012345")
    assert only([line(25_000, "NEFT-NANDI0000012345", days=2)], [paid]).certain
    assert not only([line(25_000, "NEFT-NANDI0000012345", days=30)], [paid]).certain


def test_a_reference_with_another_s_name_is_for_a_person() -> None:
    found = only([line(50_000, f"NEFT CR-MANGO ELECTRICALS LLP-{UTR}")], [money(50_000, reference=UTR)])
    assert not found.certain
    assert "The line names another: Mango Electricals LLP." in found.reason


def test_money_that_went_back_with_the_same_reference_is_for_a_person() -> None:
    lines = [line(50_000, f"NEFT CR-LOTUS FOODS-{UTR}"), line(-50_000, f"NEFT RTN-LOTUS FOODS-{UTR}")]
    assert not any(each.certain for each in proposed(lines, [money(50_000, reference=UTR)]))


@pytest.mark.parametrize(
    ("text", "mode"),
    [("NEFT CR-LOTUS FOODS PVT LTD", "cheque"), ("CLG CHQ LOTUS FOODS PVT LTD", "neft"),
     ("NEFT RETURN-LOTUS FOODS PVT LTD", "neft")],
)  # fmt: skip
def test_name_and_amount_are_not_enough_for_another_way_of_paying_or_a_return(text: str, mode: str) -> None:
    assert not only([line(50_000, text)], [money(50_000, mode=mode)]).certain


def test_a_sum_alone_makes_no_pay_in_slip_and_no_bounce_certain() -> None:
    slip = an_id()
    cheques = [money(n, mode="cheque", cheque=f"00{n}", slip=slip) for n in (1100, 2300)]
    for text in ("NEFT CR-BY TRANSFER", "CLG MANGO ELECTRICALS LLP"):
        assert not any(each.certain for each in proposed([line(3400, text)], cheques)), text
    back = money(-25_295, type_="RVS", mode="cheque", cheque="004512", parts=(-2_500_000, -29_500))
    for out, charge in (("NEFT DR-STEEL TRADERS", "SMS CHRGS"), ("CHQ RETURN 004512", "ATM WDL"),
                        ("CHQ RETURN 009999", "CHQ RTN CHRGS")):  # fmt: skip
        found = proposed([line(-25_000, out), line(-295, charge)], [back])
        assert not any(each.certain for each in found), out


def test_history_by_a_bank_s_words_is_never_certain() -> None:
    text = "NEFT CR-K R TRADING CO-1"
    found = only([line(50_000, text)], [money(50_000)], known(history={payer_key(text): {LOTUS: 3}}))
    assert (found.papers[0].party, found.certain) == (LOTUS, False)


def test_a_paper_that_names_another_account_is_shown_and_not_certain() -> None:
    for text, reference in (("NEFT CR-LOTUS FOODS", ""), (f"NEFT CR-LOTUS FOODS-{UTR}", UTR)):
        there = money(50_000, reference=reference)._replace(elsewhere="HDFC")
        found = only([line(50_000, text)], [there])
        assert (found.papers, found.certain) == ((there,), False)
        assert "It names another account: HDFC." in found.reason
    parts = [money(700)._replace(elsewhere="HDFC"), money(310, MANGO)]
    assert not any(each.papers for each in proposed([line(1010, "NEFT-LOTUS FOODS PVT LTD")], parts))


@pytest.mark.slow
def test_money_stays_on_the_account_that_its_receipt_names(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        hdfc, icici = an_account(book, "HDFC", "111122223333"), an_account(book, "ICICI", "999988887777")
        money_in(book, a_party(book), 50_000, dt.date(2026, 7, 2), bank_account=hdfc)
        (line_there,) = stated(book, icici, (dt.date(2026, 7, 3), 50_000, "NEFT CR-SBIN0001234-LOTUS FOODS"))
        (found,) = found_for(book, icici)
        assert (found.lines, found.certain) == ((line_there,), False)
        assert "It names another account: HDFC." in found.reason
        assert book.write("All", lambda work: accept_all(work, [found], today=TODAY)) == []
        told = book.read(lambda read: reconciliation(read, hdfc, TODAY))
        assert told.book_paise == 50_000_00
        stated(book, hdfc, (dt.date(2026, 7, 3), 50_000, "NEFT CR-SBIN0001234-LOTUS FOODS"))
        (here,) = found_for(book, hdfc)
        assert here.certain


@pytest.mark.slow
def test_a_stranger_s_payment_is_not_the_last_one_s_who_paid_by_phone(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        money_in(book, party, 5000, dt.date(2026, 7, 1), mode="upi", reference="624412345678")
        stated(book, account, (dt.date(2026, 7, 1), 5000, "UPI/CR/624412345678/PAYMENT FROM PHONE"))
        (first,) = found_for(book, account)
        assert first.certain
        take(book, first)
        a_bill(book, party, 11_800, dt.date(2026, 7, 5))
        stated(book, account, (dt.date(2026, 7, 9), 11_800, "UPI/CR/630912345678/PAYMENT FROM PHONE"))
        (found,) = found_for(book, account)
        assert not found.certain
        assert "before" not in found.reason
