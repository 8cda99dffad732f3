"""A number given to a paper."""

from typing import NamedTuple


class Number(NamedTuple):
    """The number as printed, and the series it is from."""

    series: str
    number: str
