"""Form 26AS, Form 168 and the GST portal's list of TDS credits, out of the files that the portals give.

The official text has parts between lines such as "PART-I - Details of Tax Deducted at Source"; in each a row for the
deductor and under it a row for each payment. A workbook may have the same, or every row whole; columns are found by
their headers. Only Part I (Part A before) is tax deducted from us by those who pay us. Nothing is guessed: what
cannot be read is a Problem that names the file, the line and the field.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from core.fiscal import financial_year, quarter
from core.money import MoneyError, paise
from core.problems import Problem
from core.tds.columns import DETAIL, GST_COLUMNS, Columns, columns_of, facts_of
from core.tds.grid import Cell, Row, rows_of
from core.tds.model import STATUSES, Seen
from core.tds.rules import GST, GST_CODE, GSTIN, TAN, bare
from core.words import translate as _

PROBLEMS_MAX = 200
_PART = re.compile(r"PART(?:\s*[-–:]+\s*|\s+)([IVX]+|[A-H][0-9]?)\b", re.IGNORECASE)
_UNSURE = "U"
_READ = frozenset({"I", "A"})
_MONTHS_SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = dict(zip(_MONTHS_SHORT, range(1, 13), strict=True))
_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2}|[A-Za-z]{3,9})[-/. ]([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_PERIOD = re.compile(r"([0-9]{2}|[A-Za-z]{3,9})[-/ ]?([0-9]{4})")


class FormRead(NamedTuple):
    """What a file says: its lines, what is wrong with it, and what it says of itself ("" or None where it does not)."""

    lines: list[Seen]
    problems: list[Problem]
    form: str = ""
    pan: str = ""
    year: int | None = None
    made_on: dt.date | None = None


def read_26as(data: bytes, name: str) -> FormRead:
    """Read a form; with problems none of it is to be kept. Raises `RuleBroken` for a file that cannot be read whole."""
    reader = _Reader(name)
    for row in rows_of(data, name):
        reader.take(row)
        if len(reader.problems) > PROBLEMS_MAX:
            break
    return reader.answer()


class _Reader:
    """Goes down the rows and remembers where it is: which part, whose payments, what the columns are."""

    def __init__(self, name: str) -> None:
        self.problems: list[Problem] = []
        self._name = name
        self._rows: list[Seen] = []
        self._facts: dict[str, str] = {}
        self._asked: Columns = {}
        self._deductors: Columns = {}
        self._details: Columns = {}
        self._deductor: tuple[str, str] | None = None
        self._is_read = True
        self._is_known = False

    def take(self, row: Row) -> None:
        """The next row."""
        first = next((cell for cell in row.cells if cell != ""), "")
        part = _PART.match(first) if isinstance(first, str) else None
        if part is not None and not self._is_whose(row):
            self._is_read, self._is_known = part.group(1).upper() in _READ, True
            self._deductors, self._details, self._deductor = {}, {}, None
            return
        if self._heard(row.cells) or not self._is_read:
            return
        found = columns_of(row.cells)
        if found:
            self._take_header(found)
        elif self._deductors and TAN.fullmatch(self._text(row, self._deductors, "tan")):
            self._deductor = (
                self._text(row, self._deductors, "tan"), self._text(row, self._deductors, "name")
            )  # fmt: skip
            if self._deductors.keys() >= DETAIL:
                self._take_line(row, self._deductors)
        elif self._details and _date(self._cell(row, self._details, "paid_on")) is not None:
            self._take_line(row, self._details)
        elif self._looks_like_deductor(row):
            self._deductor = None
            self._problem(row, "tan", "TAN", _("A TAN has four letters, five digits and a letter."))
        elif self._details and len([cell for cell in row.cells if cell != ""]) > 2:
            self._take_line(row, self._details)

    def _is_whose(self, row: Row) -> bool:
        """Whether a row is of a deductor or a payment, whatever its first words are: firms are called Part A Foods."""
        texts = [cell.strip().upper() for cell in row.cells if isinstance(cell, str)]
        return any(map(TAN.fullmatch, texts)) or any(map(GSTIN.fullmatch, texts)) or (
            self._details != {} and _date(self._cell(row, self._details, "paid_on")) is not None
        )  # fmt: skip

    def answer(self) -> FormRead:
        """Everything that was read."""
        form = self._form()
        if not self._is_known and not self.problems:
            message = _("This is no Form 26AS, Form 168 or list of GST-TDS: none of their columns was found.")
            self.problems.append(
                Problem("FORM", message, "", _("Choose the file as the portal gave it."), self._name)
            )
        made_on = _date(self._facts.get("made_on", ""))
        seen: Counter[tuple[Any, ...]] = Counter()
        lines = []
        for line in self._rows:
            key = (line.tan, bare(line.code), line.paid_on, line.paid_paise, line.deducted_paise)
            seen[key] += 1
            kept = form if line.form != GST else GST
            lines.append(replace(line, form=kept, nth=seen[key], seen_on=made_on))
        told = self._facts.get("year", "")[:4]
        year = int(told) if told.isdigit() else None
        return FormRead(lines, self.problems, form, self._facts.get("pan", ""), year, made_on)

    def _form(self) -> str:
        if self._rows and all(line.form == GST for line in self._rows):
            return GST
        year = self._facts.get("year", "")
        newest = max((line.year for line in self._rows), default=0)
        is_new = int(year[:4]) >= 2026 if year[:4].isdigit() else newest >= 2026
        return "168" if is_new else "26AS"

    def _heard(self, cells: Sequence[Cell]) -> bool:
        """Whether the row says something of the form itself, or answers what the row above asked."""
        if self._asked:
            for name, at in self._asked.items():
                if at < len(cells) and cells[at] != "":
                    self._facts.setdefault(name, str(cells[at]))
            self._asked = {}
            return True
        if self._is_known:
            return False
        told, self._asked = facts_of(cells)
        self._facts = {**told, **self._facts}
        return bool(told or self._asked)

    def _take_header(self, found: Columns) -> None:
        self._is_known = True
        if "tan" in found or "gstin" in found:
            self._deductors = found
            if "gstin" in found:
                self._details = found
        else:
            self._details = found

    def _looks_like_deductor(self, row: Row) -> bool:
        """A row that has a serial number, a name and something in the place of the TAN, but no TAN."""
        if not self._deductors or "gstin" in self._deductors:
            return False
        first = str(row.cells[0]).partition(".")[0] if row.cells else ""
        if self._deductors.keys() >= DETAIL and _date(self._cell(row, self._deductors, "paid_on")):
            return True
        return first.isdigit() and bool(self._text(row, self._deductors, "name"))

    def _take_line(self, row: Row, columns: Columns) -> None:
        before = len(self.problems)
        line = self._gst_line(row, columns) if columns.keys() >= GST_COLUMNS else self._line(row, columns)
        if line is not None and len(self.problems) == before:
            self._rows.append(line)

    def _line(self, row: Row, columns: Columns) -> Seen | None:
        code = self._text(row, columns, "code")
        if self._deductor is None or (not code and not self._text(row, columns, "paid_on")):
            return None
        paid_on = self._day(row, columns, "paid_on", _("The date of the transaction"))
        booked = self._text(row, columns, "booked_on")
        booked_on = (
            self._day(row, columns, "booked_on", _("The date of booking")) if booked.strip("-") else None
        )
        # A form that has no such column does not say that a line is final: it counts as not matched yet.
        status = self._text(row, columns, "status").upper()[:1] if "status" in columns else _UNSURE
        if not code:
            self._problem(row, "code", "CODE", _("The section or payment code is missing."))
        if status not in STATUSES:
            self._problem(row, "status", "STATUS", _("The status of booking is F, U, P, O or Z."))
        deducted = self._amount(row, columns, "deducted", _("The tax deducted"))
        paid = self._amount(row, columns, "paid", _("The amount paid or credited"))
        deposited = deducted
        if "deposited" in columns:
            deposited = self._amount(row, columns, "deposited", _("The tax deposited"))
        if paid_on is None:
            return None
        tan, name = self._deductor
        return Seen(
            "26AS", tan, name, bare(code), financial_year(paid_on), quarter(paid_on), paid_on, paid, deducted,
            deposited, status, booked_on, 1, self._name,
        )  # fmt: skip

    def _gst_line(self, row: Row, columns: Columns) -> Seen | None:
        """A month's credit of one deductor; the heads of tax add up to what was deducted."""
        gstin = self._text(row, columns, "gstin").upper()
        if not gstin or not any(letter.isdigit() for letter in gstin):
            return None  # the line of totals
        if not GSTIN.fullmatch(gstin):
            self._problem(row, "gstin", "GSTIN", _("A GSTIN has fifteen letters and digits."))
        month = _month(self._cell(row, columns, "period"))
        if month is None:
            self._problem(row, "period", "DATE", _("The month of the return is not read."))
            return None
        deducted = 0
        for head in ("igst", "cgst", "sgst"):
            if head in columns:
                deducted += self._amount(row, columns, head, _("The tax deducted"), blank=True)
        paid = self._amount(row, columns, "paid", _("The taxable value")) if "paid" in columns else 0
        return Seen(
            GST, gstin, self._text(row, columns, "name"), GST_CODE, financial_year(month), quarter(month), month,
            paid, deducted, deducted, "F", None, 1, self._name,
        )  # fmt: skip

    def _cell(self, row: Row, columns: Columns, field: str) -> Cell:
        at = columns.get(field)
        return row.cells[at] if at is not None and at < len(row.cells) else ""

    def _text(self, row: Row, columns: Columns, field: str) -> str:
        return str(self._cell(row, columns, field)).strip()

    def _day(self, row: Row, columns: Columns, field: str, what: str) -> dt.date | None:
        found = _date(self._cell(row, columns, field))
        if found is None:
            self._problem(row, field, "DATE", _("{what} is not read.").format(what=what))
        return found

    def _amount(self, row: Row, columns: Columns, field: str, what: str, *, blank: bool = False) -> int:
        text = self._text(row, columns, field)
        if blank and text in ("", "-"):
            return 0
        try:
            return _paise(text)
        except MoneyError:
            self._problem(row, field, "AMOUNT", _("{what} is no amount.").format(what=what))
            return 0

    def _problem(self, row: Row, field: str, code: str, message: str) -> None:
        self.problems.append(Problem(code, message, field, "", self._name, row.line))


