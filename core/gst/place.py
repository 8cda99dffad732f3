"""The place of supply of a sale, and whether it is inter-State.

Sources: IGST Act s. 7, 8, 10(1), 12(2) to (7); the order of the fallbacks is that of the interchange file. Which rule
of the Act applies is for the one who writes the paper to say: it depends on what is sold and how it moves.
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

BY_BUYER = ""
MOVEMENT = "movement"
THIRD_PERSON = "third_person"
PERFORMANCE = "performance"
PROPERTY = "property"
PLACE_RULES = {
    BY_BUYER: "s. 10(1), 12(2)",
    MOVEMENT: "s. 10(1)(a)",
    THIRD_PERSON: "s. 10(1)(b)",
    PERFORMANCE: "s. 12(4) - (7)",
    PROPERTY: "s. 12(3)",
}
"""How the place was chosen, each with its section of the IGST Act: by the buyer as far as the paper tells; where the
goods end their way; at the place of the buyer by whose word they go to another; where the service is performed; where
the land or building lies. The last two cannot be found: they are given."""

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
    rule: str = BY_BUYER,
) -> PlaceAnswer:
    """Gives the place of supply as given, or as the law finds it; codes are two digits. `rule` is of PLACE_RULES.

    By the buyer: overseas 96, unless the goods are shipped within India; unregistered: where they are shipped to;
    then the State of the GSTIN, then of the address. An unregistered buyer without any State: the supplier's, with a
    warning. By movement: where they are shipped to, else as by the buyer. By a third person: the buyer's own State
    wherever they go. By performance or property it must be given.
    """
    if rule not in PLACE_RULES:
        return PlaceAnswer(None, (), (_no_rule(rule),))
    assumed: tuple[str, ...] = ()
    shipped_to = _shipped_to(ship_to_state, ship_to_country)
    found = _by_rule(rule, kind, gstin, address_state, address_country, shipped_to)
    if given and found and rule in (MOVEMENT, THIRD_PERSON) and given != found:
        return PlaceAnswer(None, (), (_against_rule(given, found, rule),))
    if rule == THIRD_PERSON and kind is PartyKind.OVERSEAS and shipped_to not in (None, ABROAD):
        return PlaceAnswer(None, (), (_no_export(),))
    code = given or found
    if not code and kind is PartyKind.UNREGISTERED and rule not in (PERFORMANCE, PROPERTY):
        code, assumed = supplier_state, (POS_ASSUMED,)
    if not code:
        return PlaceAnswer(None, (), (_missing(),))
    state = Facts.in_force().state(code)
    if state is None or not state.is_place:
        return PlaceAnswer(None, (), (_unknown(code),))
    return PlaceAnswer(code, (*assumed, POS_RETIRED) if state.retired else assumed)


def is_inter_state(
    supplier_state: str, place: str, kind: PartyKind, *, supplier_in_sez: bool = False
) -> bool:
    """Says whether a supply is inter-State: the place is another State or abroad, or buyer or supplier is in a
    special economic zone (s. 7(5))."""
    return supplier_in_sez or kind is PartyKind.SEZ or place != supplier_state


def is_export(place: str, kind: PartyKind) -> bool:
    """Says whether a sale leaves India: an overseas buyer supplied at an Indian place is domestic."""
    return kind is PartyKind.OVERSEAS and place == ABROAD


def _by_rule(
    rule: str, kind: PartyKind, gstin: str, address_state: str, address_country: str, shipped_to: str | None
) -> str | None:
    if rule in (PERFORMANCE, PROPERTY):
        return None
    if rule == MOVEMENT and shipped_to:
        return shipped_to
    return _found(kind, gstin, address_state, address_country, None if rule == THIRD_PERSON else shipped_to)


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


def _no_rule(rule: str) -> Problem:
    message = _("“{rule}” is no rule for the place of supply").format(rule=rule[:20])
    return Problem("CHOICE", message, "place_rule")


def _against_rule(given: str, found: str, rule: str) -> Problem:
    return Problem(
        "PLACE_RULE",
        _("By the rule chosen (IGST Act, {section}) the place of supply is {found}, not {given}").format(
            section=PLACE_RULES[rule], found=found, given=given
        ),
        _FIELD,
        _("Leave the place of supply to the rule, or choose another rule"),
    )


def _no_export() -> Problem:
    return Problem(
        "PLACE_RULE",
        _("Goods that stay in India are no export, whoever orders them (IGST Act, s. 2(5))"),
        "place_rule",
        _("Choose the rule by which the goods' way decides"),
    )


def _unknown(code: str) -> Problem:
    return Problem(
        "PLACE_OF_SUPPLY",
        _("“{code}” is no place of supply").format(code=code[:20]),
        _FIELD,
        _("Give a State as two digits (01 to 38), 97 for other territory or 96 for abroad"),
    )
