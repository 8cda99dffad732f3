"""Receipts: what they post, what is expected to be kept back, and what they settle."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.book import Book
from core.changes.change import Role
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import imported_id
from core.invoicing.queries import document
from core.ledger.model import AllocationLine, Posting
from core.ledger.queries import balance, open_item, open_items, postings_of, trial_balance
from core.ledger.rules import reference_key
from core.receipts import queries
from core.receipts.commands import keep_imported, settle_bills
from core.receipts.model import DEDUCTION_KINDS, Deduction, ForeignMoney, Receipt
from core.receipts.proof import problems_with_receipt
from core.receipts.rules import (
    cash_warning,
    expected_tds,
    postings_for,
    tds_base_paise,
)
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in

FACTS = Facts.shipped()
D = dt.date


@pytest.mark.parametrize(
    ("base_paise", "code", "on", "pan", "expected_paise"),
    [
        (5_209_00, "1024", D(2026, 6, 5), "", 104_00),  # 2 % of 5,209 is 104.18: to the rupee
        (5_225_00, "1024", D(2026, 6, 5), "", 105_00),  # 104.50 is rounded up
        (100_000_00, "194C", D(2026, 3, 31), "AAKCN5519Q", 2_000_00),  # a company is paid at 2 %
        (100_000_00, "194C", D(2026, 3, 31), "ABCPN5519Q", 1_000_00),  # a person at 1 %
        (100_000_00, "194C", D(2026, 4, 1), "", 0),  # the old section is gone
        (100_000_00, "194J", D(2025, 6, 1), "", 10_000_00),  # either rate: the higher is expected
        (100_000_00, "194J(a)", D(2025, 6, 1), "", 2_000_00),
        (100_000_00, "1027", D(2026, 4, 1), "", 10_000_00),
        (100_000_00, "1035", D(2026, 4, 1), "", 0),  # a code without a known rate
        (60_00_000_00, "194Q", D(2025, 6, 1), "", 6_000_00),
    ],
)
def test_tds_is_expected_on_the_value_without_gst(
    base_paise: int, code: str, on: dt.date, pan: str, expected_paise: int
) -> None:
    assert expected_tds(base_paise, code, on, FACTS, pan=pan) == expected_paise


deductions = st.lists(
    st.builds(
        Deduction, kind=st.sampled_from(DEDUCTION_KINDS), paise=st.integers(1, 10**9), code=st.just("1024")
    ),
    max_size=4,
)


@given(amount=st.integers(0, 10**12), mode=st.sampled_from(["cash", "neft", "upi"]), kept=deductions)
def test_postings_balance_and_credit_the_debtors_with_all_of_it(
    amount: int, mode: str, kept: list[Deduction]
) -> None:
    postings = postings_for(amount, mode, kept)
    assert sum(posting.paise for posting in postings) == 0
    credited = -sum(posting.paise for posting in postings if posting.account == "debtors")
    assert credited == amount + sum(deduction.paise for deduction in kept)
    money = [posting.paise for posting in postings if posting.account in ("bank", "cash")]
    assert money == ([amount] if amount else [])


def _paper(book: Book, party: bytes, **changed: object) -> Receipt:
    record = money_in(book, party, 500, TODAY, allocate=None)
    paper = book.read(lambda read: queries.receipt(read, record))
    assert paper is not None
    return msgspec.structs.replace(paper, **changed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount_paise": -1}, "RANGE"),
        ({"amount_paise": 0, "postings": ()}, "REQUIRED"),
        ({"mode": "barter"}, "CHOICE"),
        ({"amount_paise": 10**15 + 1}, "RANGE"),
        ({"deductions": (Deduction("other", 10**15 + 1),)}, "RANGE"),
        ({"deductions": (Deduction("round_off", -(2**63)),)}, "RANGE"),
        ({"deductions": (Deduction("round_off", 100_01),)}, "RANGE"),
        ({"foreign": ForeignMoney("USD", 2**63, 83_000_000)}, "RANGE"),
        ({"foreign": ForeignMoney("USD", 100_00, 2**63)}, "RANGE"),
        ({"postings": (Posting("bank", 2**63), Posting("cash", -(2**63)))}, "POSTINGS"),
        ({"deductions": (Deduction("exchange", 70_000_00),)}, "CHOICE"),
        ({"foreign": ForeignMoney("USD", 1_000_00, 85_000_000)}, "AMOUNT"),
        ({"amount_paise": 499_00}, "POSTINGS"),
        ({"postings": ()}, "POSTINGS"),
        ({"deductions": (Deduction(kind="tds", paise=100),)}, "REQUIRED"),
        ({"deductions": (Deduction(kind="other", paise=-100),)}, "RANGE"),
        ({"deductions": (Deduction(kind="gift", paise=100),)}, "CHOICE"),
        ({"number": "0"}, "NUMBER_ZERO"),
    ],
)
def test_what_is_wrong_with_a_receipt(tmp_path: Path, changed: dict[str, object], code: str) -> None:
    with a_book(tmp_path) as book:
        good = _paper(book, a_party(book))
        assert list(problems_with_receipt(good)) == []
        bad = _paper(book, a_party(book, "OTHER"), **changed)
        assert code in [problem.code for problem in problems_with_receipt(bad)]


@pytest.mark.parametrize(
    ("role", "deduction", "code"),
    [
        (Role.BOOKKEEPER, Deduction("round_off", 10_00), None),
        (Role.BOOKKEEPER, Deduction("round_off", 10_01), "LIMIT"),
        (Role.BOOKKEEPER, Deduction("other", 500_00), None),
        (Role.FIELD, Deduction("other", 10_01), "LIMIT"),
        (Role.FIELD, Deduction("bank_charge", 10_01), "LIMIT"),
        (Role.OWNER, Deduction("exchange", 1_00), "CHOICE"),
        (Role.FIELD, Deduction("tds", 500_00, "1024"), None),
        (Role.OWNER, Deduction("round_off", 100_00), None),
        (Role.OWNER, Deduction("round_off", 9_990_00), "RANGE"),
    ],
)
def test_nobody_gives_up_by_a_deduction_what_he_may_not_write_off(
    tmp_path: Path, role: Role, deduction: Deduction, code: str | None
) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        book.write("Role", lambda work: work.note(role=role.value))
        try:
            money_in(book, party, 1, TODAY, kept_back=(deduction,), allocate=None)
            found = None
        except RuleBroken as refused:
            [found] = [problem.code for problem in refused.problems]
        assert found == code


def test_a_receipt_with_tds_settles_the_whole_bill(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 5_000, D(2026, 10, 1), rate_bp=1800)
        document = book.read(lambda read: open_item(read, bill))
        assert document is not None
        assert document.open_paise == 5_900_00
        kept = (Deduction(kind="tds", paise=100_00, code="1024"),)
        receipt = money_in(book, party, 5_800, TODAY, kept_back=kept)
        assert book.read(lambda read: open_items(read, party=party)) == []
        row = book.read(lambda read: queries.receipt_rows(read, [receipt]))[0]
        assert (row.number, row.amount_paise, row.deducted_paise, row.open_paise) == (
            "AR/26-27/0001", 5_800_00, 100_00, 0,
        )  # fmt: skip
        accounts = {
            posting.account: posting.paise for posting in book.read(lambda r: postings_of(r, receipt))
        }
        assert accounts == {"bank": 5_800_00, "tds_receivable": 100_00, "debtors": -5_900_00}
        settled = book.read(lambda read: queries.bills_settled(read, receipt))
        assert [(each.number, each.settled_paise) for each in settled] == [("A/26-27/0001", 5_900_00)]
        assert book.read(lambda read: balance(read, party)) == 0


def test_the_base_of_tds_leaves_gst_out(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        bill = a_bill(book, a_party(book), 5_209, TODAY, rate_bp=1800)
        issued = book.read(lambda read: document(read, bill))
        assert tds_base_paise(issued) == 5_209_00


def test_the_oldest_bills_are_settled_first_and_the_rest_stays_on_account(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        late = a_bill(book, party, 300, D(2026, 9, 20))
        first_due = a_bill(book, party, 100, D(2026, 10, 1), due_on=D(2026, 10, 5))
        receipt = money_in(book, party, 250, TODAY)
        left = {item.paper: item.open_paise for item in book.read(lambda read: open_items(read, side="due"))}
        assert left == {late: 150_00}
        assert first_due not in left
        more = money_in(book, party, 1_000, TODAY, reference="UTR7")
        row = book.read(lambda read: queries.receipt_rows(read, [more]))[0]
        assert row.open_paise == 850_00
        assert book.read(lambda read: balance(read, party)) == -850_00
        page = book.read(lambda read: queries.receipts_page(read, only="on_account"))
        assert [each.id for each in page.rows] == [more]
        assert receipt != more


def test_explicit_lines_are_obeyed_and_more_than_is_open_is_refused(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 100, D(2026, 9, 1))
        second = a_bill(book, party, 200, D(2026, 10, 1))
        money_in(book, party, 150, TODAY, allocate=[AllocationLine(document=second, paise=150_00)])
        assert book.read(lambda read: open_item(read, second)).open_paise == 50_00
        before = book.read(lambda read: queries.receipts_page(read)).rows
        with pytest.raises(RuleBroken) as refused:
            money_in(book, party, 100, TODAY, allocate=[AllocationLine(document=second, paise=60_00)])
        assert [problem.code for problem in refused.value.problems] == ["OPEN_AMOUNT"]
        with pytest.raises(RuleBroken) as refused:
            money_in(book, party, 10, TODAY, allocate=[AllocationLine(document=second, paise=11_00)])
        assert "OPEN_AMOUNT" in [problem.code for problem in refused.value.problems]
        assert book.read(lambda read: queries.receipts_page(read)).rows == before  # nothing was kept


def test_an_advance_settles_later_bills_from_their_own_day_on(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        receipt = money_in(book, party, 500, D(2026, 10, 1))
        bill = a_bill(book, party, 300, D(2026, 10, 20))
        book.write("Settle", lambda work: settle_bills(work, receipt, allocate="oldest", on=D(2026, 10, 5)))
        open_then = book.read(lambda read: open_items(read, party=party, on=D(2026, 10, 19)))
        assert [(item.paper, item.open_paise) for item in open_then] == [(receipt, 500_00)]
        open_now = book.read(lambda read: open_items(read, party=party))
        assert [(item.paper, item.open_paise) for item in open_now] == [(receipt, 200_00)]
        assert bill


def test_a_reference_stands_on_one_receipt_unless_confirmed(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        money_in(book, party, 100, TODAY, reference="UTR 123/a")
        with pytest.raises(RuleBroken) as refused:
            money_in(book, party, 100, TODAY, reference="utr123A")
        assert [problem.code for problem in refused.value.problems] == ["REFERENCE_USED"]
        money_in(book, party, 100, TODAY, reference="utr123A", reference_confirmed=True)
        money_in(book, party, 100, TODAY, reference="UTR 123/a", mode="cash")
        assert reference_key("UTR 123/a") == "utr123a"


def test_what_the_door_refuses(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        for given_wrong, code in (
            ({"on": D(2026, 11, 21)}, "FUTURE"),
            ({"on": TODAY, "kept_back": (Deduction(kind="tds", paise=100, code="194C"),)}, "TDS_CODE"),
            ({"on": TODAY, "rupees": 0}, "REQUIRED"),
        ):
            asked = {"rupees": 10, **given_wrong}
            with pytest.raises(RuleBroken) as refused:
                money_in(book, party, **asked)
            assert code in [problem.code for problem in refused.value.problems]
        with pytest.raises(RuleBroken) as refused:
            money_in(book, b"?" * 16, 10, TODAY)
        assert [problem.code for problem in refused.value.problems] == ["PARTY"]


def test_cash_is_warned_of_from_the_limit_of_law_on() -> None:
    assert cash_warning(1_99_999_99, TODAY, FACTS) is None
    warning = cash_warning(2_00_000_00, TODAY, FACTS)
    assert warning is not None
    assert warning.code == "CASH_LIMIT"


def test_lists_are_sorted_paged_and_searched(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus, sagar = a_party(book), a_party(book, "SAGAR", name="Sagar Mills")
        for day in range(1, 8):
            money_in(book, lotus if day % 2 else sagar, 100 * day, D(2026, 11, day), reference=f"UTR90{day}")
        found, key = [], None
        while True:
            page = book.read(
                lambda read, key=key: queries.receipts_page(read, key=key, limit=3, sort="amount")
            )
            found += [row.amount_paise for row in page.rows]
            if page.next_key is None:
                break
            key = page.next_key
        assert found == [70000, 60000, 50000, 40000, 30000, 20000, 10000]
        by_date = book.read(lambda read: queries.receipts_page(read, descending=False, limit=2))
        rest = book.read(lambda read: queries.receipts_page(read, descending=False, key=by_date.next_key))
        assert [row.dated_on.day for row in (*by_date.rows, *rest.rows)] == [1, 2, 3, 4, 5, 6, 7]
        searched = book.read(lambda read: queries.receipts_page(read, search="sagar"))
        assert {row.name for row in searched.rows} == {"Sagar Mills"}
        of_party = book.read(lambda read: queries.receipts_page(read, party=sagar, sort="name"))
        assert len(of_party.rows) == 3
        assert (
            book.read(lambda read: queries.received_between(read, D(2026, 11, 2), D(2026, 11, 3))) == 500_00
        )


def test_an_imported_receipt_keeps_its_number_and_comes_once(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        paper = _paper(
            book, party, number="NI/RC/0009", series="imported", origin="imported", stated=b"s" * 16
        )
        record = imported_id("RCT", "NI/RC/0009", "2026")
        assert book.write("Import", lambda work: keep_imported(work, record, paper))
        assert not book.write("Import", lambda work: keep_imported(work, record, paper))
        assert book.read(lambda read: queries.receipt_ids(read, "ni/rc/0009")) == [record]
        follow = money_in(book, party, 1, TODAY)
        row = book.read(lambda read: queries.receipt_rows(read, [follow]))[0]
        assert row.number == "AR/26-27/0002"  # the imported one took none of ours
        assert book.verify().ok


def test_receipts_and_deductions_are_allocations_and_what_is_on_account(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        credited = 0
        for at, code in enumerate(("LOTUS", "SAGAR", "VIMAL")):
            party = a_party(book, code)
            for month in range(1, 8):
                a_bill(book, party, 1_000 * month + at, D(2026, month, 3))
            for month in range(2, 9):
                kept = (Deduction(kind="round_off", paise=-37),) if month % 2 else ()
                money_in(book, party, 1_350, D(2026, month, 20), kept_back=kept)
                credited += 1_350_00 + sum(deduction.paise for deduction in kept)

        def sums(read: object) -> tuple[int, int]:
            used = read.exec_driver_sql("SELECT sum(paise) FROM allocations").scalar()
            left = sum(item.open_paise for item in open_items(read, side="credit"))
            return used, left

        used, left = book.read(sums)
        assert used + left == credited
        assert sum(book.read(trial_balance).values()) == 0
        assert book.verify().ok
