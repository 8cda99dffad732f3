"""Writes the whole book as an interchange file; what it cannot write it names, and then writes nothing.

Every document is settled again from what is written before it counts, so that an import gives the same figures.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.advances.kinds import RECEIVED, REFUNDED
from core.advances.model import ReceiptVoucher, RefundVoucher
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER
from core.bank.kinds import STATED
from core.changes.kind import Kind
from core.changes.record import Record
from core.changes.standing import State
from core.company.queries import company as company_in
from core.dunning.kinds import REMINDED
from core.dunning.model import LADDER_ID, Ladder, Reminder
from core.errors import RuleBroken
from core.exchange import masters
from core.exchange.advances import advance_as_file, refund_as_file
from core.exchange.bank import accounts_as_file, lines_as_file
from core.exchange.cheques import clearings_as_file, deposits_as_file
from core.exchange.closes import closes_as_file, moved_by_closes
from core.exchange.contracts import file_contract
from core.exchange.document_model import FileDocument
from core.exchange.filings import amendments_as_file, filed_as_file, gaps_as_file, unused_as_file
from core.exchange.interest import acceptances_as_file, interest_as_file
from core.exchange.late import Numbered, exceptions
from core.exchange.merged import merged_as_file
from core.exchange.model import BahiFile, FileCancelled, FileContract, FileOpening, FileRefund
from core.exchange.money_back import payback_as_file, reversal_as_file
from core.exchange.named import named_papers
from core.exchange.outgoing import (
    NOBODY,
    Names,
    account_codes,
    document_as_file,
    own_code,
    receipt_as_file,
    source_as_file,
)
from core.exchange.papers import ItemByCode, settle_paper
from core.exchange.portal_papers import eway_bills_as_file, irns_as_file
from core.exchange.reminders import file_ladder, file_reminder
from core.exchange.tds import tds_as_file
from core.exchange.write_offs import write_offs_as_file
from core.exchange.written import file_draft
from core.facts import Facts
from core.ids import Id
from core.interest.kinds import ACCEPTED
from core.invoicing.kinds import DRAFTED, ISSUED, draft_place
from core.invoicing.model import Document, Draft
from core.invoicing.queries import cancellation
from core.items.kinds import EDITED as ITEM_EDITED
from core.items.model import Item
from core.milestones.kinds import CONTRACTED, STAGED
from core.milestones.model import Contract, Milestone
from core.parties.kinds import EDITED as PARTY_EDITED
from core.parties.model import Party
from core.problems import Problem
from core.receipts.kinds import CLEARED, DEPOSITED, PAID_BACK, RECORDED, REVERSED
from core.receipts.model import Payback, Receipt, Reversal
from core.returns.kinds import UNUSED
from core.returns.model import NumberUnused
from core.store.read import papers_of, record_of, refuse_partial
from core.store.tables.store import places, standing
from core.tds.kinds import CERTIFIED, FORM_SEEN, SEEN
from core.words import translate as _

R = TypeVar("R", bound=Record)
FIGURED = ("taxable_paise", "igst_paise", "cgst_paise", "sgst_paise", "cess_paise")


class Stored(NamedTuple):
    """A paper with how it stands."""

    id: Id
    state: State
    paper: Any


def export_book(read: Connection) -> BahiFile:
    """Everything in the book. Raises `RuleBroken` naming what cannot be written."""
    refuse_partial(read)
    problems: list[Problem] = []
    items, names = _masters(read)
    documents = papers_in(read, ISSUED, Document)
    receipts = papers_in(read, RECORDED, Receipt)
    reminders = papers_in(read, REMINDED, Reminder)
    advances = papers_in(read, RECEIVED, ReceiptVoucher)
    refunds = papers_in(read, REFUNDED, RefundVoucher)
    unused = papers_in(read, UNUSED, NumberUnused)
    paybacks, reversals = papers_in(read, PAID_BACK, Payback), papers_in(read, REVERSED, Reversal)
    numbered = (*documents, *receipts, *reminders, *advances, *refunds, *unused, *paybacks, *reversals)
    problems += [_held(each.paper.number) for each in numbered if _is_out(each.state)]
    problems += [*_held_facts(read), *_moved(read)]
    told = [each for each in documents if not _is_out(each.state) and each.paper.buyer.party != NOBODY]
    written = [(each, document_as_file(read, each.id, each.paper, names)) for each in told]
    types = {each.id: each.paper.type for each in documents}
    problems += _different(written, names, items)
    late = exceptions(read, _documents(documents), _others(advances, refunds, unused), problems)
    refunded = list(_refunds(read, refunds, names, problems))
    if problems:
        raise RuleBroken(problems)
    ladder = record_of(read, Ladder, LADDER_ID)
    filed, returns = filed_as_file(read, late)
    papers = {each.id: each.paper for each in told}
    return BahiFile(
        format="bahi/1",
        company=masters.file_company(names.company),
        parties=tuple(masters.file_party(body, code) for code, body in names.parties.values()),
        items=tuple(masters.file_item(body, names.items[record]) for record, body in items.items()),
        contracts=_contracts(read, names),
        ladder=file_ladder(ladder) if ladder is not None else None,
        opening=tuple(paper for _each, paper in written if isinstance(paper, FileOpening)),
        documents=tuple(paper for _each, paper in written if isinstance(paper, FileDocument)),
        unissued=_unissued(read, names),
        cancelled=_cancelled(read, documents),
        drafts=unused_as_file([each.paper for each in unused]),
        advances=tuple(advance_as_file(read, each.id, each.paper, names) for each in advances),
        refunds=tuple(refunded),
        receipts=tuple(
            receipt_as_file(read, each.id, each.paper, names) for each in receipts if not _is_out(each.state)
        ),
        reminders=tuple(file_reminder(each.paper, names, types) for each in reminders),
        irns=irns_as_file(read, papers),
        eway_bills=eway_bills_as_file(read, papers),
        filed=filed,
        returns=returns,
        period_amendments=amendments_as_file(read),
        gaps=gaps_as_file(read),
        closes=closes_as_file(read),
        **merged_as_file(read, names),
        **_money(read, names, paybacks, reversals),
    )


def _masters(read: Connection) -> tuple[dict[Id, Item], Names]:
    """Parties and items, and the codes by which the file calls them."""
    parties = dict(records_in(read, PARTY_EDITED, Party))
    parties.pop(NOBODY, None)
    items = dict(records_in(read, ITEM_EDITED, Item))
    codes = _codes(parties, "P")
    known = {record: (codes[record], body) for record, body in parties.items()}
    return items, Names(company_in(read), known, _codes(items, "I"), account_codes(read))


def _money(
    read: Connection, names: Names, paybacks: Sequence[Stored], reversals: Sequence[Stored]
) -> dict[str, Any]:
    """What is told of money beside the papers that settle bills, of the bank and of TDS, by key."""
    lines, matches = lines_as_file(read, names)
    tds = tds_as_file(read, names)
    taken_back = named_papers(read, [each.paper.paper for each in reversals])
    return {
        "bank_accounts": accounts_as_file(read, names),
        "paybacks": tuple(payback_as_file(read, each.id, each.paper, names) for each in paybacks),
        "reversals": tuple(reversal_as_file(read, each.id, each.paper, taken_back) for each in reversals),
        "deposits": deposits_as_file(read, names),
        "clearings": clearings_as_file(read),
        "write_offs": write_offs_as_file(read),
        "bank_lines": lines,
        "matches": matches,
        "tds_seen": tds.seen,
        "tds_forms": tds.forms,
        "tds_links": tds.links,
        "tds_certificates": tds.certificates,
        "acceptances": acceptances_as_file(read),
        "interest": interest_as_file(read),
    }


def _documents(documents: Sequence[Stored]) -> Iterator[Numbered]:
    for each in documents:
        paper: Document = each.paper
        amended = paper.amends.dated_on if paper.amends is not None else None
        yield Numbered(each.id, paper.type, paper.number, paper.dated_on, amended)


def _others(
    advances: Sequence[Stored], refunds: Sequence[Stored], unused: Sequence[Stored]
) -> Iterator[Numbered]:
    for of_type, vouchers in ((RECEIPT_VOUCHER, advances), (REFUND_VOUCHER, refunds)):
        for each in vouchers:
            yield Numbered(each.id, of_type, each.paper.number, each.paper.dated_on)
    for each in unused:
        yield Numbered(each.id, each.paper.type, each.paper.number, each.paper.dated_on)


def _refunds(
    read: Connection, refunds: Sequence[Stored], names: Names, problems: list[Problem]
) -> Iterator[FileRefund]:
    """The refund vouchers as the file writes them; what is wrong with one is added to the problems."""
    for each in refunds:
        try:
            yield refund_as_file(read, each.id, each.paper, names)
        except RuleBroken as refused:
            problems += refused.problems


def encoded_file(file: BahiFile, target: Path) -> bytes:
    """The bytes of a file of this name: indented JSON, packed when the name ends in .zst."""
    data = msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"
    if target.suffix != ".zst":
        return data
    # Only packed files want the library.
    import zstandard

    return zstandard.ZstdCompressor(level=9).compress(data)


def records_in(read: Connection, kind: Kind[Any], shape: type[R]) -> list[tuple[Id, R]]:
    """Every record of a fields kind, in the order they were made."""
    question = sa.select(standing.c.record).where(standing.c.kind == kind.name).order_by(standing.c.entry)
    found = []
    for record in read.execute(question).scalars().all():
        body = record_of(read, shape, record)
        if body is not None:
            found.append((record, body))
    return found


def papers_in(read: Connection, kind: Kind[Any], shape: type[Record]) -> list[Stored]:
    """Every paper of a kind by date, then number."""
    question = sa.select(standing.c.record, standing.c.state).where(standing.c.kind == kind.name)
    rows = read.execute(question).all()
    bodies = papers_of(read, shape, [row.record for row in rows])
    found = [Stored(row.record, State(row.state), bodies[row.record]) for row in rows]
    return sorted(
        found, key=lambda each: (each.paper.dated_on, each.paper.number, getattr(each.paper, "type", ""))
    )


def _is_out(state: State) -> bool:
    return state in (State.HELD, State.VOID)


def _codes(records: dict[Id, Any], letter: str) -> dict[Id, str]:
    """A code of its own for each record; one that another has already gets the end of its id."""
    codes: dict[Id, str] = {}
    used: set[str] = set()
    for record, body in records.items():
        code = own_code(body.code, record, letter)
        if code.casefold() in used:
            code = f"{code}-{record.hex()[-6:]}"
        used.add(code.casefold())
        codes[record] = code
    return codes


def _different(
    written: Sequence[tuple[Stored, FileDocument | FileOpening]], names: Names, items: dict[Id, Item]
) -> list[Problem]:
    """The documents that would not settle to the same figures again."""
    by_code = {names.items[record].casefold(): (record, body) for record, body in items.items()}
    item_by_code: ItemByCode = lambda code: by_code.get(code.casefold())  # noqa: E731
    facts = Facts.in_force()
    problems = []
    for stored, paper in written:
        if isinstance(paper, FileOpening):
            continue
        kept: Document = stored.paper
        party = names.parties[kept.buyer.party][1]
        try:
            again = settle_paper(
                paper, company=names.company, party_id=kept.buyer.party, party=party,
                item_by_code=item_by_code, facts=facts,
            )  # fmt: skip
            same = _figures(again) == _figures(kept)
        except RuleBroken:
            same = False
        if not same:
            message = _("{number} cannot be written so that it comes to the same figures.")
            problems.append(Problem("CANNOT_WRITE", message.format(number=kept.number), "documents"))
    return problems


def _figures(document: Document) -> Any:
    lines = [tuple(getattr(line, name) for name in FIGURED) for line in document.lines]
    return document.totals, lines, document.supply, document.due_on


def _contracts(read: Connection, names: Names) -> tuple[FileContract, ...]:
    contracts = dict(records_in(read, CONTRACTED, Contract))
    codes = _codes(contracts, "C")
    stages: dict[Id, list[tuple[Id, Milestone]]] = {}
    for record, stage in records_in(read, STAGED, Milestone):
        stages.setdefault(stage.contract, []).append((record, stage))
    return tuple(
        file_contract(
            read,
            body,
            codes[record],
            names.parties[body.party][0] if body.party else "",
            stages.get(record, []),
        )
        for record, body in contracts.items()
    )


def _unissued(read: Connection, names: Names) -> tuple[FileDocument, ...]:
    found = []
    for record, draft in records_in(read, DRAFTED, Draft):
        billed = read.execute(sa.select(places.c.paper).where(places.c.place == draft_place(record))).scalar()
        if not draft.discarded and billed is None and draft.lines and draft.party is not None:
            source = source_as_file(read, draft.source)
            found.append(file_draft(draft, names.parties[draft.party][0], names.items, source))
    return tuple(found)


def _cancelled(read: Connection, documents: Sequence[Stored]) -> tuple[FileCancelled, ...]:
    found = []
    for each in documents:
        claim = cancellation(read, each.id) if each.state is State.CANCELLED else None
        if claim is not None:
            number, on = each.paper.number, each.paper.dated_on
            found.append(
                FileCancelled(
                    type=each.paper.type,
                    number=number,
                    date=on,
                    reason=claim.reason,
                    on=claim.cancelled_on if claim.cancelled_on != on else None,
                )
            )
    return tuple(found)


def _held(number: str) -> Problem:
    message = _("{number} is held; a held paper cannot be written yet.").format(number=number)
    return Problem("CANNOT_WRITE", message, "documents", _("Settle it in the Inbox first."))


def _held_facts(read: Connection) -> list[Problem]:
    """What is held and has no number of its own: facts that came from another device and do not fit this book."""
    sql = "SELECT kind, count(*) FROM standing WHERE state = ? GROUP BY kind ORDER BY kind"
    counts = dict(map(tuple, read.exec_driver_sql(sql, (int(State.HELD),))))
    return [
        Problem(
            "CANNOT_WRITE", message.format(count=counts[kind.name]), "", _("Settle it in the Inbox first.")
        )
        for kind, message in (
            (DEPOSITED, _("{count} deposits are held; what is held cannot be written yet.")),
            (CLEARED, _("{count} clearings are held; what is held cannot be written yet.")),
            (STATED, _("{count} bank lines are held; what is held cannot be written yet.")),
            (SEEN, _("{count} credits of TDS are held; what is held cannot be written yet.")),
            (FORM_SEEN, _("{count} forms of TDS are held; what is held cannot be written yet.")),
            (CERTIFIED, _("{count} certificates are held; what is held cannot be written yet.")),
            (ACCEPTED, _("{count} deliveries are held; what is held cannot be written yet.")),
        )
        if counts.get(kind.name)
    ]


def _moved(read: Connection) -> list[Problem]:
    """What came after its period was closed: a file has no words for that day of entry yet."""
    message = _("{number} came after its period was closed and is entered later; no file can say that yet.")
    remedy = _("Keep the book itself, by a backup.")
    papers = named_papers(read, moved_by_closes(read))
    return [
        Problem("CANNOT_WRITE", message.format(number=paper.number), "closes", remedy)
        for paper in papers.values()
    ]
