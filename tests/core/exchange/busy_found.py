"""What a busy book has that a deed can be done to, drawn by the dice; where there is none the deed is left out."""

import random
from collections.abc import Sequence
from typing import Any

from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.model import Document
from core.invoicing.papers import is_interest
from core.invoicing.queries import documents_page
from core.ledger.model import OpenItem
from core.ledger.queries import open_items
from core.receipts.queries import ReceiptRow, paybacks_of, receipts_page
from core.store.work import Work
from core.tds.model import Seen


def nothing() -> list[Any]:
    raise RuleBroken([])


def stands(work: Work, record: Id) -> bool:
    stand = work.standing.stand(record)
    return stand is not None and stand.stands


def issued_invoice(work: Work, dice: random.Random) -> tuple[Id, Document]:
    rows = [
        row for row in documents_page(work.read, limit=200).rows if row.type == "INV" and stands(work, row.id)
    ]
    row = dice.choice(rows or nothing())
    paper = work.paper(row.id)
    assert not is_interest(paper)
    return row.id, paper


def first_line(paper: Document) -> Sequence[Any]:
    from core.invoicing.settling import draft_of

    return draft_of(paper).lines[:1]


def a_receipt(work: Work, dice: random.Random, modes: tuple[str, ...]) -> ReceiptRow:
    rows = [
        row for row in receipts_page(work.read, limit=300).rows if row.mode in modes and stands(work, row.id)
    ]
    return dice.choice(rows or nothing())


def an_open_item(work: Work, dice: random.Random, side: str, types: tuple[str, ...]) -> OpenItem:
    items = [item for item in open_items(work.read, side=side) if item.type in types]
    return dice.choice(items or nothing())


def a_payback(work: Work, dice: random.Random) -> Id:
    given = [
        row[0] for row in work.read.exec_driver_sql("SELECT DISTINCT credit FROM paybacks ORDER BY credit")
    ]
    rows = [row.id for credit in given for row in paybacks_of(work.read, credit) if stands(work, row.id)]
    return dice.choice(rows or nothing())


def credits_seen(work: Work) -> list[tuple[Id, Seen]]:
    rows = work.read.exec_driver_sql("SELECT id FROM tds_seen ORDER BY id").fetchall()
    return [(row[0], work.paper(row[0])) for row in rows]
