"""Interest live on a bill: what was paid, given back, agreed and noted, asked of a real book."""

import datetime as dt
from pathlib import Path

import pytest

from core.company.commands import save_company
from core.company.model import Udyam
from core.errors import RuleBroken
from core.facts import Facts
from core.interest.commands import note_acceptance
from core.interest.model import AGREED, MSMED
from core.interest.queries import interest_of_party, interest_on, leverage_on, total_of
from core.interest.rules import NO_TERMS, NO_UDYAM, OBJECTED, RATE_UNKNOWN, TRADER, UDYAM_LATER
from core.interest.wording import reason_text, sentences
from core.invoicing.commands import cancel_document
from core.ledger.commands import release, write_off
from core.ledger.queries import allocations_of
from core.parties.model import InterestTerms
from core.receipts.reversing import reverse_receipt
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.interest.dealings import (
    SMALL,
    a_small_enterprise,
    charge,
    interest,
    pay,
    registered,
)

D = dt.date
pytestmark = pytest.mark.slow
JAN_10 = D(2026, 1, 10)


def test_interest_runs_on_a_bill_from_its_appointed_day(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        bill = a_bill(book, a_party(book), 1_00_000, JAN_10)
        found = interest(book, bill, D(2026, 4, 26))
        assert (found.basis, found.interest_paise) == (MSMED, 4181_98)
        assert found.clock.starts_on == D(2026, 1, 26)
        told = sentences(found)
        assert "Interest runs from 26-01-2026." in told
        assert "No delivery is noted: the bill's date stands for it." in told
        assert any("The bank rate from 01-03-2026 on is not confirmed" in text for text in told)
        assert interest(book, bill, D(2026, 1, 26)).interest_paise == 0


def test_an_acceptance_noted_later_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        bill = a_bill(book, a_party(book), 1_00_000, JAN_10)

        def noted(
            delivered: dt.date, objected: dt.date | None = None, removed: dt.date | None = None
        ) -> None:
            book.write(
                "Accepted",
                lambda work: note_acceptance(
                    work, bill, delivered_on=delivered, objected_on=objected, removed_on=removed, today=TODAY
                ),
            )

        noted(D(2026, 2, 1))
        assert interest(book, bill).clock.starts_on == D(2026, 2, 17)
        noted(D(2026, 2, 1), D(2026, 2, 10))
        found = interest(book, bill)
        assert (found.reason, found.interest_paise) == (OBJECTED, 0)
        noted(D(2026, 2, 1), D(2026, 2, 10), D(2026, 3, 1))
        assert interest(book, bill).clock.starts_on == D(2026, 3, 17)
        assert book.verify().ok
        with pytest.raises(RuleBroken):
            noted(TODAY + dt.timedelta(days=1))


def test_terms_agreed_in_writing_are_cut_to_45_days(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book, agreed_in_writing=True, terms_days=60)
        found = interest(book, a_bill(book, party, 1_00_000, JAN_10))
        assert (found.clock.last_on, found.clock.is_capped) == (D(2026, 2, 24), True)
        within = interest(book, a_bill(book, party, 1_00_000, JAN_10, due_on=D(2026, 2, 9)))
        assert (within.clock.last_on, within.clock.is_capped) == (D(2026, 2, 9), False)


def test_payments_credits_and_write_offs_lessen_the_principal_from_their_day(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1_00_000, JAN_10)
        pay(book, party, bill, 60_000, D(2026, 2, 10))
        book.write(
            "Off",
            lambda work: write_off(work, paper=bill, paise=40_000_00, reason="settlement", on=D(2026, 2, 26)),
        )
        found = interest(book, bill, D(2026, 3, 26))
        # 665.32 and 283.87 of January, then a month on these alone: 13.05
        assert [s.interest_paise for s in found.sheet.spans if s.to_on <= D(2026, 2, 26)] == [665_32, 283_87]
        assert found.interest_paise == 665_32 + 283_87 + 13_05
        assert found.open_paise == 0


def test_a_settlement_undone_is_owed_again_from_its_day(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1_00_000, JAN_10)
        pay(book, party, bill, 1_00_000, D(2026, 2, 5))
        claim = book.read(lambda read: allocations_of(read, bill))[0].claim
        book.write("Undo", lambda work: release(work, claim, on=D(2026, 2, 15), reason="wrong bill"))
        assert interest(book, bill, D(2026, 2, 26)).interest_paise == 931_45


def test_money_that_was_taken_back_never_came(tmp_path: Path) -> None:
    """A receipt that was reversed (its cheque bounced) and a write-off undone: interest runs as if they had never been.

    A cheque is payment on condition that it is honoured."""
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1_00_000, JAN_10)
        before = interest(book, bill).interest_paise
        receipt = pay(book, party, bill, 1_00_000, D(2026, 2, 5))
        assert interest(book, bill).interest_paise < before
        book.write(
            "Back",
            lambda work: reverse_receipt(work, receipt, on=D(2026, 6, 1), reason="bounced", today=TODAY),
        )
        assert interest(book, bill).interest_paise == before
        claim = book.write(
            "Off",
            lambda work: write_off(work, paper=bill, paise=1_00_000_00, reason="bad_debt", on=D(2026, 2, 5)),
        )
        assert interest(book, bill).interest_paise < before
        book.write("Undo", lambda work: release(work, claim, on=D(2026, 6, 1)))
        assert interest(book, bill).interest_paise == before


