"""Which records a write touched: what every commit ends in."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from core.ids import Id


class Touched(NamedTuple):
    """The label of the write and, by feature, the records it touched. `origin` is local or sync."""

    label: str
    records: Mapping[str, frozenset[Id]]
    origin: Literal["local", "sync"] = "local"
