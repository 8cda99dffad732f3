"""What the command line prints as JSON: the shapes are a contract, described in docs/interchange.md.

Money is a string of rupees, dates are YYYY-MM-DD, codes stay strings.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy.engine import Connection

from core.advances.model import AdvanceTax
from core.advances.queries import refund as refund_in
from core.advances.queries import voucher as voucher_in
from core.changes.standing import Stand, State
from core.dunning.queries import WorkRow
from core.dunning.queries import reminder as reminder_in
from core.einvoice.irn import irn_of
from core.einvoice.queries import registered
from core.einvoice.rules import has_einvoice
from core.exchange.advances import advance_as_file, refund_as_file
from core.exchange.document_model import FileDocument
from core.exchange.finding import PAYBACK, REVERSAL
from core.exchange.model import FileOpening, FileReceipt
from core.exchange.money_back import payback_as_file, reversal_as_file
from core.exchange.outgoing import document_as_file, names_for, receipt_as_file
from core.exchange.papers import FIGURES
from core.exchange.reminders import file_reminder
from core.exchange.report import Report
from core.facts import Facts
from core.gst.section import export_type, invoice_type, section_of, supply_type, table_of
from core.ids import Id, id_text
from core.inbox.model import InboxItem
from core.invoicing.model import Document, Line
from core.invoicing.queries import document as document_in
from core.invoicing.rules import warning_text
from core.invoicing.settling import sold_of
from core.money import rupees, unscaled
from core.problems import Problem, as_json
from core.receipts.queries import payback as payback_in
from core.receipts.queries import receipt as receipt_in
from core.receipts.queries import reversal as reversal_in
from core.returns.queries import return_period
from core.statements.model import BUCKETS, AgeingRow, Entry, Statement
from core.store.read import stand_of

Json = dict[str, Any]
Link = Callable[[Document, int], str]
"""Makes the payment link of a document for what is still open of it; empty where there is none."""

LINE_FIGURES = ("taxable", "igst", "cgst", "sgst", "cess")


class Proven(Protocol):
    """What a proof of the book says."""

    @property
    def ok(self) -> bool: ...
    @property
    def changes(self) -> int: ...
    @property
    def chain_head(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def problems(self) -> tuple[Problem, ...]: ...


def show(read: Connection, record: Id, link: Link) -> Json:
    """One document of the book with its settled figures. KeyError when there is none."""
    document = document_in(read, record)
    if document is None:
        raise KeyError(record.hex())
    stand = stand_of(read, record)
    state = stand.state if stand else State.LIVE
    open_paise = stand.open_paise if stand else 0
    original = document.original.document if document.original else None
    answered = document_in(read, original) if original else None
    written = document_as_file(read, record, document)
    noted = registered(read, record)
    return document_answer(
        document,
        written,
        open_paise=open_paise,
        state=state.name.lower(),
        link=link(document, open_paise) if state is not State.CANCELLED else "",
        original=answered,
        return_period=return_period(read, record),
        irn=noted.irn if noted else None,
    )


def document_answer(
    document: Document,
    written: FileDocument | FileOpening,
    *,
    open_paise: int,
    state: str,
    link: str,
    original: Document | None = None,
    return_period: str | None = None,
    irn: str | None = None,
) -> Json:
    """A document as in the file, with what is settled of it.

    `irn` is the portal's where it has registered the paper; else the one it would give, for papers that it takes.
    """
    if irn is None and document.number and has_einvoice(document):
        irn = irn_of(document.seller.gstin, document.dated_on, document.type, document.number)
    answer = {"type": document.type, "number": document.number, "date": document.dated_on.isoformat(),
              "due_date": document.due_on.isoformat(), "reverse_charge": document.reverse_charge,
              "rounding": document.rounding}  # fmt: skip
    answer |= _plain(written)
    answer["totals"] = {key: rupees(getattr(document.totals, f"{key}_paise")) for key in FIGURES}
    if document.opening:
        answer |= {
            "lines": [],
            "section": "none",
            **dict.fromkeys(("table", "inv_typ", "exp_typ", "sup_typ")),
        }
        answer["supply"] = None
    else:
        answer |= _settled(document, written, original)
    return answer | {
        "place_of_supply": document.place_of_supply,
        "irn": irn,
        "upi_link": link or None,
        "open": rupees(open_paise),
        "state": state,
        "return_period": return_period or None,
        "warnings": [{"code": code, "text": warning_text(code)} for code in document.warnings],
    }


def _settled(document: Document, written: FileDocument | FileOpening, original: Document | None) -> Json:
    facts = Facts.in_force()
    sold = sold_of(document, original)
    lines = []
    asked = written.lines if isinstance(written, FileDocument) else ()
    for said, line in zip(asked, document.lines, strict=True):
        shown = _asked(line) | _plain(said) | {"gst_rate": _rate(line.rate_bp)}
        shown |= {key: rupees(getattr(line, f"{key}_paise")) for key in LINE_FIGURES}
        lines.append(shown | {"section": section_of(sold, line.treatment, facts)})
    taxed = [line for line in document.lines if line.treatment == "taxable"]
    decisive = (taxed or document.lines)[0]
    section = section_of(sold, decisive.treatment, facts)
    return {
        "lines": lines,
        "section": section,
        "table": table_of(sold, section) or None,
        "inv_typ": invoice_type(sold, section),
        "exp_typ": export_type(sold),
        "sup_typ": supply_type(sold),
        "supply": document.supply,
    }


def receipt(read: Connection, record: Id) -> Json:
    """One receipt of the book, as in the file, with what lies on account. KeyError when there is none."""
    found = receipt_in(read, record)
    if found is None:
        raise KeyError(record.hex())
    stand = stand_of(read, record)
    shown = receipt_answer(receipt_as_file(read, record, found), stand.open_paise if stand else 0)
    return shown | {"state": _state(stand)}


def voucher(read: Connection, record: Id) -> Json:
    """One receipt or refund voucher of the book, as in the file; of an advance also what is left of it.

    KeyError when there is none.
    """
    received = voucher_in(read, record)
    if received is not None:
        stand = stand_of(read, record)
        shown = _plain(advance_as_file(read, record, received)) | {
            "mode": received.mode,
            "for": received.purpose,
        }
        return shown | {"tax": _tax(received.tax), "on_account": rupees(stand.open_paise if stand else 0)}
    back = refund_in(read, record)
    if back is None:
        raise KeyError(record.hex())
    return _plain(refund_as_file(read, record, back)) | {"mode": back.mode, "tax": _tax(back.tax)}


def _tax(tax: AdvanceTax) -> Json:
    return {key: rupees(getattr(tax, f"{key}_paise")) for key in LINE_FIGURES}


def payback(read: Connection, record: Id) -> Json:
    """Money given back, as in the file, with what its credit has not paid of it. KeyError when there is none."""
    found = payback_in(read, record)
    if found is None:
        raise KeyError(record.hex())
    stand = stand_of(read, record)
    shown = _plain(payback_as_file(read, record, found)) | {"type": PAYBACK, "mode": found.mode}
    return shown | {"open": rupees(stand.open_paise if stand else 0), "state": _state(stand)}


def reversal(read: Connection, record: Id) -> Json:
    """What took a receipt, or money given back, out again, as in the file. KeyError when there is none."""
    found = reversal_in(read, record)
    if found is None:
        raise KeyError(record.hex())
    shown = _plain(reversal_as_file(read, record, found)) | {"type": REVERSAL, "cause": found.cause}
    counts = {"counts_on": found.counts_on.isoformat(), "amount": rupees(found.amount_paise)}
    return shown | counts | {"state": _state(stand_of(read, record))}


def _state(stand: Stand | None) -> str:
    return (stand.state if stand else State.LIVE).name.lower()


def receipt_answer(written: FileReceipt, open_paise: int) -> Json:
    """A receipt as in the file, with what lies on account."""
    return _plain(written) | {"mode": written.mode, "on_account": rupees(open_paise)}


def reminder(read: Connection, record: Id) -> Json:
    """One reminder of the book, as in the file. KeyError when there is none."""
    found = reminder_in(read, record)
    if found is None:
        raise KeyError(record.hex())
    types = {line.document: known.type for line in found.lines if (known := document_in(read, line.document))}
    return _plain(file_reminder(found, names_for(read, found), types))


def ageing(on: dt.date, rows: Sequence[AgeingRow], total: AgeingRow) -> Json:
    """What is owed by age, in all and by party."""
    return {
        "on": on.isoformat(),
        "total": rupees(total.total_paise),
        "buckets": _buckets(total.buckets),
        "parties": [
            {
                "code": row.code,
                "name": row.name,
                "total": rupees(row.total_paise),
                "buckets": _buckets(row.buckets),
            }
            for row in rows
        ],
    }


def statement(found: Statement) -> Json:
    """A party's account: opening, entries with the balance after each, closing, and what is open by age."""
    return {
        "party": {"code": found.buyer.code, "name": found.buyer.name},
        "from": found.from_on.isoformat(),
        "to": found.to_on.isoformat(),
        "opening": rupees(found.opening_paise),
        "entries": [_entry(entry) for entry in found.entries],
        "closing": rupees(found.closing_paise),
        "buckets": {name: rupees(paise) for name, paise in found.buckets},
    }


