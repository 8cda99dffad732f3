"""What GST adds to a busy book: every type of paper, advances, filed returns and what follows them, drawn from a seed.

What the rules refuse of what the dice ask for is left out, and counted: a deed that never succeeds is a mistake here.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable

from msgspec import structs

from core.advances.commands import receive_advance, refund_advance
from core.book import Book
from core.company.model import Address
from core.einvoice.irn import irn_of
from core.einvoice.kinds import CANCELLED_AT_PORTAL, REGISTERED, cancelled_id, registered_id
from core.einvoice.model import CancelledAtPortal, Registered
from core.einvoice.rules import has_einvoice
from core.errors import RuleBroken
from core.eway.commands import note_bill
from core.ids import Id
from core.invoicing.commands import cancel_document, draft_from, issue_document
from core.invoicing.filed import covering_return
from core.invoicing.model import (
    Document,
    Draft,
    Ecommerce,
    Foreign,
    Original,
    ShippingBill,
    Transport,
)
from core.invoicing.queries import documents_page
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.parties.commands import party_in
from core.returns.commands import amend_period, explain_gap, file_return, note_unused
from core.store.work import Work
from tests.core.books import TODAY
from tests.core.einvoice.portal import qr_payload, signed
from tests.core.exchange.busy import Known, lines_of, masters

FILED = ("2026-04", "2026-05")
Deed = Callable[[Work, random.Random, Known, int], None]


def fill(book: Book, seed: int, *, deeds: int = 40) -> Counter[str]:
    """Write a year's papers of every kind; answers how often each deed was done."""
    dice = random.Random(seed)
    known = book.write("Masters", masters)
    done: Counter[str] = Counter()

    def do(deed: Deed, n: int) -> None:
        try:
            book.write("Deed", lambda work: deed(work, dice, known, n))
        except RuleBroken:
            return
        done[deed.__name__] += 1

    for n in range(deeds):
        do(dice.choice(BEFORE), n)
    for period in FILED:
        for form in ("GSTR1", "GSTR3B"):
            on = dt.date(2026, int(period[5:]) + 1, 12)
            book.write(
                "File",
                lambda work, form=form, period=period, on=on: file_return(
                    work, form, period, on, f"AA{n}", today=TODAY, despite=True
                ),
            )
    for n in range(deeds, deeds + 12):
        do(dice.choice(AFTER), n)
    if dice.random() < 0.5:
        book.write(
            "File",
            lambda work: file_return(
                work, "GSTR1", "2026-06", dt.date(2026, 7, 11), today=TODAY, despite=True
            ),
        )
        do(late_paper, deeds + 12)
    return done


def _early(dice: random.Random) -> dt.date:
    return dt.date(2026, 4, 1) + dt.timedelta(days=dice.randrange(61))


def _late(dice: random.Random) -> dt.date:
    return dt.date(2026, 6, 1) + dt.timedelta(days=dice.randrange(150))


def _day(dice: random.Random, n: int) -> dt.date:
    return _early(dice) if n < 30 else _late(dice)


def _party(work: Work, dice: random.Random, known: Known) -> tuple[Id, str]:
    record = dice.choice(known[0])
    kept = party_in(work, record)
    assert kept is not None
    return record, kept.registration.kind


def _draft(work: Work, dice: random.Random, known: Known, n: int, of_type: str) -> Draft:
    party, kind = _party(work, dice, known)
    goes = Transport("road", "KA01AB1234", "R", dice.choice((0, 40, 350)), "", "", None)
    return Draft(
        type=of_type,
        party=party,
        dated_on=_day(dice, n),
        rounding=dice.choice(("none", "rupee")),
        lines=lines_of(dice, known),
        with_payment=dice.random() < 0.5 if kind in ("sez", "overseas") else None,
        transport=goes if dice.random() < 0.3 else None,
        dispatch_from=Address("Shed 2", "", "Hosur", "33", "635109") if dice.random() < 0.2 else None,
        shipping_bill=ShippingBill("INMAA1", "7896542", dt.date(2026, 6, 18)) if kind == "overseas" else None,
        foreign=Foreign("EUR", 98_123_456) if kind == "overseas" else None,
    )


