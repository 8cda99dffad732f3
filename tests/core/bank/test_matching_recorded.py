"""Lines that the book has no money for: whose they are by bill, name or history, how they settle, what is no money."""

from collections.abc import Sequence

import pytest

from core.bank.matching import choices
from core.bank.names import payer_key
from core.bank.proposal import BankLine, Payable, Proposal
from core.bank.recording import aside_reason, mode_of, reference_of
from core.ids import Id
from core.receipts.model import Deduction
from core.shortfall.model import Explained, Explanation
from tests.core.bank.lines import LOTUS, MANGO, SHREE, an_id, known, line, only, proposed

BILL, OTHER = an_id(), an_id()


def explained(*certain: Id, on_account: bool = False):  # type: ignore[no-untyped-def]
    """An explainer: one bill less TDS for each party, certain for the parties named; or nothing but on account."""

    def explain(party: Id, came: BankLine) -> Sequence[Explanation]:
        if on_account:
            return [Explanation((), (), (), 0, came.paise, 700, False, ("on_account",), "On account")]
        lines = (Explained(BILL, came.paise + 2_000_00),)
        kept = (Deduction("tds", 2_000_00, "194C"),)
        told = ("A/26-27/0042 ₹ 1,00,000.00 less TDS 194C 2%",)
        return [
            Explanation(lines, kept, (), 0, 0, 990, party in certain, (), "A/26-27/0042 less TDS 194C", told)
        ]

    return explain


def recorded(proposal: Proposal) -> tuple[Id, bool]:
    assert proposal.new is not None
    return proposal.new.party, proposal.certain


def test_a_strong_name_and_a_certain_explanation_are_certain_together() -> None:
    came = line(98_000, "NEFT CR-LOTUS FOODS PVT LTD-HDFCN52026081012345678")
    found = only([came], [], known(explain=explained(LOTUS)))
    assert recorded(found) == (LOTUS, True)
    assert found.new is not None
    assert (found.new.reference, found.new.mode, found.new.amount_paise) == (
        "HDFCN52026081012345678",
        "neft",
        98_000_00,
    )
    assert found.reason == "The name is Lotus Foods Private Limited. A/26-27/0042 less TDS 194C"
    assert found.arithmetic == ("A/26-27/0042 ₹ 1,00,000.00 less TDS 194C 2%",)
    assert recorded(only([came], [], known(explain=explained()))) == (LOTUS, False)


def test_what_stays_on_account_is_never_certain() -> None:
    found = only([line(500, "NEFT-LOTUS FOODS")], [], known(explain=explained(LOTUS, on_account=True)))
    assert recorded(found) == (LOTUS, False)
    assert found.reason.endswith("No open bill takes it: it stays on account.")


@pytest.mark.parametrize(
    "text",
    [
        "NEFT-K R TRADING-A/26-27/0042",
        "IMPS/A26270042/PAYMENT",
        "TRF FROM KR A-26-27-0042 PART",
        "A 26 27 0042",
    ],
)
def test_a_bill_s_number_names_the_party_that_owes_it(text: str) -> None:
    payables = [Payable(BILL, MANGO, "A/26-27/0042", 100_000_00), Payable(OTHER, SHREE, "A/26-27/0043", 1)]
    found = only([line(98_000, text)], [], known(payables=payables, explain=explained(MANGO)))
    assert recorded(found) == (MANGO, True)
    assert "It names A/26-27/0042." in found.reason


def test_bills_of_two_parties_in_one_text_make_doubt() -> None:
    payables = [Payable(BILL, MANGO, "A/26-27/0042", 1), Payable(OTHER, SHREE, "A/26-27/0043", 1)]
    text = "NEFT A/26-27/0042 A/26-27/0043"
    found = only([line(98_000, text)], [], known(payables=payables, explain=explained(MANGO, SHREE)))
    assert not found.certain


