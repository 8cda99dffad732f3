"""Which PIN codes lie in which State, by their first three digits, as the portals hold an address against its State.

Source: the e-invoice portal's master codes (PIN code ranges by State), as kept by india-compliance
(constants/__init__.py, STATE_PINCODE_MAPPING). They name no ranges for Andhra Pradesh's two codes, Telangana, Ladakh
and other territory as we have them; any PIN passes there.
"""

_RANGES: dict[str, tuple[tuple[int, int], ...]] = {
    "01": ((180, 194),),
    "02": ((171, 177),),
    "03": ((140, 160),),
    "04": ((140, 140), (160, 160)),
    "05": ((244, 263),),
    "06": ((121, 136),),
    "07": ((110, 110),),
    "08": ((301, 345),),
    "09": ((201, 285),),
    "10": ((800, 855),),
    "11": ((737, 737),),
    "12": ((790, 792),),
    "13": ((797, 798),),
    "14": ((795, 795),),
    "15": ((796, 796),),
    "16": ((799, 799),),
    "17": ((793, 794),),
    "18": ((781, 788),),
    "19": ((700, 743),),
    "20": ((813, 835),),
    "21": ((751, 770),),
    "22": ((490, 497),),
    "23": ((450, 488),),
    "24": ((360, 396),),
    "26": ((362, 362), (396, 396)),
    "27": ((400, 445),),
    "29": ((560, 591),),
    "30": ((403, 403),),
    "31": ((682, 682),),
    "32": ((670, 695),),
    "33": ((600, 643),),
    "34": ((533, 533), (605, 605), (607, 607), (609, 609), (673, 673)),
    "35": ((744, 744),),
}


def lies_in(pin: str, state: str) -> bool:
    """Whether a PIN code of six digits may lie in a State; a State whose ranges are not known has any."""
    first = int(pin[:3])
    return state not in _RANGES or any(low <= first <= high for low, high in _RANGES[state])
