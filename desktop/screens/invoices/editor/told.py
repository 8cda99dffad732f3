"""What is set on a draft and stands in no field of the editor, each in a few words, so that nothing hidden counts.

Pure.
"""

from collections.abc import Iterator

from core.company.model import Address
from core.facts import Facts
from core.gst.place import BY_BUYER, MOVEMENT, PERFORMANCE, PLACE_RULES, PROPERTY, THIRD_PERSON
from core.gst.settle import WHOLE_BP
from core.invoicing.model import Draft, DraftLine, Original, Transport
from core.words import date_text, money_text, price_text, rate_text
from core.words import translate as _
from desktop.screens.invoices.editor.known import Known

_MILLIONTHS_OF_PRICE = 100


def told_of(draft: Draft, known: Known) -> tuple[str, ...]:
    """What is set, as it would be said: how it is supplied, what is on the whole, its way, its papers, its lines."""
    return (
        *_supply(draft, known),
        *_whole(draft),
        *_way(draft, known.facts),
        *_papers(draft),
        *(text for at, line in enumerate(draft.lines, 1) for text in _line(at, line)),
    )


def rule_words() -> dict[str, str]:
    """Each rule by which the place of supply is chosen, in words, with its section of the IGST Act."""
    words = {
        BY_BUYER: _("By the buyer"),
        MOVEMENT: _("Where the goods' way ends"),
        THIRD_PERSON: _("Billed to one, shipped to another"),
        PERFORMANCE: _("Where the service is performed"),
        PROPERTY: _("Where the land or building lies"),
    }
    return {
        rule: _("{words} ({section})").format(words=words[rule], section=section)
        for rule, section in PLACE_RULES.items()
    }


def mode_words() -> dict[str, str]:
    """How goods move."""
    return {"road": _("By road"), "rail": _("By rail"), "air": _("By air"), "ship": _("By ship")}


def _supply(draft: Draft, known: Known) -> Iterator[str]:
    if draft.reverse_charge:
        yield _("Reverse charge")
    if draft.intra_igst:
        yield _("IGST inside the State")
    if draft.place_rule:
        yield _("Place: {rule}").format(rule=rule_words().get(draft.place_rule, draft.place_rule))
    if draft.supplied_on is not None:
        yield _("Supplied on {date}").format(date=date_text(draft.supplied_on))
    if draft.paid_on is not None:
        yield _("Paid on {date}").format(date=date_text(draft.paid_on))
    if draft.ecommerce is not None:
        text = _("By operator {gstin}, section {section}")
        yield text.format(gstin=draft.ecommerce.gstin, section=draft.ecommerce.section)
    if draft.rounding != known.company.rounding:
        yield _("Rounded to the rupee") if draft.rounding == "rupee" else _("Not rounded")


def _whole(draft: Draft) -> Iterator[str]:
    if draft.discount_paise:
        yield _("Discount {amount}").format(amount=money_text(draft.discount_paise))
    for charge in draft.charges:
        text = _("{charge} {amount}") if charge.taxed else _("{charge} {amount} after tax")
        name = charge.description or _("Charge")
        yield text.format(charge=name, amount=money_text(charge.paise))
    if draft.applicable_percent_bp != WHOLE_BP:
        yield _("{share} of the rate").format(share=rate_text(draft.applicable_percent_bp))


def _way(draft: Draft, facts: Facts) -> Iterator[str]:
    if draft.ship_to is not None:
        yield _("Goods to {place}").format(place=_place(draft.ship_to, facts))
    if draft.dispatch_from is not None:
        yield _("Goods from {place}").format(place=_place(draft.dispatch_from, facts))
    if draft.transport is not None:
        yield _moved(draft.transport)
    bill, foreign = draft.shipping_bill, draft.foreign
    if bill is not None:
        text = _("Shipping bill {number} of {date}, {port}") if bill.dated_on else _("Port {port}")
        day = date_text(bill.dated_on) if bill.dated_on else ""
        yield text.format(number=bill.number, date=day, port=bill.port)
    if foreign is not None:
        price = price_text(foreign.rate_millionths // _MILLIONTHS_OF_PRICE)
        yield _("{currency} at ₹ {rate}").format(currency=foreign.currency, rate=price)


def _papers(draft: Draft) -> Iterator[str]:
    sentences = {"amends": _("Corrects {number} of {date}"), "revises": _("Revises {number} of {date}")}
    for name, sentence in sentences.items():
        named: Original | None = getattr(draft, name)
        if named is not None:
            yield sentence.format(number=named.number, date=date_text(named.dated_on))
    if draft.source is not None:
        yield _("Made from an earlier paper")


def _line(at: int, line: DraftLine) -> Iterator[str]:
    if line.price_includes_tax:
        yield _("Line {line}: the price includes GST").format(line=at)
    if line.cess_rate_bp:
        yield _("Line {line}: cess {rate}").format(line=at, rate=rate_text(line.cess_rate_bp))
    if line.cess_per_unit_tenthousandths:
        price = price_text(line.cess_per_unit_tenthousandths)
        yield _("Line {line}: cess ₹ {amount} a unit").format(line=at, amount=price)


def _place(address: Address, facts: Facts) -> str:
    state = facts.state(address.state_code)
    where = facts.country(address.country) if address.country not in ("", "IN") else None
    return ", ".join(part for part in (address.city, where or (state.name if state else "")) if part)


def _moved(moved: Transport) -> str:
    parts = [
        mode_words().get(moved.mode, ""),
        moved.vehicle,
        moved.doc_number,
        _("{km} km").format(km=moved.distance_km) if moved.distance_km else "",
        moved.transporter_id,
    ]
    return ", ".join(part for part in parts if part) or _("Transport")
