"""A book whose parties and items became others, some of them parted again, survives the way out and in."""

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy.engine import Connection

from core.book import Book
from core.errors import RuleBroken
from core.exchange.exporting import papers_in
from core.exchange.preview import preview
from core.exchange.reading import Source, read_source
from core.exchange.tally_book import tally_file
from core.ids import Id
from core.invoicing.kinds import ISSUED
from core.invoicing.model import Document
from core.items.commands import merge_items, part_item
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.ledger.queries import open_items
from core.parties.commands import merge_parties, part_party
from core.parties.merged import family, merged
from core.parties.queries import party_by_code
from core.problems import as_json
from core.receipts.commands import record_receipt
from core.store.work import Work
from tests.core.books import TODAY, a_book
from tests.core.exchange import busy_money
from tests.core.exchange.busy import fill
from tests.core.exchange.money_told import told_of_money
from tests.core.exchange.samples import INVOICE, RECEIPT, a_file, source
from tests.core.exchange.test_exporting import returns_of, settles_alike, told
from tests.core.exchange.test_exporting_money import take, written

pytestmark = pytest.mark.slow


def printed(read: Connection) -> dict[tuple[str, str, dt.date], Any]:
    """Every word and figure of each document as it was given, by type, number and date.

    A bill brought forward has none, and a record without a code is written under one made of its id.
    """
    return {
        (paper.type, paper.number, paper.dated_on): (
            paper.seller, structs.replace(paper.buyer, party=b"", code=""),
            [structs.replace(line, item=None, item_code="") for line in paper.lines],
            paper.totals, paper.terms, paper.note,
        )
        for _id, _state, paper in papers_in(read, ISSUED, Document)
        if not paper.opening
    }  # fmt: skip


def becomes(book: Book, seed: int) -> int:
    """Merge and part by the dice, and let one settle what another owes while they are one; answers how often it did."""
    dice, crossed = random.Random(seed), 0
    parties = [row[0] for row in book.read(_ids("parties"))]
    items = [row[0] for row in book.read(_ids("items"))]
    for _turn in range(14):
        deed = dice.choice((_merge, _merge, _settle, _settle, _settle, _part, _merge_items))
        try:
            crossed += book.write("Deed", lambda work, deed=deed: deed(work, dice, parties, items))
        except RuleBroken:
            continue
    return crossed


def _ids(table: str) -> Any:
    return lambda read: read.exec_driver_sql(
        f"SELECT id FROM {table} WHERE archived = 0 ORDER BY id"
    ).fetchall()


def _merge(work: Work, dice: random.Random, parties: list[Id], _items: list[Id]) -> int:
    merge_parties(work, *dice.sample(parties, 2))
    return 0


def _part(work: Work, dice: random.Random, _parties: list[Id], _items: list[Id]) -> int:
    part_party(work, dice.choice(sorted(merged(work.read)) or [b""]))
    return 0


def _merge_items(work: Work, dice: random.Random, _parties: list[Id], items: list[Id]) -> int:
    first, second = dice.sample(items, 2)
    merge_items(work, first, second)
    if dice.random() < 0.3:
        part_item(work, first)
    return 0


