"""What the lists of TDS show, put together from the year's story. Free of Qt."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from core.fiscal import year_label_long
from core.ids import Id, imported_id
from core.problems import Problem
from core.tds.life import ASKED, EXPECTED, Life
from core.tds.matching import Credit, Deducted, Match, Outcome
from core.tds.model import Seen
from core.tds.queries import Preview, SeenRow
from core.words import amount_text, date_text, money_text
from core.words import translate as _
from desktop.ports import Tone


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A line of a form."""

    id: Id
    tan: str
    deductor: str
    code: str
    on: dt.date
    paid_paise: int
    deducted_paise: int
    status_text: str
    is_current: bool
    claimed_in: int | None
    claim: Id | None
    link: Id | None
    state: str

    @property
    def claimed_text(self) -> str:
        """The year in whose return it is claimed."""
        return "" if self.claimed_in is None else year_label_long(self.claimed_in)


@dataclass(frozen=True, slots=True)
class TrailRow:
    """A receipt's tax beside the form's line, either of them alone, or a bill with what is expected of it."""

    id: Id
    on: dt.date | None
    number: str
    detail: str
    code: str
    deducted_paise: int | None
    form_on: dt.date | None
    form_code: str
    shown_paise: int | None
    state: str
    receipt: Id | None = None
    credit: Id | None = None
    link: Id | None = None
    bill: Id | None = None

    @property
    def is_bill(self) -> bool:
        """Whether it tells of a bill, not of money."""
        return self.bill is not None

    @property
    def is_asked(self) -> bool:
        """Whether the deductor is to put it right."""
        return self.state in ASKED

    @property
    def on_text(self) -> str:
        """Its day."""
        return date_text(self.on) if self.on else "–"

    @property
    def form_text(self) -> str:
        """The form's day."""
        return date_text(self.form_on) if self.form_on else "–"

    @property
    def deducted_text(self) -> str:
        """What was kept back, or is expected to be."""
        return "–" if self.deducted_paise is None else amount_text(self.deducted_paise)

    @property
    def shown_text(self) -> str:
        """What the form shows."""
        return "–" if self.shown_paise is None else amount_text(self.shown_paise)


@dataclass(frozen=True, slots=True)
class ComingRow:
    """A line of a form that is being looked at before it is taken, or what is wrong with one."""

    id: Id
    what: str
    title: str
    tone: Tone
    line: str
    deductor: str
    tan: str
    code: str
    on: str
    status: str
    amount: str
    text: str = ""


def credit_rows(seen: Sequence[SeenRow], told: Sequence[Life]) -> list[CreditRow]:
    """The lines of a year with what was found of each, newest first."""
    states = {
        credit.id: found.outcome
        for life in told
        for matches in life.matches.values()
        for found in matches
        for credit in found.credits
    }
    rows = [
        CreditRow(
            row.credit.id, row.credit.tan, row.credit.deductor, row.credit.code, row.credit.paid_on,
            row.credit.paid_paise, row.credit.deducted_paise, booking_text(row.credit.status, row.credit.booked_on),
            row.is_current, row.claimed_in, row.claim, row.link,
            states.get(row.credit.id, Outcome.OTHER_QUARTER if row.is_current else Outcome.REVERSED),
        )
        for row in seen
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.on, row.deductor, row.id), reverse=True)


def booking_text(status: str, booked_on: dt.date | None) -> str:
    """The status of booking in words, and since when."""
    names = {
        "F": _("Final"), "U": _("Unmatched"), "P": _("Provisional"), "O": _("Overbooked"), "Z": _("Mismatch"),
    }  # fmt: skip
    name = names.get(status, status)
    return f"{name} {date_text(booked_on)}" if booked_on and status == "F" else name


def trail_rows(told: Life, key: str) -> list[TrailRow]:
    """One deductor's year: matches by day, then the bills and what is expected of them."""
    mine = [row for row in told.rows if row.key == key]
    matches = {id(found): found for row in mine for found in told.matches[row.id]}.values()
    not_due = {row.quarter for row in mine if row.state == "not_due"}
    rows = [row for found in matches for row in _of_match(found, not_due)]
    rows.sort(key=lambda row: (row.on or row.form_on or dt.date.min, row.id), reverse=True)
    party = next((row.party for row in mine if row.party is not None), None)
    bills = [one for one in told.expected.get(party or b"", ()) if one.taxed_paise]
    for one in reversed(bills):
        rate = f"{one.rate_bp / 100:g} %"
        detail = _("{rate} of {amount}").format(rate=rate, amount=money_text(one.taxed_paise))
        rows.append(TrailRow(
            imported_id("tds bill", one.bill.document.hex()), one.bill.dated_on, one.bill.number, detail, one.code,
            one.tds_paise, None, "", None, EXPECTED, bill=one.bill.document,
        ))  # fmt: skip
    return rows


def _of_match(found: Match, not_due: set[int]) -> Iterator[TrailRow]:
    state: str = found.outcome
    if found.outcome is Outcome.MISSING and any(one.at % 4 + 1 in not_due for one in found.deductions):
        state = "not_due"
    pairs: Iterator[tuple[Deducted | None, Credit | None]] = zip_longest(found.deductions, found.credits)
    for one, credit in pairs:
        parts = (
            "tds trail",
            f"{one.receipt.hex()}{one.n}" if one else "",
            credit.id.hex() if credit else "",
        )
        yield TrailRow(
            imported_id(*parts),
            one.dated_on if one else None,
            one.number if one else "",
            "" if one else (credit.deductor if credit else ""),
            one.code if one else "",
            one.paise if one else None,
            credit.paid_on if credit else None,
            credit.code if credit else "",
            credit.deducted_paise if credit else None,
            state,
            receipt=one.receipt if one else None,
            credit=credit.id if credit else None,
            link=found.link,
        )


def field_name(field: str) -> str:
    """What a column of a form is called on the form."""
    names = {
        "tan": _("TAN"), "gstin": _("GSTIN"), "pan": _("PAN"), "code": _("Section or payment code"),
        "paid_on": _("Transaction date"), "booked_on": _("Date of booking"), "status": _("Status of booking"),
        "paid": _("Amount paid or credited"), "deducted": _("Tax deducted"), "deposited": _("Tax deposited"),
        "period": _("Month"), "igst": _("IGST"), "cgst": _("CGST"), "sgst": _("SGST"),
    }  # fmt: skip
    return names.get(field, field)


def coming_rows(preview: Preview, problems: Sequence[Problem]) -> list[ComingRow]:
    """What is wrong first, then what is new, corrected or gone, and what the book has already."""
    rows = [
        ComingRow(
            imported_id("tds problem", str(n)), "problem", _("Problem"), "danger", str(one.line or ""), "",
            field_name(one.field), "", "", "", "", one.sentence,
        )
        for n, one in enumerate(problems)
    ]  # fmt: skip
    kinds: tuple[tuple[str, str, Tone, Sequence[Seen | Credit]], ...] = (
        ("new", _("New"), "success", preview.new),
        ("corrected", _("Corrected"), "warning", preview.corrected),
        ("gone", _("No more there"), "danger", preview.gone),
        ("known", _("Known"), "muted", preview.known),
    )
    for what, title, tone, lines in kinds:
        for n, line in enumerate(lines):
            rows.append(ComingRow(
                imported_id("tds coming", what, str(n)), what, title, tone, "", line.deductor, line.tan, line.code,
                date_text(line.paid_on), booking_text(line.status, None), amount_text(line.deducted_paise),
            ))  # fmt: skip
    return rows
