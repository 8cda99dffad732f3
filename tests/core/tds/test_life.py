"""TDS from the bill to the return, in real books: expected, deducted, seen, certified, claimed, asked for."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from core.book import Book
from core.changes.answer import PLAIN
from core.changes.change import Outcome as Answered
from core.company.commands import company_of, save_company
from core.company.model import Registration
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.invoicing.commands import cancel_document
from core.paper import draw_tds_letters
from core.parties.commands import save_party
from core.parties.queries import party as party_record
from core.receipts.model import Deduction
from core.receipts.reversing import reverse_receipt
from core.tds.commands import claim, keep_form, keep_seen, link, note_certificate, undo
from core.tds.letters import letter_to, letters_due
from core.tds.life import EXPECTED, NOT_DUE, TdsRow, gst_story, life, statement_due, story
from core.tds.matching import Outcome
from core.tds.model import Seen
from core.tds.queries import expected_on, gone_by, preview, seen_rows
from core.tds.reading import read_26as
from core.tds.rules import seen_id
from tests.core.books import TODAY, a_book
from tests.core.dealings import RUPEE, a_bill, a_party, money_in
from tests.core.order import Order, digests
from tests.core.paper.reading import page_texts

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[2] / "data"
LAKH = 100_000
MAY, JUNE, AUGUST = dt.date(2026, 5, 10), dt.date(2026, 6, 2), dt.date(2026, 8, 18)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


def lotus(book: Book) -> Id:
    return a_party(book, "LOTUS", tan="CHEL01234A", tds_code="194C")


def paid(book: Book, party: Id, rupees: int, tds: int, on: dt.date, code: str = "1024") -> Id:
    return money_in(book, party, rupees, on, kept_back=(Deduction("tds", tds * RUPEE, code),))


def rows(book: Book, year: int = 2026, on: dt.date = TODAY) -> list[TdsRow]:
    return book.read(lambda read: life(read, year, on))


def forms(book: Book, *names: str) -> None:
    for name in names:
        read = read_26as((DATA / name).read_bytes(), name)
        assert read.problems == []
        book.write("Form", partial(keep_seen, lines=read.lines))


def told(row: TdsRow) -> tuple[object, ...]:
    return (
        row.name, row.code, row.quarter, row.expected_paise // RUPEE, row.deducted_paise // RUPEE,
        row.seen_paise // RUPEE, row.state,
    )  # fmt: skip


def test_a_life_from_the_bill_to_the_return(book: Book) -> None:
    party = lotus(book)
    bill = a_bill(book, party, 2 * LAKH, MAY, rate_bp=1800)
    expected = book.read(lambda read: expected_on(read, bill))
    assert expected is not None
    assert (expected.code, expected.taxed_paise, expected.tds_paise) == (
        "1024",
        2 * LAKH * RUPEE,
        4000 * RUPEE,
    )
    assert [told(row) for row in rows(book)] == [("Lotus Foods", "1024", 1, 4000, 0, 0, EXPECTED)]
    paid(book, party, 232_000, 4000, JUNE)
    assert [row.state for row in rows(book, on=dt.date(2026, 7, 31))] == [NOT_DUE]
    assert [row.state for row in rows(book, on=dt.date(2026, 8, 1))] == [Outcome.MISSING]
    forms(book, "form_168_2026.txt")
    found = {(row.name, row.code, row.quarter): row for row in rows(book)}
    assert told(found["Lotus Foods", "1024", 1])[3:] == (4000, 4000, 5500, Outcome.EXCESS)
    assert found["KAVERI AUDIT LLP", "1027", 2].state == Outcome.UNKNOWN
    line = next(
        row.credit
        for row in book.read(lambda read: seen_rows(read, 2026, 2026))
        if row.credit.deducted_paise == 4000 * RUPEE
    )
    (claimed,) = book.write("Claim", lambda work: claim(work, [line.id], year=2026, today=TODAY))
    with pytest.raises(RuleBroken):
        book.write("Claim", lambda work: claim(work, [line.id], year=2027, today=TODAY))
    book.write("Hold", lambda work: note_certificate(
        work, form="131", number="ABCDE", tan="chel01234a", code="1024", year=2026, quarter=1,
        deducted_paise=4000 * RUPEE, party=party,
    ))  # fmt: skip
    (row,) = [row for row in rows(book) if (row.code, row.quarter) == ("1024", 1)]
    assert (row.certified_paise, row.claimed_paise) == (4000 * RUPEE, 4000 * RUPEE)
    book.write("Undo", lambda work: undo(work, claimed, today=TODAY, reason="another year"))
    assert sum(row.claimed_paise for row in rows(book)) == 0
    book.write("Claim", lambda work: claim(work, [line.id], year=2027, today=TODAY))
    assert book.verify().ok


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ({"tan": "CHEL01234A"}, {"tan": "CHEL01234A"}, 2020),
        ({"pan": "AAACL1234F"}, {"pan": "AAACL1234F", "tan": "CHEL01234A"}, 2020),
        ({"tan": "CHEL01234A"}, {"tan": "MUML01234A"}, 0),
        ({}, {}, 0),
    ],
)
def test_parties_of_one_deductor_cross_a_threshold_together(
    book: Book, one: dict[str, str], other: dict[str, str], wanted: int
) -> None:
    """s. 194C(5): above 1,00,000 in the year, paid by the person; two branches are one person."""
    firm = a_party(book, "LOTUS", tds_code="194C", **one)
    branch = a_party(book, "BRANCH", tds_code="1024", **other)
    for party, rupees, month in ((firm, 25_000, 5), (branch, 25_000, 6), (firm, 25_000, 7)):
        a_bill(book, party, rupees, dt.date(2025, month, 1))
    last = a_bill(book, branch, 26_000, dt.date(2025, 8, 1))
    assert sum(row.expected_paise for row in rows(book, 2025)) == wanted * RUPEE
    expected = book.read(lambda read: expected_on(read, last))
    assert expected is not None
    assert expected.tds_paise == wanted * RUPEE


def test_deductors_known_by_several_names_are_joined(book: Book) -> None:
    """The first by its TAN, the second by its PAN, the third by both."""
    names = ({"tan": "CHEL01234A"}, {"pan": "AAACL1234F"}, {"tan": "CHEL01234A", "pan": "AAACL1234F"})
    for n, name in enumerate(names):
        a_bill(book, a_party(book, f"L{n}", tds_code="194C", **name), 30_000, dt.date(2025, 5 + n, 1))
    a_bill(book, a_party(book, "L9", tds_code="194C", pan="AAACL1234F"), 20_000, dt.date(2025, 9, 1))
    assert sum(row.expected_paise for row in rows(book, 2025)) == 2200 * RUPEE


def test_reading_a_form_again_changes_nothing_and_a_correction_shows(book: Book) -> None:
    forms(book, "form_26as_2025.txt")
    before = book.verify()
    again = read_26as((DATA / "form_26as_2025.txt").read_bytes(), "other name.txt").lines
    shown = book.read(lambda read: preview(read, again))
    assert (len(shown.new), len(shown.corrected), len(shown.known)) == (0, 0, 8)
    assert book.write("Form", lambda work: keep_seen(work, again)) == (0, 8)
    assert book.verify() == before
    text = (DATA / "form_26as_2025.txt").read_text().replace("14-06-2026", "20-07-2026")
    text = text.replace("^3^194JB^12-Sep-2025^U^-^-", "^3^194JB^12-Sep-2025^F^05-Jul-2026^-")
    later = read_26as(text.encode(), "later.txt").lines
    shown = book.read(lambda read: preview(read, later))
    assert (len(shown.new), [line.status for line in shown.corrected], len(shown.known)) == (0, ["F"], 7)
    book.write("Form", lambda work: keep_seen(work, later))
    september = [
        row for row in book.read(lambda read: seen_rows(read, 2025, 2025)) if row.credit.paid_on.month == 9
    ]
    assert sorted((row.credit.status, row.is_current) for row in september) == [("F", True), ("U", False)]
    total = sum(row.seen_paise for row in rows(book, 2025))
    assert total == sum(line.deducted_paise for line in again)


def test_an_older_file_read_later_does_not_win(book: Book) -> None:
    text = (DATA / "form_26as_2025.txt").read_text()
    newer = text.replace("14-06-2026", "20-07-2026").replace(
        "^3^194JB^12-Sep-2025^U^-^-", "^3^194JB^12-Sep-2025^F^05-Jul-2026^-"
    )
    for data in (newer, text):
        book.write("Form", partial(keep_seen, lines=read_26as(data.encode(), "x").lines))
    current = [
        row.credit.status for row in book.read(lambda read: seen_rows(read, 2025, 2025)) if row.is_current
    ]
    assert "U" not in current


def test_what_the_newest_form_shows_no_more_is_no_credit(tmp_path: Path) -> None:
    """The deductor corrected his statement: 5,000 of September is not there in July, and again in August."""
    june = (DATA / "form_26as_2025.txt").read_text()
    line = next(text for text in june.splitlines(keepends=True) if "^3^194JB^12-Sep-2025^" in text)
    july = june.replace("14-06-2026", "20-07-2026").replace(line, "")
    august = june.replace("14-06-2026", "20-08-2026")
    read = {text: read_26as(text.encode(), "f.txt") for text in (june, july, august)}
    whole = sum(each.deducted_paise for each in read[june].lines)
    rest = sum(each.deducted_paise for each in read[july].lines)
    assert rest < whole
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        here.write(
            "Company", lambda work: save_company(work, msgspec.structs.replace(company_of(work), pan=""))
        )
        order = Order(here, there)

        def seen(book: Book) -> int:
            return sum(row.seen_paise for row in rows(book, 2025))

        def keep(book: Book, text: str) -> None:
            book.write("Form", lambda work: keep_form(work, read[text]._replace(pan="")))

        keep(here, june)
        assert seen(here) == whole
        [gone] = here.read(lambda reader: gone_by(reader, read[july]))
        assert (gone.deducted_paise, gone.code) == (whole - rest, "194J(B)")
        order.round(here)
        keep(here, july)
        keep(there, july)
        order.round(there)
        order.round(here, {"tds.form_seen": (Answered.DUPLICATE, PLAIN)})
        assert [seen(book) for book in (here, there)] == [rest, rest]
        keep(here, june)
        assert seen(here) == rest, "an older file read later does not win"
        assert here.read(lambda reader: gone_by(reader, read[june])) == []
        keep(there, august)
        order.round(there)
        order.round(here)
        assert [seen(book) for book in (here, there)] == [whole, whole]
        assert len(digests([here, there])) == 1


def test_what_was_taken_back_does_not_count(book: Book) -> None:
    party = lotus(book)
    bill = a_bill(book, party, 2 * LAKH, MAY)
    receipt = paid(book, party, 196_000, 4000, JUNE)
    book.write(
        "Take back", lambda work: reverse_receipt(work, receipt, on=TODAY, reason="twice", today=TODAY)
    )
    assert [(row.deducted_paise, row.state) for row in rows(book)] == [(0, EXPECTED)]
    book.write("Cancel", lambda work: cancel_document(work, bill, reason="wrong party", on=TODAY))
    assert rows(book) == []
    assert book.read(lambda read: expected_on(read, bill)) is None
    assert book.verify().ok


def test_across_the_acts_a_deduction_of_march_seen_in_april_is_found(book: Book) -> None:
    party = lotus(book)
    a_bill(book, party, 75_000, dt.date(2026, 3, 10))
    paid(book, party, 73_500, 1500, dt.date(2026, 3, 28), "194C")
    forms(book, "form_168_2026.txt")
    (row,) = [row for row in rows(book, 2025) if row.party == party]
    assert told(row) == ("Lotus Foods", "194C", 4, 1500, 1500, 1500, Outcome.OTHER_QUARTER)
    assert not any(row.seen_paise == 1500 * RUPEE for row in rows(book, 2026))


def test_a_wrong_section_and_a_short_credit_are_asked_for_in_one_letter(book: Book) -> None:
    party = lotus(book)
    a_bill(book, party, 4 * LAKH, MAY)
    paid(book, party, 196_000, 4000, JUNE)
    paid(book, party, 49_000, 1000, AUGUST)
    paid(book, party, 24_500, 500, AUGUST)
    forms(book, "form_168_2026.txt")
    letter = book.read(lambda read: letter_to(read, party, year=2026, on=TODAY))
    assert letter is not None
    assert [(line.outcome, line.tds_paise // RUPEE, line.shown_paise // RUPEE) for line in letter.lines] == [
        (Outcome.WRONG_SECTION, 1000, 1000),
        (Outcome.MISSING, 500, 0),
    ]
    assert letter.missing_paise == 500 * RUPEE
    assert book.read(lambda read: [one.buyer.code for one in letters_due(read, year=2026, on=TODAY)]) == [
        "LOTUS"
    ]
    target = BytesIO()
    draw_tds_letters([letter], target)
    text = " ".join(page_texts(target.getvalue()))
    for words in (
        "Form 168",
        "CHEL01234A",
        "AAKCN5519Q",
        "code 1024",
        "instead of 1027",
        "report this deduction",
        "₹ 500.00",
    ):
        assert words in text
    other = a_party(book, "QUIET")
    assert book.read(lambda read: letter_to(read, other, year=2026, on=TODAY)) is None


def test_a_link_by_hand_and_its_undoing(book: Book) -> None:
    party = lotus(book)
    a_bill(book, party, 2 * LAKH, MAY)
    receipt = paid(book, party, 195_000, 5000, AUGUST)
    forms(book, "form_168_2026.txt")
    stranger = next(
        row.credit.id
        for row in book.read(lambda read: seen_rows(read, 2026, 2026))
        if row.credit.tan == "BLRK04321C"
    )
    linked = book.write("Link", lambda work: link(work, seen=[stranger], receipts=[receipt], today=TODAY))
    (row,) = [row for row in rows(book) if row.deducted_paise]
    assert (row.seen_paise, row.state) == (5000 * RUPEE, Outcome.MATCHED)
    with pytest.raises(RuleBroken):
        book.write("Link", lambda work: link(work, seen=[stranger], receipts=[receipt], today=TODAY))
    book.write("Undo", lambda work: undo(work, linked, today=TODAY))
    (row,) = [row for row in rows(book) if row.deducted_paise]
    assert row.state == Outcome.MISSING
    book.write("Link", lambda work: link(work, seen=[stranger], receipts=[receipt], today=TODAY))
    assert book.verify().ok


@pytest.mark.parametrize("seen", [[], [b"?" * 16]])
def test_a_link_to_nothing_is_refused(book: Book, seen: list[Id]) -> None:
    party = lotus(book)
    receipt = paid(book, party, 98_000, 2000, JUNE)
    with pytest.raises(RuleBroken):
        book.write("Link", lambda work: link(work, seen=seen, receipts=[receipt], today=TODAY))


def test_gst_kept_back_by_a_government_buyer_stands_apart(book: Book) -> None:
    party = a_party(book, "PWD", pan="BLRP01234A")
    body = book.read(lambda read: party_record(read, party))
    assert body is not None
    government = msgspec.structs.replace(
        body, registration=Registration("government", "29BLRP01234A1D3", "29")
    )
    book.write("Party", lambda work: save_party(work, government, party))
    a_bill(book, party, 5 * LAKH, MAY, rate_bp=1800)
    a_bill(book, party, 2 * LAKH, AUGUST, rate_bp=1800)
    money_in(book, party, 580_000, JUNE, kept_back=(Deduction("gst_tds", 10_000 * RUPEE),))
    forms(book, "gst_tds_2026.csv")
    assert not any(row.deducted_paise or row.seen_paise for row in rows(book))
    found = book.read(lambda read: gst_story(read, 2026, TODAY)).rows
    assert [told(row) for row in found] == [
        ("Pwd Foods", "51", 1, 10_000, 10_000, 10_000, Outcome.MATCHED),
        ("Pwd Foods", "51", 2, 0, 0, 5000, Outcome.EXCESS),
    ]


def test_deducted_is_what_is_matched_and_what_is_not(book: Book) -> None:
    party = lotus(book)
    a_bill(book, party, 9 * LAKH, MAY)
    for tds, on in ((4000, JUNE), (1500, MAY), (77, AUGUST), (1000, AUGUST)):
        paid(book, party, tds * 49, tds, on)
    forms(book, "form_26as_2025.txt", "form_168_2026.txt")
    year = book.read(lambda read: story(read, 2026, TODAY))
    matches = {id(found): found for held in year.matches.values() for found in held}.values()
    assert sum(row.deducted_paise for row in year.rows) == 6577 * RUPEE
    assert sum(found.deducted_paise for found in matches) == 6577 * RUPEE
    shown = sum(
        line.deducted_paise
        for name in ("form_26as_2025.txt", "form_168_2026.txt")
        for line in read_26as((DATA / name).read_bytes(), name).lines
    )
    both = [*year.rows, *rows(book, 2025)]
    assert sum(row.seen_paise for row in both) == shown


def test_a_statement_falls_due_a_month_after_its_quarter_the_last_by_the_end_of_may() -> None:
    facts = Facts.shipped()
    wanted = {MAY: dt.date(2026, 7, 31), AUGUST: dt.date(2026, 10, 31), TODAY: dt.date(2027, 1, 31),
              dt.date(2026, 2, 1): dt.date(2026, 5, 31)}  # fmt: skip
    assert {on: statement_due(on, facts) for on in wanted} == wanted


def test_two_devices_that_read_the_same_form_and_link_apart_agree(tmp_path: Path) -> None:
    with (
        a_book(tmp_path, name="desk.bahi") as desk,
        a_book(tmp_path, name="till.bahi", code="B", company=None) as till,
    ):
        order = Order(desk, till)
        party = lotus(desk)
        a_bill(desk, party, 2 * LAKH, MAY)
        receipt = paid(desk, party, 195_000, 5000, AUGUST)
        order.round(desk)
        forms(desk, "form_168_2026.txt")
        forms(till, "form_168_2026.txt")
        for book in (desk, till):
            book.write("Hold", lambda work: note_certificate(
                work, form="131", number="X1", tan="CHEL01234A", code="1024", year=2026, quarter=2,
                deducted_paise=5000 * RUPEE,
            ))  # fmt: skip
        stranger = seen_id(next(
            line for line in read_26as((DATA / "form_168_2026.txt").read_bytes(), "x").lines if line.tan == "BLRK04321C"
        ))  # fmt: skip
        first = desk.write("Link", lambda work: link(work, seen=[stranger], receipts=[receipt], today=TODAY))
        order.round(desk)
        known = (Answered.DUPLICATE, PLAIN)
        order.round(till, {"tds.seen": known, "tds.certified": known})
        assert len(digests([desk, till])) == 1
        with pytest.raises(RuleBroken):
            till.write("Link", lambda work: link(work, seen=[stranger], receipts=[receipt], today=TODAY))
        till.write("Undo", lambda work: undo(work, first, today=TODAY))
        till.write("Claim", lambda work: claim(work, [stranger], year=2026, today=TODAY))
        order.round(till)
        desk.write("Link", lambda work: link(work, seen=[stranger], receipts=[receipt], today=TODAY))
        order.round(desk)
        assert len(digests([desk, till])) == 1
        assert [told(row) for row in rows(desk)] == [told(row) for row in rows(till)]


def test_a_form_of_another_or_with_a_bad_line_is_not_kept_at_all(book: Book) -> None:
    text = (DATA / "form_168_2026.txt").read_text()
    for bad in (text.replace("AAKCN5519Q", "ZZKCN5519Q"), text.replace("02-Jun-2026", "soon")):
        with pytest.raises(RuleBroken):
            book.write("Form", partial(keep_form, form=read_26as(bad.encode(), "x")))
    assert book.read(lambda read: seen_rows(read, 2026, 2026)) == []
    assert book.write("Form", partial(keep_form, form=read_26as(text.encode(), "x"))) == (4, 0)


def test_hostile_credits_are_held_not_kept(book: Book) -> None:
    bad = Seen("26AS", "CHEL01234A", "X", "194C", 2026, 7, MAY, 1, 1, 1)
    with pytest.raises(RuleBroken):
        book.write("Form", lambda work: keep_seen(work, [bad]))
