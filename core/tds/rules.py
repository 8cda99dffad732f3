"""What must be true of what is seen, certified, linked and claimed; which codes are one; and ids made of content. Pure.

Amounts are paise. A section of the 1961 Act and a payment code of the 2025 Act are the same when core.facts gives
them one nature of payment (194C is 1023 and 1024); a credit may arrive under either.
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from core.facts import Facts, TdsCode
from core.fiscal import year_bounds
from core.ids import Id, imported_id
from core.ledger.rules import PAISE_MAX
from core.problems import Problem
from core.receipts.rules import PERSONS, codes_named
from core.tds.model import FORMS, STATUSES, Certificate, Claimed, FormSeen, Linked, Seen
from core.words import translate as _

FINAL = "F"
GST = "GST"
GST_CODE = "51"
LINKED_MAX = 500
FORM_LINES_MAX = 40_000
TAN = re.compile(r"[A-Z]{4}[0-9]{5}[A-Z]")
GSTIN = re.compile(r"[0-9A-Z]{15}")
CERTIFICATES = ("16A", "131", "GSTR-7A")

_LETTERED = re.compile(r"(194[A-Z]?)([AB])")


def seen_id(seen: Seen) -> Id:
    """The id of a credit: the same line of the same form is the same record on every device, whenever it is read."""
    state = (seen.status, f"{seen.deposited_paise}", seen.booked_on.isoformat() if seen.booked_on else "")
    return imported_id("tds seen", *_place(seen), *state)


def line_id(seen: Seen) -> Id:
    """What stays the same of a line while the department goes on with it: its status and booking may change."""
    return imported_id("tds line", *_place(seen))


def _place(seen: Seen) -> tuple[str, ...]:
    form = GST if seen.form == GST else "income"
    return (
        form, seen.tan, bare(seen.code), f"{seen.year}", f"{seen.quarter}", seen.paid_on.isoformat(),
        f"{seen.paid_paise}", f"{seen.deducted_paise}", f"{seen.nth}",
    )  # fmt: skip


def form_id(form: FormSeen) -> Id:
    """The id of a form: the same file is the same record on every device, whatever it is called."""
    lines = (line.hex() for line in form.lines)
    return imported_id("tds form", f"{form.year}", form.made_on.isoformat(), *lines)


def certificate_id(certificate: Certificate) -> Id:
    """The id of a certificate: its number, deductor, code and quarter, so that two devices note it once."""
    return imported_id(
        "tds certificate", certificate.form, certificate.tan, certificate.number.casefold(),
        bare(certificate.code), f"{certificate.year}", f"{certificate.quarter}",
    )  # fmt: skip


def linked_place(record: Id) -> str:
    """The place that a link holds on a credit, or on a receipt's tax."""
    return f"tds linked/{record.hex()}"


def claimed_place(line: Id) -> str:
    """The place that the claim of a credit holds, by its line: it is claimed once."""
    return f"tds claimed/{line.hex()}"


def bare(code: str) -> str:
    """A code without its hyphens and blanks, in capitals; the letters of 194JA and 194JB in brackets as in the Act."""
    text = "".join(letter for letter in code.upper() if letter.isalnum() or letter in "()")
    return text if len(text) != 5 or text == "194IA" else _LETTERED.sub(r"\1(\2)", text)


@lru_cache(maxsize=4096)
def natures(code: str, facts: Facts) -> frozenset[str]:
    """The natures of payment that a section or payment code stands for, in either Act; itself when none is known."""
    wanted = bare(code)
    found = {fact.name for fact in facts.tds_codes() if wanted in (bare(fact.code), bare(fact.section))}
    return frozenset(found) if found else frozenset({wanted})


def is_same(code: str, other: str, facts: Facts) -> bool:
    """Whether two codes are one nature of payment, across both Acts."""
    return not natures(code, facts).isdisjoint(natures(other, facts))


@lru_cache(maxsize=4096)
def fact_of(code: str, on: dt.date, pan: str, facts: Facts) -> TdsCode | None:
    """The fact that holds on a day for what a party deducts under `code`, whichever Act the code is of.

    Of a contractor's two rates the PAN of the payee (ours) tells which; of two services the dearer is expected.
    """
    named = [fact for fact in codes_named(bare(code), on, facts) if fact.rate_bp is not None]
    if not named:
        wanted = natures(code, facts)
        named = [fact for fact in facts.tds_codes_on(on) if fact.name in wanted and fact.rate_bp is not None]
    named.sort(key=lambda fact: fact.rate_bp or 0)
    if not named:
        return None
    contractor = any(fact.name.startswith("Contractors") for fact in named)
    is_person = len(pan) == 10 and pan[3].upper() in PERSONS
    return named[0] if contractor and is_person else named[-1]


