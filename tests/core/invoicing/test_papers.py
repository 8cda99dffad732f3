"""Challans, quotations, proformas, revised invoices and amendments in a real book: numbered, listed, rightly posted."""

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.changes.standing import State
from core.company.commands import save_company
from core.company.model import Registration
from core.errors import RuleBroken
from core.ids import Id, imported_id
from core.invoicing.commands import draft_from, issue_document, keep_imported, save_draft
from core.invoicing.model import Original
from core.invoicing.queries import (
    cancellation,
    correction_of,
    document_rows,
    documents_page,
    made_from,
    noted_paise,
)
from core.invoicing.settling import replacing
from core.ledger.queries import allocations_of, balance, open_item, postings_of, trial_balance
from core.store.search import newest
from core.store.work import Work
from tests.core.books import COMPANY, TODAY
from tests.core.invoicing.trade import BILL, BILL_PAISE, GLOVES, PUMPS, Trade, a_trade

replace = msgspec.structs.replace
YESTERDAY = TODAY - dt.timedelta(1)
NO_POSTING = [("CHL", "AH"), ("QTN", "AQ"), ("PRF", "AP")]


def owed(trade: Trade) -> int:
    return trade.book.read(lambda read: balance(read, trade.lotus))


def still_open(trade: Trade, record: Id) -> tuple[str, int]:
    item = trade.book.read(lambda read: open_item(read, record))
    assert item is not None
    [row] = trade.book.read(lambda read: document_rows(read, [record]))
    assert row.open_paise == item.open_paise, "the list and the ledger agree"
    return item.side, item.open_paise


