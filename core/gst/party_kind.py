"""How a buyer stands under GST: what decides the place of supply, the tax and the section of the returns.

The words are those of the interchange file and of every record that holds a kind.
"""

import enum


class PartyKind(enum.StrEnum):
    """The kind of a party; a document may override it."""

    REGISTERED = "registered"
    COMPOSITION = "composition"
    UNREGISTERED = "unregistered"
    SEZ = "sez"
    DEEMED_EXPORT = "deemed_export"
    OVERSEAS = "overseas"
    UIN = "uin"
    GOVERNMENT = "government"
