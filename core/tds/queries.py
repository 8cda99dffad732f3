"""Questions about TDS: credits as seen, certificates, links and claims; and what is expected of documents.

Every question is a look-up by year, by party or by id.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.record import field_number
from core.changes.standing import State
from core.company.model import COMPANY_ID, Company
from core.facts import Facts
from core.fiscal import financial_year, year_bounds
from core.gst.party_kind import PartyKind
from core.ids import Id
from core.parties.merged import merged
from core.parties.model import Party
from core.problems import Problem
from core.store.read import in_runs, papers_of, record_of
from core.store.tables.store import standing
from core.store.tables.tds import tds_certificates, tds_claims, tds_links
from core.tds.expecting import Bill, Expected, GstBill, expected
from core.tds.matching import Credit, Deducted
from core.tds.model import FormSeen, Seen
from core.tds.reading import FormRead
from core.tds.rules import FORM_LINES_MAX, GST, code_on, line_id, seen_id
from core.words import translate as _


class Payer(NamedTuple):
    """A customer as TDS knows it; a merged party is the one it became."""

    party: Id
    name: str
    code: str
    tan: str
    tds_code: str
    gstin: str
    pan: str
    is_government: bool

    @property
    def key(self) -> str:
        """What its deductions and credits are gathered by."""
        return self.tan or self.party.hex()

    @property
    def gst_key(self) -> str:
        """The PAN or TAN within its GSTIN: a deductor's registration differs from the buyer's in the rest."""
        return self.gstin[2:12] or self.pan or self.tan or self.party.hex()


class SeenRow(NamedTuple):
    """A line of a form as the book has it.

    `is_current` False: the department has shown the same line anew since, or its newest form of the year shows it no
    more.
    """

    credit: Credit
    is_current: bool
    claimed_in: int | None
    claim: Id | None
    link: Id | None
    seen_on: dt.date


class CertificateRow(NamedTuple):
    """A certificate that is held."""

    id: Id
    form: str
    number: str
    tan: str
    code: str
    year: int
    quarter: int
    deducted_paise: int
    issued_on: dt.date | None
    party: Id | None
    note: str


class ClaimRow(NamedTuple):
    """In which year's return a line was claimed."""

    line: Id
    claim: Id
    year: int
    claimed_on: dt.date
    deducted_paise: int


_CREDIT = (
    "SELECT id, line, form, tan, deductor, code, year, quarter, paid_on, paid_paise, deducted_paise, "
    "deposited_paise, status, booked_on, seen_on FROM tds_seen JOIN standing s ON s.record = id AND s.state IN (1, 3)"
)
_BILLS = (
    "SELECT d.id, d.number, d.party, d.dated_on, d.type, d.taxable_paise, d.milestone, -SUM(p.paise) "
    "FROM documents d JOIN standing s ON s.record = d.id JOIN postings p ON p.paper = d.id "
    "WHERE d.party IN (RUN) AND d.dated_on BETWEEN ? AND ? AND d.opening = 0 AND d.cancellation IS NULL "
    "AND s.state IN (1, 3) AND p.account IN ('sales', 'other_charges') GROUP BY d.id ORDER BY d.dated_on, d.id"
)
_CONTRACTS = (
    "SELECT m.id, c.value_paise FROM milestones m JOIN contracts c ON c.id = m.contract WHERE m.id IN (RUN)"
)
_images = msgspec.msgpack.Decoder(dict[int, Any])
_STATUS_RANK = {status: rank for rank, status in enumerate("ZUPOF")}
_PARTY = {name: field_number(Party, name) for name in ("tan", "tds_code", "pan")}


def payee_pan(read: Connection) -> str:
    """Our own PAN, from the company or from its GSTIN; "" when neither tells it."""
    company = record_of(read, Company, COMPANY_ID) or Company()
    return company.pan or company.registration.gstin[2:12]


