"""Verbs of interest: noting an acceptance, charging interest, taxing what was received of it, giving it up.

Whether interest is charged at all is the user's choice: until then it is only shown.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import msgspec

from core.closing.queries import closed_through
from core.company.commands import company_of
from core.errors import RuleBroken
from core.fiscal import month_bounds, period
from core.ids import Id
from core.interest.kinds import ACCEPTED, BOOKED, TAXED, booking_place, taxing_place
from core.interest.model import Acceptance, Booking, Taxing
from core.interest.queries import charged_until, interest_awaiting_tax, interest_on, knows_rate
from core.interest.rules import shares
from core.invoicing.commands import issue_document
from core.invoicing.filed import filed_place
from core.invoicing.kinds import ISSUED
from core.invoicing.model import Document, Draft, DraftLine, Line, Original
from core.invoicing.papers import BILLS, CREDIT_NOTE, DEBIT_NOTE, INTEREST, INTEREST_TAX, is_interest
from core.ledger.queries import open_item
from core.problems import Problem
from core.store.work import Work
from core.words import date_text
from core.words import translate as _

_SERVICE = "99"


def note_acceptance(
    work: Work,
    document: Id,
    *,
    delivered_on: dt.date,
    today: dt.date,
    objected_on: dt.date | None = None,
    removed_on: dt.date | None = None,
    note: str = "",
) -> Id:
    """Note when what a bill is for was delivered, and an objection of the buyer with its end; answers the fact's id.

    A later note takes the place of an earlier one. Raises `RuleBroken`: NOT_STANDING, DATE, FUTURE, REQUIRED.
    """
    bill = _paper(work, document)
    if bill.type not in BILLS:
        raise RuleBroken([Problem("CHOICE", _("Only a bill is accepted so."), "document")])
    record = work.new_id()
    acceptance = Acceptance(document, delivered_on, objected_on, removed_on, today, note.strip())
    work.record(ACCEPTED, record, acceptance)
    return record


def book_interest(
    work: Work, document: Id, *, upto: dt.date, today: dt.date, basis: str = "", date_confirmed: bool = False
) -> Id:
    """Charge the interest on a bill up to a day by a debit note dated today; answers the note.

    It charges what has run and was not charged before, bears no tax yet and stands in no return. Raises `RuleBroken`:
    NOT_STANDING, FUTURE, NO_INTEREST, and what keeps a note from being issued.
    """
    if upto > today:
        message = _("Interest is charged when it has run, not before.")
        raise RuleBroken([Problem("FUTURE", message, "upto", _("Choose today or a day before."))])
    bill = _paper(work, document)
    interest = interest_on(work.read, document, upto, basis=basis)
    starts_on = interest.clock.starts_on if interest is not None else None
    if interest is None or starts_on is None or not interest.unbooked_paise:
        message = _("No interest has run on {number} that is not charged yet.").format(number=bill.number)
        raise RuleBroken([Problem("NO_INTEREST", message, "upto")])
    charged = charged_until(work.read, document)
    from_on = charged if charged is not None and charged < upto else starts_on
    text = _("Interest on {number} from {first} to {last}").format(
        number=bill.number, first=date_text(from_on), last=date_text(upto)
    )
    draft = _note_on(bill, document, INTEREST, _lines(bill, interest.unbooked_paise, text), today)
    note = issue_document(work, draft, today=today, date_confirmed=date_confirmed)
    nth = _free(work, lambda nth: booking_place(document, nth))
    booking = Booking(document, note, nth, from_on, upto, interest.unbooked_paise)
    work.record(BOOKED, work.new_id(), booking)
    return note


def book_interest_on(
    work: Work, documents: Iterable[Id], *, upto: dt.date, today: dt.date, date_confirmed: bool = False
) -> list[Id]:
    """Charge interest on several bills, a note each; those on which none has run are passed over."""
    notes = []
    for document in documents:
        interest = interest_on(work.read, document, upto)
        if interest is not None and interest.unbooked_paise:
            notes.append(book_interest(work, document, upto=upto, today=today, date_confirmed=date_confirmed))
    return notes


def tax_interest(
    work: Work,
    note: Id,
    *,
    today: dt.date,
    on: dt.date | None = None,
    hsn: str = "",
    rate_bp: int | None = None,
    date_confirmed: bool = False,
) -> Id:
    """Ask the tax on what was received under an interest note, by a debit note that posts the tax alone; answers it.

    Of several months that wait it is the oldest: each month's receipts have a note of their own. It takes HSN, rate
    and place of supply from the bill, and is dated the day of the receipt while the return of that month is not filed,
    else today (`on` says otherwise). Interest on an opening balance asks for `hsn` and `rate_bp`. Raises `RuleBroken`:
    NO_INTEREST, RATE, and what keeps a note from being issued.
    """
    charged = _paper(work, note)
    waiting = interest_awaiting_tax(work.read, today, notes=[note])
    if not waiting or not is_interest(charged):
        message = _("No interest was received under {number} that is not taxed yet.")
        raise RuleBroken([Problem("NO_INTEREST", message.format(number=charged.number), "note")])
    if not knows_rate(charged) and (not hsn or rate_bp is None):
        message = _("The book does not know what this opening balance was for.")
        remedy = _("Give the HSN or SAC and the rate of the supply that the interest is on.")
        raise RuleBroken([Problem("RATE", message, "rate_bp", remedy)])
    received = waiting[0]
    text = _("Interest received under {number}").format(number=charged.number)
    lines = _shared(
        charged.lines, [line.taxable_paise for line in charged.lines], received.awaiting_paise, text
    )
    if not knows_rate(charged):
        lines = tuple(
            msgspec.structs.replace(line, hsn=hsn, rate_bp=rate_bp, treatment="taxable") for line in lines
        )
    day = on or _tax_day(work, received.received_on, today)
    draft = _like(charged, INTEREST_TAX, lines, day)
    draft = msgspec.structs.replace(draft, original=charged.original, source=note)
    record = issue_document(work, draft, today=today, date_confirmed=date_confirmed)
    nth = _free(work, lambda nth: taxing_place(note, nth))
    work.record(TAXED, work.new_id(), Taxing(note, record, nth, received.awaiting_paise))
    return record


def waive_interest(
    work: Work, note: Id, *, today: dt.date, paise: int | None = None, date_confirmed: bool = False
) -> Id:
    """Give up interest that was charged, all that is open of it unless told, by a credit note without tax; answers it.

    Raises `RuleBroken`: NOT_STANDING, OPEN_AMOUNT.
    """
    charged = _paper(work, note)
    item = open_item(work.read, note)
    wanted = item.open_paise if paise is None and item is not None else paise or 0
    if item is None or not is_interest(charged) or not 0 < wanted <= item.open_paise:
        raise RuleBroken([Problem("OPEN_AMOUNT", _("This is more than is still open."), "paise")])
    text = _("Interest given up, charged under {number}").format(number=charged.number)
    lines = _shared(charged.lines, [line.taxable_paise for line in charged.lines], wanted, text)
    draft = _like(charged, INTEREST, lines, today)
    draft = msgspec.structs.replace(
        draft, type=CREDIT_NOTE, original=Original(charged.number, charged.dated_on, note)
    )
    return issue_document(work, draft, today=today, date_confirmed=date_confirmed)


def _note_on(bill: Document, document: Id, reason: str, lines: tuple[DraftLine, ...], on: dt.date) -> Draft:
    draft = _like(bill, reason, lines, on)
    return msgspec.structs.replace(draft, original=Original(bill.number, bill.dated_on, document))


def _like(paper: Document, reason: str, lines: tuple[DraftLine, ...], on: dt.date) -> Draft:
    """A debit note that is supplied as a paper was: to the same party, place and payment of tax."""
    return Draft(
        type=DEBIT_NOTE,
        party=paper.buyer.party,
        dated_on=on,
        due_on=on,
        place_of_supply=paper.place_of_supply,
        rounding="none",
        reverse_charge=paper.reverse_charge,
        lines=lines,
        reason=reason,
        applicable_percent_bp=paper.applicable_percent_bp,
        with_payment=paper.with_payment,
        intra_igst=paper.intra_igst,
        ecommerce=paper.ecommerce,
        place_rule=paper.place_rule,
    )


def _lines(bill: Document, paise: int, text: str) -> tuple[DraftLine, ...]:
    """Interest by HSN and rate of what was supplied, in proportion to what each was to be paid with.

    An opening balance has no lines: its interest is stated without HSN and rate.
    """
    if not bill.lines:
        return (
            DraftLine(text, unit="OTH", price_tenthousandths=paise * 100, treatment="non_gst", rate_bp=0),
        )
    groups: dict[tuple[str, str, int, int], Line] = {}
    weights: dict[tuple[str, str, int, int], int] = {}
    for line in bill.lines:
        key = (line.hsn, line.treatment, line.rate_bp, line.cess_rate_bp)
        groups.setdefault(key, line)
        tax = line.igst_paise + line.cgst_paise + line.sgst_paise + line.cess_paise
        weights[key] = weights.get(key, 0) + line.taxable_paise + (0 if bill.reverse_charge else tax)
    return _shared(list(groups.values()), list(weights.values()), paise, text)


def _shared(lines: Sequence[Line], weights: Sequence[int], paise: int, text: str) -> tuple[DraftLine, ...]:
    return tuple(
        DraftLine(
            description=text,
            hsn=line.hsn,
            unit="NA" if line.hsn.startswith(_SERVICE) else "OTH",
            price_tenthousandths=part * 100,
            treatment=line.treatment,
            rate_bp=line.rate_bp,
            cess_rate_bp=line.cess_rate_bp,
        )
        for line, part in zip(lines, shares(paise, weights), strict=True)
        if part
    )


def _tax_day(work: Work, received_on: dt.date, today: dt.date) -> dt.date:
    """The day of the receipt, whose tax falls due with it, while its month is open; else today."""
    month = period(received_on)
    if company_of(work).filing == "quarterly":
        while int(month[5:]) % 3:
            month = period(month_bounds(month)[1] + dt.timedelta(days=1))
    is_filed = work.standing.holder(filed_place("GSTR1", month)) is not None
    closed = closed_through(work.read)
    is_closed = closed is not None and received_on <= closed
    return today if is_filed or is_closed or received_on > today else received_on


def _free(work: Work, place: Callable[[int], str]) -> int:
    """The first place that no paper holds."""
    nth = 1
    while work.standing.holder(place(nth)) is not None:
        nth += 1
    return nth


def _paper(work: Work, document: Id) -> Document:
    stand = work.standing.stand(document)
    if stand is None or stand.kind != ISSUED.name or not stand.stands:
        raise RuleBroken([Problem("NOT_STANDING", _("The book has no such document."), "document")])
    found: Document = work.paper(document)
    return found
