"""Files changed at random are settled or refused with their place, and never make the program stumble."""

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import RuleBroken
from core.exchange.importing import import_files
from core.exchange.ledger_files import bills_in, ledger_file
from core.exchange.preview import preview
from core.exchange.report import TriedOut
from core.exchange.tables import read_table
from core.problems import Problem
from tests.core.books import a_book
from tests.core.exchange.samples import (
    INVOICE,
    LOTUS,
    NOTE,
    PUMP_LINE,
    RECEIPT,
    RECEIVABLES,
    WALKIN,
    Json,
    a_file,
    source,
)

VALUES: list[Any] = [
    "", "0", "-1", "1e9", "1e999999", "NaN", "99999999999999", "0.005", "x" * 500, None, True, [], {}, "2026-02-28",
    "1899-01-01", "9999-12-31", "overseas", "sez", "CRN", "DBN", "96", "00", "29", "\0", "😀", 12, 0.1, -5, 10**20,
    "WALKIN", "NI/26-27/0042", "nil", "DE", "QTN", "CHL", "9(5)", "2026-13", "२९AAKCN5519Q1ZK", "INR", "third_person",
    "composition", "quarterly", {"number": "NI/26-27/0042", "date": "2026-05-04"},
]  # fmt: skip
KEYS = [
    "with_payment",
    "reverse_charge",
    "category",
    "discount",
    "applicable_percent",
    "buyer_gstin",
    "treatment",
    "amends",
    "ecommerce",
    "intra_igst",
    "place_rule",
    "supplied_on",
    "filing",
    "composition",
    "type",
]
CONTRACT = {
    "code": "C1", "title": "Plant", "party": "LOTUS", "value": "100000",
    "milestones": [{"title": "Design", "amount": "5209", "certified": {"on": "2026-05-01"},
                    "billed": {"number": "NI/26-27/0042", "date": "2026-05-04"}}],
}  # fmt: skip
REMINDER = {
    "number": "RM/1", "date": "2026-06-10", "party": "LOTUS", "step": 1, "tone": "gentle", "title": "x",
    "lines": [{"document": "NI/26-27/0042", "date": "2026-05-04", "due_date": "2026-06-03", "amount": "6087",
               "open": "6087", "days_late": 7, "step": 1}],
    "total": "6087",
}  # fmt: skip
RHINE = {
    "code": "RHINE",
    "name": "Rhine GmbH",
    "kind": "overseas",
    "address": {"state_code": "96", "country": "DE"},
}
EXPORT = {
    "type": "INV", "number": "X-1", "date": "2026-05-06", "party": "RHINE", "with_payment": False, "lines": [PUMP_LINE],
    "shipping_bill": {"port": "INMAA1", "number": "7896542", "date": "2026-05-09"},
    "foreign": {"currency": "EUR", "rate": "98.1"},
}  # fmt: skip
CHALLAN = {
    "type": "CHL", "number": "H-1", "date": "2026-05-07", "party": "LOTUS", "purpose": "job_work", "lines": [PUMP_LINE],
    "dispatch_from": {"state_code": "29", "city": "Hosur", "pincode": "560001"},
    "transport": {"mode": "road", "vehicle": "KA01AB1234", "distance_km": 350, "transporter_id": "29AAKCN5519Q1ZK"},
}  # fmt: skip
BY_OPERATOR = {
    **INVOICE, "number": "E-1", "totals": None, "source": {"type": "CHL", "number": "H-1", "date": "2026-05-07"},
    "ecommerce": {"gstin": "29AABCF8078M1C8", "section": "52"},
}  # fmt: skip
AMENDED = {
    **INVOICE, "number": "NI/26-27/0052", "date": "2026-06-02", "due_date": None, "totals": None,
    "amends": {"number": "NI/26-27/0042", "date": "2026-05-04"},
}  # fmt: skip
ADVANCE = {
    "number": "NI/RV/1", "date": "2026-05-19", "party": "LOTUS", "place_of_supply": "33", "amount": "23600",
    "gst_rate": "18", "cess": "0", "adjusted": [{"document": "X-9", "date": "2026-06-02", "amount": "11800"}],
}  # fmt: skip
BACK = {
    "number": "NI/RF/1", "date": "2026-06-19", "party": "LOTUS", "amount": "1180", "reason": "less work",
    "voucher": {"number": "NI/RV/1", "date": "2026-05-19"},
}  # fmt: skip
OF_GST: Json = {
    "advances": [ADVANCE], "refunds": [BACK], "filed": ["2026-05"],
    "drafts": [{"type": "INV", "number": "NI/9", "date": "2026-05-05"}],
    "period_amendments": [{"section": "b2cs", "period": "2026-04", "place_of_supply": "29", "gst_rate": "18",
                           "taxable": "100", "cess": "1", "applicable_percent": "65", "reported_in": "2026-06"}],
    "returns": [{"form": "GSTR3B", "period": "2026-04", "filed_on": "2026-05-20", "arn": "AA1",
                 "sums": [{"section": "b2b", "count": 1, "taxable": "10"}], "digest": "00ff"}],
    "gaps": [{"type": "INV", "year": 2026, "number": "NI/7", "words": "torn"}],
    "eway_bills": [{"type": "INV", "number": "NI/26-27/0042", "date": "2026-05-04", "bill_number": "123456789012",
                    "made_at": "2026-05-04T10:00:00"}],
}  # fmt: skip
WHOLE = a_file(
    documents=[INVOICE, NOTE, EXPORT, CHALLAN, BY_OPERATOR, AMENDED], receipts=[RECEIPT], contracts=[CONTRACT],
    reminders=[REMINDER], parties=[LOTUS, WALKIN, RHINE], **OF_GST,
    opening=[{"number": "O1", "date": "2026-01-01", "party": "LOTUS", "amount": "10"}],
    cancelled=[{"type": "INV", "number": "Z", "date": "2026-05-05"}],
    unissued=[{key: value for key, value in INVOICE.items() if key != "number"}],
)  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in members:
        yield from paths(inner, (*path, key))


