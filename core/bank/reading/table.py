"""The lines of a statement out of the rows under its header.

A row with a day is a line. Rows before the header and after the last line are looked through for balances and totals;
a row without a day adds to the description before it; what moves money and has no day is refused, never dropped.
"""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from core.bank.narration import reference_in
from core.bank.reading.columns import Columns, Header
from core.bank.reading.day_order import is_day_first
from core.bank.reading.figures import Figure, day, figure, is_serial, mark
from core.bank.reading.statement import (
    StatedLine,
    Statement,
    by_day,
    oldest_first,
    proved,
    refuse_foreign,
)
from core.bank.rules import TEXT_MAX
from core.errors import RuleBroken
from core.problems import Problem
from core.sheets.reading import Cell, Row
from core.words import money_text
from core.words import translate as _

PROBLEMS_MAX = 50
_CURRENCY_HEADS = frozenset({"currency", "curr", "ccy", "cur", "currencycode", "transactioncurrency"})
_CURRENCY = re.compile(
    r"\b(?:currency|ccy)\b\s*(?:code|type)?[^A-Za-z]*\b([A-Z]{3}|rupees?|rs)\b", re.IGNORECASE
)
_FIGURES = ("withdrawal", "deposit", "amount")
_OPENING = re.compile(r"\b(opening bal|brought forward|b/?f\b|balance b/?f)", re.IGNORECASE)
_CLOSING = re.compile(r"\b(closing bal|carried forward|c/?f\b)", re.IGNORECASE)
_BALANCE_ALONE = re.compile(
    r"\W*(?:(?:opening|closing) bal(?:ance)?|(?:balance )?(?:brought|carried) forward|(?:balance )?[bc]/?f)\W*",
    re.IGNORECASE,
)
_BALANCE = re.compile(r"\bbal(?:ance)?\b", re.IGNORECASE)
_TOTAL = re.compile(r"\b(total|totals|summary)\b", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"a(?:/c|ccount)\s*(?:no|num|number)?\b\s*\.?[^0-9A-Za-z]*([0-9Xx*]{6,20})(?![0-9A-Za-z])", re.IGNORECASE
)


def read_table(header: Header, name: str, *, day_first: bool | None) -> Statement:
    """The statement under a header. Raises `RuleBroken` naming line and field of all that cannot be read."""
    below = header.sheet.rows[header.at + 1 :]
    order = is_day_first(header, below, name, day_first=day_first)
    reader = _Reader(header, name, day_first=order)
    for row in below:
        reader.take(row)
    return reader.statement()