def payers(read: Connection) -> dict[Id, Payer]:
    """Every party as TDS knows it, by id; those that were merged answer as what they became."""
    found: dict[Id, Payer] = {}
    sql = "SELECT p.id, p.name, p.code, p.gstin, p.kind, i.image FROM parties p JOIN images i ON i.record = p.id"
    for party, name, code, gstin, kind, data in read.exec_driver_sql(sql):
        image = _images.decode(data)
        tan, tds_code, pan = (str(image.get(_PARTY[field]) or "") for field in ("tan", "tds_code", "pan"))
        government = kind == PartyKind.GOVERNMENT
        found[party] = Payer(party, name, code, tan.upper(), tds_code, gstin, pan.upper(), government)
    return found | {party: found[kept] for party, kept in merged(read).items() if kept in found}


def deductions(
    read: Connection, first: dt.date, last: dt.date, known: dict[Id, Payer], *, kind: str = "tds"
) -> list[Deducted]:
    """What receipts from a day to a day say was kept back; those taken back or held do not count."""
    sql = (
        "SELECT t.receipt, t.n, t.number, t.party, t.code, t.dated_on, t.paise FROM tds_deductions t "
        "JOIN standing s ON s.record = t.receipt WHERE t.kind = ? AND t.dated_on BETWEEN ? AND ? "
        "AND s.state IN (1, 3) ORDER BY t.dated_on, t.receipt, t.n"
    )
    answers = []
    for receipt, n, number, party, code, on, paise in read.exec_driver_sql(
        sql, (kind, first.isoformat(), last.isoformat())
    ):
        payer = known.get(party)
        root = party if payer is None else payer.party
        key = root.hex() if payer is None else payer.gst_key if kind == "gst_tds" else payer.key
        answers.append(Deducted(receipt, n, number, key, root, code, dt.date.fromisoformat(on), paise))
    return answers


def seen_rows(read: Connection, first_year: int, last_year: int, *, gst: bool = False) -> list[SeenRow]:
    """Every line of the forms of these years, in order of deductor and day, with what became of it."""
    sql = f"{_CREDIT} WHERE year BETWEEN ? AND ? AND (form = 'GST') = ?"
    found = [
        (_credit(row), _day(row[14])) for row in read.exec_driver_sql(sql, (first_year, last_year, int(gst)))
    ]
    newest: dict[Id, tuple[Any, ...]] = {}
    for credit, seen_on in found:
        rank = _rank(credit, seen_on)
        if credit.line not in newest or newest[credit.line] < rank:
            newest[credit.line] = rank
    claimed, linked = claims(read), links(read)
    shown = {} if gst else _newest_forms(read, first_year, last_year)
    rows = [
        SeenRow(
            credit,
            newest[credit.line] == _rank(credit, seen_on)
            and not _is_gone(credit, seen_on, shown.get(credit.year)),
            claimed[credit.line].year if credit.line in claimed else None,
            claimed[credit.line].claim if credit.line in claimed else None,
            linked.get(credit.id),
            seen_on,
        )
        for credit, seen_on in found
    ]
    return sorted(rows, key=lambda row: (row.credit.tan, row.credit.paid_on, row.credit.id))


def form_seen(form: FormRead) -> FormSeen | None:
    """What a form says of its whole year; None for one that does not tell its year and day, or not all of a year."""
    if form.year is None or form.made_on is None or form.form == GST or not form.lines:
        return None
    lines = sorted({line_id(line) for line in form.lines if line.year == form.year})
    if len(lines) > FORM_LINES_MAX:
        return None
    return FormSeen(form.year, form.made_on, tuple(lines), form.lines[0].source)


def gone_by(read: Connection, form: FormRead) -> list[Credit]:
    """The credits that count now and that a form, when it is kept, shows to be none any more."""
    whole = form_seen(form)
    if whole is None:
        return []
    newest = _newest_forms(read, whole.year, whole.year).get(whole.year)
    shown = _Shown(whole.made_on, frozenset(whole.lines))
    if newest is not None and newest.made_on > shown.made_on:
        return []
    rows = seen_rows(read, whole.year, whole.year)
    return [row.credit for row in rows if row.is_current and _is_gone(row.credit, row.seen_on, shown)]


class _Shown(NamedTuple):
    """The lines of a form, and when it was made."""

    made_on: dt.date
    lines: frozenset[Id]


