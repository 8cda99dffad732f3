"""Why a paper bears the tax it bears, in one line with the sections of the law that say so. Pure.

Sources: IGST Act s. 7, 8 (inter- and intra-State), 10 to 13 (place), 16 (zero rating), 5(3) and CGST Act s. 9(3)
(reverse charge); CGST Rules, 55 (challans).
"""

from collections.abc import Iterator

from core.gst.party_kind import PartyKind
from core.gst.place import is_export
from core.gst.section import OPERATOR_PAYS
from core.invoicing.model import Document
from core.invoicing.papers import CHALLAN, is_commercial
from core.invoicing.rules import tax_reason
from core.words import translate as _

_SERVICE = "99"


def why(document: Document) -> str:
    """The reason with its sections; a reason that names its section itself stands as it is."""
    text, law = tax_reason(document), _law(document)
    return _("{reason} [{law}]").format(reason=text, law=law) if law else text


def _law(document: Document) -> str:
    if document.type == CHALLAN:
        return _("CGST Rules, 55")
    by_operator = document.ecommerce is not None and document.ecommerce.section == OPERATOR_PAYS
    if document.opening or document.seller.composition or by_operator or is_commercial(document):
        return ""
    text = _("IGST Act, s. {sections}").format(sections=", ".join(_sections(document)))
    if document.reverse_charge and document.supply == "INTRA":
        return _("{law}; CGST Act, s. 9(3)").format(law=text)
    return text


def _sections(document: Document) -> Iterator[str]:
    services = {line.hsn.startswith(_SERVICE) for line in document.lines} or {False}
    goods, served = False in services, True in services
    kind = document.buyer.kind
    if is_export(document.place_of_supply, PartyKind(kind)):
        yield "7(5)(a)"
        yield from ["11(b)"] * goods + ["13(2)"] * served + ["16(1)(a)"]
        return
    if kind == PartyKind.SEZ:
        yield from ("7(5)(b)", "16(1)(b)")
    elif document.supply == "INTER":
        yield from ["7(1)"] * goods + ["7(3)"] * served
    else:
        yield from ["8(1)"] * goods + ["8(2)"] * served
    if not document.place_rule:
        yield from ["10(1)"] * goods + ["12(2)"] * served
    if document.reverse_charge and document.supply == "INTER":
        yield "5(3)"
