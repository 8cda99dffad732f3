"""Advances in the interchange file: set against bills here and elsewhere, given back, known again, written out."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy.engine import Connection

from core.advances import queries
from core.advances.model import AdvanceTax
from core.advances.rules import moves_of
from core.book import Book
from core.errors import RuleBroken
from core.exchange.advances import advance_as_file, refund_as_file, settle_advance
from core.exchange.documents import take_documents
from core.exchange.importing import take_masters
from core.exchange.model import BahiFile, FileAdvance, FileRefund
from core.exchange.money import take_money
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import Tally
from core.facts import Facts
from core.ids import Id
from core.invoicing.queries import document_ids
from core.ledger.queries import balance, open_item, trial_balance
from core.store.work import Work
from tests.core.advances.vouchers import PARTY, a_customer, give_back, set_off
from tests.core.advances.vouchers import take as take_advance
from tests.core.books import COMPANY, a_book
from tests.core.dealings import a_bill
from tests.core.exchange.samples import LOTUS, PUMP, PUMP_LINE, WALKIN, Json, a_file, source
from tests.core.exchange.samples import take as take_file

D = dt.date
BILL: Json = {
    "type": "INV", "number": "NI/26-27/0051", "date": "2026-06-02", "party": "LOTUS", "rounding": "none",
    "lines": [{**PUMP_LINE, "quantity": "10", "price": "1000.00", "discount_pct": None}],
}  # fmt: skip
ADVANCE: Json = {
    "number": "NI/RV/0021", "date": "2026-05-19", "party": "LOTUS", "place_of_supply": "33", "amount": "23600.00",
    "gst_rate": "18", "for": "services",
    "adjusted": [{"document": "NI/26-27/0051", "date": "2026-06-02", "amount": "11800.00"}],
}  # fmt: skip
REFUND: Json = {
    "number": "NI/RF/0001", "date": "2026-07-09", "party": "LOTUS", "amount": "5900.00", "reason": "order lessened",
    "voucher": {"number": "NI/RV/0021", "date": "2026-05-19"},
}  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


def bring(
    book: Book, *advances: Json, refunds: tuple[Json, ...] = (), documents: tuple[Json, ...] = ()
) -> Tally:
    """Take a file in: parties, items, documents, then advances and refunds."""
    given = source(
        a_file(
            parties=[LOTUS, WALKIN], items=[PUMP], documents=list(documents), advances=list(advances),
            refunds=list(refunds),
        )
    )  # fmt: skip

    def taken(work: Work) -> Tally:
        findings, register, tally, file = Findings(given), Register(work), Tally(), given.file
        take_masters(work, register, file, findings, tally)
        take_documents(work, register, file, findings, tally)
        take_money(work, register, file, [], findings, tally)
        findings.finish()
        return tally

    return book.write("Import", taken)


def the_voucher(book: Book, number: str = "NI/RV/0021") -> Id:
    (record,) = book.read(lambda read: queries.voucher_ids(read, number))
    return record


def left(book: Book, record: Id) -> int:
    return book.read(lambda read: open_item(read, record)).open_paise


def moved(book: Book) -> list[tuple[Any, ...]]:
    found = book.read(lambda read: queries.moves(read, D(2026, 4, 1), D(2026, 11, 20)))
    return [(move.what, move.number, move.moved_on, move.taxable_paise, move.igst_paise) for move in found]


STORY = [
    ("received", "NI/RV/0021", D(2026, 5, 19), 20_000_00, 3_600_00),
    ("adjusted", "NI/26-27/0051", D(2026, 6, 2), 10_000_00, 1_800_00),
    ("refunded", "NI/RF/0001", D(2026, 7, 9), 5_000_00, 900_00),
]


def test_an_advance_is_set_against_the_files_own_bill_and_given_back(book: Book) -> None:
    tally = bring(book, ADVANCE, refunds=(REFUND,), documents=(BILL,))
    assert (tally.new["advances"], tally.new["refunds"]) == (1, 1)
    record = the_voucher(book)
    paper = book.read(lambda read: queries.voucher(read, record))
    assert (paper.series, paper.origin, paper.elsewhere) == ("imported", "imported", ())
    assert left(book, record) == 5_900_00
    assert book.read(lambda read: balance(read, paper.buyer.party)) == -5_900_00
    assert moved(book) == STORY
    assert book.verify().ok


def test_an_adjustment_against_a_bill_that_the_book_has_not_stays_in_the_voucher(book: Book) -> None:
    bring(book, ADVANCE, refunds=(REFUND,))
    record = the_voucher(book)
    assert left(book, record) == 5_900_00
    assert moved(book) == STORY
    assert sum(book.read(trial_balance).values()) == 0
    assert book.read(trial_balance)["opening"] == -11_800_00
    again = bring(
        book, ADVANCE, refunds=(REFUND,), documents=(BILL,)
    )  # its bill comes later: the voucher stands
    assert (again.known["advances"], again.known["refunds"]) == (1, 1)
    assert moved(book) == STORY
    assert book.verify().ok


def test_an_advance_of_an_earlier_period_comes_with_only_its_adjustment_there(book: Book) -> None:
    earlier = {**ADVANCE, "date": "2026-03-10", "adjusted": [{**ADVANCE["adjusted"][0], "amount": "1180.00"}]}
    bring(book, earlier, documents=(BILL,))
    assert moved(book) == [("adjusted", "NI/26-27/0051", D(2026, 6, 2), 1_000_00, 180_00)]
    assert left(book, the_voucher(book)) == 22_420_00


def test_what_is_adjusted_goes_before_what_a_note_takes_by_rule(book: Book) -> None:
    note = {
        "type": "CRN", "number": "NI/CN/0001", "date": "2026-06-10", "party": "LOTUS", "reason": "return",
        "original": {"number": BILL["number"], "date": BILL["date"]},
        "lines": [{**PUMP_LINE, "quantity": "1", "price": "1000.00", "discount_pct": None}],
    }  # fmt: skip
    take_file(book, a_file(documents=[BILL, note], advances=[ADVANCE]))
    assert left(book, the_voucher(book)) == 11_800_00
    (credit,) = book.read(lambda read: document_ids(read, "NI/CN/0001"))
    assert left(book, credit) == 1_180_00, "the bill was paid: the note stays on account"
    assert book.verify().ok


def test_a_voucher_that_comes_again_brings_only_what_is_new(book: Book) -> None:
    bring(book, {**ADVANCE, "adjusted": []})
    assert left(book, the_voucher(book)) == 23_600_00
    for _time in range(2):
        tally = bring(book, ADVANCE, documents=(BILL,))
        assert tally.known["advances"] == 1
        assert left(book, the_voucher(book)) == 11_800_00
    more = [*ADVANCE["adjusted"], {"document": "NI/26-27/0051", "date": "2026-06-20", "amount": "0.01"}]
    with pytest.raises(RuleBroken) as refused:
        bring(book, {**ADVANCE, "adjusted": more})
    assert [problem.code for problem in refused.value.problems] == ["OPEN_AMOUNT"]
    assert book.verify().ok


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"number": None}, "REQUIRED", "advances[0].number"),
        ({"date": None}, "REQUIRED", "advances[0].date"),
        ({"gst_rate": None}, "REQUIRED", "advances[0].gst_rate"),
        ({"gst_rate": "1800"}, "RANGE", "advances[0].gst_rate"),
        ({"amount": "0"}, "RANGE", "advances[0].amount"),
        ({"amount": "11799.99"}, "OPEN_AMOUNT", "advances[0].adjusted[0].amount"),
        ({"cess": "30000"}, "RANGE", "advances[0].cess"),
        ({"party": "NOBODY"}, "UNKNOWN_PARTY", "advances[0].party"),
        ({"party": "WALKIN", "place_of_supply": "29"}, "PARTY", "advances[0].adjusted[0].document"),
        ({"place_of_supply": "39"}, "PLACE_OF_SUPPLY", "advances[0].place_of_supply"),
        ({"mode": "adjustment"}, "CHOICE", "advances[0].mode"),
        ({"adjusted": [{**ADVANCE["adjusted"][0], "date": "2026-05-18"}]}, "DATE", "advances[0].adjusted[0].date"),
        ({"adjusted": [{**ADVANCE["adjusted"][0], "amount": "0"}]}, "RANGE", "advances[0].adjusted[0].amount"),
        ({"adjusted": [{**ADVANCE["adjusted"][0], "type": "CRN"}]}, "CHOICE", "advances[0].adjusted[0].type"),
        ({"adjusted": [{**ADVANCE["adjusted"][0], "document": "X/1", "amount": "30000"}]}, "OPEN_AMOUNT", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_comes_in(
    book: Book, changed: Json, code: str, field: str | None
) -> None:
    with pytest.raises(RuleBroken) as refused:
        bring(book, {**ADVANCE, **changed}, documents=(BILL,))
    problem = refused.value.problems[0]
    assert problem.code == code
    assert field in (None, problem.field)
    assert problem.line
    assert book.read(trial_balance) == {}
    assert book.read(queries.vouchers_page).rows == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"voucher": {"number": "NI/RV/0099", "date": "2026-05-19"}}, "NO_DOCUMENT"),
        ({"amount": "11800.01"}, "OPEN_AMOUNT"),
        ({"party": "WALKIN"}, "PARTY"),
        ({"date": "2026-05-18"}, "DATE"),
        ({"amount": "-1"}, "RANGE"),
    ],
)
def test_a_refund_that_cannot_be(book: Book, changed: Json, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        bring(book, ADVANCE, refunds=({**REFUND, **changed},), documents=(BILL,))
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_number_stands_for_one_voucher(book: Book) -> None:
    with pytest.raises(RuleBroken) as refused:
        bring(book, ADVANCE, {**ADVANCE, "number": "ni/rv/0021"}, documents=(BILL,))
    assert [problem.code for problem in refused.value.problems] == ["DUPLICATE"]
    bring(book, ADVANCE, refunds=(REFUND,))
    for other in ({"advances": {**ADVANCE, "amount": "23601.00"}}, {"refunds": {**REFUND, "amount": "1.00"}}):
        with pytest.raises(RuleBroken) as refused:
            bring(book, other.get("advances", ADVANCE), refunds=(other.get("refunds", REFUND),))
        assert [problem.code for problem in refused.value.problems] == ["DUPLICATE"]
    later = [*ADVANCE["adjusted"], {"document": "X/9", "date": "2026-06-20", "amount": "1.00"}]
    with pytest.raises(RuleBroken) as refused:
        bring(book, {**ADVANCE, "adjusted": later})
    assert "X/9" in refused.value.problems[0].message


def test_a_file_settled_without_a_book_tells_the_same_story() -> None:
    file = source(a_file(parties=[LOTUS], items=[], documents=[], advances=[ADVANCE])).file
    voucher = settle_advance(file.advances[0], COMPANY, PARTY, a_customer("33"), Facts.shipped())
    assert voucher.tax == AdvanceTax(20_000_00, 3_600_00)
    assert [
        (m.what, m.number, m.moved_on, m.taxable_paise, m.igst_paise) for m in moves_of(voucher, [], [])
    ] == STORY[:2]


def test_what_is_written_comes_in_again_as_it_was(book: Book, tmp_path: Path) -> None:
    bring(
        book, ADVANCE, {**ADVANCE, "number": "NI/RV/0022", "for": "goods", "gst_rate": None, "adjusted": []}
    )
    bring(book, {**ADVANCE, "number": "NI/RV/0023", "cess": "36.00"}, refunds=(REFUND,), documents=(BILL,))
    lotus = book.read(lambda read: queries.voucher(read, the_voucher(book))).buyer.party
    own = take_advance(book, lotus, 590, D(2026, 8, 3), description="Design")
    bill = a_bill(book, lotus, 100, D(2026, 8, 4), rate_bp=1800)
    set_off(book, own, lotus, bill, 118, D(2026, 8, 5))
    give_back(book, own, 100, D(2026, 8, 6))

    def written(read: Connection) -> tuple[list[FileAdvance], list[FileRefund]]:
        rows = sorted(queries.vouchers_page(read).rows, key=lambda row: (row.dated_on, row.number))
        advances = [
            advance_as_file(read, row.id, queries.voucher(read, row.id)) for row in rows if row.type == "RCV"
        ]
        refunds = [
            refund_as_file(read, row.id, queries.refund(read, row.id)) for row in rows if row.type == "RFV"
        ]
        return advances, refunds

    out = book.read(written)
    bills = ({**BILL}, {**BILL, "number": "A/26-27/0001", "date": "2026-08-04", "lines": [
        {**PUMP_LINE, "quantity": "1", "price": "100.00", "discount_pct": None}]})  # fmt: skip
    file = BahiFile(format="bahi/1", advances=tuple(out[0]), refunds=tuple(out[1]))
    plain = _plain(file)
    (tmp_path / "other").mkdir()
    with a_book(tmp_path / "other") as other:
        bring(other, *plain["advances"], refunds=tuple(plain["refunds"]), documents=bills)
        assert other.read(written) == out
        assert moved(other) == moved(book)
        again = bring(other, *plain["advances"], refunds=tuple(plain["refunds"]), documents=bills)
        assert (again.known["advances"], again.known["refunds"]) == (4, 2)
    known = bring(book, *plain["advances"], refunds=tuple(plain["refunds"]))
    assert (known.known["advances"], known.known["refunds"]) == (4, 2)


def _plain(file: BahiFile) -> Json:
    return json.loads(msgspec.json.encode(file))