class _Reader:
    """Takes the rows of one table in, one by one."""

    def __init__(self, header: Header, name: str, *, day_first: bool) -> None:
        self._columns: Columns = header.columns
        self._head = [cell.lower() for cell in header.names]
        self._before = header.sheet.rows[: header.at]
        heads = ["".join(filter(str.isalpha, cell)) for cell in self._head]
        self._currency_at = next((at for at, head in enumerate(heads) if head in _CURRENCY_HEADS), None)
        self._after: list[Row] = []
        self._name = name
        self._day_first = day_first
        self._has_serials: bool | None = None
        self._lines: list[StatedLine] = []
        self._problems: list[Problem] = []
        self._findings: list[Problem] = []
        self._opening: int | None = None
        self._closing: int | None = None
        self._has_ended = False
        self._since_total = 0

    def take(self, row: Row) -> None:
        """Take one row in."""
        if not any(cell != "" for cell in row.cells) or len(self._problems) >= PROBLEMS_MAX:
            return
        if [str(cell).strip().lower() for cell in row.cells][: len(self._head)] == self._head:
            self._has_ended = False  # the header again, as pages repeat it
            return
        try:
            self._take(row)
        except RuleBroken as refused:
            self._problems += refused.problems

    def statement(self) -> Statement:
        """What was read. Raises `RuleBroken` with everything that was wrong, or when there is no line."""
        if self._problems:
            raise RuleBroken(self._problems)
        refuse_foreign(_currency(self._before), self._name)
        if not self._lines:
            raise RuleBroken([Problem("EMPTY", _("The statement holds no line."), "", "", self._name)])
        around = [*self._before, *self._after]
        opening = self._opening if self._opening is not None else _labelled(around, _OPENING)
        closing = self._closing if self._closing is not None else _labelled(around, _CLOSING)
        lines = oldest_first(self._lines)
        if not any(line.balance_paise is not None for line in lines) and opening is None:
            closing = None  # nothing to prove it by
        findings = [*proved(self._name, lines, opening, closing), *self._findings]
        bank = self._columns.bank[1]
        return Statement(
            self._name, by_day(lines), tuple(findings), _account(self._before), bank, opening, closing
        )

    def _take(self, row: Row) -> None:
        first = self._columns.cell(row, "date")
        on = self._day(first, row)
        label = " ".join(str(cell) for cell in row.cells if isinstance(cell, str))
        if on is not None:
            self._take_line(row, on)
        elif self._moves(row) and not self._has_ended and not _TOTAL.search(label):
            self._refuse_dateless(row, first, label)
        elif _TOTAL.search(label) and self._moves(row):
            self._check_total(row)
        elif first == "" and not self._has_ended and self._continues(row, label):
            self._lines[-1] = _longer(self._lines[-1], str(self._columns.cell(row, "description")))
        elif any(letter.isalpha() for letter in label) and self._lines:
            self._has_ended = True
        if on is None:
            self._after.append(row)

    def _day(self, cell: Cell, row: Row) -> dt.date | None:
        if self._has_serials is None and cell != "" and not _is_ruler(cell):
            self._has_serials = is_serial(cell)
        try:
            return day(
                cell, day_first=self._day_first, serial=bool(self._has_serials) and not self._has_ended
            )
        except ValueError:
            if self._moves(row) and _looks_dated(cell) and not self._has_ended:
                raise _wrong(
                    "DATE", _("This is no date of a bank statement: {text}."), cell, row, "date", self._name
                ) from None
            return None

    def _take_line(self, row: Row, on: dt.date) -> None:
        description = _text(self._columns.cell(row, "description"))
        balance = self._balance(row)
        paise = self._paise(row)
        self._has_ended = False
        if _BALANCE_ALONE.fullmatch(description):
            balance, paise = (paise if balance is None else balance), 0
        if paise == 0:
            if _OPENING.search(description):
                self._opening = balance if self._opening is None and not self._lines else self._opening
            elif _CLOSING.search(description):
                self._closing = balance
            elif not _BALANCE.search(description):
                self._findings.append(_moves_nothing(self._name, row, description))
            return
        self._refuse_foreign(row)
        value_on = self._value_day(row)
        stated = _text(self._columns.cell(row, "reference"))
        reference = reference_in(description) or reference_in(stated) or _own(stated)
        self._lines.append(
            StatedLine(on, paise, description[:TEXT_MAX], reference, value_on, balance, row.line)
        )

    def _refuse_foreign(self, row: Row) -> None:
        """A column of currencies must say rupees."""
        if self._currency_at is not None and self._currency_at < len(row.cells):
            refuse_foreign(str(row.cells[self._currency_at]), self._name, row.line)

    def _paise(self, row: Row) -> int:
        """What a row moves: in positive, out negative."""
        if "amount" in self._columns.places:
            return self._signed(row)
        inward, outward = self._figure(row, "deposit"), self._figure(row, "withdrawal")
        if inward and outward and inward.paise and outward.paise:
            message = _("Money in and money out stand on one line: {text}.")
            raise _wrong("BOTH", message, self._columns.cell(row, "deposit"), row, "deposit", self._name)
        return (inward.paise if inward else 0) - (outward.paise if outward else 0)

    def _signed(self, row: Row) -> int:
        found = self._figure(row, "amount")
        if found is None:
            return 0
        cell = self._columns.cell(row, "sign")
        try:
            way = mark(cell) or found.mark
        except ValueError:
            raise _wrong(
                "SIGN", _("This is neither Dr nor Cr: {text}."), cell, row, "sign", self._name
            ) from None
        if "sign" in self._columns.places and way == 0 and found.paise > 0:
            raise _wrong(
                "SIGN", _("Neither Dr nor Cr stands by this amount: {text}."), cell, row, "sign", self._name
            )
        return abs(found.paise) * way if way else found.paise

    def _figure(self, row: Row, field: str) -> Figure | None:
        cell = self._columns.cell(row, field)
        try:
            return figure(cell)
        except ValueError:
            raise _wrong("FIGURE", _("This is no amount: {text}."), cell, row, field, self._name) from None

    def _balance(self, row: Row) -> int | None:
        found = self._figure(row, "balance")
        if found is None:
            return None
        way = found.mark
        behind = self._columns.balance_sign
        if behind is not None and behind < len(row.cells):
            try:
                way = mark(row.cells[behind]) or way
            except ValueError:
                way = found.mark
        return -abs(found.paise) if way < 0 else found.paise

    def _value_day(self, row: Row) -> dt.date | None:
        cell = self._columns.cell(row, "value_date")
        try:
            return day(cell, day_first=self._day_first, serial=bool(self._has_serials))
        except ValueError:
            if str(cell).strip("- ") == "":
                return None
            raise _wrong(
                "DATE", _("This is no date of a bank statement: {text}."), cell, row, "value_date", self._name
            ) from None

    def _moves(self, row: Row) -> bool:
        """Whether an amount stands in a row, readable or not."""
        cells = [self._columns.cell(row, field) for field in _FIGURES if field in self._columns.places]
        return any(_is_figure(cell) for cell in cells)

    def _continues(self, row: Row, label: str) -> bool:
        text = _text(self._columns.cell(row, "description"))
        others = [cell for cell in row.cells if cell not in ("", text) and str(cell).strip()]
        is_label = _OPENING.search(label) or _CLOSING.search(label) or _TOTAL.search(label)
        return bool(self._lines and text and not others and not is_label)

    def _refuse_dateless(self, row: Row, first: Cell, label: str) -> None:
        if _OPENING.search(label) or _CLOSING.search(label):
            return
        if first != "" and not self._lines:
            raise _wrong(
                "DATE", _("This is no date of a bank statement: {text}."), first, row, "date", self._name
            )
        raise _wrong(
            "DATE", _("This line moves money and has no date: {text}."), label, row, "date", self._name
        )

    def _check_total(self, row: Row) -> None:
        """A total is that of all lines so far, or of those since the total before it (a page)."""
        for field, sign in (("deposit", 1), ("withdrawal", -1)):
            cell = self._columns.cell(row, field)
            if field not in self._columns.places or not _is_figure(cell):
                continue
            told = figure(cell)
            sums = [_sum(lines, sign) for lines in (self._lines, self._lines[self._since_total :])]
            if told is not None and abs(told.paise) not in sums:
                self._findings.append(_unlike_total(self._name, row, abs(told.paise), sums[0], field))
        self._since_total = len(self._lines)