def invoice(work: Work, dice: random.Random, known: Known, n: int) -> None:
    issue_document(work, _draft(work, dice, known, n, "INV"), today=TODAY)


def by_operator(work: Work, dice: random.Random, known: Known, n: int) -> None:
    section = dice.choice(("52", "9(5)"))
    draft = structs.replace(
        _draft(work, dice, known, n, "INV"),
        ecommerce=Ecommerce("29AABCF8078M1C8", section),
        with_payment=None,
    )
    issue_document(work, draft, today=TODAY)


def offer(work: Work, dice: random.Random, known: Known, n: int) -> None:
    """A quotation, proforma or challan; sometimes turned into an invoice at once."""
    of_type = dice.choice(("QTN", "PRF", "CHL"))
    draft = _draft(work, dice, known, n, of_type)
    if of_type == "CHL":
        draft = structs.replace(draft, purpose=dice.choice(("job_work", "own_use", "other")))
    record = issue_document(work, draft, today=TODAY)
    if dice.random() < 0.6:
        made = structs.replace(draft_from(work, record), dated_on=_late(dice))
        issue_document(work, made, today=TODAY)


def revised(work: Work, dice: random.Random, known: Known, n: int) -> None:
    draft = _draft(work, dice, known, n, "INV")
    named = Original(f"OLD-{n}", dt.date(2026, 3, 20))
    issue_document(work, structs.replace(draft, revises=named), today=TODAY)


def own_igst(work: Work, dice: random.Random, known: Known, n: int) -> None:
    """IGST inside the State under reverse charge, for the registered party at home."""
    draft = _draft(work, dice, known, n, "INV")
    wanted = structs.replace(draft, party=known[0][6], reverse_charge=True, intra_igst=True, with_payment=None,
                             shipping_bill=None, foreign=None)  # fmt: skip
    issue_document(work, wanted, today=TODAY)