def changed(dice: random.Random) -> Json:
    file = copy.deepcopy(WHOLE)
    for _turn in range(dice.randint(1, 3)):
        path = dice.choice(list(paths(file)))
        holder: Any = file
        for key in path[:-1]:
            holder = holder[key]
        what = dice.random()
        if what < 0.75:
            holder[path[-1]] = copy.deepcopy(dice.choice(VALUES))
        elif what < 0.85:
            del holder[path[-1]]
        elif isinstance(holder, dict):
            holder[dice.choice(KEYS)] = copy.deepcopy(dice.choice(VALUES))
    return file


@pytest.mark.slow
def test_a_file_changed_at_random_is_settled_or_refused_with_its_place(tmp_path: Path) -> None:
    dice = random.Random(20_261_121)
    settled = refused = 0
    homeless: list[Problem] = []
    with a_book(tmp_path) as book:
        for _turn in range(400):
            try:
                read = source(changed(dice))
            except RuleBroken:
                refused += 1
                continue
            preview(read, lambda _document, _paise: "", period=dice.choice((None, "2026-05", "2026-06")))
            try:
                book.write("Try", lambda work, read=read: import_files(work, [read], dry_run=True))
            except TriedOut:
                settled += 1
            except RuleBroken as found:
                refused += 1
                homeless += [problem for problem in found.problems if not problem.file or not problem.line]
    assert homeless == []
    assert settled > 20
    assert refused > 100


def test_the_whole_file_itself_is_good(tmp_path: Path) -> None:
    found = preview(source(WHOLE), lambda _document, _paise: "")
    assert found["problems"] == []
    with a_book(tmp_path) as book:
        report = book.write("Import", lambda work: import_files(work, [source(WHOLE)]))
        assert {"documents", "advances", "refunds", "drafts", "returns", "period_amendments", "gaps"} <= set(
            report.new
        )
        assert book.verify().ok
        again = book.write("Import", lambda work: import_files(work, [source(WHOLE)]))
        assert again.is_empty