def test_a_payer_is_who_it_was_before_unless_it_was_two() -> None:
    text = "NEFT CR-K R TRADING CO-N123456789012345"
    once = known(history={payer_key(text): {SHREE: 3}}, explain=explained(SHREE))
    assert recorded(only([line(700, text)], [], once)) == (SHREE, False), "the bank's words may be anybody's"
    told = "UPI/622212345678/CR/MOHAN R/HDFC/mohan.r@okhdfcbank/NA"
    address = known(history={payer_key(told): {SHREE: 3}}, explain=explained(SHREE))
    assert recorded(only([line(700, told)], [], address)) == (SHREE, True)
    twice = known(history={payer_key(text): {SHREE: 3, MANGO: 1}}, explain=explained(SHREE, MANGO))
    assert proposed([line(700, text)], [], twice) == []


def test_a_name_learned_is_a_name() -> None:
    what = known(learned={MANGO: ("k r trading",)}, explain=explained(MANGO))
    assert recorded(only([line(700, "RTGS/K R TRADING CO/UTIB")], [], what)) == (MANGO, True)


def test_a_line_that_names_nobody_may_be_a_bill_of_its_amount_but_never_certainly() -> None:
    payables = [Payable(BILL, MANGO, "A/26-27/0042", 98_000_00), Payable(OTHER, SHREE, "A/26-27/0043", 1)]
    found = only([line(98_000, "BY TRANSFER 8891")], [], known(payables=payables, explain=explained(MANGO)))
    assert recorded(found) == (MANGO, False)
    assert "A bill of exactly this amount is open: A/26-27/0042." in found.reason
    assert proposed([line(97_999, "BY TRANSFER 8891")], [], known(payables=payables)) == []


def test_two_parties_that_both_may_have_paid_make_doubt_and_both_are_choices() -> None:
    what = known(learned={MANGO: ("Shree Mahalakshmi Entertainers",)}, explain=explained(SHREE, MANGO))
    came = line(700, "NEFT-SHREE MAHALAKSHMI ENT-N12")
    assert not only([came], [], what).certain
    parties = {each.new.party for each in choices(came, [], what) if each.new}
    assert parties == {SHREE, MANGO}


def test_a_bill_is_certain_for_one_line_only() -> None:
    lines = [line(700, "NEFT-LOTUS FOODS-1"), line(700, "NEFT-LOTUS FOODS-2", days=1)]
    found = proposed(lines, [], known(explain=explained(LOTUS)))
    assert [each.certain for each in found] == [True, False]


def test_only_so_many_receipts_are_explained() -> None:
    what = known(explain=explained(LOTUS))._replace(explained_max=1)
    found = proposed([line(700, "NEFT-LOTUS FOODS"), line(900, "NEFT-LOTUS FOODS", days=1)], [], what)
    assert [each.new.explanation is not None for each in found if each.new] == [True, False]
    assert not found[1].certain


@pytest.mark.parametrize(
    ("rupees", "text", "reason"),
    [
        (-295, "CHRGS SMS OCT-DEC", "bank_charge"),
        (-590, "MIN BAL CHARGES INCL GST", "bank_charge"),
        (812, "INT.PD 01-07 TO 30-09", "bank_interest"),
        (-812, "LOAN EMI 4451", "loan"),
        (-50_000, "GSTN PMT CHALLAN", "tax"),
        (-20_000, "ATM WDL BENGALURU", "own_transfer"),
        (-5_000, "NEFT DR-STEEL TRADERS", ""),
        (5_000, "BY TRANSFER", ""),
    ],
)
def test_what_is_no_customer_s_money_is_told_by_its_words(rupees: int, text: str, reason: str) -> None:
    came = line(rupees, text)
    assert aside_reason(came) == reason
    assert [each.aside for each in proposed([came])] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("NEFT CR-HDFC", "neft"), ("UPI/6222/RAM@oksbi", "upi"), ("MMT/IMPS/6222", "imps"), ("RTGS-UTIB", "rtgs"),
        ("BY CLG 004512", "cheque"), ("POS SETTLEMENT", "card"), ("BY CASH BRANCH", "other"),
    ],
)  # fmt: skip
def test_how_money_came_is_told_by_the_words(text: str, mode: str) -> None:
    assert mode_of(line(5, text)) == mode


def test_a_receipt_is_known_by_the_bank_s_reference() -> None:
    assert reference_of(line(5, "NEFT X", reference=" R 77 ")) == "R 77"
    assert reference_of(line(5, "NEFT CR-HDFCN52026081012345678-LOTUS")) == "HDFCN52026081012345678"
    assert reference_of(line(5, "CASH")) == ""