def _settle(work: Work, dice: random.Random, parties: list[Id], _items: list[Id]) -> int:
    """A receipt of one of a family, for the bills of others."""
    members = family(work.read, dice.choice(sorted(merged(work.read).values()) or parties))
    payer = dice.choice(members)
    bills = [
        item for item in open_items(work.read, side="due")
        if work.paper(item.paper).buyer.party in members and work.paper(item.paper).buyer.party != payer
    ][:2]  # fmt: skip
    lines = [AllocationLine(bill.paper, max(1, bill.open_paise // 3)) for bill in bills]
    paise = sum(line.paise for line in lines) + dice.randrange(1_000)
    receipt = record_receipt(
        work, party=payer, dated_on=TODAY, amount_paise=max(paise, 1), mode="cash", allocate=None, today=TODAY
    )
    if not lines:
        return 0
    allocate(work, credit=receipt, party=payer, lines=lines, on=TODAY)
    return len(lines)


def survives(book: Book, folder: Path, questions: tuple[Any, ...]) -> Source:
    """Out, in, out again: the same bytes, and every figure and word; a second time in, here or there, is nothing."""
    data = written(book)
    file = read_source(data, "out.json")
    with a_book(folder, name="copy.bahi", company=None) as copy:
        assert take(copy, file).known == {}
        for question in (*questions, returns_of, printed):
            assert copy.read(question) == book.read(question)
        assert copy.verify().ok
        assert take(copy, file).is_empty
        assert written(copy) == data
    again = take(book, file)
    assert (again.new.keys() - {"unissued"}, again.changed) == (set(), {}), "only drafts are made anew"
    return file


def papers(book: Book, seed: int) -> tuple[Any, ...]:
    fill(book, seed)
    return (told, told_of_money)


def money(book: Book, seed: int) -> tuple[Any, ...]:
    busy_money.fill(book, seed, rounds=1)
    return (told_of_money,)


@settings(max_examples=2, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(seed=st.integers(0, 2**32), filled=st.sampled_from([papers, money]))
def test_a_book_of_merged_parties_survives_the_way_out_and_in(
    tmp_path_factory: pytest.TempPathFactory, seed: int, filled: Any
) -> None:
    folder = tmp_path_factory.mktemp("merged")
    with a_book(folder) as book:
        questions = filled(book, seed)
        becomes(book, seed)
        settles_alike(book, survives(book, folder, questions).file)


def test_one_settles_what_the_other_owed_though_they_were_parted_since(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        paid = {**RECEIPT, "party": "WALKIN", "deductions": []}
        del paid["allocations"]
        take(book, source(a_file(documents=[INVOICE], receipts=[paid])))
        lotus, walkin = (
            book.read(lambda read, code=code: party_by_code(read, code)) for code in ("LOTUS", "WALKIN")
        )
        assert lotus is not None
        assert walkin is not None
        book.write("Merge", lambda work: merge_parties(work, walkin, lotus))
        book.write("Settle", lambda work: settle_whole(work, walkin))
        in_tally = book.read(tally_file)
        assert b"Lotus Foods" in in_tally
        assert b"Cash customer" not in in_tally, "one account, one ledger"
        book.write("Part", lambda work: part_party(work, walkin))
        file = survives(book, tmp_path, (told,)).file
        assert [(each.code, each.into, each.parted) for each in file.merged_parties] == [
            ("WALKIN", "LOTUS", True)
        ]


def settle_whole(work: Work, payer: Id) -> None:
    """What the payer has on account goes to the first bill."""
    (credit,), (bill,) = (open_items(work.read, side=side) for side in ("credit", "due"))
    lines = [AllocationLine(bill.paper, min(credit.open_paise, bill.open_paise))]
    allocate(work, credit=credit.paper, party=payer, lines=lines, on=TODAY)


MERGED = {"code": "WALKIN", "into": "LOTUS"}


@pytest.mark.parametrize(
    ("key", "given", "code", "field"),
    [
        ("merged_parties", [{**MERGED, "into": "NOBODY"}], "UNKNOWN_PARTY", "merged_parties[0].into"),
        ("merged_items", [{"code": "NOTHING", "into": "PUMP"}], "UNKNOWN_ITEM", "merged_items[0].code"),
        ("merged_parties", [{**MERGED, "into": "WALKIN"}], "CYCLE", "merged_parties[0].into"),
        ("merged_parties", [MERGED, {"code": "LOTUS", "into": "WALKIN"}], "CYCLE", "merged_parties[1].into"),
        ("merged_parties", [MERGED, MERGED, {"code": "WALKIN", "into": "THIRD"}], "TAKEN", "merged_parties[2]"),
    ],
)  # fmt: skip
def test_what_cannot_be_merged_is_named(
    tmp_path: Path, key: str, given: list[dict[str, str]], code: str, field: str
) -> None:
    file = a_file(**{key: given})
    file["parties"] = [*file["parties"], {"code": "THIRD", "name": "Third"}]
    with a_book(tmp_path) as book, pytest.raises(RuleBroken) as caught:
        take(book, source(file))
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == (code, field)


@pytest.mark.parametrize(
    "given",
    [
        {"merged_parties": [{**MERGED, "into": "WALKIN"}]},
        {"merged_parties": [{**MERGED, "into": "NOBODY"}]},
        {"merged_items": [{"code": "NOTHING", "into": "PUMP"}, {"code": "PUMP", "into": "NOUGHT", "parted": True}]},
        {"merged_parties": [{**MERGED, "code": "NOBODY"}], "merged_items": [{"code": "PUMP", "into": "NOTHING"}]},
    ],
)  # fmt: skip
def test_a_preview_names_what_an_import_would_refuse(tmp_path: Path, given: dict[str, Any]) -> None:
    file = source(a_file(**given))
    with a_book(tmp_path) as book, pytest.raises(RuleBroken) as caught:
        take(book, file)
    assert {problem.file for problem in caught.value.problems} == {file.name}
    assert all(problem.line for problem in caught.value.problems)
    told = preview(file, lambda _document, _paise: "")["problems"]
    assert told == [as_json(problem) for problem in caught.value.problems]
    assert len(told) == sum(map(len, given.values()))


def test_a_preview_names_a_circle_and_what_became_two_as_an_import_does(tmp_path: Path) -> None:
    def named(kind: str) -> list[dict[str, str]]:
        first, second, third = (f"{kind}{n}" for n in range(3))
        pairs = (first, second), (second, third), (third, first), (first, third), (first, second)
        return [{"code": code, "into": into} for code, into in pairs]

    file = a_file(merged_parties=named("C"), merged_items=named("P"))
    file["parties"] = [*file["parties"], *({"code": f"C{n}", "name": f"Customer {n}"} for n in range(3))]
    pump = next(item for item in file["items"] if item["code"] == "PUMP")
    file["items"] = [*file["items"], *({**pump, "code": f"P{n}"} for n in range(3))]
    with a_book(tmp_path) as book, pytest.raises(RuleBroken) as caught:
        take(book, source(file))
    assert [(problem.code, problem.field) for problem in caught.value.problems] == [
        ("CYCLE", "merged_parties[2].into"), ("TAKEN", "merged_parties[3]"),
        ("CYCLE", "merged_items[2].into"), ("TAKEN", "merged_items[3]"),
    ]  # fmt: skip
    assert "P0 has become another one already" in caught.value.problems[3].message
    told = preview(source(file), lambda _document, _paise: "")["problems"]
    assert told == [as_json(problem) for problem in caught.value.problems]