BY_NAME: dict[str, tuple[Json, str, str]] = {
    "Cyrillic letters in a GSTIN": (
        {"parties": [{**LOTUS, "gstin": "33ААFСL2204B1ZD"}]}, "FORMAT", "parties[0].gstin",
    ),
    "an O for a nought in a GSTIN": (
        {"parties": [{**LOTUS, "gstin": "33AAFCL22O4B1ZD"}]}, "FORMAT", "parties[0].gstin",
    ),
    "a GSTIN of no State": ({"parties": [{**LOTUS, "gstin": "47AAFCL2204B1ZD"}]}, "STATE_CODE", "parties[0].gstin"),
    "a buyer's number of another script on the paper": (
        {"documents": [{**INVOICE, "buyer_gstin": "३३AAFCL2204B1ZD"}]}, "FORMAT", "documents[0].buyer_gstin",
    ),
    "a rate above all": (
        {"documents": [{**INVOICE, "totals": None, "lines": [{**PUMP_LINE, "gst_rate": "101"}]}]},
        "LINE", "documents[0].lines[0].gst_rate",
    ),
    "a rate below nought": (
        {"documents": [{**INVOICE, "totals": None, "lines": [{**PUMP_LINE, "gst_rate": "-18"}]}]},
        "LINE", "documents[0].lines[0].gst_rate",
    ),
    "a cess above all": (
        {"documents": [{**INVOICE, "totals": None, "lines": [{**PUMP_LINE, "cess_pct": "1001"}]}]},
        "LINE", "documents[0].lines[0].cess_pct",
    ),
    "a buyer without the number its kind asks for": (
        {"documents": [{**INVOICE, "party": "WALKIN", "category": "registered"}]},
        "GSTIN_REQUIRED", "documents[0].category",
    ),
    "an operator's number mistyped": (
        {"documents": [{**INVOICE, "totals": None, "ecommerce": {"gstin": "29AABCF8078M1C9"}}]},
        "CHECK_DIGIT", "documents[0].ecommerce.gstin",
    ),
    "a day before GST": (
        {"documents": [{**INVOICE, "date": "2017-06-30", "due_date": None}]}, "RANGE", "documents[0].date",
    ),
    "a rate of exchange of nought": (
        {"parties": [RHINE], "documents": [{**EXPORT, "foreign": {"currency": "EUR", "rate": "0"}}]},
        "RANGE", "documents[0].foreign.rate",
    ),
    "a currency that is none": (
        {"parties": [RHINE], "documents": [{**EXPORT, "foreign": {"currency": "XQX", "rate": "1"}}]},
        "CURRENCY", "documents[0].foreign.currency",
    ),
    "half a shipping bill": (
        {"parties": [RHINE], "documents": [{**EXPORT, "shipping_bill": {"port": "INMAA1", "number": "7896542"}}]},
        "REQUIRED", "documents[0].shipping_bill.date",
    ),
    "IGST at home without reverse charge": (
        {"documents": [{**INVOICE, "totals": None, "intra_igst": True}]}, "CHOICE", "documents[0].intra_igst",
    ),
    "ten thousand lines": (
        {"documents": [{**INVOICE, "totals": None, "lines": [PUMP_LINE] * 10_000}]}, "TOO_MANY", "documents[0].lines",
    ),
    "one wrong line among many": (
        {"documents": [{**INVOICE, "totals": None, "lines": [PUMP_LINE] * 400 + [{**PUMP_LINE, "price": "x"}]}]},
        "SHAPE", "documents[0].lines[400].price",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "code", "field"), BY_NAME.values(), ids=BY_NAME.keys())
def test_bad_input_is_named_and_nothing_is_half_done(
    tmp_path: Path, keys: Json, code: str, field: str
) -> None:
    with a_book(tmp_path) as book:
        with pytest.raises(RuleBroken) as caught:
            book.write("Import", lambda work: import_files(work, [source(a_file(**keys))]))
        told = [(problem.code, problem.field, problem.line) for problem in caught.value.problems]
        assert any(found.startswith(code) and field in place and line for found, place, line in told), told
        assert book.read(lambda read: read.exec_driver_sql("SELECT count(*) FROM parties").scalar()) == 0
        try:
            answer = preview(source(a_file(**keys)), lambda _document, _paise: "")
        except RuleBroken:
            return
        assert any(field in problem["field"] for problem in answer["problems"])


def test_a_table_changed_at_random_is_read_or_refused() -> None:
    dice = random.Random(20_261_121)
    whole = b"\n".join(RECEIVABLES.read_bytes().splitlines()[:30])
    parts = [b'"', b"\0", b",,,", b"\r", b"\n\n", b"\xff\xfe", b";", b"\t", b"9" * 50, b"=cmd()"]
    outcomes = set()
    homeless: list[Problem] = []
    for _turn in range(400):
        data = bytearray(whole)
        for _time in range(dice.randint(1, 4)):
            at = dice.randrange(len(data))
            if dice.random() < 0.5:
                data[at] = dice.randrange(256)
            else:
                data[at:at] = dice.choice(parts)
        try:
            bills_in(ledger_file(read_table(bytes(data), "old.csv"), {}))
            outcomes.add("read")
        except RuleBroken as found:
            outcomes.add("refused")
            homeless += [problem for problem in found.problems if problem.file != "old.csv"]
    assert homeless == []
    assert outcomes == {"read", "refused"}