def test_by_agreement_where_the_act_gives_none(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        terms = InterestTerms(rate_bp=1800, rests="simple", grace_days=5)
        agreed = a_bill(book, a_party(book, interest=terms), 1_00_000, JAN_10)
        found = interest(book, agreed, D(2026, 3, 31))
        # due on 9 February, grace to the 14th, from the 15th 44 days at 18 %
        assert (found.basis, found.clock.starts_on, found.interest_paise) == (AGREED, D(2026, 2, 15), 2169_86)
        assert found.flags == ()
        assert "Simple interest by days, the year of 365, at the rate agreed." in sentences(found)
        none = interest(book, a_bill(book, a_party(book, "ROSE"), 1_00_000, JAN_10))
        assert (none.basis, none.reason) == ("", NO_UDYAM)
        assert sentences(none) == [reason_text(NO_UDYAM)]


def test_the_act_comes_first_and_either_may_be_asked_for(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book, interest=InterestTerms(rate_bp=1200, rests="monthly"))
        bill = a_bill(book, party, 1_00_000, JAN_10)
        assert interest(book, bill).basis == MSMED
        assert interest(book, bill, D(2026, 3, 10), basis=AGREED).interest_paise == 1000_00
        plain = a_bill(book, a_party(book, "ROSE"), 1_00_000, JAN_10)
        assert interest(book, plain, basis=AGREED).reason == NO_TERMS


@pytest.mark.parametrize(
    ("udyam", "reason", "flag"),
    [
        (Udyam("U", "small", D(2026, 1, 11)), UDYAM_LATER, ""),
        (Udyam("U", "micro", D(2020, 1, 1), trader=True), "", TRADER),
    ],
)
def test_the_companys_registration_decides(tmp_path: Path, udyam: Udyam, reason: str, flag: str) -> None:
    with a_small_enterprise(tmp_path, udyam=udyam) as book:
        bill = a_bill(book, registered(book), 1_00_000, JAN_10, rate_bp=1800)
        found = interest(book, bill)
        assert found.reason == reason
        assert (flag in found.flags) == bool(flag)
        told = book.read(lambda read: leverage_on(read, bill, TODAY))
        assert told is not None
        assert told.is_itc_lost
        assert not told.deduction_paise, "doubtful for a trader, none for a late registration"
        book.write("Company", lambda work: save_company(work, SMALL))
        sure = book.read(lambda read: leverage_on(read, bill, TODAY))
        assert sure is not None
        assert sure.deduction_paise == 1_00_000_00


def test_a_bill_older_than_the_rates_says_so(tmp_path: Path) -> None:
    since = Udyam("U", "small", D(2010, 1, 1))
    with a_small_enterprise(tmp_path, udyam=since) as book:
        bill = a_bill(book, a_party(book), 100, D(2017, 7, 1))
        assert interest(book, bill).reason == ""
        late = Facts.shipped().with_tables(
            {
                "bank_rates": b'{"entries": [{"rate": "5.5", "from": "2026-01-01", "to": null, "source": "t"}]}'
            },
            "9",
        )
        assert interest(book, bill, facts=late).reason == RATE_UNKNOWN


def test_of_a_party_every_late_bill_paid_ones_too(tmp_path: Path) -> None:
    with a_small_enterprise(tmp_path) as book:
        party = a_party(book)
        late = a_bill(book, party, 1_00_000, JAN_10)
        pay(book, party, late, 1_00_000, D(2026, 2, 26))
        in_time = a_bill(book, party, 50_000, D(2026, 3, 1))
        pay(book, party, in_time, 50_000, D(2026, 3, 10))
        still = a_bill(book, party, 20_000, D(2026, 4, 1))
        cancelled = a_bill(book, party, 10_000, D(2026, 4, 1))
        book.write("Cancel", lambda work: cancel_document(work, cancelled, on=TODAY, reason="twice"))
        found = book.read(lambda read: interest_of_party(read, party, TODAY))
        assert [each.document for each in found] == [late, still]
        whole = total_of(found)
        assert whole.bills == 2
        assert whole.interest_paise == whole.unbooked_paise == sum(each.interest_paise for each in found)
        assert book.read(lambda read: interest_on(read, cancelled, TODAY)) is None
        note = charge(book, late)
        assert book.read(lambda read: interest_on(read, note, TODAY)) is None, "interest bears none by itself"
        money_in(book, party, 20_000, TODAY)
