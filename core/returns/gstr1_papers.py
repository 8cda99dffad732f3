"""The sections of GSTR-1 that name each paper: b2b, b2cl, exp, cdnr, cdnur and their amendments.

One item a rate (`num` is the rate times 100, plus 1). Amounts are positive, a note's `ntty` carries the sign; under
reverse charge `val` leaves the tax out and the items show it; SEWOP and WOPAY keep the rate at tax 0. Shapes:
GSTN's returns offline tool, V3.2.4.
"""

from collections.abc import Callable, Sequence

from core.gst.section import export_type, invoice_type
from core.invoicing.model import Document, Original
from core.returns.gstr1_parts import Head, Part
from core.returns.portal import Json, amount, day, rate

REDUCED_BP = 6_500
"""The one applicable per cent that a file names; its mark is 0.65."""
NOTE_TYPES = {"CRN": "C", "DBN": "D"}

Entry = Callable[[Part, Sequence[Head]], Json]
Group = tuple[str, Callable[[Part], str], str]
"""What papers stand under: its key, its value for a part, and the key of the papers."""


def paper_sections(parts: Sequence[Part]) -> dict[str, list[Json]]:
    """Every section that names papers, by its key; empty ones are there and empty."""
    by_section: dict[str, list[tuple[Part, Sequence[Head]]]] = {}
    for part in parts:
        if part.is_former or part.is_furnished:
            continue
        heads = _told(part)
        if heads:
            by_section.setdefault(part.section, []).append((part, heads))
    found = {}
    for section, (group, entry) in _SHAPES.items():
        shown = [(part, entry(part, heads)) for part, heads in by_section.get(section, [])]
        found[section] = _grouped(shown, group) if group else [entry for _part, entry in shown]
    return found


def _told(part: Part) -> Sequence[Head]:
    """The rates of a paper that a file names: a rate of nought is left out, unless an invoice has no other."""
    heads = [head for head in part.heads if not head.is_nought]
    if heads or part.document.type in NOTE_TYPES:
        return heads
    return part.heads


def _grouped(shown: Sequence[tuple[Part, Json]], group: Group) -> list[Json]:
    key, value, papers = group
    groups: dict[str, list[Json]] = {}
    for part, entry in shown:
        groups.setdefault(value(part), []).append(entry)
    return [{key: name, papers: entries} for name, entries in groups.items()]


def _b2b(part: Part, heads: Sequence[Head]) -> Json:
    document = part.document
    return (
        _named(document, "inum", "idt", document.amends, "oinum", "oidt")
        | {"pos": document.place_of_supply, "rchrg": _yes_no(document.reverse_charge)}
        | reduced(document)
        | {"inv_typ": invoice_type(part.sold, part.section), "itms": _items(part, heads)}
    )


def _b2cl(part: Part, heads: Sequence[Head]) -> Json:
    document = part.document
    named = _named(document, "inum", "idt", document.amends, "oinum", "oidt")
    return named | reduced(document) | {"itms": _items(part, heads)}


def _exp(part: Part, heads: Sequence[Head]) -> Json:
    document = part.document
    entry = _named(document, "inum", "idt", document.amends, "oinum", "oidt")
    bill = document.shipping_bill
    if bill is not None:
        told = {
            "sbpcode": bill.port,
            "sbnum": bill.number,
            "sbdt": day(bill.dated_on) if bill.dated_on else "",
        }
        entry |= {key: text for key, text in told.items() if text}
    return entry | {"itms": [_figures(part, head) for head in heads]}


def _cdnr(part: Part, heads: Sequence[Head]) -> Json:
    document = part.document
    return (
        _note(document)
        | {"pos": document.place_of_supply}
        | reduced(document)
        | {
            "rchrg": _yes_no(document.reverse_charge),
            "inv_typ": invoice_type(part.sold, part.section),
            "itms": _items(part, heads),
        }
    )


def _cdnur(part: Part, heads: Sequence[Head]) -> Json:
    document = part.document
    entry = _note(document)
    if part.sold.is_export:
        entry["typ"] = "EXPWOP" if part.sold.with_payment is False else "EXPWP"
    else:
        entry |= {"typ": "B2CL", "pos": document.place_of_supply} | reduced(document)
    return entry | {"itms": _items(part, heads)}


def _note(document: Document) -> Json:
    named = _named(document, "nt_num", "nt_dt", document.amends, "ont_num", "ont_dt")
    value = named.pop("val")
    return named | {"ntty": NOTE_TYPES[document.type], "val": value}


def _named(
    document: Document, number: str, date: str, amends: Original | None, old_number: str, old_date: str
) -> Json:
    entry: Json = {}
    if amends is not None:
        entry = {old_number: amends.number, old_date: day(amends.dated_on)}
    entry[number], entry[date] = document.number, day(document.dated_on)
    entry["val"] = amount(document.totals.invoice_value_paise)
    return entry


def _items(part: Part, heads: Sequence[Head]) -> list[Json]:
    return [{"num": head.rate_bp + 1, "itm_det": _figures(part, head)} for head in heads]


def _figures(part: Part, head: Head) -> Json:
    figures: Json = {"txval": amount(head.taxable_paise), "rt": rate(head.rate_bp)}
    return figures | taxes(head, is_igst=part.bears_igst)


def taxes(head: Head, *, is_igst: bool, sign: int = 1) -> Json:
    """The heads of tax a row shows: iamt, or camt and samt; and cess."""
    if is_igst:
        return {"iamt": amount(sign * head.igst_paise), "csamt": amount(sign * head.cess_paise)}
    return {
        "camt": amount(sign * head.cgst_paise),
        "samt": amount(sign * head.sgst_paise),
        "csamt": amount(sign * head.cess_paise),
    }


def reduced(document: Document) -> Json:
    """The mark of the reduced rate, on the papers that have it and no other."""
    return {"diff_percent": rate(REDUCED_BP // 100)} if document.applicable_percent_bp == REDUCED_BP else {}


def _yes_no(value: bool) -> str:
    return "Y" if value else "N"


def _ctin(part: Part) -> str:
    return part.document.buyer.gstin


def _place(part: Part) -> str:
    return part.document.place_of_supply


def _export(part: Part) -> str:
    return export_type(part.sold) or ""


_SHAPES: dict[str, tuple[Group | None, Entry]] = {
    "b2b": (("ctin", _ctin, "inv"), _b2b),
    "b2ba": (("ctin", _ctin, "inv"), _b2b),
    "b2cl": (("pos", _place, "inv"), _b2cl),
    "b2cla": (("pos", _place, "inv"), _b2cl),
    "exp": (("exp_typ", _export, "inv"), _exp),
    "expa": (("exp_typ", _export, "inv"), _exp),
    "cdnr": (("ctin", _ctin, "nt"), _cdnr),
    "cdnra": (("ctin", _ctin, "nt"), _cdnr),
    "cdnur": (None, _cdnur),
    "cdnura": (None, _cdnur),
}
