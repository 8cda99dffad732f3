"""Questions that need no book, as `bahi check` asks them: each answer is one JSON value with its `problems`.

A question that cannot be read has a Problem that names the field; `accepted` says whether what it asks about stands.
The rules of bills, returns and e-invoices are read when one of them is asked about: a GSTIN is answered without.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from core.einvoice.irn import irn_of, irn_source
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.asking import Asking, Checked, UnknownRole, checked
from core.exchange.document_model import FileTransport
from core.exchange.parts import Part
from core.exchange.reading import read_json
from core.facts import Facts
from core.facts.reader import UnknownFact
from core.fiscal import financial_year, year_label_long
from core.gst.gstin import check as judge_gstin
from core.gst.gstin import problem_of
from core.gst.number import check_number
from core.gst.upi import UpiError, is_upi_id, upi_link, upi_params
from core.items.rules import is_hsn
from core.problems import Problem
from core.returns.model import UsedNumber
from core.returns.portal import quantity
from core.returns.table13 import Run, docs, is_same_run, runs
from core.words import translate as _

_COUNTERS = re.compile(r"([0-9]+)")
_SERVICES = "99"
_GSTIN = re.compile(r"[0-9]{2}[A-Z0-9]{13}")
"""All that the hash asks of a number: published samples have none of the other forms."""


class AskedIrn(Part):
    supplier_gstin: str
    doc_date: dt.date
    doc_type: Literal["INV", "CRN", "DBN"]
    doc_no: str


class AskedUpi(Part):
    pa: str | None = None
    pn: str = ""
    am: Decimal | None = None
    tr: str = ""
    tn: str = ""
    uri: str | None = None


class AskedHsn(Part):
    hsn: str
    turnover: Decimal = Decimal(0)
    description: str = ""
    unit: str = ""
    quantity: Decimal = Decimal(0)


class AskedSeries(Part, rename={"first": "from", "last": "to"}):
    previous: str | None = None
    next: str | None = None
    issued: tuple[str, ...] | None = None
    first: str | None = None
    last: str | None = None
    total: int | None = None
    cancelled: tuple[str, ...] | int | None = None
    draft: tuple[str, ...] | int | None = None


class AskedDistance(Part):
    distance_km: Decimal
    same_pin: bool = False


def answer(kind: str, asking: Asking) -> Checked:
    """The answer to a question of this kind; what cannot be read is not accepted, where the kind says `accepted`.

    Raises `RuleBroken` for a question of the other kinds that cannot be read, UnknownRole for a role that is none,
    KeyError for no kind.
    """
    try:
        return CHECKS[kind](asking)
    except RuleBroken as refused:
        if kind not in ACCEPTING:
            raise
        return checked({"accepted": False}, refused.problems)


def _gstin(asking: Asking) -> Checked:
    try:
        found = judge_gstin(asking.text, as_kind=asking.role)
    except ValueError as error:
        raise UnknownRole(str(error)) from None
    shown = {
        "valid": found.valid,
        "accepted": found.accepted,
        "type": found.type.value if found.type else None,
        "state_code": found.state_code,
        "pan": found.pan,
        "normalised": found.normalised,
        "reason": found.reason,
        "expected_check": found.expected_check,
    }
    return checked(shown, [] if found.accepted else [problem_of(found, "gstin")])


def _number(asking: Asking) -> Checked:
    found = check_number(asking.text, on=asking.on)
    shown = {"valid_rule46_gstr1": found.valid_rule46_gstr1, "valid_for_irp": found.valid_for_irp}
    return checked(shown, found.problems, accepted=found.valid_rule46_gstr1)


def _irn(asking: Asking) -> Checked:
    asked = read_json(asking.text, AskedIrn, asking.name)
    gstin = asked.supplier_gstin.strip().upper()
    problems = []
    if not _GSTIN.fullmatch(gstin):
        message = _("A GSTIN has 15 characters: Latin letters and digits, the first two digits.")
        problems.append(Problem("FORMAT", message, "supplier_gstin"))
    number = check_number(asked.doc_no, on=asked.doc_date)
    problems += [_at(problem, "doc_no") for problem in number.problems]
    of_paper = (gstin, asked.doc_date, asked.doc_type, asked.doc_no)
    shown = {
        "fy": year_label_long(financial_year(asked.doc_date)),
        "string": irn_source(*of_paper),
        "irn": irn_of(*of_paper),
    }
    return checked(shown, problems)


def _upi(asking: Asking) -> Checked:
    text = asking.text.strip()
    asked = read_json(text, AskedUpi, asking.name) if text.startswith("{") else AskedUpi(uri=text)
    try:
        link = asked.uri if asked.uri is not None else _link(asked)
        params = upi_params(link)
    except UpiError as error:
        problem = Problem("UPI", f"{error}.", "uri" if asked.uri is not None else _doubtful(asked))
        return checked({"link": None, "params": None, "accepted": False}, [problem])
    if not params.get("pn", "").strip():
        message = _("A payment link names the payee: pn.")
        problem = Problem("REQUIRED", message, "pn" if asked.uri is None else "uri")
        return checked({"link": None, "params": params, "accepted": False}, [problem])
    return checked({"link": link, "params": params, "accepted": True}, [])


def _link(asked: AskedUpi) -> str:
    amount = figures.paise(asked.am, "am")
    return upi_link(pa=asked.pa or "", pn=asked.pn, am_paise=amount, tr=asked.tr, tn=asked.tn)


def _doubtful(asked: AskedUpi) -> str:
    """Which key a link that cannot be made is wrong in."""
    if not is_upi_id(asked.pa or ""):
        return "pa"
    return "am" if asked.am is None or asked.am <= 0 else "tr"


def _hsn(asking: Asking) -> Checked:
    from core.returns.gstr1_hsn import counted, uqc_of, user_words

    asked = read_json(asking.text, AskedHsn, asking.name)
    facts = Facts.in_force()
    code = asked.hsn.strip()
    problems = list(_problems_with_hsn(code, figures.paise(asked.turnover, "turnover"), asking.on, facts))
    known = facts.hsn(code)
    shown = {
        "accepted": not problems,
        "hsn_sc": code,
        "uqc": uqc_of(code, asked.unit or "NOS", facts),
        "qty": quantity(counted(code, figures.quantity(asked.quantity, "quantity"))),
        "user_desc": user_words(asked.description or (known.description if known else "")),
    }
    return checked(shown, problems)


def _problems_with_hsn(code: str, turnover_paise: int, on: dt.date, facts: Facts) -> Sequence[Problem]:
    lengths = (4, 6) if code.startswith(_SERVICES) else (4, 6, 8)
    if not is_hsn(code) or len(code) not in lengths:
        message = _("An HSN is a number of 4, 6 or 8 digits, a SAC one of 4 or 6 that begins with 99.")
        return [Problem("HSN", message, "hsn", _("Copy it from the tariff or an old bill."))]
    try:
        digits = facts.hsn_digits(turnover_paise, on)
    except UnknownFact:  # before digits were asked for
        return []
    if len(code) >= digits:
        return []
    message = _("At this turnover an HSN has {digits} digits at least.").format(digits=digits)
    return [Problem("HSN_SHORT", message, "hsn", _("Use the longer code of the tariff."))]


def _series(asking: Asking) -> Checked:
    asked = read_json(asking.text, AskedSeries, asking.name)
    if asked.previous is not None and asked.next is not None:
        same = is_same_run(asked.previous, asked.next)
        return checked({"same_run": same}, [], accepted=same)
    if asked.first is not None and asked.last is not None:
        return _row(asked, asked.first, asked.last, asking.on)
    if asked.issued is None and asked.cancelled is None and asked.draft is None:
        message = _(
            "Give previous and next, or issued with cancelled and draft, or from, to, total and cancelled."
        )
        raise RuleBroken([Problem("REQUIRED", message, "issued")])
    used = {number.upper(): UsedNumber(1, number) for number in asked.issued or ()}
    states: tuple[Literal["cancelled", "draft"], ...] = ("cancelled", "draft")
    for state in states:
        numbers = getattr(asked, state) or ()
        if isinstance(numbers, int):
            raise RuleBroken([Problem("SHAPE", _("Beside issued this is a list of numbers."), state)])
        used |= {number.upper(): UsedNumber(1, number, state) for number in numbers}
    problems = []
    for each in used.values():
        found = check_number(each.number, on=asking.on).problems
        problems += [_at(problem, each.state) for problem in found]
    return checked({"docs": docs(runs(used.values()))}, problems)


def _row(asked: AskedSeries, first: str, last: str, on: dt.date) -> Checked:
    """A row of Table 13: one unbroken run, as many numbers as it says, no more cancelled than that."""
    gone, drafts = asked.cancelled or 0, asked.draft or 0
    if not isinstance(gone, int) or not isinstance(drafts, int):
        raise RuleBroken([Problem("SHAPE", _("Beside from and to this is how many."), "cancelled")])
    if asked.total is None:
        raise RuleBroken([Problem("REQUIRED", _("{key} is missing here.").format(key="total"), "total")])
    problems = [_at(problem, "from") for problem in check_number(first, on=on).problems]
    problems += [_at(problem, "to") for problem in check_number(last, on=on).problems]
    if problems:
        return checked({"accepted": False}, problems)
    between = _run_length(first, last)
    if between is None:
        problems.append(Problem("SERIES", _("The two numbers are not of one run."), "to"))
    elif asked.total != between:
        message = _("From {first} to {last} there are {count} numbers, not {total}.")
        message = message.format(first=first, last=last, count=between, total=asked.total)
        problems.append(Problem("TOTAL", message, "total"))
    if gone < 0 or drafts < 0 or gone + drafts > asked.total:
        problems.append(Problem("CANCELLED", _("More are cancelled than there are."), "cancelled"))
    if problems:
        return checked({"accepted": False}, problems)
    return checked({"accepted": True, "docs": docs([Run(1, first, last, asked.total, gone + drafts)])}, [])


def _run_length(first: str, last: str) -> int | None:
    """How many numbers a run from the first to the last holds; None when they are not of one run."""
    before, after = (_COUNTERS.split(number.upper()) for number in (first, last))
    if len(before) != len(after):
        return None
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    if not changed:
        return 1
    one, other = changed[0]
    if len(changed) > 1 or not (one.isdecimal() and other.isdecimal()) or int(other) < int(one):
        return None
    return int(other) - int(one) + 1


def _transport(asking: Asking) -> Checked:
    from core.eway.rules import check_transport
    from core.exchange.papers import transport_of

    asked = read_json(asking.text, FileTransport, asking.name)
    found = check_transport(transport_of(asked, ""))
    problems = [_at(problem, problem.field.removeprefix("transport.")) for problem in found["problems"]]
    return checked({"accepted": found["accepted"], "transMode": found["transMode"]}, problems)


def _distance(asking: Asking) -> Checked:
    from core.eway.rules import check_distance

    asked = read_json(asking.text, AskedDistance, asking.name)
    found = check_distance(figures.whole(asked.distance_km, 0, "distance_km"), same_pin=asked.same_pin)
    problems = [_at(problem, "distance_km") for problem in found["problems"]]
    return checked({"accepted": found["accepted"], "distance_sent": found["distance_sent"]}, problems)


def _qr(asking: Asking) -> Checked:
    from core.exchange.portal_checks import check_qr

    return check_qr(asking)


def _return(asking: Asking) -> Checked:
    from core.exchange.portal_checks import check_return

    return check_return(asking)


def _einvoice(asking: Asking) -> Checked:
    from core.exchange.portal_checks import check_einvoice

    return check_einvoice(asking)


def _at(problem: Problem, field: str) -> Problem:
    return Problem(problem.code, problem.message, field, problem.remedy)


ACCEPTING = ("upi", "hsn", "series", "transport", "distance", "return", "einvoice")
"""The kinds whose answer says `accepted`."""
CHECKS: Mapping[str, Callable[[Asking], Checked]] = {
    "gstin": _gstin,
    "number": _number,
    "irn": _irn,
    "qr": _qr,
    "upi": _upi,
    "hsn": _hsn,
    "series": _series,
    "transport": _transport,
    "distance": _distance,
    "return": _return,
    "einvoice": _einvoice,
}
