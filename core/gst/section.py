"""Which section and table of GSTR-1 a line falls into, and the types that returns and e-invoice give a paper.

Sources: the GSTR-1 form and its offline tool; a consumer's inter-State paper is large strictly above the limit of its
day (facts: b2cl), and a note follows its original. A supply whose tax an operator pays (CGST Act, s. 9(5)) and a paper
that is no supply stand in no section of lines.
"""

import datetime as dt

import msgspec

from core.facts import Facts
from core.gst.party_kind import PartyKind
from core.gst.place import ABROAD, is_export

INVOICE = "INV"
SUPPLIES = frozenset({INVOICE, "CRN", "DBN"})
"""The types of paper that the sections report; challans, quotations and proformas are not among them."""
NONE = "none"
"""The section of what stands in no section."""
OPERATOR_PAYS = "9(5)"
"""The section of the CGST Act under which an electronic commerce operator pays the tax instead of the supplier."""
OPERATOR_COLLECTS = "52"
"""The section under which an operator collects tax at source from the supplier."""

_TABLES = {"b2cl": "5", "b2cs": "7", "exp": "6A", "cdnr": "9B", "cdnur": "9B", "nil": "8"}
_AMENDED_TABLES = {"b2ba": "9A", "b2cla": "9A", "expa": "9A", "cdnra": "9C", "cdnura": "9C"}
_BY_NUMBER = frozenset({"b2b", "b2cl", "exp", "cdnr", "cdnur"})
"""The sections that name each paper, so that a later one can take its place; the others only sum."""


class Sold(msgspec.Struct, frozen=True):
    """What of a paper decides its section. `original_value_paise` is of the document a note answers, if known.

    `ecommerce_section` is "52" or "9(5)" when an operator stood between; `is_amendment` says that it corrects a
    paper of a filed return, `is_commercial` that it is a credit note without tax, which is no matter of the returns.
    """

    type: str
    kind: str
    gstin: str
    place: str
    inter_state: bool
    dated_on: dt.date
    value_paise: int
    reverse_charge: bool = False
    with_payment: bool | None = None
    original_on: dt.date | None = None
    original_value_paise: int | None = None
    intra_igst: bool = False
    ecommerce_section: str = ""
    is_amendment: bool = False
    is_commercial: bool = False

    @property
    def is_export(self) -> bool:
        """Whether it leaves India."""
        return self.place == ABROAD and is_export(self.place, PartyKind(self.kind))

    @property
    def is_registered(self) -> bool:
        """Whether the buyer is known to the returns by a GSTIN."""
        return bool(self.gstin) and self.kind not in (PartyKind.UNREGISTERED, PartyKind.OVERSEAS)


def section_of(sold: Sold, treatment: str, facts: Facts) -> str:
    """The section of a line: b2b, b2cl, b2cs, exp, cdnr, cdnur, nil or none.

    An amendment of a paper that its section names goes to the section's twin: b2ba, b2cla, expa, cdnra, cdnura.
    """
    if sold.type not in SUPPLIES or sold.is_commercial or sold.ecommerce_section == OPERATOR_PAYS:
        return NONE
    section = _plain_section(sold, treatment, facts)
    return f"{section}a" if sold.is_amendment and section in _BY_NUMBER else section


def _plain_section(sold: Sold, treatment: str, facts: Facts) -> str:
    if sold.is_export:
        return "exp" if sold.type == INVOICE else "cdnur"
    if treatment != "taxable":
        return "nil"
    if sold.is_registered:
        return "b2b" if sold.type == INVOICE else "cdnr"
    if not sold.inter_state or not _is_large(sold, facts):
        return "b2cs"
    return "b2cl" if sold.type == INVOICE else "cdnur"


def table_of(sold: Sold, section: str) -> str:
    """The table of the form: 4A, 4B, 5, 6A, 6B, 6C, 7, 8, 9A, 9B, 9C; 14 under s. 9(5); else empty."""
    if section == NONE:
        is_reported = sold.type in SUPPLIES and not sold.is_commercial
        return "14" if is_reported and sold.ecommerce_section == OPERATOR_PAYS else ""
    if section != "b2b":
        return _TABLES.get(section) or _AMENDED_TABLES.get(section, "")
    if sold.kind == PartyKind.SEZ:
        return "6B"
    if sold.kind == PartyKind.DEEMED_EXPORT:
        return "6C"
    return "4B" if sold.reverse_charge else "4A"


def invoice_type(sold: Sold, section: str) -> str | None:
    """The portal's inv_typ of a registered buyer's paper: R, SEWP, SEWOP, DE, or CBW for IGST inside the State."""
    if section not in ("b2b", "cdnr", "b2ba", "cdnra"):
        return None
    if sold.kind == PartyKind.SEZ:
        return "SEWOP" if sold.with_payment is False else "SEWP"
    if sold.kind == PartyKind.DEEMED_EXPORT:
        return "DE"
    return "CBW" if sold.intra_igst else "R"


def export_type(sold: Sold) -> str | None:
    """The portal's exp_typ: WPAY or WOPAY."""
    if not sold.is_export:
        return None
    return "WOPAY" if sold.with_payment is False else "WPAY"


def supply_type(sold: Sold) -> str | None:
    """The e-invoice's SupTyp; None where no e-invoice is made."""
    if sold.type not in SUPPLIES or sold.is_commercial:
        return None
    if sold.is_export:
        return "EXPWOP" if sold.with_payment is False else "EXPWP"
    if sold.kind == PartyKind.SEZ:
        return "SEZWOP" if sold.with_payment is False else "SEZWP"
    if sold.kind == PartyKind.DEEMED_EXPORT:
        return "DEXP"
    return "B2B" if sold.is_registered else None


def _is_large(sold: Sold, facts: Facts) -> bool:
    """Whether a consumer's inter-State paper, or the one it answers, is above the limit of its day."""
    if sold.value_paise > facts.limit("b2cl", sold.original_on or sold.dated_on):
        return True
    original = sold.original_value_paise
    return original is not None and original > facts.limit("b2cl", sold.original_on or sold.dated_on)
