"""The place of supply of a sale, and whether it is inter-State.

Sources: IGST Act s. 7, 8, 10(1), 12(2); the order of the fallbacks is that of the interchange file.
"""

import msgspec

from core.facts import Facts
from core.gst.party_kind import PartyKind
from core.problems import Problem
from core.words import translate as _

ABROAD = "96"
INDIA = "IN"

POS_ASSUMED = "POS_ASSUMED"
"""Warning: an unregistered buyer gave no State, so the supplier's is taken (s. 10(1)(ca), 12(2))."""
POS_RETIRED = "POS_RETIRED"
"""Warning: the State's code is no longer in use."""

_FIELD = "place_of_supply"


class PlaceAnswer(msgspec.Struct, frozen=True):
    """The State code where the supply takes place, or None with what is wrong; and codes of warnings."""

    code: str | None
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def place_of_supply(
    *,
    given: str | None,
    kind: PartyKind,
    gstin: str,
    address_state: str,
    address_country: str,
    ship_to_state: str | None,
    ship_to_country: str | None,
    supplier_state: str,
) -> PlaceAnswer:
    """Gives the place of supply as given, or as the law finds it from the buyer; codes are two digits.

    Overseas buyers: 96, unless the goods are shipped within India. Unregistered: where they are shipped to.
    Then the State of the GSTIN, then of the address. An unregistered buyer without any State: the supplier's,
    with a warning.
    """
    assumed: tuple[str, ...] = ()
    code = given or _found(
        kind, gstin, address_state, address_country, _shipped_to(ship_to_state, ship_to_country)
    )
    if not code and kind is PartyKind.UNREGISTERED:
        code, assumed = supplier_state, (POS_ASSUMED,)
    if not code:
        return PlaceAnswer(None, (), (_missing(),))
    state = Facts.in_force().state(code)
    if state is None or not state.is_place:
        return PlaceAnswer(None, (), (_unknown(code),))
    return PlaceAnswer(code, (*assumed, POS_RETIRED) if state.retired else assumed)


def is_inter_state(supplier_state: str, place: str, kind: PartyKind) -> bool:
    """Says whether IGST is due: the place is another State or abroad, or the buyer a SEZ (s. 7(5))."""
    return kind is PartyKind.SEZ or place != supplier_state


def is_export(place: str, kind: PartyKind) -> bool:
    """Says whether a sale leaves India: an overseas buyer supplied at an Indian place is domestic."""
    return kind is PartyKind.OVERSEAS and place == ABROAD


def _found(
    kind: PartyKind, gstin: str, address_state: str, address_country: str, shipped_to: str | None
) -> str | None:
    if kind is PartyKind.OVERSEAS:
        return shipped_to or ABROAD
    if kind is PartyKind.UNREGISTERED and shipped_to:
        return shipped_to
    if gstin:
        return gstin[:2]
    return address_state or (ABROAD if address_country not in ("", INDIA) else None)


def _shipped_to(state: str | None, country: str | None) -> str | None:
    return ABROAD if country not in (None, "", INDIA) else state or None


def _missing() -> Problem:
    return Problem(
        "PLACE_OF_SUPPLY",
        _("The place of supply is not known: the buyer has neither GSTIN nor State"),
        _FIELD,
        _("Choose the place of supply, or fill in the State of the buyer's address"),
    )


def _unknown(code: str) -> Problem:
    return Problem(
        "PLACE_OF_SUPPLY",
        _("“{code}” is no place of supply").format(code=code[:20]),
        _FIELD,
        _("Give a State as two digits (01 to 38), 97 for other territory or 96 for abroad"),
    )
