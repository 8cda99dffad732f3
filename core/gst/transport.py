"""How goods move, as the portals want it told: the mode's code, what each mode needs, and the distance.

Sources: e-way bill codes and checks as kept by india-compliance (constants/e_waybill.py, transaction_data.py,
e_waybill.py); 1 to 100 km within one PIN code, and else up to a limit that has its dates (facts: days).
"""

import datetime as dt

import msgspec

from core.facts import Facts
from core.problems import Problem
from core.words import translate as _

MODES = {"road": 1, "rail": 2, "air": 3, "ship": 4}
VEHICLE_TYPES = ("R", "O")
SAME_PIN_MAX_KM = 100


class Way(msgspec.Struct, frozen=True):
    """Whether a transport can be told, its mode's code, and whether its particulars (Part B) go with it.

    With a transporter and nothing more Part A alone is made; the file then says road, and the transporter fills
    in the rest.
    """

    mode: int | None
    with_particulars: bool = False
    problems: tuple[Problem, ...] = ()


def way_of(mode: str, *, vehicle: str, doc_number: str, transporter_id: str) -> Way:
    """Judges a transport by its mode: road asks for a vehicle, rail and air for a document, ship for both."""
    if mode and mode not in MODES:
        message = _("“{mode}” is no way to move goods").format(mode=mode[:20])
        return Way(
            None, False, (Problem("MODE", message, "transport.mode", _("Choose road, rail, air or ship")),)
        )
    missing = tuple(_missing(mode, vehicle, doc_number))
    if not missing:
        return Way(MODES[mode], True)
    if transporter_id:
        return Way(MODES["road"])
    return Way(None, False, missing)


def vehicle_number(text: str, limit: int) -> str:
    """A vehicle's number as the portals take it: capitals and digits, nothing between, cut at the limit."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())[:limit]


def distance_max_km(facts: Facts, on: dt.date | None = None) -> int:
    """The most kilometres that the portal takes for a paper of a day, else as things stand now."""
    name = "ewaybill_distance_max_km"
    found = None if on is None else facts.find_days(name, on)
    return facts.days(name, dt.date.max) if found is None else found


def distance_sent(distance_km: int, *, same_pin: bool, most_km: int) -> int | None:
    """The kilometres that the file carries, None when the portal would refuse them; 0 lets the portal measure.

    Within one PIN code the portal measures nothing, so 0 becomes 1 there.
    """
    if not 0 <= distance_km <= (SAME_PIN_MAX_KM if same_pin else most_km):
        return None
    return max(distance_km, 1) if same_pin else distance_km


def _missing(mode: str, vehicle: str, doc_number: str) -> list[Problem]:
    if not mode:
        message = _("Neither a way to move the goods nor a transporter is named")
        return [Problem("MODE_MISSING", message, "transport.mode", _("Choose road, rail, air or ship"))]
    missing = []
    if mode in ("road", "ship") and not vehicle:
        message = _("By road and by ship the vehicle is named")
        missing.append(
            Problem(
                "VEHICLE_MISSING",
                message,
                "transport.vehicle",
                _("Enter the number of the vehicle or vessel"),
            )
        )
    if mode != "road" and not doc_number:
        message = _("By rail, air and ship the transport document is named")
        remedy = _("Enter the number of the railway receipt, airway bill or bill of lading")
        missing.append(Problem("TRANSPORT_DOCUMENT_MISSING", message, "transport.doc_number", remedy))
    return missing
