"""Cheques handed to the bank and credited by it, in and out: `deposits` and `clearings`, as they stand."""

import datetime as dt

from sqlalchemy.engine import Connection

from core.errors import RuleBroken
from core.exchange.document_model import FileReference
from core.exchange.finding import RECEIPT
from core.exchange.model import BahiFile
from core.exchange.money_model import FileClearing, FileDeposit
from core.exchange.named import named_papers
from core.exchange.outgoing import Names
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import Tally
from core.ids import Id
from core.problems import Problem
from core.receipts.kinds import CLEARED, DEPOSITED
from core.receipts.model import Clearing, Deposit, Receipt
from core.store.read import papers_of
from core.store.work import Work
from core.words import translate as _

_CLEARED = "SELECT id, cleared_on FROM receipts WHERE cleared_on IS NOT NULL"
_DEPOSITED = "SELECT id, deposit FROM receipts WHERE deposit IS NOT NULL"
_STANDS = "SELECT deposited_on, cleared_on FROM receipts WHERE id = ?"


def take_cheques(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `deposits` and `clearings`; what the book knows already changes nothing."""
    for n, given in enumerate(file.deposits):
        with findings.within(f"deposits[{n}]"):
            tally.count("deposits", was_known=not _take_deposit(work, register, given))
    for n, cleared in enumerate(file.clearings):
        with findings.within(f"clearings[{n}]"):
            receipt = register.need_paper(RECEIPT, cleared.number, cleared.date)
            record = register.id_of("cleared", receipt.hex(), cleared.on.isoformat())
            is_new = _stands(work, receipt)[1] != cleared.on and work.record(
                CLEARED, record, Clearing(receipt, cleared.on)
            )
            tally.count("clearings", was_known=not is_new)


def _take_deposit(work: Work, register: Register, given: FileDeposit) -> bool:
    receipts = []
    for n, each in enumerate(given.receipts):
        record = register.need_paper(RECEIPT, each.number, each.date, f"receipts[{n}]")
        paper: Receipt = work.paper(record)
        if given.date < paper.counts_on:
            message = _("The cheque of {number} is dated later: no bank takes it before.")
            raise RuleBroken([Problem("DATE", message.format(number=paper.number), f"receipts[{n}]")])
        receipts.append(record)
    if receipts and all(_stands(work, record)[0] == given.date for record in receipts):
        return False
    account = register.need_account(given.bank_account) if given.bank_account else None
    named = sorted(record.hex() for record in receipts)
    record = register.id_of("deposit", given.date.isoformat(), given.slip, *named)
    return work.record(DEPOSITED, record, Deposit(given.date, tuple(receipts), account, given.slip))


def _stands(work: Work, receipt: Id) -> tuple[dt.date | None, dt.date | None]:
    """The days on which a receipt was paid in and credited, as the book has them."""
    found = work.read.exec_driver_sql(_STANDS, (receipt,)).fetchone()
    deposited, cleared = (dt.date.fromisoformat(day) if day else None for day in found or (None, None))
    return deposited, cleared


def deposits_as_file(read: Connection, names: Names) -> tuple[FileDeposit, ...]:
    """`deposits`, by day: what of each pay-in slip still is so."""
    slips: dict[Id, list[Id]] = {}
    for receipt, deposit in read.exec_driver_sql(_DEPOSITED):
        slips.setdefault(deposit, []).append(receipt)
    bodies = papers_of(read, Deposit, slips)
    papers = named_papers(read, [receipt for receipts in slips.values() for receipt in receipts])
    written = []
    for slip, receipts in slips.items():
        body = bodies[slip]
        if body.deposited_on is None:
            continue
        named = [papers[receipt].reference for receipt in receipts]
        written.append(
            FileDeposit(
                date=body.deposited_on,
                receipts=tuple(sorted(named, key=_reference)),
                bank_account=names.accounts.get(body.bank_account, "") if body.bank_account else "",
                slip=body.slip,
            )
        )
    return tuple(sorted(written, key=lambda each: (each.date, each.slip, _reference(each.receipts[0]))))


def clearings_as_file(read: Connection) -> tuple[FileClearing, ...]:
    """`clearings`, by day."""
    days = {row[0]: dt.date.fromisoformat(row[1]) for row in read.exec_driver_sql(_CLEARED)}
    papers = named_papers(read, days)
    written = [
        FileClearing(number=paper.number, date=paper.dated_on, on=days[record])
        for record, paper in papers.items()
    ]
    return tuple(sorted(written, key=lambda each: (each.on, _reference(each))))


def _reference(each: FileReference) -> tuple[dt.date, str]:
    return each.date, each.number
