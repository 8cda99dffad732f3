"""Issuing, answering and cancelling through the one door: what is numbered, posted, left open and found."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from core.changes.standing import State
from core.company.commands import save_company
from core.errors import RuleBroken
from core.ids import imported_id
from core.invoicing.commands import keep_imported
from core.invoicing.model import DraftLine, Original, Totals
from core.invoicing.queries import cancellation, document_ids, document_rows, notes_on
from core.invoicing.rules import postings_for
from core.items.commands import save_item
from core.ledger.queries import allocations_of, balance, open_item, postings_of, trial_balance
from core.parties.commands import save_party
from core.store.search import newest
from tests.core.books import COMPANY, TODAY
from tests.core.invoicing.trade import BILL_PAISE, GLOVES, LOTUS, PUMP, PUMPS, Trade, a_trade

replace = msgspec.structs.replace
YESTERDAY = TODAY - dt.timedelta(1)


def open_paise(trade: Trade, record: bytes) -> int:
    item = trade.book.read(lambda read: open_item(read, record))
    assert item is not None
    [row] = trade.book.read(lambda read: document_rows(read, [record]))
    assert row.open_paise == item.open_paise, "the list and the ledger agree"
    return item.open_paise


def refusal(trade: Trade, *args: object, **kwargs: object) -> list[tuple[str, str]]:
    with pytest.raises(RuleBroken) as refused:
        trade.issue(*args, **kwargs)  # type: ignore[arg-type]
    return [(problem.code, problem.field) for problem in refused.value.problems]


def test_an_issued_invoice_carries_what_it_prints(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue(note="Thank you", reference="PO 7")
        document = trade.document(record)
        assert (document.number, document.series, document.dated_on) == ("A/26-27/0001", "A", TODAY)
        assert document.due_on == TODAY + dt.timedelta(30)
        assert (document.seller.gstin, document.seller.state_name) == ("29AAKCN5519Q1ZK", "Karnataka")
        assert (document.buyer.party, document.buyer.name) == (trade.lotus, "Lotus Foods")
        assert (document.note, document.reference, document.facts_version != "") == (
            "Thank you",
            "PO 7",
            True,
        )
        assert trade.book.read(lambda read: postings_of(read, record)) == list(document.postings)
        assert open_paise(trade, record) == BILL_PAISE
        for typed in ("lotus", "26-27/0001", "PO 7", "6087"):
            assert record in [
                hit.record for hit in trade.book.read(lambda read, typed=typed: newest(read, typed))
            ]


def test_what_was_issued_stays_when_its_masters_change(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue()
        before = trade.document(record)
        trade.book.write(
            "Party", lambda work: save_party(work, replace(LOTUS, name="Lotus Two"), trade.lotus)
        )
        trade.book.write("Company", lambda work: save_company(work, replace(COMPANY, phone="1")))
        assert trade.document(record) == before
        after = trade.document(trade.issue())
        assert (after.buyer.name, after.seller.phone) == ("Lotus Two", "1")


def test_masters_changed_in_the_same_work_are_used(tmp_path: Path) -> None:
    from core.invoicing.commands import issue_document
    from core.store.work import Work
    from tests.core.invoicing.trade import BILL

    with a_trade(tmp_path) as trade:

        def both(work: Work) -> bytes:
            issue_document(work, replace(BILL, party=trade.lotus), today=TODAY)
            save_party(work, replace(LOTUS, name="Lotus Two"), trade.lotus)
            save_item(work, replace(PUMP, code="PUMP2"), trade.pump)
            save_company(work, replace(COMPANY, phone="1"))
            line = DraftLine(item=trade.pump, price_tenthousandths=10_000)
            return issue_document(work, replace(BILL, party=trade.lotus, lines=(line,)), today=TODAY)

        document = trade.document(trade.book.write("Both", both))
        assert (document.buyer.name, document.seller.phone) == ("Lotus Two", "1")
        assert document.lines[0].item_code == "PUMP2"


def test_every_problem_is_told_and_nothing_written(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        assert refusal(trade, lines=(), rounding="x") == [("CHOICE", "rounding"), ("REQUIRED", "lines")]
        assert refusal(trade, party=b"u" * 16) == [("REQUIRED", "party")]
        assert trade.book.read(trial_balance) == {}


def test_a_credit_note_of_the_whole_bill_nets_to_nought(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue()
        note = trade.credit(record, reason="return")
        answered = trade.document(note)
        assert (answered.number, answered.reason) == ("AC/26-27/0001", "return")
        assert answered.original == Original("A/26-27/0001", TODAY, record)
        assert trade.book.read(trial_balance) == {}
        assert trade.book.read(lambda read: balance(read, trade.lotus)) == 0
        assert (open_paise(trade, record), open_paise(trade, note)) == (0, 0)
        assert [row.id for row in trade.book.read(lambda read: notes_on(read, record))] == [note]
        assert trade.book.verify().ok


def test_a_credit_note_settles_its_bill_as_far_as_that_is_open(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue()
        first = trade.credit(record, lines=(GLOVES,), rounding="none")
        assert open_paise(trade, record) == BILL_PAISE - 48_195
        assert open_paise(trade, first) == 0
        [row] = trade.book.read(lambda read: allocations_of(read, first))
        assert (row.document, row.paise, row.allocated_on) == (record, 48_195, TODAY)


def test_a_note_takes_the_place_of_its_bill(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue(place_of_supply="27")
        assert trade.document(trade.credit(record)).place_of_supply == "27"


def test_credit_notes_beyond_their_bill_are_refused(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue()
        trade.credit(record, lines=(PUMPS,))
        answers = Original("A/26-27/0001", TODAY)
        assert refusal(trade, type="CRN", original=answers) == [("NOTE_EXCEEDS", "lines")]
        trade.credit(record, lines=(GLOVES,), rounding="none")


def test_a_note_answers_a_standing_bill_of_the_same_party(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue(dated_on=YESTERDAY)
        answers = Original("a/26-27/0001", YESTERDAY)
        assert refusal(trade, type="CRN", original=answers, party=trade.banyan) == [("PARTY", "original")]
        before = YESTERDAY - dt.timedelta(1)
        assert refusal(trade, type="CRN", original=answers, dated_on=before) == [("DATE", "dated_on")]
        note = trade.credit(record, lines=(GLOVES,))
        on_note = replace(answers, document=note)
        assert ("CHOICE", "original") in refusal(trade, type="CRN", original=on_note)
        cancelled = trade.issue()
        trade.cancel(cancelled)
        on_cancelled = Original("A/26-27/0002", TODAY)
        assert refusal(trade, type="CRN", original=on_cancelled) == [("NOT_STANDING", "original")]


def test_a_note_on_a_paper_from_before_the_book_stays_on_account(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        note = trade.issue(type="CRN", original=Original("OLD/7", YESTERDAY))
        assert trade.document(note).original == Original("OLD/7", YESTERDAY)
        assert open_paise(trade, note) == BILL_PAISE
        assert trade.book.read(lambda read: balance(read, trade.lotus)) == -BILL_PAISE


def test_a_debit_note_adds_to_what_is_owed(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue()
        note = trade.issue(type="DBN", original=Original("A/26-27/0001", TODAY), lines=(GLOVES,))
        assert trade.document(note).number == "AD/26-27/0001"
        assert trade.book.read(lambda read: balance(read, trade.lotus)) == BILL_PAISE + 48_200
        assert open_paise(trade, record) == BILL_PAISE


def test_a_cancelled_bill_is_reversed_on_its_day_and_keeps_its_number(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue(dated_on=YESTERDAY)
        claim = trade.cancel(record, reason="  keyed twice ")
        told = trade.book.read(lambda read: cancellation(read, record))
        assert told is not None
        assert (told.document, told.cancelled_on, told.reason) == (record, TODAY, "keyed twice")
        assert trade.book.read(trial_balance) == {}
        assert open_paise(trade, record) == 0
        turned = trade.book.read(lambda read: postings_of(read, claim))
        assert [posting.paise for posting in turned] == [-p.paise for p in trade.document(record).postings]
        [row] = trade.book.read(lambda read: document_rows(read, [record]))
        assert row.state is State.CANCELLED
        assert trade.document(trade.issue()).number == "A/26-27/0002"
        assert trade.book.verify().ok


def test_what_something_rests_on_is_not_cancelled(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue()
        note = trade.credit(record, lines=(GLOVES,))
        for paper in (record, note):
            with pytest.raises(RuleBroken) as refused:
                trade.cancel(paper)
            assert refused.value.problems[0].code == "LEANED_ON"


def test_a_cancellation_is_asked_for_reason_and_day(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = trade.issue()
        cases = {"reason": {"reason": " "}, "cancelled_on": {"on": YESTERDAY}}
        for field, how in cases.items():
            with pytest.raises(RuleBroken) as refused:
                trade.cancel(record, **how)
            assert [problem.field for problem in refused.value.problems] == [field]
        for unknown in (b"u" * 16, trade.lotus):
            with pytest.raises(RuleBroken) as refused:
                trade.cancel(unknown)
            assert refused.value.problems[0].code == "NOT_STANDING"
        trade.cancel(record)
        with pytest.raises(RuleBroken):
            trade.cancel(record)


def test_an_imported_paper_keeps_its_number_and_is_known_again(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        ours = trade.document(trade.issue())
        theirs = replace(ours, number="NI/26-27/0042", series="imported", origin="imported", stated=b"s" * 16)
        record = imported_id("nandi", "INV", "2026", theirs.number)

        def keep(document: object, at: bytes = record) -> bool:
            return trade.book.write("Import", lambda work: keep_imported(work, at, document))  # type: ignore[arg-type]

        assert keep(theirs)
        assert not keep(replace(theirs, template="2")), "the file states the same"
        for other, at in ((replace(theirs, stated=b"t" * 16), record), (theirs, imported_id("another"))):
            with pytest.raises(RuleBroken):
                keep(other, at)
        with pytest.raises(RuleBroken):
            keep(replace(theirs, series="A", number="A/26-27/0099"), imported_id("series"))
        assert trade.document(trade.issue()).number == "A/26-27/0002", (
            "imported papers take no number of ours"
        )
        assert trade.book.read(lambda read: document_ids(read, "ni/26-27/0042")) == [record]


def test_an_opening_balance_stands_against_opening(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        totals = Totals(invoice_value_paise=500_000)
        opening = replace(
            trade.document(trade.issue()),
            number="OLD/1", series="imported", origin="imported", opening=True, lines=(), totals=totals,
            dated_on=dt.date(2026, 1, 5), postings=postings_for("INV", totals, opening=True),
        )  # fmt: skip
        record = imported_id("opening")
        trade.book.write("Import", lambda work: keep_imported(work, record, opening))
        assert trade.book.read(trial_balance)["opening"] == -500_000
        assert open_paise(trade, record) == 500_000


def test_a_number_is_found_with_type_and_date_where_two_share_it(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        ours = trade.document(trade.issue())
        stated = {"series": "imported", "origin": "imported", "number": "X/7"}
        note = replace(ours, type="DBN", **stated)
        bills = [replace(ours, **stated), replace(ours, dated_on=dt.date(2025, 5, 4), **stated)]
        ids = [imported_id(str(n)) for n in range(3)]
        for record, document in zip(ids, (*bills, note), strict=True):
            trade.book.write("Import", lambda work, r=record, d=document: keep_imported(work, r, d))
        read = trade.book.read
        assert set(read(lambda r: document_ids(r, "x/7"))) == set(ids)
        assert read(lambda r: document_ids(r, "X/7", type="DBN")) == [ids[2]]
        assert read(lambda r: document_ids(r, "X/7", type="INV", on=dt.date(2025, 5, 4))) == [ids[1]]
        assert read(lambda r: document_ids(r, "X/8")) == []
