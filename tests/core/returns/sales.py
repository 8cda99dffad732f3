"""Papers and months for the tests of the returns: a supplier in Maharashtra who sells to everyone."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.company.model import Address, Company, Registration
from core.facts import Facts
from core.invoicing.model import Document, Draft, DraftLine, Original
from core.invoicing.settling import settled
from core.money import scaled
from core.parties.model import Party
from core.returns.gstr1 import SectionTotal, gstr1, sections
from core.returns.model import Month, Reported
from core.returns.schema import problems_with_return

Json = dict[str, Any]

FACTS = Facts.shipped()
GSTIN = "27AAPFU0939F1ZV"
STATE = "27"
JUNE = "2025-06"
ON = dt.date(2025, 6, 10)
BUYERS = {
    "registered": "29AAGCB7383J1Z4",
    "composition": "29AAGCB7383J1Z4",
    "government": "29AAGCB7383J1Z4",
    "sez": "29AAGCB7383J1Z4",
    "deemed_export": "29AAGCB7383J1Z4",
    "uin": "0717UNO00157UNO",
    "unregistered": "",
    "overseas": "",
}
CASES: list[Json] = json.loads((Path(__file__).parents[2] / "data" / "gst_cases.json").read_text("utf-8"))[
    "cases"
]


def cases(topic: str) -> list[Json]:
    """The published cases of a topic."""
    return [case for case in CASES if case["topic"] == topic]


def figure(value: object) -> str:
    """A figure of a case as exact text."""
    return format(value, ".4f") if isinstance(value, float) else str(value)


def company(state: str = STATE) -> Company:
    """The supplier, in a State."""
    gstin = state + GSTIN[2:]
    return Company(
        legal_name="Nandi",
        registration=Registration("registered", gstin, state),
        address=Address(state_code=state),
    )


def line(
    value: object = 100,
    rate: object = 18,
    *,
    hsn: str = "84138190",
    treatment: str = "taxable",
    cess: object = 0,
    quantity: object = 1,
    with_tax: bool = False,
    **more: Any,
) -> DraftLine:
    """A line of this value before tax (or with it); `cess` in rupees for each unit."""
    return DraftLine(
        description=more.pop("description", "Dosing pump"),
        hsn=hsn,
        quantity_thousandths=scaled(figure(quantity), 3),
        price_tenthousandths=scaled(figure(value), 4),
        price_includes_tax=with_tax,
        treatment=treatment,
        rate_bp=scaled(figure(rate), 2) if treatment == "taxable" else 0,
        cess_per_unit_tenthousandths=scaled(figure(cess), 4),
        **more,
    )


def paper(
    kind: str = "registered",
    lines: Iterable[DraftLine] = (line(),),
    *,
    number: str = "A/1",
    on: dt.date = ON,
    pos: str = "29",
    gstin: str | None = None,
    supplier: str = STATE,
    **terms: Any,
) -> Document:
    """A document as issued; `terms` are the draft's."""
    buyer = BUYERS[kind] if gstin is None else gstin
    place = "96" if kind == "overseas" and pos == "29" else pos
    party = Party(code="BUYER", name="Buyer", registration=Registration(kind, buyer, buyer[:2] or place))
    draft = Draft(dated_on=on, rounding="none", place_of_supply=place, lines=tuple(lines), **terms)
    document = settled(
        draft, company=company(supplier), party_id=b"p" * 16, party=party, items={}, facts=FACTS
    )
    return msgspec.structs.replace(document, number=number)


def note(original: Document, lines: Sequence[DraftLine], *, number: str = "C/1", **terms: Any) -> Document:
    """A note on a document, for the same buyer and place; a credit note unless it says otherwise."""
    told = {"type": "CRN", "original": Original(original.number, original.dated_on), **terms}
    return paper(
        original.buyer.kind,
        lines,
        number=number,
        pos=original.place_of_supply,
        gstin=original.buyer.gstin,
        **told,
    )


def reported(
    document: Document, original: Document | None = None, amended: Document | None = None
) -> Reported:
    """A document as a return takes it, with an id made of its type and number."""
    record = f"{document.type}{document.number}".encode().ljust(16, b".")[:16]
    return Reported(document, record, original, amended)


def month(*documents: Document | Reported, period: str = JUNE, state: str = STATE, **more: Any) -> Month:
    """A month of these papers."""
    papers = tuple(one if isinstance(one, Reported) else reported(one) for one in documents)
    return Month(state + GSTIN[2:], state, period, documents=papers, **more)


def fits(expected: Any, found: Any) -> bool:
    """Whether all that a case expects is found: numbers within 0.005, a missing one is nought, lists in any order."""
    if isinstance(expected, bool | str) or expected is None:
        return bool(expected == found)
    if isinstance(expected, int | float):
        return abs(expected - (found or 0)) < 0.005
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            key in ("num", "val") or fits(wanted, found.get(key)) for key, wanted in expected.items()
        )
    if len(expected) != len(found or []):
        return False
    left = list(found)
    for wanted in expected:
        match = next((one for one in left if fits(wanted, one)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def file(*papers: Any, **more: Any) -> Json:
    """The GSTR-1 of a month, which the portal's rules must take."""
    value = gstr1(month(*papers, **more), FACTS)
    assert problems_with_return(value) == []
    return value


def told(value: Json) -> set[str]:
    """The sections a file holds, Table 12 apart."""
    return set(value) - {"gstin", "fp", "version", "hash", "hsn"}


def totals(*papers: Any, **more: Any) -> dict[str, SectionTotal]:
    """What each section of a month comes to."""
    return {one.section: one for one in sections(month(*papers, **more), FACTS)}