def code_on(code: str, on: dt.date, pan: str, facts: Facts) -> str:
    """The code by which a deduction under `code` goes on a day: 194C is 1024 for a company from 1 April 2026."""
    fact = fact_of(code, on, pan, facts)
    return fact.code if fact is not None else bare(code)


def problems_with_seen(seen: Seen) -> Iterator[Problem]:
    """Each thing wrong with a credit as seen; device and service alike."""
    if seen.form not in FORMS:
        yield Problem("CHOICE", _("This form is not known."), "form")
    pattern = GSTIN if seen.form == GST else TAN
    if not pattern.fullmatch(seen.tan):
        yield Problem("TAN", _("A TAN has four letters, five digits and a letter."), "tan")
    if not seen.code:
        yield Problem("REQUIRED", _("A credit names the section or payment code."), "code")
    if seen.status not in STATUSES:
        yield Problem("CHOICE", _("The status of booking is F, U, P, O or Z."), "status")
    if not 1 <= seen.quarter <= 4:
        yield Problem("RANGE", _("A year has four quarters."), "quarter")
    first, last = year_bounds(seen.year) if 1990 <= seen.year <= 9000 else (seen.paid_on, dt.date.min)
    if not first <= seen.paid_on <= last:
        yield Problem("RANGE", _("The day of the payment lies outside the year."), "paid_on")
    if seen.nth < 1:
        yield Problem("RANGE", _("Equal lines are counted from one."), "nth")
    if max(map(abs, (seen.paid_paise, seen.deducted_paise, seen.deposited_paise))) > PAISE_MAX:
        yield Problem("RANGE", _("This amount is absurd."), "deducted_paise")


def problems_with_form_seen(form: FormSeen) -> Iterator[Problem]:
    """Each thing wrong with a form as seen; device and service alike."""
    if not 1990 <= form.year <= 9000:
        yield Problem("RANGE", _("This is no financial year."), "year")
    if len(form.lines) > FORM_LINES_MAX or list(form.lines) != sorted(set(form.lines)):
        yield Problem("RANGE", _("A form names each of its lines once, in order, and not too many."), "lines")


def problems_with_certificate(certificate: Certificate) -> Iterator[Problem]:
    """Each thing wrong with a certificate as noted."""
    if certificate.form not in CERTIFICATES:
        yield Problem("CHOICE", _("A certificate is Form 16A, Form 131 or GSTR-7A."), "form")
    if not certificate.number.strip():
        yield Problem("REQUIRED", _("Enter the number of the certificate."), "number")
    pattern = GSTIN if certificate.form == "GSTR-7A" else TAN
    if not pattern.fullmatch(certificate.tan):
        yield Problem("TAN", _("A TAN has four letters, five digits and a letter."), "tan")
    if not certificate.code:
        yield Problem("REQUIRED", _("Enter the section or payment code."), "code")
    if not 1 <= certificate.quarter <= 4:
        yield Problem("RANGE", _("A year has four quarters."), "quarter")
    if not 1990 <= certificate.year <= 9000:
        yield Problem("RANGE", _("This is no financial year."), "year")
    if not 0 < certificate.deducted_paise <= PAISE_MAX:
        message = _("A certificate is of more than nothing, and no absurd amount.")
        yield Problem("RANGE", message, "deducted_paise")


def problems_with_link(linked: Linked) -> Iterator[Problem]:
    """Each thing wrong with a link by itself."""
    if not linked.seen or not linked.receipts:
        yield Problem("REQUIRED", _("Choose the credits and the receipts that belong together."), "seen")
    if len({*linked.seen, *linked.receipts}) != len(linked.seen) + len(linked.receipts):
        yield Problem("REPEATED", _("The same record is named twice."), "seen")
    if len(linked.seen) + len(linked.receipts) > LINKED_MAX:
        yield Problem("TOO_LARGE", _("These are too many for one link."), "seen")


def problems_with_claimed(claimed: Claimed) -> Iterator[Problem]:
    """Each thing wrong with the note of a claim by itself."""
    if abs(claimed.deducted_paise) > PAISE_MAX:
        yield Problem("RANGE", _("This amount is absurd."), "deducted_paise")
    if not 1990 <= claimed.year <= 9000:
        yield Problem("RANGE", _("This is no financial year."), "year")