def worklist(on: dt.date, rows: Iterable[WorkRow]) -> list[Json]:
    """Whom to chase first, and why."""
    return [
        {
            "rank": rank,
            "code": row.code,
            "name": row.name,
            "overdue": rupees(row.overdue_paise),
            "on_account": rupees(row.on_account_paise),
            "oldest_days": row.oldest_days,
            "bills": row.bills,
            "next_step": row.next_step or None,
            "next_title": row.next_title or None,
            "last_reminded": row.last_reminded_on.isoformat() if row.last_reminded_on else None,
            "reasons": list(row.reasons),
            "score": row.score,
        }
        for rank, row in enumerate(rows, 1)
    ]


def inbox(items: Iterable[InboxItem]) -> list[Json]:
    """What needs attention."""
    return [
        {
            "id": item.id,
            "kind": item.kind,
            "about": item.about,
            "text": item.text,
            "mine": item.mine,
            "theirs": item.theirs,
            "choices": list(item.choices),
        }
        for item in items
    ]


def verify(proof: Proven) -> Json:
    """What the proof of the book says."""
    return {
        "ok": proof.ok,
        "changes": proof.changes,
        "chain_head": proof.chain_head,
        "digest": proof.digest,
        "problems": [as_json(problem) for problem in proof.problems],
    }


