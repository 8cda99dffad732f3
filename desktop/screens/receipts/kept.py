"""What is being typed into a receipt or an advance, kept in the draft journal until it is recorded or given up.

Free of Qt.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import msgspec

from core.book import journal
from core.ids import Id
from core.words import translate as _
from desktop.ports import Choice, Desk, Reader, Work
from desktop.screens.receipts.values import Values

PLACE = "receipt/new"
ADVANCE_PLACE = "advance/new"

T = TypeVar("T", bound=msgspec.Struct)
_PLAIN = (
    "dated_on", "amount", "reference", "tds", "other", "note", "cheque_number", "cheque_on", "cheque_bank",
    "foreign_amount", "foreign_rate",
)  # fmt: skip
_CHOICES = ("mode", "tds_code", "other_kind")


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What the form holds, with the bills settled by hand (document → paise); None: they follow the sum."""

    party: Id | None = None
    party_name: str = ""
    dated_on: dt.date | None = None
    amount: int | None = None
    mode: str | None = None
    reference: str = ""
    tds_code: str | None = None
    tds: int | None = None
    other_kind: str | None = None
    other: int | None = None
    note: str = ""
    cheque_number: str = ""
    cheque_on: dt.date | None = None
    cheque_bank: str = ""
    foreign_amount: int | None = None
    foreign_rate: int | None = None
    by_hand: dict[Id, int] | None = None

    def values(self) -> dict[str, object]:
        """The values as the form takes them, the party first."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__[2:-1]}
        return {"party": Choice(self.party, self.party_name) if self.party else None, **plain}


def typed_of(values: Values, by_hand: dict[Id, int] | None) -> Typed:
    """What stands in the form now."""
    party = values["party"]
    plain = {name: values[name] for name in _PLAIN}
    chosen: dict[str, Any] = {name: None if values[name] is None else values[name].value for name in _CHOICES}
    named: dict[str, Any] = {} if party is None else {"party": party.value, "party_name": party.text}
    return Typed(**named, **plain, **chosen, by_hand=by_hand)


class TypedAdvance(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of an advance holds; `place` is a State's code chosen by hand, None where it follows the party."""

    party: Id | None = None
    party_name: str = ""
    dated_on: dt.date | None = None
    amount: int | None = None
    purpose: str | None = None
    rate: int | None = None
    cess: int | None = None
    place: str | None = None
    mode: str | None = None
    reference: str = ""
    description: str = ""
    note: str = ""

    def values(self) -> dict[str, object]:
        """The values as the form takes them, the party first."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__[2:]}
        return {"party": Choice(self.party, self.party_name) if self.party else None, **plain}


def typed_advance_of(values: Values, place: str | None) -> TypedAdvance:
    """What stands in the form of an advance now."""
    party = values["party"]
    plain = {
        name: values[name]
        for name in ("dated_on", "amount", "rate", "cess", "reference", "description", "note")
    }
    chosen: dict[str, Any] = {
        name: None if values[name] is None else values[name].value for name in ("purpose", "mode")
    }
    named: dict[str, Any] = {} if party is None else {"party": party.value, "party_name": party.text}
    return TypedAdvance(**named, **plain, **chosen, place=place)


def kept_entry(reader: Reader) -> Typed | None:
    """What was typed into a receipt before and neither recorded nor given up."""
    return _kept(reader, PLACE, Typed)


def kept_advance(reader: Reader) -> TypedAdvance | None:
    """What was typed into an advance before and neither recorded nor given up."""
    return _kept(reader, ADVANCE_PLACE, TypedAdvance)


def _kept(reader: Reader, place: str, shape: type[T]) -> T | None:
    raw = journal.recall(reader, place)
    if raw is None:
        return None
    try:
        return msgspec.msgpack.decode(raw, type=shape)
    except msgspec.DecodeError:  # typed in another version: a receipt half typed is not worth a refusal
        return None


def recorded(command: Callable[[Work], Id], place: str, work: Work) -> Id:
    """Record, and let what was typed go in the same Work."""
    record = command(work)
    journal.let_go(work, place)
    return record


class Keeper:
    """Keeps the newest of what is typed: one write under way at a time, so that none waits for the other."""

    def __init__(self, desk: Desk, place: str) -> None:
        self._desk = desk
        self._place = place
        self._newest: msgspec.Struct | None = None
        self._is_under_way = False
        self._is_over = False

    def keep(self, typed: msgspec.Struct) -> None:
        """This stands in the form now."""
        self._newest = typed
        if not self._is_under_way:
            self._write()

    def end(self) -> None:
        """It is recorded: keep no more."""
        self._is_over = True

    def give_up(self) -> None:
        """It is given up: let it go."""
        self.end()
        self._desk.runner.write(_("Typing"), partial(journal.let_go, place=self._place))

    def _write(self) -> None:
        if self._newest is None or self._is_over:
            return
        value, self._newest = msgspec.msgpack.encode(self._newest), None
        self._is_under_way = True
        command = partial(journal.keep, place=self._place, value=value, at_us=self._desk.clock.now_us())
        self._desk.runner.write(
            _("Typing"), command, lambda _none: self._written(), lambda _error: self._written()
        )

    def _written(self) -> None:
        self._is_under_way = False
        self._write()