def _newest_forms(read: Connection, first_year: int, last_year: int) -> dict[int, _Shown]:
    """The form of each year that the department made last."""
    sql = (
        "SELECT f.year, f.id FROM tds_forms f JOIN standing s ON s.record = f.id "
        "WHERE s.state IN (1, 3) AND f.year BETWEEN ? AND ? ORDER BY f.year, f.made_on, f.id"
    )
    newest: dict[int, Id] = dict(tuple(row) for row in read.exec_driver_sql(sql, (first_year, last_year)))
    papers = papers_of(read, FormSeen, newest.values())
    forms = {year: papers[record] for year, record in newest.items()}
    return {year: _Shown(form.made_on, frozenset(form.lines)) for year, form in forms.items()}


def _is_gone(credit: Credit, seen_on: dt.date, form: _Shown | None) -> bool:
    """Whether a newer form leaves a line out; of one seen on no known day nobody can tell."""
    return form is not None and credit.line not in form.lines and dt.date.min < seen_on < form.made_on


def _day(text: str | None) -> dt.date:
    return dt.date.fromisoformat(text) if text else dt.date.min


def credits_of(read: Connection, records: Iterable[Id]) -> list[Credit]:
    """These credits, as the book has them."""
    return [_credit(row) for row in in_runs(read, f"{_CREDIT} WHERE id IN (RUN)", records)]


def links(read: Connection) -> dict[Id, Id]:
    """The standing claim by which each credit or receipt was linked by hand."""
    return {row.record: row.claim for row in read.execute(sa.select(tds_links.c.record, tds_links.c.claim))}


def claims(read: Connection) -> dict[Id, ClaimRow]:
    """The standing claim of each line that was claimed."""
    question = sa.select(*(tds_claims.c[name] for name in ClaimRow._fields))
    return {row.line: ClaimRow(*row) for row in read.execute(question)}


def certificates(read: Connection, year: int) -> list[CertificateRow]:
    """The certificates of a financial year, in order of deductor and quarter."""
    question = (
        sa.select(*(tds_certificates.c[name] for name in CertificateRow._fields))
        .join(standing, standing.c.record == tds_certificates.c.id)
        .where(tds_certificates.c.year == year, standing.c.state.in_((State.LIVE, State.CONTESTED)))
    )
    rows = [CertificateRow(*row) for row in read.execute(question)]
    return sorted(rows, key=lambda row: (row.tan, row.quarter, row.number))


def expectations(
    read: Connection, year: int, known: dict[Id, Payer], facts: Facts
) -> dict[Id, list[Expected]]:
    """What is expected of the documents of a financial year, by the party that was billed.

    Thresholds are counted by deductor: parties of one TAN or one PAN are one (s. 194C(5): what "the person" pays).
    """
    wanted = {party: payer for party, payer in known.items() if payer.tds_code}
    pan, deductors, last = payee_pan(read), _deductors(known), year_bounds(year)[1]
    by_deductor: dict[tuple[Id, str], list[Bill]] = {}
    for bill in _bills(read, wanted, year):
        payer = wanted[bill.party]
        nature = code_on(payer.tds_code, last, pan, facts)
        by_deductor.setdefault((deductors[payer.party], nature), []).append(bill)
    found: dict[Id, list[Expected]] = {}
    for bills in by_deductor.values():
        for one in expected(bills, wanted[bills[0].party].tds_code, pan, facts):
            found.setdefault(known[one.bill.party].party, []).append(one)
    return found


def _deductors(known: dict[Id, Payer]) -> dict[Id, Id]:
    """For each party the first of those that have its TAN or its PAN: together they are one deductor."""
    first_of: dict[str, Id] = {}
    found: dict[Id, Id] = {}
    for payer in sorted(set(known.values())):
        names = [name for name in (payer.tan, payer.pan or payer.gstin[2:12]) if name]
        firsts = {first_of[name] for name in names if name in first_of}
        first = min(firsts, default=payer.party)
        found[payer.party] = first
        first_of.update(dict.fromkeys(names, first))
        for other in firsts - {first}:
            found.update({party: first for party, was in found.items() if was == other})
            first_of.update({name: first for name, was in first_of.items() if was == other})
    return found


