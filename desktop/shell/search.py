"""The palette's search of the book: what the index finds, worded, with the place that Enter leads to. Free of Qt."""

from collections.abc import Callable, Iterable, Sequence

from core.words import amount_text, date_text, short_money
from core.words import translate as _
from desktop.ports import Finding, Place, Reader

_FOUND_MAX = 12


def find(read: Reader, typed: str) -> list[Finding]:
    """Parties and contracts by name, then papers by number and words, newest first."""
    # The book's engine is only wanted when something is looked for.
    from core.book import search

    hits = search(read, typed, limit=_FOUND_MAX)
    by_kind: dict[str, list[bytes]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).append(hit.record)
    worded: dict[bytes, Finding] = {}
    for kind, records in by_kind.items():
        if kind in _WORDED:
            worded.update(_WORDED[kind](read, records))
    return [worded[hit.record] for hit in hits if hit.record in worded]


def _parties(read: Reader, records: Sequence[bytes]) -> Iterable[tuple[bytes, Finding]]:
    from core.parties.queries import party_rows

    for row in party_rows(read, list(records)):
        detail = " · ".join(part for part in (row.code, row.city) if part)
        yield row.id, Finding(row.name, detail, Place("parties", row.id), "parties")


def _contracts(read: Reader, records: Sequence[bytes]) -> Iterable[tuple[bytes, Finding]]:
    from core.milestones.queries import contract_rows

    for row in contract_rows(read, list(records)):
        detail = f"{row.party_name} · {short_money(row.value_paise)}".strip(" ·")
        yield (
            row.id,
            Finding(f"{row.code} {row.title}".strip(), detail, Place("contracts", row.id), "contracts"),
        )


def _documents(read: Reader, records: Sequence[bytes]) -> Iterable[tuple[bytes, Finding]]:
    from core.invoicing.queries import document_rows

    for row in document_rows(read, list(records)):
        detail = f"{date_text(row.dated_on)} · ₹{amount_text(row.value_paise)}"
        text = f"{row.number} · {row.party_name}"
        yield row.id, Finding(text, detail, Place("invoices", row.id), "invoices")


def _receipts(read: Reader, records: Sequence[bytes]) -> Iterable[tuple[bytes, Finding]]:
    """Receipts, advances, their refunds and money given back."""
    from core.statements.money import money_rows

    for row in money_rows(read, records):
        detail = f"{date_text(row.dated_on)} · ₹{amount_text(row.amount_paise)}"
        yield row.id, Finding(f"{row.number} · {row.name}", detail, Place("receipts", row.id), "receipts")


def _reversals(read: Reader, records: Sequence[bytes]) -> Iterable[tuple[bytes, Finding]]:
    """What took receipts back."""
    from core.receipts.queries import reversal

    for record in records:
        found = reversal(read, record)
        if found is not None:
            detail = f"{_('Taken back')} · {date_text(found.dated_on)} · {found.paper_number}"
            place = Place("receipts", record)
            yield record, Finding(f"{found.number} · {found.buyer.name}", detail, place, "receipts")


def _reminders(read: Reader, records: Sequence[bytes]) -> Iterable[tuple[bytes, Finding]]:
    from core.dunning.queries import reminder

    for record in records:
        found = reminder(read, record)
        if found is not None:
            detail = f"{_('Reminder')} · {date_text(found.dated_on)}"
            place = Place("collections", record, page="letter")
            yield record, Finding(f"{found.number} · {found.buyer.name}", detail, place, "mail")


_WORDED: dict[str, Callable[[Reader, Sequence[bytes]], Iterable[tuple[bytes, Finding]]]] = {
    "party": _parties,
    "contract": _contracts,
    "document": _documents,
    "receipt": _receipts,
    "voucher": _receipts,
    "payback": _receipts,
    "reversal": _reversals,
    "reminder": _reminders,
}
