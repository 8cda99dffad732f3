"""Papers for the tests of the portals' files: settled from the words of the published cases, without a book."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import msgspec

from core.company.model import Address, Company, Registration
from core.facts import Facts
from core.invoicing.model import Document, Draft, DraftLine, Line
from core.invoicing.settling import settled
from core.money import scaled
from core.parties.model import Party

Case = dict[str, Any]
FACTS = Facts.shipped()
CASES: dict[str, Case] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "data" / "gst_cases.json").read_text("utf-8"))[
        "cases"
    ]
}
ON = dt.date(2025, 8, 2)
GUJARAT = Address("14 Ring Road", "", "Ahmedabad", "24", "380015")
"""Where the company of the cases sits."""
ELSEWHERE = Address("7 Mount Road", "", "Chennai", "33", "600002")
COMPANY = Company(
    legal_name="Nandi Instruments Private Limited",
    registration=Registration("registered", "24AAQCA8719H1ZC", "24"),
    address=GUJARAT,
    turnover_paise=10_000_000_000,
)
NEIGHBOUR = Party(
    code="N", name="Lotus Foods", registration=Registration("registered", "24AANFA2641L1ZF", "24"), address=GUJARAT,
)  # fmt: skip
FAR = Party(
    code="F", name="Lotus Foods", registration=Registration("registered", "33AAFCL2204B1ZD", "33"), address=ELSEWHERE,
)  # fmt: skip
ABROAD = Party(
    code="O",
    name="Overseas Buyer",
    registration=Registration("overseas"),
    address=Address("1 Main Street", "", "Springfield", "96", "62701", "US"),
)
WALK_IN = Party(code="W", name="Cash customer", registration=Registration("unregistered", "", "24"))


def kind_of(kind: str, party: Party = NEIGHBOUR) -> Party:
    """The same party as another kind."""
    registration = msgspec.structs.replace(party.registration, kind=kind)
    return msgspec.structs.replace(party, registration=registration)


def line(**asked: Any) -> DraftLine:
    """A line from the words of the cases: hsn, qty, price or taxable, gst, treat, disc_pct, cess…"""
    return DraftLine(
        description=asked.get("description", "Test Trading Goods 1"),
        hsn=asked.get("hsn", "61149090"),
        quantity_thousandths=_scaled(asked.get("qty", 1), 3),
        unit=asked.get("unit", "NOS"),
        price_tenthousandths=_scaled(asked.get("price", asked.get("taxable", 0)), 4),
        price_includes_tax=asked.get("incl", False),
        discount_tenthousandths_pct=_scaled(asked.get("disc_pct", 0), 4),
        treatment=asked.get("treat", "taxable"),
        rate_bp=_scaled(asked.get("gst", 0), 2),
        cess_rate_bp=_scaled(asked.get("cess_pct", 0), 2),
        cess_per_unit_tenthousandths=_scaled(asked.get("cess_per_unit", 0), 4),
    )


def paper(*lines: DraftLine, party: Party = NEIGHBOUR, number: str = "SI/0001", **asked: Any) -> Document:
    """A paper as it would be issued, without a book; `asked` are a draft's own fields."""
    draft = Draft(lines=lines, dated_on=asked.pop("on", ON), rounding=asked.pop("round", "none"), **asked)
    made = settled(draft, company=COMPANY, party_id=b"p" * 16, party=party, items={}, facts=FACTS)
    return msgspec.structs.replace(made, number=number, series=number[:2])


def many(count: int, **asked: Any) -> Document:
    """A paper of so many equal lines, made without settling each."""
    one = paper(line(taxable=100, gst=18), **asked)
    return msgspec.structs.replace(one, lines=one.lines * count)


def with_line(document: Document, **changes: Any) -> Document:
    """The paper with its first line changed, as a hostile or careless file would have it."""
    first: Line = msgspec.structs.replace(document.lines[0], **changes)
    return msgspec.structs.replace(document, lines=(first, *document.lines[1:]))


def agrees(expected: Any, found: Any, path: str = "") -> None:
    """Assert what a case expects: numbers within half a paisa, a missing number being nought; other keys may stand."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            agrees(value, found.get(key) if isinstance(found, dict) else None, f"{path}.{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list), f"{path}: {found}"
        assert len(expected) == len(found), f"{path}: {found}"
        for at, (one, other) in enumerate(zip(expected, found, strict=True)):
            agrees(one, other, f"{path}[{at}]")
    elif isinstance(expected, int | float) and not isinstance(expected, bool):
        assert abs(expected - (found or 0)) < 0.005, f"{path}: {found} is not {expected}"
    else:
        assert found == expected, f"{path}: {found} is not {expected}"


def _scaled(value: object, decimals: int) -> int:
    return scaled(format(value, ".4f") if isinstance(value, float) else str(value), decimals)