def expected_on(read: Connection, document: Id, facts: Facts | None = None) -> Expected | None:
    """What is expected of one document, in the light of the year's before it; None when its party deducts nothing."""
    sql = "SELECT party, dated_on FROM documents WHERE id = ?"
    found = read.exec_driver_sql(sql, (document,)).fetchone()
    known = payers(read) if found is not None else {}
    if found is None or found[0] not in known or not known[found[0]].tds_code:
        return None
    deductors = _deductors(known)
    ours = {
        party: payer for party, payer in known.items()
        if deductors[payer.party] == deductors[known[found[0]].party]
    }  # fmt: skip
    year = financial_year(dt.date.fromisoformat(found[1]))
    answers = expectations(read, year, ours, facts or Facts.in_force()).values()
    return next((one for each in answers for one in each if one.bill.document == document), None)


def gst_bills(read: Connection, year: int, known: dict[Id, Payer]) -> list[GstBill]:
    """The documents of a year to government buyers, each with what its contract is worth."""
    wanted = [party for party, payer in known.items() if payer.is_government]
    first, last = year_bounds(year)
    rows = list(in_runs(read, _BILLS, wanted, first.isoformat(), last.isoformat()))
    staged = {row[6] for row in rows if row[6] is not None}
    worth = dict(tuple(row) for row in in_runs(read, _CONTRACTS, staged))
    return [
        GstBill(
            row[0], row[1], known[row[2]].party, dt.date.fromisoformat(row[3]), -row[5] if row[4] == "CRN" else row[5],
            worth.get(row[6]) or row[5],
        )
        for row in rows
    ]  # fmt: skip


def problems_with_form(read: Connection, form: FormRead) -> list[Problem]:
    """What stands in the way of keeping a form: lines that were not read, or a form of somebody else's PAN."""
    problems, ours = list(form.problems), payee_pan(read)
    if form.pan and ours and form.pan != ours:
        words = _("The form is of PAN {pan}; ours is {ours}.").format(pan=form.pan, ours=ours)
        problems.insert(0, Problem("PAN", words, "pan", _("Choose our own form.")))
    return problems


class Preview(NamedTuple):
    """What keeping a form would do. `corrected` are lines the book has with another status or booking; `gone` those
    that would count no more."""

    new: tuple[Seen, ...]
    corrected: tuple[Seen, ...]
    known: tuple[Seen, ...]
    unknown_deductors: tuple[str, ...]
    gone: tuple[Credit, ...] = ()


def preview(read: Connection, lines: Sequence[Seen]) -> Preview:
    """What of a form's lines is new to the book; nothing is written."""
    ids = {seen_id(line): line for line in lines}
    kept = {row[0] for row in in_runs(read, "SELECT id FROM tds_seen WHERE id IN (RUN)", ids)}
    fresh = [line for record, line in ids.items() if record not in kept]
    sql = "SELECT line FROM tds_seen WHERE line IN (RUN)"
    shown = {row[0] for row in in_runs(read, sql, [line_id(line) for line in fresh])}
    tans = {key for payer in payers(read).values() for key in (payer.key, payer.gst_key)}
    strange = {
        f"{line.deductor} ({line.tan})"
        for line in lines
        if (line.tan[2:12] if line.form == GST else line.tan) not in tans
    }
    return Preview(
        tuple(line for line in fresh if line_id(line) not in shown),
        tuple(line for line in fresh if line_id(line) in shown),
        tuple(line for record, line in ids.items() if record in kept),
        tuple(sorted(strange)),
    )


def _bills(read: Connection, parties: Iterable[Id], year: int) -> Iterator[Bill]:
    first, last = year_bounds(year)
    for row in in_runs(read, _BILLS, parties, first.isoformat(), last.isoformat()):
        yield Bill(row[0], row[1], row[2], dt.date.fromisoformat(row[3]), row[7])


def _credit(row: Any) -> Credit:
    on = dt.date.fromisoformat(row[8])
    booked_on = dt.date.fromisoformat(row[13]) if row[13] else None
    return Credit._make((*row[:8], on, *row[9:13], booked_on))


def _rank(credit: Credit, seen_on: dt.date) -> tuple[Any, ...]:
    """By which of two states of a line the newer is known: the file's day, the booking's, how final it is."""
    booked = credit.booked_on or dt.date.min
    return (seen_on, booked, _STATUS_RANK.get(credit.status, -1), credit.id)