def note(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    record, bill = _issued(work, dice, ("INV",))
    part = Draft(
        type=dice.choice(("CRN", "CRN", "DBN")), party=bill.buyer.party, with_payment=bill.with_payment,
        dated_on=max(bill.dated_on, _day(dice, n)), reason=dice.choice(("return", "price", "commercial")),
        original=Original(bill.number, bill.dated_on, record), lines=_first(bill),
    )  # fmt: skip
    issue_document(work, part, today=TODAY)


def cancel(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    record, bill = _issued(work, dice, ("INV", "CRN", "DBN", "CHL", "QTN"))
    cancel_document(work, record, on=bill.dated_on, reason="keyed twice")


def advance(work: Work, dice: random.Random, known: Known, n: int) -> None:
    """An advance, sometimes set against a bill, sometimes given back in part."""
    party, _kind = _party(work, dice, known)
    on = _day(dice, n)
    record = receive_advance(
        work, party=party, dated_on=on, amount_paise=dice.randrange(1_000_00, 60_000_00),
        rate_bp=dice.choice((500, 1800)),
        purpose=dice.choice(("services", "services", "goods")), cess_paise=dice.choice((0, 0, 1_234)),
        mode=dice.choice(("neft", "cash")), description="Mobilisation", today=TODAY,
    )  # fmt: skip
    for row in documents_page(work.read, limit=200, state="open", party=party, on=TODAY).rows:
        if row.type in ("INV", "DBN") and dice.random() < 0.5:
            stand = work.standing.stand(record)
            part = min(stand.open_paise if stand else 0, row.open_paise) // dice.choice((1, 3))
            if part > 0:
                used_on = max(on, row.dated_on)
                allocate(work, credit=record, party=party, lines=[AllocationLine(row.id, part)], on=used_on)
            break
    stand = work.standing.stand(record)
    if stand is not None and stand.open_paise > 100 and dice.random() < 0.4:
        back_on = on + dt.timedelta(days=dice.randrange(9))
        refund_advance(
            work, voucher=record, dated_on=back_on, amount_paise=stand.open_paise // 2,
            reason="order reduced", mode="neft", today=TODAY,
        )  # fmt: skip


def portal(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    """The portals answer: an IRN, sometimes cancelled again, or an e-way bill."""
    record, bill = _issued(work, dice, ("INV",))
    at = dt.datetime.combine(bill.dated_on, dt.time(11, 30, 5))
    if dice.random() < 0.4:
        note_bill(work, record, bill_number=f"{dice.randrange(10**11, 10**12)}", made_at=at)
        return
    if not has_einvoice(bill) or not any(one.treatment == "taxable" for one in bill.lines):
        raise RuleBroken([])
    irn = irn_of(bill.seller.gstin, bill.dated_on, bill.type, bill.number)
    answered = Registered(record, irn, "112010036563310", at, signed(qr_payload(bill)), key_name="portal")
    work.record(REGISTERED, registered_id(irn), answered)
    if dice.random() < 0.3:
        gone = CancelledAtPortal(record, irn, at + dt.timedelta(hours=3), "2", "wrong buyer")
        work.record(CANCELLED_AT_PORTAL, cancelled_id(irn), gone)


def unused(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    note_unused(work, type="INV", number=f"SPOILT-{n}", dated_on=_day(dice, n), reason="torn", today=TODAY)
    explain_gap(work, type="INV", year=2026, number=f"A/26-27/9{n:03d}", words="never printed")


def amend(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    """A filed paper is corrected by another of later date."""
    record, bill = _issued(work, dice, ("INV",))
    lines = tuple(
        structs.replace(one, price_tenthousandths=one.price_tenthousandths + 10_000) for one in _first(bill)
    )
    draft = Draft(
        type="INV", party=bill.buyer.party, dated_on=max(bill.dated_on, _late(dice)), with_payment=bill.with_payment,
        amends=Original(bill.number, bill.dated_on, record), lines=lines, place_of_supply=bill.place_of_supply,
    )  # fmt: skip

    def is_filed(paper: Id) -> bool:
        return covering_return(paper, work.paper(paper).dated_on, work.standing) is not None

    issue_document(work, draft, today=TODAY, is_filed=is_filed)


def amend_row(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    amend_period(
        work, section=dice.choice(("b2cs", "at")), period=dice.choice(FILED), place_of_supply="29", rate_bp=1800,
        taxable_paise=dice.randrange(10**6), reported_in="2026-06",
    )  # fmt: skip


def late_paper(work: Work, dice: random.Random, known: Known, n: int) -> None:
    """A paper, voucher or spoilt number of a filed month that comes after its return."""
    what = dice.random()
    if what < 0.6:
        issue_document(work, _draft(work, dice, known, 0, dice.choice(("INV", "CHL"))), today=TODAY)
    elif what < 0.8:
        party, _kind = _party(work, dice, known)
        receive_advance(
            work, party=party, dated_on=_early(dice), amount_paise=50_000_00, rate_bp=1800, purpose="services",
            mode="neft", today=TODAY,
        )  # fmt: skip
    else:
        note_unused(work, type="INV", number=f"LATE-{n}", dated_on=_early(dice), reason="torn", today=TODAY)


def later_invoice(work: Work, dice: random.Random, known: Known, n: int) -> None:
    issue_document(work, _draft(work, dice, known, 99 + n, "INV"), today=TODAY)


BEFORE: tuple[Deed, ...] = (
    invoice,
    invoice,
    by_operator,
    offer,
    revised,
    own_igst,
    note,
    cancel,
    advance,
    portal,
    unused,
)
AFTER: tuple[Deed, ...] = (amend, amend, amend_row, later_invoice, portal, late_paper, late_paper)


def _issued(work: Work, dice: random.Random, types: tuple[str, ...]) -> tuple[Id, Document]:
    rows = [
        row for row in documents_page(work.read, limit=200).rows if row.type in types and row.origin == "here"
    ]
    if not rows:
        raise RuleBroken([])
    row = dice.choice(rows)
    return row.id, work.paper(row.id)


def _first(bill: Document) -> tuple[object, ...]:
    from core.invoicing.settling import draft_of

    return draft_of(bill).lines[:1]
