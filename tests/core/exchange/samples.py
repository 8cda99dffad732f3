"""Interchange files for tests: a small company's, and ways to change it."""

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

from core.book import Book
from core.exchange.importing import import_files
from core.exchange.reading import Source, read_source
from core.exchange.report import Report

Json = dict[str, Any]

COMPANY: Json = {
    "legal_name": "Nandi Instruments Private Limited",
    "trade_name": "Nandi Instruments",
    "gstin": "29AAKCN5519Q1ZK",
    "address": {"line1": "14 Residency Road", "city": "Bengaluru", "state_code": "29", "pincode": "560025"},
    "upi_id": "nandi@okbank",
}
LOTUS: Json = {
    "code": "LOTUS",
    "name": "Lotus Foods",
    "kind": "registered",
    "gstin": "33AAFCL2204B1ZD",
    "address": {"line1": "7 Mount Road", "city": "Chennai", "state_code": "33", "pincode": "600002"},
    "terms_days": 30,
}
WALKIN: Json = {
    "code": "WALKIN",
    "name": "Cash customer",
    "kind": "unregistered",
    "address": {"state_code": "29"},
}
PUMP: Json = {"code": "PUMP", "name": "Dosing pump", "hsn": "84138190", "price": "1250.00", "gst_rate": "18"}
PUMP_LINE: Json = {
    "item": "PUMP",
    "description": "Dosing pump",
    "hsn": "84138190",
    "quantity": "4",
    "unit": "NOS",
    "price": "1250.00",
    "discount_pct": "5",
    "gst_rate": "18",
}
GLOVES_LINE: Json = {
    "description": "Cotton gloves", "hsn": "61169200", "quantity": "12", "unit": "PRS", "price": "38.25",
    "gst_rate": "5",
}  # fmt: skip
INVOICE: Json = {
    "type": "INV",
    "number": "NI/26-27/0042",
    "date": "2026-05-04",
    "due_date": "2026-06-03",
    "party": "LOTUS",
    "place_of_supply": "33",
    "rounding": "rupee",
    "lines": [PUMP_LINE, GLOVES_LINE],
    "totals": {"taxable": "5209.00", "invoice_value": "6087.00"},
}
NOTE: Json = {
    "type": "CRN",
    "number": "NI/CN/0007",
    "date": "2026-05-25",
    "party": "LOTUS",
    "original": {"number": "NI/26-27/0042", "date": "2026-05-04"},
    "reason": "return",
    "lines": [{**PUMP_LINE, "quantity": "1"}],
}
RECEIPT: Json = {
    "number": "NI/RC/0009",
    "date": "2026-06-05",
    "party": "LOTUS",
    "mode": "neft",
    "reference": "UTR123",
    "amount": "5983.00",
    "deductions": [{"kind": "tds", "code": "1024", "amount": "104.00"}],
    "allocations": [{"document": "NI/26-27/0042", "amount": "6087.00"}],
}


def a_file(**keys: Any) -> Json:
    """The company with its parties and items, and what is given; nothing is shared with other files."""
    whole = {"format": "bahi/1", "company": COMPANY, "parties": [LOTUS, WALKIN], "items": [PUMP], **keys}
    return copy.deepcopy(whole)


def source(file: Json | str, name: str = "sample.json") -> Source:
    """The file as read from disk, indented so that lines can be told."""
    text = file if isinstance(file, str) else json.dumps(file, indent=1)
    return read_source(text.encode(), name)


def take(book: Book, file: Json, *, dry_run: bool = False) -> Report:
    """Import a file."""
    return book.write("Import", lambda work: import_files(work, [source(file)], dry_run=dry_run))


def on(text: str) -> dt.date:
    """A date."""
    return dt.date.fromisoformat(text)


RECEIVABLES = Path(__file__).parents[2] / "data" / "receivables_2012.csv"
