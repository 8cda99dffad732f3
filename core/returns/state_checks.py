"""What in the state of the book stands in a return's way: held papers, drafts, quiet devices, what came before."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.engine import Connection

from core.changes.change import decode_change
from core.changes.stamp import instant_of
from core.changes.standing import State
from core.clock import india_date
from core.company.queries import company
from core.ids import Id
from core.returns.covering import (
    Taken,
    filings_of,
    papers_among,
    papers_aside,
    papers_dated,
    placed,
    written_since,
)
from core.returns.finding import BLOCKS, WARNS, Finding
from core.returns.model import Month
from core.returns.periods import bounds, is_period, label, months_of, previous_period
from core.returns.rules import GSTR1, IFF, Filings
from core.store.devices import device_rows
from core.store.log import pending_count, read_meta, shelved_count
from core.store.read import in_runs
from core.words import date_text, money_text
from core.words import translate as _

QUIET_DAYS = 3
"""A device that has not been heard of for longer may hold papers of the period."""


def state_findings(read: Connection, month: Month, today: dt.date) -> Iterator[Finding]:
    """Each thing about the book that the return of a period should wait for, or be told of."""
    filings = filings_of(read)
    yield from _company(read)
    yield from _before(read, month, filings)
    yield from _aside(read, month)
    yield from _drafts(read, month)
    yield from _devices(read, month, today)
    yield from _advances(read, month)
    yield from _cancelled_since(read, month, filings)


def _company(read: Connection) -> Iterator[Finding]:
    filer = company(read)
    if not filer.registration.gstin:
        message, remedy = _("The company has no GSTIN."), _("Enter it in the settings.")
        yield Finding("COMPANY_GSTIN", BLOCKS, message, _("CGST Act, 37"), remedy, place="settings")
    if filer.composition:
        message = _("A composition dealer files CMP-08 and GSTR-4, not GSTR-1 and GSTR-3B.")
        yield Finding("COMPOSITION", WARNS, message, _("CGST Act, 10; CGST Rules, 62"), "", place="settings")


def _before(read: Connection, month: Month, filings: Filings) -> Iterator[Finding]:
    """The return before this one is not filed, and had papers."""
    previous = previous_period(month.period, month.filing)
    if not filings or (GSTR1, previous) in filings or not papers_dated(read, *bounds(previous, month.filing)):
        return
    message = _("GSTR-1 for {period} is not filed yet; the portal takes returns in order.")
    yield Finding(
        "PREVIOUS_UNFILED", WARNS, message.format(period=label(previous, month.filing)), _("CGST Act, 37(4)"),
        _("File that one first, or note that it was filed."), place="gst",
    )  # fmt: skip


def _aside(read: Connection, month: Month) -> Iterator[Finding]:
    """Held papers are in no return until an owner decides; contested ones are in it."""
    first, last = bounds(month.period, month.filing)
    for paper in papers_aside(read, first, last):
        if paper.state is State.HELD:
            message = _("The paper is held, so no return tells it until an owner decides.")
            yield _paper(paper, "HELD", BLOCKS, message, _("Decide about it in the Inbox."))
        else:
            message = _("A second paper was given for the same thing; both are in the return.")
            yield _paper(
                paper, "CONTESTED", WARNS, message, _("Cancel one, or answer it with a credit note.")
            )


def _drafts(read: Connection, month: Month) -> Iterator[Finding]:
    first, last = bounds(month.period, month.filing)
    sql = "SELECT id, type FROM drafts WHERE dated_on BETWEEN ? AND ? AND type IN ('INV', 'CRN', 'DBN') ORDER BY id"
    for record, _type in read.exec_driver_sql(sql, (first.isoformat(), last.isoformat())):
        message = _("A draft dated in the period is not issued.")
        remedy = _("Issue it, discard it, or date it later.")
        yield Finding("DRAFT", WARNS, message, _("CGST Act, 31"), remedy, place="invoices", record=record)


def _devices(read: Connection, month: Month, today: dt.date) -> Iterator[Finding]:
    if shelved_count(read):
        message = _("Some changes of other devices were written by a newer Bahi and cannot be read here.")
        yield Finding("SHELVED", BLOCKS, message, "", _("Install the newest Bahi."), place="settings")
    meta = read_meta(read)
    if not meta.get("shared"):
        return
    waiting = pending_count(read)
    if waiting:
        message = _("{count} changes of this device wait to be sent.").format(count=waiting)
        yield Finding("UNSENT", WARNS, message, "", _("Sync before filing."), place="settings")
    _first, last = bounds(month.period, month.filing)
    for device in device_rows(read):
        if device.device == meta["device"] or device.state != "live":
            continue
        heard = _last_heard(read, device.device)
        if heard is not None and heard > min(last, today - dt.timedelta(days=QUIET_DAYS)):
            continue
        message = _(
            "Nothing was heard of device {code} since {day}; it may hold papers of the period."
        ).format(code=device.code, day=date_text(heard) if heard else _("it joined"))
        remedy = _("Let it sync; what comes after filing goes into the next return.")
        yield Finding("DEVICE_QUIET", WARNS, message, "", remedy, place="settings")


def _last_heard(read: Connection, device: bytes) -> dt.date | None:
    sql = "SELECT data FROM changes WHERE device = ? ORDER BY epoch DESC, number DESC LIMIT 1"
    found = read.exec_driver_sql(sql, (device,)).fetchone()
    return india_date(instant_of(decode_change(found[0]).stamp)) if found else None


def _advances(read: Connection, month: Month) -> Iterator[Finding]:
    """Advances that lie unused although their party was billed since."""
    last = bounds(month.period, month.filing)[1]
    sql = (
        "SELECT i.paper, i.number, i.open_paise FROM open_items i JOIN vouchers v ON v.id = i.paper "
        "WHERE i.side = 'credit' AND i.open_paise > 0 AND v.type = 'RCV' AND v.purpose = 'services' "
        "AND v.dated_on <= ? AND EXISTS (SELECT 1 FROM open_items b WHERE b.party = i.party AND b.side = 'due' "
        "AND b.open_paise > 0 AND b.dated_on BETWEEN v.dated_on AND ?) ORDER BY i.number"
    )
    for record, number, paise in read.exec_driver_sql(sql, (last.isoformat(), last.isoformat())):
        message = _("{amount} of the advance is unused, and its party has open bills since.")
        yield Finding(
            "ADVANCE_OPEN", WARNS, message.format(amount=money_text(paise)),
            _("CGST Act, 13(2); GSTR-1, Table 11B"), _("Set it against the bill it was for."), None, number,
            place="receipts", record=record,
        )  # fmt: skip


def _cancelled_since(read: Connection, month: Month, filings: Filings) -> Iterator[Finding]:
    """Documents that a filed return told and that were cancelled by a claim it did not know of.

    Only a GSTR-1 keeps its papers from being cancelled: what an IFF of this quarter told may be, and is named here.
    """
    if not is_period(month.period, month.filing):
        return
    before = [(GSTR1, previous_period(month.period, month.filing))]
    before += [(IFF, name) for name in months_of(month.period, month.filing)[:-1]]
    named: set[Id] = set()
    for key in before:
        filed = filings.get(key)
        if filed is None or filed.is_imported:
            continue
        claims = list(written_since(read, "invoicing.cancelled", filed))
        rows = in_runs(read, "SELECT document FROM allocations WHERE claim IN (RUN)", claims)
        papers = papers_among(read, {row[0] for row in rows} - named)
        for paper in placed(read, papers, month.filing, filings):
            told_in = paper.period
            if told_in <= filed.period and {(GSTR1, told_in), (IFF, told_in)} & filings.keys():
                named.add(paper.id)
                message = _("The paper was cancelled, but a filed return tells it.")
                remedy = _("Amend it to nothing in this return.")
                yield _paper(paper, "CANCELLED_FILED", WARNS, message, remedy)


def _paper(paper: Taken, code: str, severity: str, message: str, remedy: str) -> Finding:
    rule = _("CGST Act, 37")
    return Finding(
        code, BLOCKS if severity == BLOCKS else WARNS, message, rule, remedy, paper.id, paper.number,
        place="inbox" if code == "HELD" else "invoices", record=paper.id,
    )  # fmt: skip