def _sum(lines: Sequence[StatedLine], sign: int) -> int:
    return sum(abs(line.paise) for line in lines if line.paise * sign > 0)


def _text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}".removesuffix(".0")
    return cell.isoformat() if isinstance(cell, dt.date) else " ".join(cell.split())


def _own(stated: str) -> str:
    """A reference column's own text; noughts and dashes are none."""
    return stated if stated.strip("0-. ") else ""


def _longer(line: StatedLine, more: str) -> StatedLine:
    description = f"{line.description} {_text(more)}".strip()[:TEXT_MAX]
    return line._replace(description=description, reference=reference_in(description) or line.reference)


def _is_figure(cell: Cell) -> bool:
    try:
        return figure(cell) is not None
    except ValueError:
        return False


def _is_ruler(cell: Cell) -> bool:
    """A row of stars or dashes, drawn to part header and lines."""
    return isinstance(cell, str) and not any(letter.isalnum() for letter in cell)


def _looks_dated(cell: Cell) -> bool:
    return isinstance(cell, Decimal | dt.date) or bool(re.match(r"\s*[0-9]{1,4}[-/. ]", str(cell)))


def _labelled(rows: Sequence[Row], label: re.Pattern[str]) -> int | None:
    """The figure that stands beside a label, in its cell, or below it."""
    for at, row in enumerate(rows):
        for place, cell in enumerate(row.cells):
            if not isinstance(cell, str) or not label.search(cell):
                continue
            beside = [cell.rpartition(":")[2], *row.cells[place + 1 :]]
            below = rows[at + 1].cells[place : place + 1] if at + 1 < len(rows) else []
            told = next((text for text in (*beside, *below) if _is_figure(text)), None)
            found = figure(told) if told is not None else None
            if found is not None:
                return -abs(found.paise) if found.mark < 0 else found.paise
    return None


def _account(rows: Sequence[Row]) -> str:
    for row in rows:
        text = " ".join(_text(cell) for cell in row.cells if cell != "")
        if found := _ACCOUNT.search(text.replace("_", " ")):
            return found[1]
    return ""


def _currency(rows: Sequence[Row]) -> str:
    """The currency that the rows above the header name."""
    for row in rows:
        text = " ".join(_text(cell) for cell in row.cells if cell != "")
        if found := _CURRENCY.search(text):
            return found[1]
    return ""


def _moves_nothing(name: str, row: Row, description: str) -> Problem:
    message = _("This line has a date and no amount, and was left out: {text}.").format(text=description[:80])
    remedy = _("Look at the statement: a line without an amount may have lost it.")
    return Problem("NO_AMOUNT", message, "", remedy, name, row.line)


def _wrong(code: str, message: str, cell: Cell, row: Row, field: str, name: str) -> RuleBroken:
    return RuleBroken([Problem(code, message.format(text=str(cell)[:80]), field, "", name, row.line)])


def _unlike_total(name: str, row: Row, told: int, found: int, field: str) -> Problem:
    message = _("The statement's total is {stated}, its lines make {found}.").format(
        stated=money_text(told), found=money_text(found)
    )
    remedy = _("Lines are missing, or the file was edited. Download the statement again.")
    return Problem("TOTAL", message, field, remedy, name, row.line)
