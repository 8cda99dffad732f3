"""Proposals accepted in real books: receipts matched and recorded, bounces, undoing, learning, and two devices."""

from pathlib import Path

import pytest

from core.bank.accepting import Accepted, accept_all, match_lines, set_aside, take_back, undo
from core.bank.claims import line_place
from core.bank.proposals import proposals_for_line
from core.bank.queries import lines_open, lines_page
from core.book import Book
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.changes.judge import judge_claim
from core.changes.keeper import likeness_of
from core.errors import RuleBroken
from core.ids import Id
from core.ledger.queries import open_item, open_items, trial_balance
from core.parties.queries import party as party_of
from core.receipts.cheque_list import cheque_rows
from core.receipts.cheques import deposit_cheques
from core.receipts.model import Cheque
from core.receipts.queries import receipt
from core.receipts.reversing import bounce_receipt, pay_back
from core.store.read import paper_of
from tests.core.bank.taking import AUGUST, JULY, JUNE, UTR, an_account, found_for, row_of, stated, take
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.order import Order, digests

pytestmark = pytest.mark.slow


def code_of(refused: pytest.ExceptionInfo[RuleBroken]) -> str:
    return refused.value.problems[0].code


def test_a_line_is_matched_with_its_receipt_undone_and_matched_again(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        paid = money_in(book, party, 1000, JULY, reference=UTR)
        line = stated(book, account, (JULY, 1000, f"NEFT CR-{UTR}-LOTUS FOODS"))[0]
        (found,) = found_for(book, account)
        assert ([m.paper for m in found.papers], found.certain) == ([paid], True)
        done = take(book, found)
        row = row_of(book, line)
        assert (row.state, row.match, row.party, row.name, row.papers) == (
            "matched",
            done.claim,
            party,
            "Lotus Foods",
            1,
        )
        assert found_for(book, account) == []
        with pytest.raises(RuleBroken) as refused:
            take(book, found)
        assert code_of(refused) == "TAKEN"
        book.write("Undo", lambda work: undo(work, done.claim, today=TODAY))
        assert row_of(book, line).state == "open"
        with pytest.raises(RuleBroken) as refused:
            book.write("Undo", lambda work: undo(work, done.claim, today=TODAY))
        assert code_of(refused) == "NOT_STANDING"
        take(book, found_for(book, account)[0])
        assert row_of(book, line).state == "matched"
        assert book.verify().ok


def test_a_short_payment_becomes_a_receipt_with_its_tds_and_its_bill(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book, tds_code="194C", pan="AABCL1234C")
        bill = a_bill(book, party, 100_000, JUNE)
        a_bill(book, party, 33_333, JUNE)
        line = stated(book, account, (JULY, 98_000, f"NEFT CR-{UTR}-LOTUS FOODS-NANDI"))[0]
        (found,) = found_for(book, account)
        assert found.new is not None
        assert (found.new.party, found.new.reference, found.new.mode, found.certain) == (
            party,
            UTR,
            "neft",
            True,
        )
        done = take(book, found)
        assert done.receipt is not None
        paper = book.read(lambda read: receipt(read, done.receipt))
        assert paper is not None
        assert (paper.amount_paise, paper.dated_on, paper.bank_account) == (9_800_000, JULY, account)
        assert [(each.kind, each.paise) for each in paper.deductions] == [("tds", 200_000)]
        assert book.read(lambda read: open_item(read, bill)).open_paise == 0
        assert row_of(book, line).state == "matched"
        book.write("Back", lambda work: take_back(work, [done], today=TODAY))
        assert row_of(book, line).state == "open"
        assert book.read(lambda read: open_item(read, bill)).open_paise == 10_000_000
        assert sum(book.read(trial_balance).values()) == 0
        assert [each.new.party for each in found_for(book, account) if each.new] == [party]
        assert book.verify().ok


def test_all_certain_ones_are_taken_in_one_work_and_the_rest_are_left(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party, other = an_account(book), a_party(book), a_party(book, "MANGO")
        for n in range(3):
            money_in(book, party, 1000 + n, JULY, reference=f"HDFCN5202607101234567{n}")
        a_bill(book, other, 700, JUNE)
        stated(
            book,
            account,
            *((JULY, 1000 + n, f"NEFT-HDFCN5202607101234567{n}-LOTUS FOODS") for n in range(3)),
            (JULY, 700, "UPI/622212345678/CR/MANGO FOODS/SBI"),
            (JULY, 5, "BY TRANSFER"),
        )
        found = found_for(book, account)
        assert sorted(each.certain for each in found) == [True] * 4
        done = book.write("Accept", lambda work: accept_all(work, found, today=TODAY))
        assert len(done) == 4
        assert [row.paise for row in book.read(lambda read: lines_open(read, account))] == [500]
        again = book.write("Accept", lambda work: accept_all(work, found, today=TODAY))
        assert again == [], "what is taken already is left out"
        assert book.verify().ok


def test_two_lines_that_would_take_one_bill_are_not_both_certain(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        a_bill(book, party, 700, JUNE)
        stated(book, account, (JULY, 700, "NEFT-LOTUS FOODS-1"), (AUGUST, 700, "NEFT-LOTUS FOODS-2"))
        assert [each.certain for each in found_for(book, account)] == [True, False]


def test_papers_that_do_not_make_the_line_are_refused(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        paid = money_in(book, party, 1000, JULY)
        line = stated(book, account, (JULY, 999, "NEFT LOTUS"))[0]
        for papers, code in (([paid], "SUM"), ([line], "NOT_STANDING"), ([b"0" * 16], "NOT_STANDING")):
            with pytest.raises(RuleBroken) as refused:
                book.write(
                    "Match", lambda work, papers=papers: match_lines(work, [line], papers, today=TODAY)
                )
            assert code_of(refused) == code
        assert row_of(book, line).state == "open"


def test_a_charge_is_set_aside_with_a_reason_and_comes_back(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account = an_account(book)
        line = stated(book, account, (JULY, -295, "CHRGS SMS APR-JUN"))[0]
        (found,) = found_for(book, account)
        assert (found.aside, found.certain) == ("bank_charge", False)
        with pytest.raises(RuleBroken) as refused:
            book.write("Aside", lambda work: set_aside(work, line, reason="because", today=TODAY))
        assert code_of(refused) == "CHOICE"
        claim = take(book, found).claim
        assert row_of(book, line).state == "aside"
        assert [
            row.id for row in book.read(lambda read: lines_page(read, account=account, scope="aside")).rows
        ] == [line]
        book.write("Undo", lambda work: undo(work, claim, today=TODAY))
        assert row_of(book, line).state == "open"
        assert book.verify().ok


def a_cheque(book: Book, party: Id, rupees: int, number: str) -> Id:
    return money_in(book, party, rupees, JULY, mode="cheque", reference=number, cheque=Cheque(number, JULY))


def test_a_pay_in_slip_is_matched_clears_its_cheques_and_a_bounce_takes_a_second_line(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        bill = a_bill(book, party, 3400, JUNE)
        cheques = [a_cheque(book, party, 1100, "004512"), a_cheque(book, party, 2300, "004513")]
        book.write("Slip", lambda work: deposit_cheques(work, cheques, on=JULY, bank_account=account))
        came = stated(book, account, (JULY.replace(day=12), 3400, "CLG DEP 2 INST"))[0]
        (found,) = found_for(book, account)
        assert ({m.paper for m in found.papers}, found.certain) == (set(cheques), True)
        take(book, found)
        cleared = book.read(lambda read: cheque_rows(read, cheques))
        assert {row.cleared_on for row in cleared} == {JULY.replace(day=12)}
        bounce = book.write(
            "Bounce",
            lambda work: bounce_receipt(
                work, cheques[1], on=JULY.replace(day=14), reason="Funds insufficient", charges_paise=29_500,
                today=TODAY, date_confirmed=True,
            ),
        )  # fmt: skip
        assert row_of(book, came).state == "matched", "the line did come"
        went = stated(
            book,
            account,
            (JULY.replace(day=14), -2300, "CHQ RETURN 004513"),
            (JULY.replace(day=14), -295, "RTN CHRGS"),
        )
        (back,) = [each for each in found_for(book, account) if each.papers]
        assert ([m.paper for m in back.papers], set(back.lines), back.certain) == ([bounce], set(went), True)
        take(book, back)
        assert book.read(lambda read: lines_open(read, account)) == []
        assert book.read(lambda read: open_item(read, bill)).open_paise == 230_000
        assert book.verify().ok


def test_money_given_back_is_matched_with_the_line_out(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        paid = money_in(book, party, 900, JULY)
        given = book.write(
            "Back",
            lambda work: pay_back(work, paid, on=AUGUST, amount_paise=90_000, mode="neft", reference="", reason="Twice",
                                  today=TODAY, date_confirmed=True),
        )  # fmt: skip
        stated(book, account, (JULY, 900, "NEFT LOTUS FOODS"), (AUGUST, -900, "NEFT DR LOTUS FOODS"))
        found = {each.papers[0].paper: each for each in found_for(book, account)}
        assert set(found) == {paid, given}
        for each in found.values():
            take(book, each)
        assert book.verify().ok


def test_a_name_that_the_bank_uses_is_learned_once_and_finds_its_party(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        a_party(book, "MANGO")
        bill = a_bill(book, party, 700, JUNE)
        number = book.read(lambda read: open_items(read, party=party)[0].number)
        first = stated(book, account, (JULY, 700, f"NEFT-K R TRADING CO-{number}-N123456789012345"))[0]
        (found,) = book.read(lambda read: proposals_for_line(read, first))[:1]
        assert found.new is not None
        assert (found.new.party, number in found.reason) == (party, True)
        take(book, found)
        assert book.read(lambda read: open_item(read, bill)).open_paise == 0
        known = book.read(lambda read: party_of(read, party))
        assert known is not None
        assert known.payer_names == ("k r trading",)
        money_in(book, party, 55, AUGUST)
        money_in(book, party, 56, AUGUST, reference="XYZW12345678901")
        stated(
            book,
            account,
            (AUGUST, 55, "RTGS/K R TRADING CO/UTIBR52026081000012345"),
            (AUGUST, 56, "K R TRADING CO"),
        )
        for each in found_for(book, account):
            assert {m.party for m in each.papers} == {party}
            take(book, each)
        assert book.read(lambda read: party_of(read, party)).payer_names == ("k r trading",)
        assert book.verify().ok


def refusal(book: Book, other: Book, claim: Id) -> Answer:
    """What the service would answer: the claim judged where the other book's stands."""
    kind, body = other.write("Look", lambda work: (work.plan.kinds["bank.matched"], work.paper(claim)))
    verdict = book.write(
        "Judge",
        lambda work: judge_claim(
            kind, b"\7" * 16, body, likeness_of(kind, body, b""), work.standing, work.actor
        ),
    )
    assert verdict.outcome is Outcome.REFUSED
    return Answer(problems=verdict.problems, winner=verdict.winner)


def test_two_devices_match_one_line_and_the_second_is_refused_with_the_winner(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        account, party = an_account(here), a_party(here)
        first, second = money_in(here, party, 1000, JULY), money_in(here, party, 1000, AUGUST)
        line = stated(here, account, (JULY, 1000, "NEFT LOTUS FOODS"))[0]
        order.round(here)
        mine = here.write("Match", lambda work: match_lines(work, [line], [first], today=TODAY))
        theirs = there.write("Match", lambda work: match_lines(work, [line], [second], today=TODAY))
        order.send(here)
        answer = refusal(here, there, theirs)
        assert answer.winner == mine
        order.pull()
        assert row_of(there, line).match == mine, "what came first has the line, before the answer is there"
        order.round(there, {"bank.matched": (Outcome.REFUSED, answer)})
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert row_of(book, line).match == mine
            again = stated(book, account, (AUGUST, 1000, "NEFT LOTUS FOODS 2"))
            assert [m.paper for each in found_for(book, account) for m in each.papers] == [second]
            assert again


def test_two_devices_undo_and_set_aside_apart_and_agree(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        account, party = an_account(here), a_party(here)
        paid = money_in(here, party, 1000, JULY)
        line = stated(here, account, (JULY, 1000, "NEFT LOTUS FOODS"))[0]
        claim = here.write("Match", lambda work: match_lines(work, [line], [paid], today=TODAY))
        order.round(here)
        here.write("Undo", lambda work: undo(work, claim, today=TODAY))
        here.write("Aside", lambda work: set_aside(work, line, reason="private", today=TODAY))
        there.write("Undo", lambda work: undo(work, claim, today=TODAY))
        there.write("Aside", lambda work: set_aside(work, line, reason="loan", today=TODAY))
        order.round(here)
        order.round(there, {name: (Outcome.REFUSED, Answer()) for name in ("bank.undone", "bank.set_aside")})
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert row_of(book, line).state == "aside"
            holder = book.write("Look", lambda work: work.standing.holder(line_place(line)))
            aside = book.read(
                lambda read, holder=holder: paper_of(
                    read, __import__("core.bank.model", fromlist=["x"]).SetAside, holder
                )
            )
            assert aside is not None
            assert aside.reason == "private"


def test_two_devices_record_one_line_apart_and_the_second_receipt_is_seen(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        account, party = an_account(here), a_party(here)
        bill = a_bill(here, party, 700, JUNE)
        line = stated(here, account, (JULY, 700, "NEFT LOTUS FOODS"))[0]
        order.round(here)
        one: Accepted = take(here, found_for(here, account)[0])
        two: Accepted = take(there, found_for(there, account)[0])
        order.round(here)
        refused = (Outcome.REFUSED, Answer(winner=one.claim))
        order.round(
            there,
            {"bank.matched": refused, "ledger.allocated": (Outcome.REFUSED, Answer(winner=one.receipt))},
        )
        assert len(digests([here, there])) == 1
        for book in (here, there):
            assert row_of(book, line).match == one.claim
            assert book.read(lambda read: open_item(read, bill)).open_paise == 0
            assert book.read(lambda read: open_item(read, two.receipt)).open_paise == 70_000, (
                "it stands on account"
            )
            told = book.read(lambda read: read.exec_driver_sql("SELECT kind, of FROM inbox").fetchall())
            assert ("refused", "bank.matched") in [tuple(row) for row in told]
            assert ("contested", "bank.matched") not in [tuple(row) for row in told]
