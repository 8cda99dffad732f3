"""Items: kept per field, found by code, name and HSN, refused with the field that is wrong."""

from pathlib import Path

import msgspec
import pytest

from core.book import Book
from core.errors import RuleBroken
from core.ids import Id
from core.items.commands import item_in, save_item
from core.items.model import Item, ItemTax
from core.items.queries import item, item_by_code, item_rows, items_by_name
from core.items.rules import problems_with_item
from core.store.search import newest
from core.store.work import Work
from tests.core.books import a_book

PUMP = Item(code="PUMP", name="Dosing pump", tax=ItemTax(hsn="84138190"), price_tenthousandths=12_500_000)


def add(book: Book, one: Item = PUMP, record: Id | None = None) -> Id:
    return book.write("Item", lambda work: save_item(work, one, record))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"price_tenthousandths": -1}, "price_tenthousandths"),
        ({"price_tenthousandths": 10**16}, "price_tenthousandths"),
        ({"tax": ItemTax(hsn="84-13")}, "tax.hsn"),
        ({"tax": ItemTax(hsn="841381901")}, "tax.hsn"),
        ({"tax": ItemTax(treatment="free")}, "tax.treatment"),
        ({"tax": ItemTax(unit="")}, "tax.unit"),
        ({"tax": ItemTax(rate_bp=10_001)}, "tax.rate_bp"),
        ({"tax": ItemTax(cess_rate_bp=-1)}, "tax.cess_rate_bp"),
        ({"tax": ItemTax(cess_per_unit_tenthousandths=-1)}, "tax.cess_per_unit_tenthousandths"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(changes: dict[str, object], field: str) -> None:
    assert list(problems_with_item(PUMP)) == []
    assert [problem.field for problem in problems_with_item(msgspec.structs.replace(PUMP, **changes))] == [
        field
    ]


def test_an_item_is_found_and_comes_back_whole(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = add(book)
        assert book.read(lambda read: item(read, record)) == PUMP
        assert book.read(lambda read: item_by_code(read, "pump")) == record
        assert [hit.record for hit in book.read(lambda read: newest(read, "dosing"))] == [record]
        assert [hit.record for hit in book.read(lambda read: newest(read, "8413"))] == [record]
        assert book.read(lambda read: item_rows(read, [record]))[0].rate_bp == 1_800


def test_a_code_belongs_to_one_item(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = add(book)
        with pytest.raises(RuleBroken) as refused:
            add(book, Item(code="Pump", name="Another"))
        assert [(problem.code, problem.field) for problem in refused.value.problems] == [
            ("DUPLICATE", "code")
        ]
        add(book, msgspec.structs.replace(PUMP, name="Dosing pump, new"), record)


def test_an_archived_item_leaves_list_and_search(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = add(book)
        add(book, msgspec.structs.replace(PUMP, archived=True), record)
        assert book.read(lambda read: items_by_name(read)).rows == []
        assert [row.id for row in book.read(lambda read: items_by_name(read, archived=True)).rows] == [record]
        assert book.read(lambda read: newest(read, "dosing")) == []
        assert book.verify().ok


def test_pages_by_name_follow_on(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        book.write("Items", lambda work: [save_item(work, Item(name=f"Article {n:02d}")) for n in range(7)])
        first = book.read(lambda read: items_by_name(read, limit=4))
        rest = book.read(lambda read: items_by_name(read, limit=4, key=first.next_key))
        assert [row.name for row in (*first.rows, *rest.rows)] == [f"Article {n:02d}" for n in range(7)]
        assert rest.next_key is None


def test_a_work_sees_an_item_it_has_just_changed(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:

        def change(work: Work) -> str:
            record = save_item(work, PUMP)
            assert item_in(work, record) == PUMP
            save_item(work, msgspec.structs.replace(PUMP, name="Pump"), record)
            found = item_in(work, record)
            assert found is not None
            return found.name

        assert book.write("Change", change) == "Pump"
