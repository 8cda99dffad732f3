"""Contracts and their milestones, in and out, with what was certified and billed."""

import msgspec
from sqlalchemy.engine import Connection

from core.changes.record import from_image
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.model import BahiFile, FileBilled, FileCertified, FileContract, FileMilestone
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import Tally
from core.ids import Id
from core.invoicing.model import Document
from core.milestones.commands import save_contract
from core.milestones.kinds import BILLED, CERTIFIED, STAGED
from core.milestones.model import Billing, Certification, Contract, Milestone, MilestoneTax, Worth
from core.milestones.queries import contract_by_code
from core.milestones.rules import billed_place, certified_place
from core.problems import Problem
from core.store.read import paper_of
from core.store.work import Work
from core.words import translate as _


def take_contracts(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `contracts`; one whose code the book has is brought to what the file says."""
    seen: set[str] = set()
    for n, given in enumerate(file.contracts):
        path = f"contracts[{n}]"
        with findings.within(path):
            if not given.code.strip() or given.code.casefold() in seen:
                message = _("A contract has a code of its own in the file.")
                raise RuleBroken([Problem("DUPLICATE", message, "code")])
            seen.add(given.code.casefold())
            record = _take_contract(work, register, given, tally)
            for m, stage in enumerate(given.milestones):
                with findings.within(f"{path}.milestones[{m}]"):
                    _take_stage(work, register, record, m, stage)


def _take_contract(work: Work, register: Register, given: FileContract, tally: Tally) -> Id:
    party_id, _party = register.need_party(given.party)
    holder = contract_by_code(work.read, given.code)
    record = holder or register.id_of("contract", given.code.casefold())
    body = Contract(
        code=given.code,
        title=given.title,
        party=party_id,
        order_number=given.order_number,
        order_on=given.order_date,
        value_paise=figures.paise(given.value, "value"),
        place_of_supply=given.place_of_supply,
        notes=given.notes,
        archived=given.archived,
    )
    image = work.standing.image(record)
    if image is None:
        tally.count("contracts", was_known=False)
    elif from_image(Contract, image) == body:
        tally.count("contracts", was_known=True)
    else:
        tally.count_change("contracts")
    save_contract(work, body, record)
    return record


def _take_stage(work: Work, register: Register, contract: Id, place: int, given: FileMilestone) -> None:
    record = register.id_of("milestone", contract.hex(), str(place))
    body = Milestone(
        contract=contract,
        position=given.position,
        title=given.title,
        worth=Worth(
            figures.paise_or_none(given.amount, "amount"),
            None if given.pct is None else figures.pct(given.pct, "pct"),
        ),
        tax=MilestoneTax(given.hsn, given.unit, figures.rate_bp(given.gst_rate, "gst_rate")),
        due_on=given.due_date,
        dropped=False,
    )
    work.record(STAGED, record, body)
    if given.certified is not None and work.standing.holder(certified_place(record)) is None:
        claim = Certification(record, given.certified.on, given.certified.by)
        work.record(CERTIFIED, register.id_of("certified", record.hex()), claim)
    if given.billed is not None and work.standing.holder(billed_place(record)) is None:
        bill = register.need_document(
            given.billed.number, types=(given.billed.type,), on=given.billed.date, field="billed.number"
        )
        work.record(BILLED, register.id_of("billed", record.hex(), bill.id.hex()), Billing(record, bill.id))
    if given.dropped:
        work.record(STAGED, record, msgspec.structs.replace(body, dropped=True))


def file_contract(
    read: Connection, contract: Contract, code: str, party_code: str, stages: list[tuple[Id, Milestone]]
) -> FileContract:
    """A contract as the file writes it, with all its stages."""
    return FileContract(
        code=code,
        title=contract.title,
        party=party_code,
        value=figures.rupees(contract.value_paise),
        order_number=contract.order_number,
        order_date=contract.order_on,
        place_of_supply=contract.place_of_supply,
        notes=contract.notes,
        archived=contract.archived,
        milestones=tuple(_file_stage(read, record, stage) for record, stage in stages),
    )


def _file_stage(read: Connection, record: Id, stage: Milestone) -> FileMilestone:
    worth = stage.worth
    return FileMilestone(
        title=stage.title,
        position=stage.position,
        amount=None if worth.paise is None else figures.rupees(worth.paise),
        pct=None if worth.tenthousandths_pct is None else figures.plain(worth.tenthousandths_pct, 4),
        hsn=stage.tax.hsn,
        unit=stage.tax.unit,
        gst_rate=figures.plain(stage.tax.rate_bp, 2),
        due_date=stage.due_on,
        dropped=stage.dropped,
        certified=_certified(read, record),
        billed=_billed(read, record),
    )


def _certified(read: Connection, stage: Id) -> FileCertified | None:
    claim = _holder(read, certified_place(stage))
    body = paper_of(read, Certification, claim) if claim else None
    return FileCertified(on=body.certified_on, by=body.certified_by) if body else None


def _billed(read: Connection, stage: Id) -> FileBilled | None:
    holder = _holder(read, billed_place(stage))
    document = paper_of(read, Document, holder) if holder else None
    if document is None:
        return None
    return FileBilled(number=document.number, type=document.type, date=document.dated_on)  # type: ignore[arg-type]


def _holder(read: Connection, place: str) -> Id | None:
    found = read.exec_driver_sql("SELECT paper FROM places WHERE place = ?", (place,)).fetchone()
    return found[0] if found else None
