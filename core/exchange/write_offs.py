"""What was given up of open amounts, in and out, and what of that was undone again."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.model import BahiFile
from core.exchange.money_model import FileWriteOff
from core.exchange.named import PaperNamed, claims_in, named_papers
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import KnownAlready, Tally
from core.ids import Id
from core.ledger.kinds import RELEASED, WRITTEN_OFF
from core.ledger.model import Release, WriteOff
from core.ledger.queries import open_item
from core.ledger.rules import write_off_postings
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


class GivenUp(NamedTuple):
    """A write-off of the file: its place, what it says, and the paper."""

    at: int
    given: FileWriteOff
    paper: Id


Wanted = Callable[[GivenUp], bool]


def named_write_offs(register: Register, file: BahiFile, findings: Findings) -> list[GivenUp]:
    """`write_offs` with their papers."""
    found = []
    for n, given in enumerate(file.write_offs):
        with findings.within(f"write_offs[{n}]"):
            found.append(GivenUp(n, given, register.need_paper(given.type, given.number, given.date)))
    return found


class WriteOffs:
    """Takes write-offs in, in the portions in which their papers are ready for them."""

    def __init__(self, work: Work, register: Register, file: BahiFile, findings: Findings) -> None:
        self._work = work
        self._register = register
        self._findings = findings
        self._left = named_write_offs(register, file, findings)
        self._known = KnownAlready(write_offs_as_file(work.read) if self._left else ())
        self._nth: dict[tuple[Any, ...], int] = {}

    def take(self, tally: Tally, wanted: Wanted = lambda _each: True) -> None:
        """Take those in that are wanted now and were not yet."""
        now = [each for each in self._left if wanted(each)]
        taken = {each.at for each in now}
        self._left = [each for each in self._left if each.at not in taken]
        for each in now:
            with self._findings.within(f"write_offs[{each.at}]"):
                known = self._known.take(each.given) or not self._take(each)
                tally.count("write_offs", was_known=known)

    def _take(self, each: GivenUp) -> bool:
        given, work = each.given, self._work
        item = open_item(work.read, each.paper)
        if item is None:
            raise RuleBroken(
                [Problem("NOT_STANDING", _("This paper has no open amount in the book."), "number")]
            )
        paise = figures.paise(given.amount, "amount")
        stand = work.standing.stand(each.paper)
        key = (each.paper, given.on, paise, given.reason, given.note, given.until)
        self._nth[key] = self._nth.get(key, 0) + 1
        claim = self._register.id_of("write off", *map(str, (each.paper.hex(), *key[1:], self._nth[key])))
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
    papers = named_papers(read, [body.paper for _claim, _state, body in made])
    written = [_file_write_off(papers[body.paper], body, releases.get(claim)) for claim, _state, body in made]
    return tuple(sorted(written, key=_order))


def releases_in(read: Connection) -> dict[Id, Release]:
    """What was undone by hand, by the claim that was."""
    return {body.claim: body for _record, _state, body in claims_in(read, RELEASED, Release)}


def _file_write_off(paper: PaperNamed, body: WriteOff, release: Release | None) -> FileWriteOff:
    return FileWriteOff(
        number=paper.number,
        date=paper.dated_on,
        on=body.written_off_on,
        amount=figures.rupees(body.paise),
        reason=body.reason,  # type: ignore[arg-type]
        type=paper.type,  # type: ignore[arg-type]
        note=body.note,
        until=release.released_on if release is not None else None,
        undone_reason=release.reason if release is not None else "",
    )


def _order(each: FileWriteOff) -> tuple[Any, ...]:
    return each.on, each.date, each.type, each.number, each.amount, each.reason, each.note, str(each.until)
