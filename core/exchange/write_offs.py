"""What was given up of open amounts, in and out, and what of that was undone again."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec import structs
from sqlalchemy.engine import Connection

from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.document_model import FileReference
from core.exchange.model import BahiFile
from core.exchange.money_model import FileWriteOff
from core.exchange.named import PaperNamed, claims_in, named_papers
from core.exchange.papers import stated_hash
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import KnownAlready, Tally
from core.fiscal import financial_year
from core.ids import Id
from core.ledger.kinds import RELEASED, WRITTEN_OFF
from core.ledger.model import Release, WriteOff
from core.ledger.queries import open_item
from core.ledger.rules import write_off_postings
from core.problems import Problem
from core.receipts.kinds import RECORDED
from core.receipts.model import Receipt
from core.store.work import Work
from core.words import translate as _


class GivenUp(NamedTuple):
    """A write-off of the file: its place, what it says, and the paper."""

    at: int
    given: FileWriteOff
    paper: Id


def named_write_offs(register: Register, file: BahiFile, findings: Findings) -> list[GivenUp]:
    """`write_offs` with their papers."""
    found = []
    for n, given in enumerate(file.write_offs):
        with findings.within(f"write_offs[{n}]"):
            found.append(GivenUp(n, given, register.need_paper(given.type, given.number, given.date)))
    return found


def given_up_with(register: Register, file: BahiFile) -> dict[tuple[int, str], tuple[Id, ...]]:
    """The claims of `write_offs` that were made with a receipt, by the receipt's financial year and number."""
    found: dict[tuple[int, str], tuple[Id, ...]] = {}
    for given, claim in zip(file.write_offs, _claims(register, file), strict=True):
        if given.receipt is not None:
            key = receipt_key(given.receipt.number, given.receipt.date)
            found[key] = (*found.get(key, ()), claim)
    return found


def receipt_key(number: str, dated_on: dt.date) -> tuple[int, str]:
    """A receipt's number in its financial year, whatever its case."""
    return financial_year(dated_on), number.casefold()


def _claims(register: Register, file: BahiFile) -> list[Id]:
    """The ids of the file's write-offs: made of what each says of itself, equal ones counted."""
    nth: dict[bytes, int] = {}
    claims = []
    for given in file.write_offs:
        said = stated_hash(_made(given))
        nth[said] = nth.get(said, 0) + 1
        claims.append(register.id_of("write off", said.hex(), str(nth[said])))
    return claims


def _made(given: FileWriteOff) -> FileWriteOff:
    """What it says of itself, whatever came of it since: undone, it is the same write-off."""
    return structs.replace(given, until=None, undone_reason="")


class WriteOffs:
    """Takes write-offs in, in the portions in which their papers are ready for them."""

    def __init__(self, work: Work, register: Register, file: BahiFile, findings: Findings) -> None:
        self._work = work
        self._register = register
        self._findings = findings
        self._named = named_write_offs(register, file, findings)
        self._known = KnownAlready(map(_made, write_offs_as_file(work.read)) if self._named else ())
        self._claims = _claims(register, file)
        self._taken: set[int] = set()
        self._of_paper: dict[Id, list[GivenUp]] = {}
        for each in self._named:
            self._of_paper.setdefault(each.paper, []).append(each)

    def take_undone(self, tally: Tally) -> None:
        """Take those in that were undone since."""
        self._take_all([each for each in self._named if each.given.until is not None], tally)

    def take_of(self, paper: Id, tally: Tally) -> None:
        """Take those of a paper in that stand."""
        self._take_all(self._of_paper.get(paper, ()), tally)

    def take_rest(self, tally: Tally) -> None:
        """Take in what was not taken yet."""
        self._take_all(self._named, tally)

    def _take_all(self, wanted: Iterable[GivenUp], tally: Tally) -> None:
        for each in wanted:
            if each.at in self._taken:
                continue
            self._taken.add(each.at)
            with self._findings.within(f"write_offs[{each.at}]"):
                known = self._known.take(_made(each.given)) or not self._take(each)
                tally.count("write_offs", was_known=known)

    def _take(self, each: GivenUp) -> bool:
        given, work = each.given, self._work
        item = open_item(work.read, each.paper)
        if item is None:
            raise RuleBroken(
                [Problem("NOT_STANDING", _("This paper has no open amount in the book."), "number")]
            )
        paise = figures.paise(given.amount, "amount")
        stand, claim = work.standing.stand(each.paper), self._claims[each.at]
        if work.standing.stand(claim) is None and (stand is None or paise > stand.open_paise):
            raise RuleBroken([Problem("OPEN_AMOUNT", _("This is more than is still open."), "amount")])
        body = WriteOff(
            each.paper, item.party, given.on, paise, given.reason, given.note,
            write_off_postings(item.side, paise, given.reason),
        )  # fmt: skip
        if not work.record(WRITTEN_OFF, claim, body):
            return False
        if given.until is not None:
            release = Release(claim, item.party, given.until, given.undone_reason)
            work.record(RELEASED, self._register.id_of("released", claim.hex()), release)
        return True


def write_offs_as_file(read: Connection) -> tuple[FileWriteOff, ...]:
    """`write_offs`, by day."""
    made, releases = claims_in(read, WRITTEN_OFF, WriteOff), releases_in(read)
    receipts = [receipt for _record, _state, receipt in claims_in(read, RECORDED, Receipt)] if made else []
    beside = {claim: receipt for receipt in receipts for claim in receipt.given_up}
    papers = named_papers(read, [body.paper for _claim, _state, body in made])
    written = [
        _file_write_off(papers[body.paper], body, releases.get(claim), beside.get(claim))
        for claim, _state, body in made
    ]
    return tuple(sorted(written, key=_order))


def releases_in(read: Connection) -> dict[Id, Release]:
    """What was undone by hand, by the claim that was."""
    return {body.claim: body for _record, _state, body in claims_in(read, RELEASED, Release)}


def _file_write_off(
    paper: PaperNamed, body: WriteOff, release: Release | None, receipt: Receipt | None
) -> FileWriteOff:
    return FileWriteOff(
        number=paper.number,
        date=paper.dated_on,
        on=body.written_off_on,
        amount=figures.rupees(body.paise),
        reason=body.reason,  # type: ignore[arg-type]
        type=paper.type,  # type: ignore[arg-type]
        note=body.note,
        receipt=FileReference(number=receipt.number, date=receipt.dated_on) if receipt is not None else None,
        until=release.released_on if release is not None else None,
        undone_reason=release.reason if release is not None else "",
    )


def _order(each: FileWriteOff) -> tuple[Any, ...]:
    return each.on, each.date, each.type, each.number, each.amount, each.reason, each.note, str(each.until)