def _paise(text: str) -> int:
    plain = re.sub(r"(?i)^rs\.?|[₹,\s]", "", text.strip())
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    return paise(plain)


def _date(cell: Cell) -> dt.date | None:
    """A day as the portals write it: 31-Mar-2026, 31-03-2026, 31/03/2026, 2026-03-31; a workbook's own date."""
    if isinstance(cell, dt.date):
        return cell
    text = cell.strip()
    iso, day = _ISO.match(text), _DAY.match(text)
    try:
        if iso is not None:
            return dt.date(*(int(part) for part in iso.groups()))
        if day is not None:
            return dt.date(int(day.group(3)), _month_number(day.group(2)), int(day.group(1)))
    except ValueError:
        return None
    return None


def _month(cell: Cell) -> dt.date | None:
    """The last day of a month written 092026, Sep-2026 or September 2026."""
    if isinstance(cell, dt.date):
        return _last_of(cell.year, cell.month)
    found = _PERIOD.fullmatch(cell.strip())
    try:
        return None if found is None else _last_of(int(found.group(2)), _month_number(found.group(1)))
    except ValueError:
        return None


def _last_of(year: int, month: int) -> dt.date:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)


def _month_number(text: str) -> int:
    number = int(text) if text.isdigit() else _MONTHS.get(text[:3].casefold(), 0)
    if not 1 <= number <= 12:
        raise ValueError(text)
    return number
