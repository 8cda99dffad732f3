"""Accounts and the lines of statements in the book: listed, searched, and never doubled, whatever file brings them."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from core.bank.commands import Imported, import_lines, save_account
from core.bank.kinds import STATED
from core.bank.model import BankAccount, Layout
from core.bank.queries import (
    account,
    account_by_number,
    accounts,
    line,
    line_rows,
    lines_open,
    lines_page,
    open_lines,
)
from core.bank.reading import read_statement
from core.bank.reading.statement import StatedLine
from core.bank.rules import id_of_line, line_id, said
from core.book import Book
from core.changes.answer import PLAIN
from core.changes.change import Outcome
from core.errors import RuleBroken
from core.ids import Id
from tests.core.books import a_book
from tests.core.order import Order, digests

FILES = Path(__file__).parents[2] / "data" / "bank"
DAY = dt.date(2026, 4, 13)
HDFC = BankAccount(name="HDFC current", bank="HDFC Bank", number="50100012345678", ifsc="HDFC0000001")

pytestmark = pytest.mark.slow


def an_account(book: Book, body: BankAccount = HDFC) -> Id:
    return book.write("Account", lambda work: save_account(work, body))


def take(book: Book, record: Id, lines: Sequence[StatedLine], source: str = "") -> Imported:
    return book.write("Import", lambda work: import_lines(work, record, lines, source=source))


def stated(paise: int, words: str = "", day: dt.date = DAY, **rest: object) -> StatedLine:
    return StatedLine(day, paise, words)._replace(**rest)


def shown(book: Book, record: Id) -> list[tuple[str, int]]:
    rows = book.read(lambda read: lines_page(read, account=record, descending=False)).rows
    return [(row.description, row.paise) for row in rows]


def code(refused: pytest.ExceptionInfo[RuleBroken]) -> str:
    return refused.value.problems[0].code


def test_an_account_is_kept_found_and_never_twice(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = an_account(book)
        assert book.read(lambda read: account(read, record)) == HDFC
        assert book.read(lambda read: account_by_number(read, "0050100012345678")) == record
        with pytest.raises(RuleBroken) as refused:
            an_account(book, BankAccount(name="Again", number="50100 0123-45678"))
        assert code(refused) == "DUPLICATE"
        layout = Layout(preset="hdfc", date="Date")
        edited = BankAccount(name="HDFC", number="777", ifsc="HDFC0000001", layout=layout)
        book.write("Edit", lambda work: save_account(work, edited, record))
        other = an_account(book)
        assert other != record
        assert [row.name for row in book.read(accounts)] == ["HDFC", "HDFC current"]
        with pytest.raises(RuleBroken) as refused:
            book.write("Edit", lambda work: save_account(work, edited, other))
        assert code(refused) == "DUPLICATE"
        with pytest.raises(RuleBroken) as refused:
            an_account(book, BankAccount(name="X", ifsc="HDFC1"))
        assert code(refused) == "IFSC"
        book.write(
            "Archive", lambda work: save_account(work, BankAccount(name="HDFC", archived=True), record)
        )
        assert [row.id for row in book.read(accounts)] == [other]


def test_lines_are_listed_searched_and_counted(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = an_account(book)
        statement = read_statement(FILES / "hdfc.csv")
        done = take(book, record, statement.lines, "hdfc.csv")
        assert (len(done.new), done.known, done.doubtful) == (5, 0, ())
        row = book.read(accounts)[0]
        assert (row.open_lines, row.last_on, row.balance_paise) == (5, dt.date(2026, 4, 5), 135598250)
        page = book.read(lambda read: lines_page(read, account=record, limit=2))
        rest = book.read(lambda read: lines_page(read, account=record, limit=9, key=page.next_key))
        assert [row.dated_on.day for row in (*page.rows, *rest.rows)] == [5, 3, 3, 2, 1]
        assert rest.next_key is None

        def found(typed: str, scope: str = "all") -> int:
            return len(
                book.read(lambda read: lines_page(read, account=record, search=typed, scope=scope)).rows
            )

        assert (
            found("meera stores"),
            found("5,983"),
            found("sbin4260"),
            found("1000.50"),
            found("nobody"),
        ) == (2, 1, 1, 1, 0)
        assert (found("", "open"), found("", "matched"), found("", "aside")) == (5, 0, 0)
        assert book.read(lambda read: line_rows(read, [page.rows[0].id])) == [page.rows[0]]
        assert [row.id for row in book.read(lambda read: lines_open(read, record))] == list(done.new)
        assert book.read(lambda read: open_lines(read, record)) == 5
        body = book.read(lambda read: line(read, done.new[0]))
        assert body is not None
        assert (body.source, body.reference, id_of_line(body)) == (
            "hdfc.csv",
            "SBIN426091112233",
            done.new[0],
        )
        assert book.verify().ok


def test_an_import_is_all_or_nothing_and_into_an_account_there_is(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = an_account(book)
        with pytest.raises(RuleBroken) as refused:
            take(book, bytes(16), [stated(100)])
        assert code(refused) == "UNKNOWN_ACCOUNT"
        with pytest.raises(RuleBroken) as refused:
            take(book, record, [stated(100), stated(0)])
        assert code(refused) == "RANGE"
        assert shown(book, record) == []


def test_overlapping_files_and_forms_never_double(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = an_account(book)
        lines = read_statement(FILES / "hdfc.csv").lines
        assert len(take(book, record, lines[:3]).new) == 3
        assert take(book, record, lines)[1:3] == (3, ())
        assert take(book, record, lines[2:]) == Imported((), 3)
        ofx = read_statement(FILES / "hdfc.ofx")
        assert take(book, record, ofx.lines)[:2] == ((), 5)
        assert len(shown(book, record)) == 5
        other = an_account(book, BankAccount(name="Other"))
        assert len(take(book, other, ofx.lines).new) == 5
        assert take(book, other, lines)[:2] == ((), 5)


def test_what_only_stands_at_the_same_balance_is_another_line(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = an_account(book)
        first = [
            stated(50_000, "UPI RAVI 1", balance_paise=150_000),
            stated(-50_000, "PAID", balance_paise=100_000),
        ]
        take(book, record, first)
        done = take(book, record, [stated(50_000, "UPI MOHAN 2", balance_paise=150_000)])
        assert (len(done.new), done.known, len(done.doubtful)) == (1, 0, 1), "nothing but the sum is the same"
        take(book, record, [stated(700, "CASH DEPOSIT")])
        done = take(book, record, [stated(700, "CASH DEPOSIT ANDHERI BRANCH")])
        assert (len(done.new), len(done.doubtful)) == (1, 1), "words so common prove nothing"


def test_equal_lines_of_a_day_are_counted_not_confused(tmp_path: Path) -> None:
    twice = [stated(500, "CASH"), stated(500, "CASH")]
    with a_book(tmp_path) as book:
        record = an_account(book)
        assert len(take(book, record, twice[:1]).new) == 1
        assert len(take(book, record, twice).new) == 1
        assert take(book, record, twice) == Imported((), 2)
        ours = [
            stated(700, "UPI/111111111111/A"),
            stated(700, "UPI/222222222222/B"),
            stated(700, "UPI/333333333333/C"),
        ]
        assert len(take(book, record, ours[:1]).new) == 1
        assert len(take(book, record, list(reversed(ours))).new) == 2
        assert len(take(book, record, [*ours, stated(-700, "UPI/111111111111/A")]).new) == 1


def test_a_line_worded_otherwise_is_known_by_balance_reference_or_words(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = an_account(book)
        take(book, record, [stated(100, "NEFT LOTUS FOODS INV 42", balance_paise=100)])
        assert take(book, record, [stated(100, "Lotus, by transfer", balance_paise=100)]).known == 1
        assert take(book, record, [stated(100, "NEFT LOTUS FOODS")]).known == 1
        take(book, record, [stated(200, "A", reference="000123")])
        assert take(book, record, [stated(200, "B", reference="123", balance_paise=9)]).known == 0
        take(book, record, [stated(300, "A", reference="SBIN426091112233")])
        assert take(book, record, [stated(300, "B", reference="SBIN426091112233")]).known == 1


def test_a_line_that_may_be_another_stays_and_is_pointed_out(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = an_account(book)
        first = take(book, record, [stated(100, "UPI A", reference="111111111111", balance_paise=100)])
        done = take(book, record, [stated(100, "UPI A AGAIN", reference="222222222222", balance_paise=200)])
        assert len(done.new) == 1
        assert done.doubtful == done.new != first.new
        nextday = take(book, record, [stated(100, "UPI A AGAIN", DAY + dt.timedelta(days=1))])
        assert (len(nextday.new), nextday.doubtful) == (1, ())


def test_the_id_is_what_the_bank_states_and_never_changes() -> None:
    """Written down: were the rule altered, every statement imported again would double."""
    known = line_id(bytes(16), DAY, 598300, "NEFT CR-SBIN0001234-LOTUS  FOODS", "REF", 1)
    assert (
        known.hex()
        == line_id(bytes(16), DAY, 598300, "neft cr sbin0001234 lotus foods", "", 1).hex()
        == KNOWN
    )
    assert said("", "00 12/3") == "00123"
    assert len({line_id(bytes(16), DAY, 1, "A", "", n) for n in (1, 2)}) == 2


KNOWN = "3f9e4b1914e781019ef96f8b1371db6f"


def test_two_devices_that_import_one_file_apart_end_with_one_set_of_lines(tmp_path: Path) -> None:
    """The account begun twice is one; of each line the first teller's words stand, the other's is its duplicate."""
    (tmp_path / "b").mkdir()
    lines = read_statement(FILES / "hdfc.csv").lines
    with a_book(tmp_path) as desk, a_book(tmp_path / "b", code="B", company=None) as field:
        order = Order(desk, field)
        order.round(desk)
        record, other = (an_account(book) for book in (desk, field))
        assert record == other
        ids = take(desk, record, lines, "april.csv").new
        assert (
            take(field, record, [line._replace(place=line.place + 5) for line in lines], "all.csv").new == ids
        )
        order.round(desk)
        order.round(field, {STATED.name: (Outcome.DUPLICATE, PLAIN)})
        assert len(digests([desk, field])) == 1
        for book in (desk, field):
            bodies = [book.read(lambda read, one=one: line(read, one)) for one in ids]
            assert [body.source for body in bodies if body] == ["april.csv"] * 5
            assert len(shown(book, record)) == 5


def test_lines_of_two_devices_meet(tmp_path: Path) -> None:
    """Each has lines the other has not, and both have one: its duplicate goes, whoever told it first is kept."""
    (tmp_path / "b").mkdir()
    with a_book(tmp_path) as desk, a_book(tmp_path / "b", code="B", company=None) as field:
        order = Order(desk, field)
        order.round(desk)
        record = an_account(desk)
        order.round(desk)
        take(desk, record, [stated(100, "BOTH"), stated(200, "DESK")], "desk.csv")
        take(field, record, [stated(100, "both", place=3)], "field.csv")
        order.send(desk)
        order.send(field, {STATED.name: (Outcome.DUPLICATE, PLAIN)})
        take(field, record, [stated(300, "FIELD")])
        order.pull()
        order.round(field)
        assert len(digests([desk, field])) == 1
        both = [sorted(shown(book, record)) for book in (desk, field)]
        assert both[0] == both[1] == [("BOTH", 100), ("DESK", 200), ("FIELD", 300)]


@pytest.mark.parametrize("scope", ["all", "open", "matched", "aside"])
def test_a_search_reads_an_index_alone_and_no_line_that_does_not_answer(tmp_path: Path, scope: str) -> None:
    asked: list[tuple[str, object]] = []

    def heard(_conn: object, _cursor: object, statement: str, given: object, *_rest: object) -> None:
        asked.append((statement, given))

    def plan(read: Connection) -> list[str]:
        event.listen(read, "before_cursor_execute", heard)
        lines_page(read, account=record, scope=scope, search="zzz 99")
        event.remove(read, "before_cursor_execute", heard)
        statement, given = asked[0]
        return [row[3] for row in read.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)]

    with a_book(tmp_path) as book:
        record = an_account(book)
        take(book, record, [stated(5_00 + n, f"LINE {n}") for n in range(40)])
        told = book.read(plan)
        assert any("USING COVERING INDEX bank_lines_" in step for step in told), told
        assert not any("SCAN bank_lines" in step for step in told), told
