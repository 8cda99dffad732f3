"""Which column of a ledger file means what, and in which order its dates are written.

A clear match of the header is taken; anything else is refused with the headers seen. Dates are ISO or
day-month-year, unless the file itself proves month-day-year; what stays ambiguous is refused.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.errors import RuleBroken
from core.exchange.tables import Cell, Row, Table
from core.problems import Problem
from core.words import translate as _

REQUIRED = ("customer", "number", "date", "amount")
DATES = ("date", "due_date", "settled_on")
FIELDS = (*REQUIRED, "due_date", "disputed", "settled_on")
ORDER = "dates"
"""Not a column: `--map dates=dd-mm-yyyy` says how dates are written."""

_MEANT = {
    "customer": "customer customername customercode customerid party partyname partycode client clientname "
    "buyer buyername debtor debtorname accountname billto particulars",
    "number": "number invoicenumber invoiceno invoiceid invoice billnumber billno bill refno reference docno "
    "documentnumber documentno voucherno vchno",
    "date": "date invoicedate billdate docdate documentdate voucherdate vchdate issuedate issuedon",
    "due_date": "duedate due dueon duebydate dueby paymentdue paymentduedate",
    "amount": "amount invoiceamount billamount value invoicevalue total invoicetotal grandtotal amountrs "
    "amountinr totalamount",
    "disputed": "disputed dispute isdisputed indispute contested",
    "settled_on": "settledon settleddate settled settlementdate paidon paiddate datepaid paymentdate clearedon "
    "cleareddate receiptdate dateofpayment",
}  # fmt: skip
_FIELD_OF = {word: field for field, words in _MEANT.items() for word in words.split()}

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.]+Z?)?")
_NUMBERS = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})[-/.]([0-9]{4})(?: [0-9:.]+)?")
_NAMED = re.compile(r"([0-9]{1,2})[-/. ]([A-Za-z]{3,9})[-/., ]+([0-9]{4}|[0-9]{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDERS = {"dd-mm-yyyy": True, "mm-dd-yyyy": False}


class Columns(NamedTuple):
    """Where each field stands, whether days come first, and the headers that nothing was made of."""

    places: Mapping[str, int]
    day_first: bool
    ignored: tuple[str, ...]

    def cell(self, row: Row, field: str) -> Cell:
        """A field's cell in a row; blank where the row or the column has none."""
        place = self.places.get(field)
        return row.cells[place] if place is not None and place < len(row.cells) else ""


def match_columns(table: Table, given: Mapping[str, str]) -> Columns:
    """The columns of a table, by what is given and then by its header. Raises `RuleBroken`."""
    places = _given_places(table, given)
    taken = set(places.values())
    matched: dict[str, list[int]] = {}
    for place, header in enumerate(table.header):
        field = _FIELD_OF.get(_bare(header))
        if field is not None and field not in places and place not in taken:
            matched.setdefault(field, []).append(place)
    unclear = [field for field, found in matched.items() if len(found) > 1]
    places |= {field: found[0] for field, found in matched.items() if len(found) == 1}
    missing = [field for field in REQUIRED if field not in places]
    if unclear or missing:
        raise RuleBroken([_unmatched(table, field) for field in (*missing, *unclear)])
    used = set(places.values())
    ignored = tuple(h for n, h in enumerate(table.header) if n not in used and h)
    order = given.get(ORDER)
    day_first = _ORDERS[order] if order else _day_first(table, places)
    return Columns(places, day_first, ignored)


def read_date(cell: Cell, *, day_first: bool) -> dt.date | None:
    """The date in a cell, None in a blank one; ValueError when it is none."""
    if isinstance(cell, dt.date):
        return cell
    if not cell:
        return None
    if iso := _ISO.fullmatch(cell):
        year, month, day = (int(part) for part in iso.groups())
        return dt.date(year, month, day)
    if numbers := _NUMBERS.fullmatch(cell):
        first, second = int(numbers[1]), int(numbers[3])
        day, month = (first, second) if day_first else (second, first)
        return dt.date(int(numbers[4]), month, day)
    if named := _NAMED.fullmatch(cell):
        year = int(named[3]) + (2000 if len(named[3]) == 2 else 0)
        return dt.date(year, _MONTHS.index(named[2][:3].lower()) + 1, int(named[1]))
    raise ValueError(cell)


def _given_places(table: Table, given: Mapping[str, str]) -> dict[str, int]:
    places = {}
    headers = {_bare(header): place for place, header in reversed(list(enumerate(table.header)))}
    for field, header in given.items():
        if field == ORDER:
            if header not in _ORDERS:
                message = _("Dates are written dd-mm-yyyy or mm-dd-yyyy.")
                raise RuleBroken([Problem("MAP", message, ORDER, "", table.name)])
            continue
        name = field if field in FIELDS else _FIELD_OF.get(_bare(field))
        if name is None:
            message = _("{field} is no field of a ledger file.").format(field=field)
            remedy = _("The fields are: {fields}.").format(fields=", ".join((*FIELDS, ORDER)))
            raise RuleBroken([Problem("MAP", message, field, remedy, table.name)])
        if _bare(header) not in headers:
            raise RuleBroken([_no_header(table, name, header)])
        places[name] = headers[_bare(header)]
    return places


def _day_first(table: Table, places: Mapping[str, int]) -> bool:
    """Whether days come before months: by each column's own proof, else by its neighbours', else by habit."""
    proofs: dict[str, set[bool]] = {}
    unproved = ""
    for field in DATES:
        if field not in places:
            continue
        told, slashed = _proof(table.rows, places[field])
        proofs[field] = told
        if len(told) == 2:
            raise RuleBroken([_ambiguous(table, places[field], field)])
        if slashed and not told:
            unproved = unproved or field
    known = set().union(*proofs.values())
    if len(known) == 2 or (unproved and not known):
        field = unproved or next(iter(proofs))
        raise RuleBroken([_ambiguous(table, places[field], field)])
    return known != {False}


def _proof(rows: Sequence[Row], place: int) -> tuple[set[bool], bool]:
    """What a column proves of its order (True: day first), and whether it is written with slashes."""
    told: set[bool] = set()
    slashed = False
    for row in rows:
        cell = row.cells[place] if place < len(row.cells) else ""
        if not isinstance(cell, str) or not (found := _NUMBERS.fullmatch(cell)):
            continue
        first, second = int(found[1]), int(found[3])
        slashed = slashed or (found[2] == "/" and first != second)
        if first > 12:
            told.add(True)
        elif second > 12:
            told.add(False)
    return told, slashed


def _bare(header: str) -> str:
    return "".join(letter for letter in header.lower() if letter.isalnum())


def _unmatched(table: Table, field: str) -> Problem:
    return Problem(
        "COLUMN",
        _("No column is clearly the {field}. The headers are: {headers}.").format(
            field=field, headers=", ".join(table.header)
        ),
        field,
        _("Say which it is with --map {field}=HEADER.").format(field=field),
        table.name,
        1,
    )


def _no_header(table: Table, field: str, header: str) -> Problem:
    message = _("There is no column {header}. The headers are: {headers}.").format(
        header=header, headers=", ".join(table.header)
    )
    return Problem("COLUMN", message, field, "", table.name, 1)


def _ambiguous(table: Table, place: int, field: str) -> Problem:
    return Problem(
        "DATE_ORDER",
        _("In the column {header} day and month cannot be told apart.").format(header=table.header[place]),
        field,
        _("Say how dates are written with --map dates=dd-mm-yyyy or --map dates=mm-dd-yyyy."),
        table.name,
        1,
    )