def refusal(trade: Trade, **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(RuleBroken) as refused:
        trade.issue(**changes)
    return [(problem.code, problem.field) for problem in refused.value.problems]


def named(trade: Trade, record: Id) -> Original:
    document = trade.document(record)
    return Original(document.number, document.dated_on)


def listed(trade: Trade, **how: Any) -> list[Id]:
    return [row.id for row in trade.book.read(lambda read: documents_page(read, **how)).rows]


@pytest.mark.parametrize(("type_", "series"), NO_POSTING)
def test_an_offer_or_challan_is_listed_and_posts_nothing(tmp_path: Path, type_: str, series: str) -> None:
    with a_trade(tmp_path) as trade:
        bill = trade.issue()
        paper = trade.issue(type=type_)
        document = trade.document(paper)
        assert (document.number, document.series, document.due_on) == (f"{series}/26-27/0001", series, TODAY)
        assert document.totals.invoice_value_paise == (520_900 if type_ == "CHL" else BILL_PAISE)
        assert document.purpose == ("other" if type_ == "CHL" else "")
        assert owed(trade) == BILL_PAISE
        assert trade.book.read(lambda read: postings_of(read, paper)) == []
        assert trade.book.read(lambda read: open_item(read, paper)) is None
        [row] = trade.book.read(lambda read: document_rows(read, [paper]))
        assert (row.type, row.open_paise, row.state) == (type_, 0, State.LIVE)
        assert set(listed(trade)) == {bill, paper}
        assert listed(trade, type=type_) == [paper]
        assert listed(trade, type=type_, sort="number") == [paper]
        for state in ("paid", "open", "notes"):
            assert paper not in listed(trade, state=state)
        assert paper in [hit.record for hit in trade.book.read(lambda read: newest(read, series))]
        assert trade.book.verify().ok


@pytest.mark.parametrize(("type_", "_series"), NO_POSTING)
def test_an_offer_or_challan_is_cancelled_and_keeps_its_number(
    tmp_path: Path, type_: str, _series: str
) -> None:
    with a_trade(tmp_path) as trade:
        paper = trade.issue(type=type_, dated_on=YESTERDAY)
        trade.cancel(paper)
        told = trade.book.read(lambda read: cancellation(read, paper))
        assert told is not None
        assert (told.cancelled_on, told.dated_on) == (TODAY, YESTERDAY)
        assert trade.book.read(trial_balance) == {}
        assert listed(trade, state="cancelled") == [paper]
        assert trade.document(trade.issue(type=type_)).number.endswith("/0002")
        assert trade.book.verify().ok


@pytest.mark.parametrize(("type_", "_series"), NO_POSTING)
def test_it_turns_into_an_invoice_whole_or_in_part(tmp_path: Path, type_: str, _series: str) -> None:
    with a_trade(tmp_path) as trade:
        paper = trade.issue(type=type_, reference="PO 7", note="As agreed")

        def bill_a_part(work: Work) -> Id:
            draft = draft_from(work, paper)
            assert (draft.type, draft.source, draft.dated_on) == ("INV", paper, None)
            assert (draft.reference, draft.note, draft.purpose) == ("PO 7", "As agreed", "")
            kept = save_draft(work, replace(draft, lines=draft.lines[:1]))
            return issue_document(work, replace(draft, lines=draft.lines[:1]), today=TODAY, draft_id=kept)

        part = trade.book.write("Part", bill_a_part)
        whole = trade.book.write(
            "Whole", lambda work: issue_document(work, draft_from(work, paper), today=TODAY)
        )
        assert trade.document(whole).totals.invoice_value_paise == BILL_PAISE
        assert trade.document(part).totals.invoice_value_paise == 560_500
        assert trade.document(whole).source == paper
        assert [row.id for row in trade.book.read(lambda read: made_from(read, paper))] == [part, whole]
        assert owed(trade) == BILL_PAISE + 560_500
        assert trade.book.verify().ok


def test_only_what_stands_and_is_no_bill_is_turned_into_an_invoice(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill, cancelled = trade.issue(), trade.issue(type="QTN")
        trade.cancel(cancelled)
        for record, code in ((bill, "CHOICE"), (cancelled, "NOT_STANDING"), (trade.lotus, "NOT_STANDING")):
            with pytest.raises(RuleBroken) as refused:
                trade.book.write("Turn", lambda work, record=record: draft_from(work, record))
            assert [problem.code for problem in refused.value.problems] == [code]


def test_offers_count_in_no_sum_of_notes(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill = trade.issue()
        for type_, _series in NO_POSTING:
            trade.issue(type=type_)
            assert ("CHOICE", "original") in refusal(trade, type=type_, original=named(trade, bill))
        assert trade.book.read(lambda read: noted_paise(read, bill)) == 0


def test_a_commercial_note_gives_back_money_and_no_tax(tmp_path: Path) -> None:
    old = dt.date(2025, 3, 31)
    with a_trade(tmp_path) as trade:
        bill = trade.issue(dated_on=old, today=TODAY)
        answers = {"type": "CRN", "original": named(trade, bill)}
        assert refusal(trade, **answers) == [("NOTE_LATE", "reason")]
        note = trade.issue(**answers, reason="commercial")
        document = trade.document(note)
        assert document.totals.igst_paise == 0
        assert "NOTE_LATE" in document.warnings
        assert still_open(trade, bill) == ("due", BILL_PAISE - 520_900)
        assert trade.book.verify().ok


def test_a_revised_invoice_has_its_own_series_and_posts_the_difference(tmp_path: Path) -> None:
    before = replace(COMPANY, registration=Registration("unregistered", "", "29"))
    with a_trade(tmp_path, company=before) as trade:
        lines = tuple(replace(line, rate_bp=0) for line in BILL.lines)
        bill = trade.issue(lines=lines, rounding="none")
        trade.book.write("Registered", lambda work: save_company(work, COMPANY))
        revised = trade.issue(revises=named(trade, bill), rounding="none")
        document = trade.document(revised)
        assert (document.number, document.type) == ("AS/26-27/0001", "INV")
        assert document.revises == Original("A/26-27/0001", TODAY, bill)
        tax = document.totals.igst_paise
        assert tax == 85_500 + 2_295
        assert still_open(trade, revised) == ("due", tax)
        assert owed(trade) == 520_900 + tax
        assert trade.book.read(lambda read: correction_of(read, bill)) == revised
        assert refusal(trade, revises=named(trade, bill), rounding="none") == [("CORRECTED", "revises")]
        with pytest.raises(RuleBroken):
            trade.cancel(bill)
        trade.cancel(revised)
        assert owed(trade) == 520_900
        assert trade.book.read(lambda read: correction_of(read, bill)) is None
        assert trade.book.verify().ok


def test_an_amendment_that_lessens_settles_its_original(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill = trade.issue(rounding="none")
        less = trade.issue(amends=named(trade, bill), lines=(PUMPS,), rounding="none")
        document = trade.document(less)
        assert document.replaces == trade.document(bill).totals
        assert owed(trade) == 560_500
        assert still_open(trade, less) == ("credit", 0)
        assert still_open(trade, bill) == ("due", 560_500)
        [row] = trade.book.read(lambda read: allocations_of(read, less))
        assert (row.document, row.paise) == (bill, 48_195)
        again = trade.issue(amends=named(trade, less), lines=(PUMPS, GLOVES), rounding="none")
        assert owed(trade) == trade.document(again).totals.invoice_value_paise == 608_695
        assert still_open(trade, again) == ("due", 48_195)
        assert trade.book.verify().ok


def test_an_amended_credit_note_gives_more_or_takes_back(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill = trade.issue(rounding="none")
        note = trade.credit(bill, lines=(GLOVES,), rounding="none")
        answers = {"type": "CRN", "original": named(trade, bill), "rounding": "none"}
        more = trade.issue(**answers, amends=named(trade, note), lines=(PUMPS,))
        assert owed(trade) == 48_195
        assert still_open(trade, more) == ("credit", 0)
        less = trade.issue(**answers, amends=named(trade, more), lines=(GLOVES,))
        assert still_open(trade, less) == ("due", 560_500 - 48_195)
        assert owed(trade) == 560_500
        assert trade.book.verify().ok


def test_a_note_never_exceeds_what_corrects_its_invoice(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill = trade.issue(rounding="none")
        trade.issue(amends=named(trade, bill), lines=(GLOVES,), rounding="none")
        answers = {"type": "CRN", "original": named(trade, bill), "rounding": "none"}
        assert refusal(trade, **answers) == [("NOTE_EXCEEDS", "lines")]
        trade.issue(**answers, lines=(GLOVES,))


def test_what_is_corrected_stands_is_the_partys_and_was_filed(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill, cancelled = trade.issue(), trade.issue()
        trade.cancel(cancelled)
        assert refusal(trade, amends=named(trade, cancelled)) == [("NOT_STANDING", "amends")]
        assert refusal(trade, amends=named(trade, bill), party=trade.banyan) == [("PARTY", "amends")]
        by_id = replace(named(trade, bill), document=bill)
        assert refusal(trade, type="DBN", amends=by_id) == [("CHOICE", "amends")]
        asked: list[Id] = []

        def never(record: Id) -> bool:
            asked.append(record)
            return False

        draft = replace(BILL, party=trade.lotus, amends=named(trade, bill))
        with pytest.raises(RuleBroken) as refused:
            trade.book.write("Amend", lambda work: issue_document(work, draft, today=TODAY, is_filed=never))
        assert [(p.code, p.field) for p in refused.value.problems] == [("NOT_FILED", "amends")]
        assert asked == [bill]
        trade.book.write(
            "Amend", lambda work: issue_document(work, draft, today=TODAY, is_filed=lambda _id: True)
        )


def test_a_correction_of_a_paper_from_before_the_book_posts_itself(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        paper = trade.issue(amends=Original("OLD/7", YESTERDAY))
        assert trade.document(paper).replaces is None
        assert still_open(trade, paper) == ("due", BILL_PAISE)


def test_an_imported_correction_is_claimed_once(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        bill = trade.issue(rounding="none")
        ours = trade.document(bill)
        how = {"series": "imported", "origin": "imported", "amends": Original("A/26-27/0001", TODAY)}
        theirs = [
            replacing(replace(ours, number=f"X/{n}", stated=bytes([n]) * 16, **how), bill, ours)
            for n in (1, 2)
        ]

        def keep(n: int) -> bool:
            paper, record = theirs[n], imported_id("INV", theirs[n].number)
            return trade.book.write("Import", lambda work: keep_imported(work, record, paper))

        assert keep(0)
        assert not keep(0), "known already"
        with pytest.raises(RuleBroken) as refused:
            keep(1)
        assert [(p.code, p.field) for p in refused.value.problems] == [("CORRECTED", "amends")]
        assert owed(trade) == ours.totals.invoice_value_paise
        assert trade.book.read(lambda read: correction_of(read, bill)) == imported_id("INV", "X/1")
        assert trade.book.verify().ok
