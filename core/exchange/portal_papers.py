"""What the portals said of papers, in and out: IRNs with their signed texts, and the numbers of e-way bills."""

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.einvoice.answers import Answer, problems_with_answer
from core.einvoice.kinds import CANCELLED_AT_PORTAL, REGISTERED, cancelled_id, registered_id
from core.einvoice.model import CancelledAtPortal, Registered
from core.einvoice.queries import cancelled_at_portal
from core.einvoice.signed import read_qr
from core.errors import RuleBroken
from core.eway.kinds import NOTED, noted_id
from core.eway.model import Noted
from core.exchange.model import BahiFile, FileIrn, FileIrnCancelled, FileWayBill
from core.exchange.reading import Findings
from core.exchange.register import Brought, Register
from core.exchange.report import Tally
from core.ids import Id
from core.invoicing.model import Document
from core.problems import Problem
from core.store.read import papers_of
from core.store.work import Work
from core.words import translate as _


def take_irns(
    work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally, *, of_cancelled: bool
) -> None:
    """Take in `irns`, each with its cancellation.

    A standing IRN keeps its paper from being cancelled; so those of papers that the file cancels all the same
    (`of_cancelled`) come after the cancellations, the others before.
    """
    gone = {(each.type, each.number.casefold(), each.date) for each in file.cancelled}
    for n, given in enumerate(file.irns):
        is_gone = given.cancelled is None and (given.type, given.number.casefold(), given.date) in gone
        if is_gone is not of_cancelled:
            continue
        with findings.within(f"irns[{n}]"):
            paper = _paper(register, given)
            registered = _registered(work, paper, given)
            tally.count("irns", was_known=not work.record(REGISTERED, registered_id(given.irn), registered))
            if given.cancelled is not None:
                said = given.cancelled
                claim = CancelledAtPortal(paper.id, given.irn, said.at, said.reason, said.remark)
                work.record(CANCELLED_AT_PORTAL, cancelled_id(given.irn), claim)


def take_eway_bills(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `eway_bills`."""
    for n, bill in enumerate(file.eway_bills):
        with findings.within(f"eway_bills[{n}]"):
            noted = Noted(_paper(register, bill).id, bill.bill_number, bill.made_at, bill.valid_until)
            tally.count("eway_bills", was_known=not work.record(NOTED, noted_id(noted), noted))


def _paper(register: Register, given: FileIrn | FileWayBill) -> Brought:
    found = register.find_document(given.number, given.type, given.date)
    if found is None:
        message = _("There is no document {number} here.").format(number=given.number)
        raise RuleBroken([Problem("NO_DOCUMENT", message, "number")])
    return found


def _registered(work: Work, paper: Brought, given: FileIrn) -> Registered:
    """The registration as the file tells it. Raises `RuleBroken` where it is another paper's than it says."""
    qr = read_qr(given.signed_qr, {}) if given.signed_qr else None
    told = Answer(
        given.irn, given.ack_number, given.acknowledged_at, given.signed_qr, given.signed_invoice, qr=qr
    )
    problems = problems_with_answer(told, work.paper(paper.id))
    if problems:
        raise RuleBroken(problems)
    return Registered(
        document=paper.id,
        irn=given.irn,
        ack_number=given.ack_number,
        acknowledged_at=given.acknowledged_at,
        signed_qr=given.signed_qr,
        signed_invoice=given.signed_invoice,
        key_name=given.key_name,
    )


def irns_as_file(read: Connection, papers: dict[Id, Document]) -> tuple[FileIrn, ...]:
    """`irns` of these documents, cancelled ones too, in the order they were acknowledged."""
    sql = "SELECT id FROM einvoices"
    records = [row[0] for row in read.exec_driver_sql(sql)]
    bodies = sorted(papers_of(read, Registered, records).values(), key=lambda r: (r.acknowledged_at, r.irn))
    return tuple(_file_irn(read, body, papers[body.document]) for body in bodies if body.document in papers)


def _file_irn(read: Connection, body: Registered, document: Document) -> FileIrn:
    gone = cancelled_at_portal(read, body.document)
    return FileIrn(
        type=document.type,  # type: ignore[arg-type]
        number=document.number,
        date=document.dated_on,
        irn=body.irn,
        ack_number=body.ack_number,
        acknowledged_at=body.acknowledged_at,
        signed_qr=body.signed_qr,
        signed_invoice=body.signed_invoice,
        key_name=body.key_name,
        cancelled=_file_cancelled(gone) if gone else None,
    )


def _file_cancelled(gone: CancelledAtPortal) -> FileIrnCancelled:
    return FileIrnCancelled(at=gone.at, reason=gone.reason, remark=gone.remark)  # type: ignore[arg-type]


def eway_bills_as_file(read: Connection, papers: dict[Id, Document]) -> tuple[FileWayBill, ...]:
    """`eway_bills` of these documents, in the order they were made."""
    sql = (
        "SELECT b.id FROM eway_bills b JOIN standing s ON s.record = b.id WHERE s.state = ? "
        "ORDER BY b.made_at, b.valid_until, b.bill_number"
    )
    records = [row[0] for row in read.exec_driver_sql(sql, (int(State.LIVE),))]
    bodies = papers_of(read, Noted, records)
    return tuple(
        FileWayBill(
            type=papers[body.document].type,  # type: ignore[arg-type]
            number=papers[body.document].number,
            date=papers[body.document].dated_on,
            bill_number=body.bill_number,
            made_at=body.made_at,
            valid_until=body.valid_until,
        )
        for body in (bodies[record] for record in records)
        if body.document in papers
    )
