"""A question that needs no book, and its answer."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from core.problems import Problem, as_json

Json = dict[str, Any]


class UnknownRole(ValueError):
    """Says that nobody is called so."""


class Asking(NamedTuple):
    """A question: the text given, where it stands, for whom and for which day it is asked.

    `key_folders` is where the user keeps the invoice portal's keys.
    """

    text: str
    on: dt.date
    role: str | None = None
    name: str = ""
    key_folders: tuple[Path, ...] = ()


class Checked(NamedTuple):
    """An answer, and whether what was asked about stands."""

    answer: Json
    accepted: bool


def checked(shown: Json, problems: Sequence[Problem], *, accepted: bool | None = None) -> Checked:
    """An answer with its problems; accepted when there are none, unless told."""
    answer = {**shown, "problems": [as_json(problem) for problem in problems]}
    return Checked(answer, not problems if accepted is None else accepted)
