"""Which column of a form is which, by its header, and what a form says of itself above them. Pure."""

import re
from collections.abc import Sequence

from core.tds.grid import Cell

Columns = dict[str, int]
"""Where each field stands in a row."""

DETAIL = frozenset({"code", "paid_on", "deducted"})
GST_COLUMNS = frozenset({"gstin", "period"})

_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gstin", ("gstin",)),
    ("name", ("nameofdeductor", "nameofthedeductor", "deductorname", "tradename", "legalname")),
    ("tan", ("tan", "tanofdeductor", "tanofthedeductor", "deductortan", "tanofdeductorcollector")),
    ("code", ("section", "paymentcode", "sectioncode", "sectionpaymentcode", "paymentcodesection")),
    ("booked_on", ("dateofbooking", "bookingdate")),
    ("paid_on", ("transactiondate", "dateoftransaction", "dateofpayment", "paymentdate", "dateofpaymentcredit")),
    ("period", ("month", "period", "returnperiod", "taxperiod", "monthyear")),
    ("status", ("statusofbooking", "bookingstatus", "status")),
    ("paid", ("amountpaidcredited", "totalamountpaidcredited", "amountpaid", "taxablevalue", "taxableamount")),
    ("deducted", ("taxdeducted", "totaltaxdeducted", "tdsdeducted", "totaltdsdeducted")),
    ("deposited", ("tdsdeposited", "totaltdsdeposited", "taxdeposited")),
    ("igst", ("igst", "integratedtax")),
    ("cgst", ("cgst", "centraltax")),
    ("sgst", ("sgst", "sgstutgst", "stateuttax", "statetax")),
)  # fmt: skip
_BEGIN_ONLY = frozenset({"gstin", "name", "paid", "igst", "cgst", "sgst"})
"""Fields whose headers go on after these words ("GSTIN of Deductor", "IGST amount")."""

_FACTS = (
    ("made_on", "filecreationdate"),
    ("pan", "permanentaccountnumber"),
    ("year", "financialyear"),
    ("year", "taxyear"),
)
_VALUES = {
    "made_on": re.compile(r"[0-9]{1,2}[-/][0-9A-Za-z]{2,9}[-/][0-9]{4}.*|[0-9]{4}-[0-9]{2}-[0-9]{2}.*"),
    "pan": re.compile(r"[A-Z]{5}[0-9]{4}[A-Z]"),
    "year": re.compile(r"[0-9]{4}\s*-\s*[0-9]{2,4}"),
}


def columns_of(cells: Sequence[Cell]) -> Columns:
    """The fields of a header row; empty when the row is none."""
    found: Columns = {}
    for at, cell in enumerate(cells):
        field = _field(_letters(cell))
        if field and field not in found:
            found[field] = at
    names = found.keys()
    is_header = (
        names >= DETAIL or names >= GST_COLUMNS or ("tan" in names and ("name" in names or "paid" in names))
    )
    return found if is_header else {}


def facts_of(cells: Sequence[Cell]) -> tuple[dict[str, str], Columns]:
    """What the row tells of the form (a label with its value beside it), and what it asks the next row to tell."""
    told: dict[str, str] = {}
    asked: Columns = {}
    for at, cell in enumerate(cells):
        label = _letters(cell)
        field = next((field for field, begin in _FACTS if label.startswith(begin)), "")
        if not field:
            continue
        beside = str(cells[at + 1]).strip() if at + 1 < len(cells) else ""
        if _VALUES[field].fullmatch(beside):
            told[field] = beside
        else:
            asked[field] = at
    return told, {} if told else asked


def _field(header: str) -> str:
    for field, words in _NAMES:
        if header in words or (field in _BEGIN_ONLY and any(header.startswith(word) for word in words)):
            return field
    return ""


def _letters(cell: Cell) -> str:
    """A header without its blanks, points and (Rs.)."""
    text = re.sub(r"\(\s*(rs|inr|₹)[^)]*\)", "", str(cell).casefold())
    return "".join(letter for letter in text if letter.isalnum())