def imported(report: Report, *, dry_run: bool) -> Json:
    """What an import brought."""
    return {
        "dry_run": dry_run,
        "new": report.new,
        "changed": report.changed,
        "known": report.known,
        "warnings": [as_json(problem) for problem in report.warnings],
    }


def warned(warning: Problem | None) -> Json:
    """What is to be told of a receipt just issued, as `warnings` of a document are."""
    return {"warnings": [{"code": warning.code, "text": warning.sentence}] if warning else []}


def refusal(problems: Iterable[Problem]) -> Json:
    """What is printed instead of an answer."""
    return {"problems": [as_json(problem) for problem in problems]}


def id_of(record: Id) -> str:
    """An id as people see it."""
    return id_text(record)


def _entry(entry: Entry) -> Json:
    return {
        "date": entry.dated_on.isoformat(),
        "type": entry.type,
        "number": entry.number,
        "text": entry.text,
        "debit": rupees(entry.debit_paise),
        "credit": rupees(entry.credit_paise),
        "balance": rupees(entry.balance_paise),
    }


def _buckets(buckets: Sequence[int]) -> Json:
    return {name: rupees(paise) for name, paise in zip(BUCKETS, buckets, strict=True)}


def _rate(rate_bp: int) -> str:
    return unscaled(rate_bp, 2)


def _asked(line: Line) -> Json:
    """What a line says where the file leaves it to the rule."""
    return {
        "description": line.description,
        "hsn": line.hsn,
        "quantity": unscaled(line.quantity_thousandths, 3),
        "unit": line.unit,
        "price": unscaled(line.price_tenthousandths, 4, keep=2),
        "treatment": line.treatment,
    }


def _plain(written: msgspec.Struct) -> Json:
    found: Json = msgspec.to_builtins(written)
    return found
