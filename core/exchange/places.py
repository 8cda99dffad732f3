"""Where things stand in a JSON text: the line of a path such as `documents[0].lines[1].price`.

Only asked for what is wrong. Each container is looked through once, so many problems cost little more than one.
"""

import re
from bisect import bisect_left
from functools import cached_property
from json import JSONDecoder

_BLANK = re.compile(r"[ \t\r\n]*")
_PART = re.compile(r"\[([0-9]+)\]|\.?([^.\[\]]+)")
_decoder = JSONDecoder(parse_int=str, parse_float=str)


class Places:
    """The places of one text, found as they are asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._members: dict[int, dict[str, int]] = {}
        self._elements: dict[int, list[int]] = {}

    def line(self, path: str) -> int | None:
        """The line, from 1, on which a path stands; of the nearest part that is there. None where none can be told."""
        if not path or not self._text:
            return None
        try:
            return bisect_left(self._breaks, self._position(path)) + 1
        except (ValueError, RecursionError, IndexError):
            return None

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self._text)]

    def _position(self, path: str) -> int:
        at = self._past_blank(0)
        for found in _PART.finditer(path):
            index, key = found.groups()
            if index is not None:
                elements = self._elements_at(at)
                inner = elements[int(index)] if int(index) < len(elements) else None
            else:
                inner = self._members_at(at).get(key)
            if inner is None:
                return at
            at = inner
        return at

    def _members_at(self, start: int) -> dict[str, int]:
        """Where the value of each key begins in the object at `start`."""
        if start not in self._members:
            members: dict[str, int] = {}
            if self._text[start] == "{":
                at = self._past_blank(start + 1)
                while self._text[at] != "}":
                    name, at = _decoder.raw_decode(self._text, at)
                    at = self._past_blank(self._past_blank(at) + 1)
                    members[name] = at
                    at = self._after_value(at)
            self._members[start] = members
        return self._members[start]

    def _elements_at(self, start: int) -> list[int]:
        """Where each element begins in the array at `start`."""
        if start not in self._elements:
            elements: list[int] = []
            if self._text[start] == "[":
                at = self._past_blank(start + 1)
                while self._text[at] != "]":
                    elements.append(at)
                    at = self._after_value(at)
            self._elements[start] = elements
        return self._elements[start]

    def _after_value(self, at: int) -> int:
        """What comes after the value at `at` and the comma behind it."""
        _value, at = _decoder.raw_decode(self._text, at)
        at = self._past_blank(at)
        return self._past_blank(at + 1) if self._text[at] == "," else at

    def _past_blank(self, at: int) -> int:
        found = _BLANK.match(self._text, at)
        return found.end() if found else at
