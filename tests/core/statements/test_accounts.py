"""Parties with their accounts: every order pages through all of them once, and the figures are the ledger's."""

import datetime as dt
from collections.abc import Iterator

import pytest

from core.book import Book
from core.ledger.queries import balance
from core.parties.commands import save_party
from core.parties.model import Party
from core.statements.accounts import (
    AccountRow,
    account_rows,
    account_totals,
    accounts_page,
    open_papers,
    papers_page,
    party_figures,
)
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in

pytestmark = pytest.mark.slow
D = dt.date


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """
    LOTUS  bill 5,000 late, 1,500 paid on 20-10    SAGAR  bill 2,000 not due
    VIMAL  paid 900 ahead on 01-11                 MEENA  nothing       OLD  archived
    """
    with a_book(tmp_path_factory.mktemp("accounts")) as made:
        lotus, sagar, vimal, _meena = (a_party(made, code) for code in ("LOTUS", "SAGAR", "VIMAL", "MEENA"))
        made.write("Old", lambda work: save_party(work, Party(code="OLD", name="Old Foods", archived=True)))
        a_bill(made, lotus, 5_000, D(2026, 9, 1))
        money_in(made, lotus, 1_500, D(2026, 10, 20))
        a_bill(made, sagar, 2_000, D(2026, 11, 15))
        money_in(made, vimal, 900, D(2026, 11, 1))
        yield made


def all_pages(book: Book, **asked: object) -> list[AccountRow]:
    rows, key = [], None
    while True:
        page = book.read(lambda read, key=key: accounts_page(read, on=TODAY, key=key, limit=2, **asked))
        rows += page.rows
        key = page.next_key
        if key is None:
            return rows


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["name", "code", "city", "balance", "overdue", "last_paid"])
def test_every_order_pages_through_all_parties_once(book: Book, sort: str, descending: bool) -> None:
    rows = all_pages(book, sort=sort, descending=descending)
    assert sorted(row.name for row in rows) == ["Lotus Foods", "Meena Foods", "Sagar Foods", "Vimal Foods"]
    keys = {
        "name": lambda row: row.name.casefold(), "code": lambda row: row.code.casefold(),
        "city": lambda row: row.city.casefold(), "balance": lambda row: row.balance_paise,
        "overdue": lambda row: row.overdue_paise, "last_paid": lambda row: row.last_paid_on or D(1, 1, 1),
    }  # fmt: skip
    found = [keys[sort](row) for row in rows]
    assert found == sorted(found, reverse=descending)


@pytest.mark.parametrize(
    ("only", "names"),
    [("owing", ["Lotus Foods", "Sagar Foods"]), ("overdue", ["Lotus Foods"]), ("archived", ["Old Foods"])],
)
def test_a_scope_narrows(book: Book, only: str, names: list[str]) -> None:
    assert [row.name for row in all_pages(book, only=only)] == names


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("lot", ["Lotus Foods"]),
        ("agar", ["Sagar Foods"]),
        ("vim foo", ["Vimal Foods"]),
        ("xyz", []),
        ("'\"%", []),
    ],
)
def test_what_is_typed_narrows(book: Book, typed: str, names: list[str]) -> None:
    assert [row.name for row in all_pages(book, search=typed)] == names


def test_the_figures_are_the_ledgers(book: Book) -> None:
    rows = {row.code: row for row in all_pages(book)}
    assert [(rows[code].balance_paise, rows[code].overdue_paise, rows[code].last_paid_on) for code in sorted(rows)] == [
        (3_500_00, 3_500_00, D(2026, 10, 20)), (0, 0, None), (2_000_00, 0, None), (-900_00, 0, D(2026, 11, 1)),
    ]  # fmt: skip
    for row in rows.values():
        assert row.balance_paise == book.read(lambda read, row=row: balance(read, row.id))
    again = book.read(lambda read: account_rows(read, [row.id for row in rows.values()], on=TODAY))
    assert {row.code: row for row in again} == rows
    assert book.read(lambda read: account_totals(read, on=TODAY)) == (4_600_00, 3_500_00)


def test_a_partys_page_has_its_figures_and_papers(book: Book) -> None:
    lotus = next(row.id for row in all_pages(book) if row.code == "LOTUS")
    figures = book.read(lambda read: party_figures(read, lotus, on=TODAY))
    assert figures == (3_500_00, 3_500_00, 1, 50, 1, 0, D(2026, 10, 20), 1_500_00)
    papers = book.read(lambda read: papers_page(read, lotus, limit=1))
    assert [row.type for row in papers.rows] == ["RCT"]
    rest = book.read(lambda read: papers_page(read, lotus, key=papers.next_key))
    assert ([row.type for row in rest.rows], rest.next_key) == (["INV"], None)
    assert [row.open_paise for row in book.read(lambda read: open_papers(read, lotus))] == [3_500_00]
