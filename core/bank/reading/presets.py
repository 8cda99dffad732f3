"""The layouts that ship, as data: of the large Indian banks, and the words any bank may head a column with."""

import functools
import importlib.resources
from typing import NamedTuple

import msgspec

from core.bank.model import Layout

FIELDS = (
    "date",
    "value_date",
    "description",
    "reference",
    "withdrawal",
    "deposit",
    "amount",
    "sign",
    "balance",
)
_ENDINGS = ("inr", "inrs", "rs", "rupees")


class _Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    date: str
    description: str
    value_date: str = ""
    reference: str = ""
    withdrawal: str = ""
    deposit: str = ""
    amount: str = ""
    sign: str = ""
    balance: str = ""


class Bank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank: the key that an account's layout remembers, its name, how its IFSC begin, the headers of its files."""

    key: str
    name: str
    ifsc: str
    source: str
    layouts: tuple[_Columns, ...]


class _Shipped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note: str
    banks: tuple[Bank, ...]
    words: dict[str, tuple[str, ...]]


class Preset(NamedTuple):
    """One layout of a bank: the header of each field it has, bare."""

    bank: Bank
    headers: dict[str, str]


def bare(header: object) -> str:
    """A header as headers are compared: letters and digits alone, without the currency behind."""
    plain = "".join(letter for letter in str(header).lower() if letter.isalnum())
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) > len(ending):
            return plain[: -len(ending)].removesuffix("in")
    return plain


@functools.cache
def _shipped() -> _Shipped:
    data = importlib.resources.files("core.bank").joinpath("data/presets.json").read_bytes()
    return msgspec.json.decode(data, type=_Shipped)


def banks() -> tuple[Bank, ...]:
    """The banks whose layouts ship."""
    return _shipped().banks


@functools.cache
def presets() -> tuple[Preset, ...]:
    """Every layout of every bank."""
    found = []
    for bank in banks():
        for columns in bank.layouts:
            told = {field: bare(getattr(columns, field)) for field in FIELDS}
            found.append(Preset(bank, {field: header for field, header in told.items() if header}))
    return tuple(found)


@functools.cache
def field_of_header() -> dict[str, str]:
    """The field that a bare header means at any bank."""
    return {bare(word): field for field, words in _shipped().words.items() for word in words}


def headers_of(layout: Layout) -> dict[str, str]:
    """The bare header of each field that a remembered layout names."""
    named = {field: bare(getattr(layout, field)) for field in FIELDS}
    return {field: header for field, header in named.items() if header}
