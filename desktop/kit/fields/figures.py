"""Fields for figures and dates: they take what people type and show, when left, what was understood.

Blank is never zero: an empty field is None. What cannot be read stays as typed, with a sentence beside it.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from core.words import (
    WordsError,
    amount_text,
    date_text,
    parse_amount,
    parse_date,
    parse_price,
    parse_quantity,
    parse_rate,
    price_text,
    quantity_text,
    rate_text,
)
from core.words import translate as _
from desktop.kit.fields.base import Field, HintedEdit
from desktop.theme import font


class TypedField(Field):
    """A field that reads a value from text: `read` may raise WordsError, `write` shows a value."""

    def __init__(
        self,
        read: Callable[[str], Any],
        write: Callable[[Any], str],
        *,
        placeholder: str = "",
        rest: str = "",
    ) -> None:
        self._line = HintedEdit()
        super().__init__(self._line)
        self._line.setFont(font("body", tabular=True))
        self._read = read
        self._write = write
        self._rest = rest
        self._line.setPlaceholderText(placeholder)
        self._line.set_hint(rest)
        self._line.textEdited.connect(self._on_typed)
        self._line.focus_left.connect(self.settle)

    def value(self) -> Any:
        """The value; None when blank or unreadable (then `problem` says why)."""
        try:
            return self._read(self._line.text())
        except WordsError:
            return None

    def set_value(self, value: Any) -> None:
        """Show a value; None is blank."""
        self._line.setText("" if value is None else self._write(value))
        self._line.setCursorPosition(0)
        self._kept = value
        self._line.set_hint(self._resting(value))

    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not self._line.text().strip()

    def problem(self) -> str:
        """Why the text cannot be read."""
        try:
            self._read(self._line.text())
        except WordsError as error:
            return str(error)
        return ""

    def _on_typed(self, text: str) -> None:
        value = self.value()
        self._line.set_hint(self._understood(text, value))
        self.edited.emit(value)

    def settle(self) -> None:
        value = self.value()
        if value is not None:
            self._line.setText(self._write(value))
        self._line.set_hint(self._resting(value))
        super().settle()

    def _understood(self, text: str, value: Any) -> str:
        """What to show while typing: the result, where it reads differently from the text."""
        if value is None:
            return self._rest if not text.strip() else ""
        written = self._write(value)
        return self._rest if written == text.strip() else f"= {written}"

    def _resting(self, value: Any) -> str:
        return self._rest


class AmountField(TypedField):
    """An amount in rupees as integer paise: takes 1,25,000, 1.25l, 2cr, 10*125; shows 1,25,000.00."""

    def __init__(self, *, placeholder: str = "") -> None:
        super().__init__(parse_amount, amount_text, placeholder=placeholder, rest="₹")
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class PriceField(TypedField):
    """A unit price in rupees as integer ten-thousandths of a rupee."""

    def __init__(self, *, placeholder: str = "") -> None:
        super().__init__(parse_price, price_text, placeholder=placeholder, rest="₹")
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class QuantityField(TypedField):
    """A quantity as integer thousandths; `unit` stands quietly inside."""

    def __init__(self, *, placeholder: str = "", unit: str = "") -> None:
        super().__init__(parse_quantity, quantity_text, placeholder=placeholder, rest=unit)
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class RateField(TypedField):
    """A per cent as integer basis points: 18 or 18% is 1,800."""

    def __init__(self, *, placeholder: str = "") -> None:
        super().__init__(parse_rate, rate_text, placeholder=placeholder)
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class DateField(TypedField):
    """A date: takes 4, 4-5, 040526, t (today), +7; the weekday stands quietly beside it. Up and Down move."""

    def __init__(self, *, today: dt.date, placeholder: str = "") -> None:
        super().__init__(
            lambda text: parse_date(text, today=today),
            date_text,
            placeholder=placeholder or _("dd-mm-yyyy"),
        )
        self._today = today

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down move by a day; from blank they start at today."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
            if step is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _move(self, days: int) -> None:
        if self.problem():
            return
        day = self.value()
        moved = self._today if day is None else day + dt.timedelta(days=days)
        self._line.setText(date_text(moved))
        self._line.set_hint(self._resting(moved))
        self._line.selectAll()
        self.edited.emit(moved)

    def _understood(self, text: str, value: dt.date | None) -> str:
        if value is None:
            return ""
        written = date_text(value)
        day = _weekdays()[value.weekday()]
        return day if written == text.strip() else f"{written}  {day}"

    def _resting(self, value: dt.date | None) -> str:
        return "" if value is None else _weekdays()[value.weekday()]


def _weekdays() -> tuple[str, ...]:
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
