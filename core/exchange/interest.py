"""Deliveries as they were noted, and which notes charged interest and asked its tax, in and out.

The notes themselves are documents. A note that was cancelled has charged nothing and is left out.
"""

import datetime as dt
from typing import Any

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.exchange import figures
from core.exchange.document_model import FileReference
from core.exchange.model import BahiFile
from core.exchange.money_model import FileAcceptance, FileInterest, FileTaxed
from core.exchange.named import claims_in, named_papers
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import KnownAlready, Tally
from core.ids import Id
from core.interest.kinds import ACCEPTED, BOOKED, TAXED, booking_place, taxing_place
from core.interest.model import Acceptance, Booking, Taxing
from core.invoicing.papers import DEBIT_NOTE
from core.store.read import in_runs
from core.store.work import Work


def take_acceptances(
    work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally
) -> None:
    """Take in `acceptances` in their order."""
    known = KnownAlready(acceptances_as_file(work.read) if file.acceptances else ())
    nth: dict[tuple[Id, dt.date | None], int] = {}
    for n, given in enumerate(file.acceptances):
        with findings.within(f"acceptances[{n}]"):
            document = register.need_paper(given.type, given.number, given.date)
            body = Acceptance(
                document, given.delivered_on, given.objected_on, given.removed_on, given.noted_on, given.note
            )
            told = (given.delivered_on, given.objected_on, given.removed_on, given.noted_on, given.note)
            day = (document, given.noted_on)
            nth[day] = nth.get(day, 0) + 1
            # Of several noted on one day the one of the greatest id counts: they keep their order.
            record = register.id_of("acceptance", document.hex(), *map(str, told))
            record = bytes([min(nth[day], 255)]) + record[1:]
            was_known = known.take(given) or not work.record(ACCEPTED, record, body)
            tally.count("acceptances", was_known=was_known)


def take_interest(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `interest`: which note charged what, and which asked the tax on it."""
    for n, given in enumerate(file.interest):
        with findings.within(f"interest[{n}]"):
            bill = register.need_paper(given.type, given.number, given.date)
            note = register.need_paper(DEBIT_NOTE, given.note.number, given.note.date, "note")
            paise = figures.paise(given.amount, "amount")
            booking = Booking(bill, note, given.nth, given.from_on, given.upto_on, paise)
            known = work.standing.holder(booking_place(bill, given.nth)) == note
            if not known:
                work.record(
                    BOOKED, register.id_of("interest", bill.hex(), str(given.nth), note.hex()), booking
                )
            tally.count("interest", was_known=known)
            for m, taxed in enumerate(given.taxed):
                with findings.within(f"interest[{n}].taxed[{m}]"):
                    _take_taxed(work, register, note, taxed)


def _take_taxed(work: Work, register: Register, note: Id, given: FileTaxed) -> None:
    document = register.need_paper(DEBIT_NOTE, given.number, given.date)
    if work.standing.holder(taxing_place(note, given.nth)) != document:
        taxing = Taxing(note, document, given.nth, figures.paise(given.amount, "amount"))
        work.record(TAXED, register.id_of("interest tax", note.hex(), str(given.nth), document.hex()), taxing)


def acceptances_as_file(read: Connection) -> tuple[FileAcceptance, ...]:
    """`acceptances`, by the day they were noted."""
    found: list[tuple[Id, State, Acceptance]] = claims_in(read, ACCEPTED, Acceptance)
    papers = named_papers(read, [body.document for _id, _state, body in found])
    written = [
        FileAcceptance(
            number=papers[body.document].number,
            date=papers[body.document].dated_on,
            type=papers[body.document].type,  # type: ignore[arg-type]
            delivered_on=body.delivered_on,
            objected_on=body.objected_on,
            removed_on=body.removed_on,
            noted_on=body.noted_on,
            note=body.note,
        )
        for _id, _state, body in sorted(found, key=lambda each: each[0])
    ]
    return tuple(sorted(written, key=lambda each: (str(each.noted_on or ""), *_reference(each))))


def interest_as_file(read: Connection) -> tuple[FileInterest, ...]:
    """`interest`, by bill and place."""
    booked = [body for _id, _state, body in claims_in(read, BOOKED, Booking)]
    taxed = [body for _id, _state, body in claims_in(read, TAXED, Taxing)]
    stands = _standing(read, [*(body.note for body in booked), *(body.document for body in taxed)])
    named = [paper for body in booked for paper in (body.document, body.note)]
    papers = named_papers(read, [*named, *(body.document for body in taxed)])
    told: dict[Id, list[FileTaxed]] = {}
    for tax in taxed:
        if tax.document in stands:
            paper, amount = papers[tax.document], figures.rupees(tax.paise)
            told.setdefault(tax.note, []).append(
                FileTaxed(number=paper.number, date=paper.dated_on, amount=amount, nth=tax.nth)
            )
    written = [
        FileInterest(
            number=papers[body.document].number,
            date=papers[body.document].dated_on,
            type=papers[body.document].type,  # type: ignore[arg-type]
            note=papers[body.note].reference,
            from_on=body.from_on,
            upto_on=body.upto_on,
            amount=figures.rupees(body.interest_paise),
            nth=body.nth,
            taxed=tuple(sorted(told.get(body.note, ()), key=lambda each: each.nth)),
        )
        for body in booked
        if body.note in stands
    ]
    return tuple(sorted(written, key=lambda each: (*_reference(each), each.nth, *_reference(each.note))))


def _standing(read: Connection, records: list[Id]) -> set[Id]:
    states = (State.LIVE, State.CONTESTED)
    rows: Any = in_runs(read, "SELECT record, state FROM standing WHERE record IN (RUN)", records)
    return {record for record, state in rows if State(state) in states}


def _reference(each: FileReference) -> tuple[dt.date, str, str]:
    return each.date, getattr(each, "type", ""), each.number
