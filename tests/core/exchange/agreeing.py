"""Whether an answer says what a published case expects."""

from decimal import Decimal, InvalidOperation
from typing import Any

NOT_COMPARED = {"num", "desc"}


def figure(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def agrees(expected: Any, actual: Any, *, but: frozenset[str] = frozenset()) -> bool:
    """Whether all that is expected is there; a missing number is nought, lists are in any order."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            agrees(value, actual.get(key), but=but)
            for key, value in expected.items()
            if key not in NOT_COMPARED | but
        )
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(actual) != len(expected):
            return False
        left = list(actual)
        for value in expected:
            found = next((each for each in left if agrees(value, each, but=but)), None)
            if found is None:
                return False
            left.remove(found)
        return True
    wanted = figure(expected)
    if wanted is not None and not (isinstance(expected, str) and isinstance(actual, str)):
        given = Decimal() if actual is None else figure(actual)
        return given is not None and abs(wanted - given) <= Decimal("0.005")
    return bool(expected == actual)
