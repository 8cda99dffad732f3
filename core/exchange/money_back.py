"""Money given back and money taken back, in and out: paybacks with what paid them, and reversals."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.credits import Credit, Undone, undo_all
from core.exchange.finding import PAYBACK, RECEIPT, REVERSAL
from core.exchange.model import BahiFile
from core.exchange.money_model import FileCredit, FilePaid, FilePayback, FileReversal, FileTakenBack
from core.exchange.named import PaperNamed, named_papers
from core.exchange.outgoing import Names, buyer_as_file, names_for
from core.exchange.papers import company_as, party_as, stated_hash
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import Tally
from core.exchange.uses import Used, uses_of_bill
from core.exchange.written import file_seller
from core.facts import Facts
from core.fiscal import financial_year
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.ledger.kinds import ALLOCATED
from core.ledger.model import Allocation, AllocationLine
from core.ledger.queries import open_item
from core.ledger.rules import CREDIT
from core.numbering.rules import IMPORTED, number_place
from core.problems import Problem
from core.receipts import model
from core.receipts.model import Payback, Receipt, Reversal
from core.receipts.reversing import keep_imported
from core.receipts.rules import payback_postings, reversal_postings
from core.store.work import Work
from core.words import translate as _

OF = {RECEIPT: model.RECEIPT, PAYBACK: model.PAYBACK}
TYPE_OF = {of: type_ for type_, of in OF.items()}


class KeptPayback(NamedTuple):
    """A payback just taken in, and what the file says paid it."""

    id: Id
    party: Id
    paper: Payback
    paid: tuple[FilePaid, ...]
    path: str


def take_paybacks(
    work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally
) -> list[KeptPayback]:
    """Take in `paybacks`; answers the new ones, which are still to be paid."""
    found, seen = [], set[str]()
    for n, given in enumerate(file.paybacks):
        path = f"paybacks[{n}]"
        with findings.within(path):
            payback = _payback(register, given)
            holder = _holder(work, PAYBACK, given, seen)
            if holder is not None and not _is_same(work, holder, payback, Payback, payback_as_file):
                raise RuleBroken([_number_used(given.number)])
            tally.count("paybacks", was_known=holder is not None)
            if holder is None:
                record = register.paper_id(PAYBACK, given.date, given.number)
                keep_imported(work, record, payback)
                whole = FilePaid(
                    type=given.credit.type,
                    number=given.credit.number,
                    date=given.credit.date,
                    amount=given.amount,
                )
                paid = (whole,) if given.paid is None else given.paid
                found.append(KeptPayback(record, payback.buyer.party, payback, paid, path))
    return found


def _payback(register: Register, given: FilePayback) -> Payback:
    party_id, kept = register.need_party(given.party)
    party, company = party_as(kept, given.buyer), company_as(register.company, given.seller)
    facts, amount = Facts.in_force(), figures.paise(given.amount, "amount")
    credit = register.need_paper(given.credit.type, given.credit.number, given.credit.date, "credit")
    item = open_item(register.work.read, credit)
    if item is None or item.side != CREDIT or not register.is_one(item.party, party_id):
        message = _("This paper gives this party no credit.")
        raise RuleBroken([Problem("PARTY", message, "credit")])
    return Payback(
        number=given.number,
        series=IMPORTED,
        dated_on=given.date,
        seller=seller_of(company, facts),
        buyer=buyer_of(party_id, party, facts),
        amount_paise=amount,
        credit=credit,
        credit_number=given.credit.number,
        mode=given.mode,
        reference=given.reference,
        reason=given.reason,
        postings=payback_postings(amount, given.mode),
        language=given.language or party.language or company.language,
        origin=IMPORTED,
        stated=stated_hash(given),
        bank_account=register.need_account(given.bank_account) if given.bank_account else None,
    )


def pay_undone(work: Work, register: Register, paybacks: list[KeptPayback], findings: Findings) -> None:
    """Let credits pay what was undone since, and undo it."""
    for payback in paybacks:
        gone: dict[Credit, list[Undone]] = {}
        for n, given in enumerate(payback.paid):
            if given.until is None:
                continue
            with findings.within(f"{payback.path}.paid[{n}]"):
                credit, paise, on = _paying(work, register, payback, given)
                gone.setdefault(credit, []).append(Undone(payback.id, paise, on, given.until, given.reason))
        for credit, undone in gone.items():
            with findings.within(f"{payback.path}.paid"):
                undo_all(work, register, credit, undone, apart=payback.id)


class Payments:
    """What pays money given back and stands, by the credit it comes from."""

    def __init__(
        self, work: Work, register: Register, paybacks: list[KeptPayback], findings: Findings
    ) -> None:
        self._work = work
        self._register = register
        self._findings = findings
        self._of_credit: dict[Id, list[tuple[KeptPayback, int]]] = {}
        for payback in paybacks:
            for n, given in enumerate(payback.paid):
                with findings.within(f"{payback.path}.paid[{n}]"):
                    if given.until is None:
                        credit = register.need_paper(given.type, given.number, given.date)
                        self._of_credit.setdefault(credit, []).append((payback, n))

    def take_of(self, credit: Id) -> None:
        """Let one credit pay what it paid."""
        for payback, n in self._of_credit.pop(credit, ()):
            with self._findings.within(f"{payback.path}.paid[{n}]"):
                self._pay(payback, payback.paid[n])

    def take_rest(self) -> None:
        """Let the other credits pay what they paid."""
        for credit in list(self._of_credit):
            self.take_of(credit)

    def _pay(self, payback: KeptPayback, given: FilePaid) -> None:
        credit, paise, on = _paying(self._work, self._register, payback, given)
        claim = self._register.id_of("allocation", credit.id.hex(), payback.id.hex(), on.isoformat())
        lines = (AllocationLine(payback.id, paise),)
        self._work.record(ALLOCATED, claim, Allocation(credit.id, payback.party, on, lines))


def _paying(
    work: Work, register: Register, payback: KeptPayback, given: FilePaid
) -> tuple[Credit, int, dt.date]:
    """The credit, how much of it, and from which day."""
    credit = register.need_paper(given.type, given.number, given.date)
    item, stand = open_item(work.read, credit), work.standing.stand(credit)
    paise = figures.paise(given.amount, "amount")
    if item is None or item.side != CREDIT or not register.is_one(item.party, payback.party):
        raise RuleBroken([Problem("PARTY", _("This paper gives this party no credit."), "number")])
    due = work.standing.stand(payback.id)
    if paise <= 0 or stand is None or due is None or paise > min(stand.open_paise, due.open_paise):
        raise RuleBroken([Problem("OPEN_AMOUNT", _("This is more than is still open."), "amount")])
    on = given.on or max(payback.paper.dated_on, item.dated_on)
    return Credit(credit, payback.party, item.dated_on, item.amount_paise, None, ""), paise, on


def reversed_papers(register: Register, file: BahiFile) -> set[Id]:
    """What `reversals` take back, as far as it is here."""
    found = set()
    for given in file.reversals:
        place = number_place(given.paper.type, financial_year(given.paper.date), given.paper.number)
        holder = register.work.standing.holder(place)
        if holder is not None:
            found.add(holder)
    return found


def take_reversals(
    work: Work,
    register: Register,
    file: BahiFile,
    findings: Findings,
    tally: Tally,
    settle: Callable[[Id], None],
) -> None:
    """Take in `reversals`, one after the other; `settle` lets what is taken back settle first what it once settled.

    Receipts come before money given back, which they may have paid until they were taken back.
    """
    seen = set[str]()
    for n in sorted(range(len(file.reversals)), key=lambda n: file.reversals[n].paper.type == PAYBACK):
        given = file.reversals[n]
        with findings.within(f"reversals[{n}]"):
            settle(register.need_paper(given.paper.type, given.paper.number, given.paper.date, "paper"))
            reversal = _reversal(work, register, given)
            holder = _holder(work, REVERSAL, given, seen)
            if holder is not None and not _is_same(work, holder, reversal, Reversal, reversal_as_file):
                raise RuleBroken([_number_used(given.number)])
            tally.count("reversals", was_known=holder is not None)
            if holder is None:
                keep_imported(work, register.paper_id(REVERSAL, given.date, given.number), reversal)


def _reversal(work: Work, register: Register, given: FileReversal) -> Reversal:
    named = given.paper
    record = register.need_paper(named.type, named.number, named.date, "paper")
    paper: Receipt | Payback = work.paper(record)
    counted = paper.counts_on if isinstance(paper, Receipt) else paper.dated_on
    charges = figures.paise(given.charges, "charges")
    return Reversal(
        number=given.number,
        series=IMPORTED,
        dated_on=given.date,
        counts_on=max(given.date, counted),
        paper=record,
        paper_number=paper.number,
        seller=paper.seller,
        buyer=paper.buyer,
        amount_paise=paper.amount_paise,
        of=OF[named.type],
        cause=given.cause,
        reason=given.reason,
        charges_paise=charges,
        postings=reversal_postings(paper.postings, charges),
        language=paper.language,
        origin=IMPORTED,
        stated=stated_hash(given),
        cheque=paper.cheque if isinstance(paper, Receipt) else None,
    )


def _holder(work: Work, type_: str, given: FilePayback | FileReversal, seen: set[str]) -> Id | None:
    """Who has the number. Raises `RuleBroken` with DUPLICATE where the file has it twice."""
    place = number_place(type_, financial_year(given.date), given.number)
    if place in seen:
        message = _("The number {number} stands twice in the file.").format(number=given.number)
        raise RuleBroken([Problem("DUPLICATE", message, "number", _("Correct the number."))])
    seen.add(place)
    return work.standing.holder(place)


def _is_same(
    work: Work,
    holder: Id,
    paper: Payback | Reversal,
    shape: type[Any],
    written: Callable[..., msgspec.Struct],
) -> bool:
    kept = work.paper(holder)
    if not isinstance(kept, shape):
        return False
    return kept.stated == paper.stated or stated_hash(written(work.read, holder, kept)) == paper.stated


def _number_used(number: str) -> Problem:
    message = _("The number {number} is already used by another paper.").format(number=number)
    return Problem("DUPLICATE", message, "number", _("Correct the number, or leave this paper out."))


def payback_as_file(read: Connection, record: Id, paper: Payback, names: Names | None = None) -> FilePayback:
    """Money given back as the file writes it, with what paid it where that is not plainly its credit."""
    names = names or names_for(read, paper)
    code, party = names.parties[paper.buyer.party]
    uses = uses_of_bill(read, record)
    papers = named_papers(read, [paper.credit, *(use.credit for use in uses)])
    usual = party.language or names.company.language
    return FilePayback(
        number=paper.number,
        date=paper.dated_on,
        party=code,
        credit=_credit(papers[paper.credit]),
        amount=figures.rupees(paper.amount_paise),
        mode=paper.mode,  # type: ignore[arg-type]
        reference=paper.reference,
        reason=paper.reason,
        bank_account=names.accounts.get(paper.bank_account, "") if paper.bank_account else "",
        language=paper.language if paper.language != usual else None,
        paid=_paid(paper, uses, papers),
        seller=file_seller(paper.seller, names.company),
        buyer=buyer_as_file(paper, party),
    )


def _paid(paper: Payback, uses: list[Used], papers: Mapping[Id, PaperNamed]) -> tuple[FilePaid, ...] | None:
    told = [(use.credit, use.paise, use.on, use.until) for use in uses]
    if told == [(paper.credit, paper.amount_paise, paper.dated_on, None)]:
        return None
    paid = [_file_paid(use, papers[use.credit], paper.dated_on) for use in uses]
    return tuple(sorted(paid, key=lambda each: (str(each.on), each.date, each.number, str(each.until))))


def _file_paid(use: Used, paper: PaperNamed, dated_on: dt.date) -> FilePaid:
    counted = getattr(paper.paper, "counts_on", paper.dated_on)
    return FilePaid(
        number=paper.number,
        date=paper.dated_on,
        type=paper.type,  # type: ignore[arg-type]
        amount=figures.rupees(use.paise),
        on=use.on if use.on != max(dated_on, counted) else None,
        until=use.until,
        reason=use.reason,
    )


def _credit(paper: PaperNamed) -> FileCredit:
    return FileCredit(number=paper.number, date=paper.dated_on, type=paper.type)  # type: ignore[arg-type]


def reversal_as_file(
    read: Connection, _record: Id, paper: Reversal, papers: Mapping[Id, PaperNamed] | None = None
) -> FileReversal:
    """A reversal as the file writes it."""
    of = (papers or named_papers(read, [paper.paper]))[paper.paper]
    return FileReversal(
        number=paper.number,
        date=paper.dated_on,
        paper=FileTakenBack(number=of.number, date=of.dated_on, type=TYPE_OF[paper.of]),  # type: ignore[arg-type]
        cause=paper.cause,  # type: ignore[arg-type]
        reason=paper.reason,
        charges=figures.rupees(paper.charges_paise) if paper.charges_paise else None,
    )
