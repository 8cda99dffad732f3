"""The gap ledger: every number of a year that no standing paper bears, with why. Numbers are those of the returns.

A run begins at 1 where Bahi gives the numbers; among imported papers at the first number that came, for what was
before it was told elsewhere. Source: CGST Rules, 46(b) (consecutive numbers); GSTR-1, Table 13.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.fiscal import year_label
from core.ids import Id
from core.invoicing.filed import is_imported
from core.invoicing.queries import cancellation
from core.numbering.rules import IMPORTED, number_place
from core.returns.kinds import UNUSED
from core.returns.model import NumberUnused
from core.returns.rules import NUMBERED
from core.store.log import read_meta
from core.store.read import in_runs, paper_of
from core.words import translate as _

Why = Literal["cancelled", "held", "void", "unused", "other_device", "explained", "unexplained"]
LONG = 1_000
"""So many numbers missing in one stretch are told as one row."""

_COUNTER = re.compile(r"[0-9]+")
_Around = tuple[str, str]
_STATES: Mapping[int, Why] = {State.CANCELLED: "cancelled", State.HELD: "held", State.VOID: "void"}


class Gap(NamedTuple):
    """A number that no standing paper bears; `last` and `how_many` tell of a long stretch.

    `why` is cancelled, held, void, unused (noted so), other_device (a device whose papers are not all here),
    explained by the user, or unexplained; `words` is the reason. `is_ours`: Bahi gave the numbers of this run.
    """

    type: str
    series: str
    number: str
    why: Why
    words: str = ""
    paper: Id | None = None
    last: str = ""
    how_many: int = 1
    is_ours: bool = True

    @property
    def is_open(self) -> bool:
        """Whether nobody has said why."""
        return self.why == "unexplained"


class _Numbered(NamedTuple):
    """A number that is taken: by which paper, of which kind, and how that stands."""

    number: str
    paper: Id
    kind: str
    state: int


class _Run(NamedTuple):
    """Numbers that differ in one counter alone: what stands before and after it, and how wide it is written."""

    type: str
    before: str
    after: str
    width: int

    def text(self, n: int) -> str:
        """The n-th number."""
        return f"{self.before}{n:0{self.width}d}{self.after}"


def gaps(read: Connection, year: int) -> list[Gap]:
    """Every number of a financial year (named by its first calendar year) that is missing, or of no standing paper."""
    explained = _explained(read, year)
    owners, device = _owners(read), read_meta(read)["device"]
    found: list[Gap] = []
    for type_ in NUMBERED:
        taken = _taken(read, type_, year)
        found += (_stood_aside(read, type_, number) for number in taken if _is_aside(number))
        brought = {
            number.paper for number in taken if number.kind == UNUSED.name or is_imported(number.paper)
        }
        for run, counts in _runs(type_, taken).items():
            series = run.before.removesuffix(f"/{year_label(year)}/")
            given = max((count for count, paper in counts if paper not in brought), default=0)
            is_ours = series in owners and given > 0
            for first, last in _missing([count for count, _paper in counts], given if is_ours else None):
                found += _gaps_between(
                    run, first, last, explained,
                    is_ours=is_ours, is_elsewhere=is_ours and owners[series] != device,
                )  # fmt: skip
    return sorted(found, key=lambda gap: (NUMBERED.index(gap.type), gap.series, len(gap.number), gap.number))


def _gaps_between(
    run: _Run,
    first: int,
    last: int,
    explained: Mapping[tuple[str, str], str],
    *,
    is_ours: bool,
    is_elsewhere: bool,
) -> Iterator[Gap]:
    """The numbers of a stretch; a long one is one row, explained by its first number."""
    series = run.before.rstrip("/-") or IMPORTED
    is_long = last - first >= LONG
    for n in (first,) if is_long else range(first, last + 1):
        number = run.text(n)
        why: Why = "unexplained"
        words = explained.get((run.type, number.casefold()), "")
        if words:
            why = "explained"
        elif is_elsewhere:
            why = "other_device"
            words = _("Given by another device, whose papers are not all here yet.")
        gap = Gap(run.type, series, number, why, words, is_ours=is_ours)
        yield gap._replace(last=run.text(last), how_many=last - first + 1) if is_long else gap


def _missing(counts: Iterable[int], given: int | None) -> Iterator[tuple[int, int]]:
    """The stretches between the numbers that are taken.

    `given` is the last that Bahi gave in the run: what lies beyond may still be given. None among imported papers.
    """
    taken = sorted(set(counts))
    before = 0 if given is not None else taken[0] - 1
    for n in taken:
        if n > before + 1 and (given is None or n <= given):
            yield before + 1, n - 1
        before = n


def _taken(read: Connection, type_: str, year: int) -> list[_Numbered]:
    """Every number of a type and year that is taken, as its paper writes it; of one that the service could not read
    nothing else is kept, and it counts as held."""
    start = number_place(type_, year, "")
    sql = (
        "SELECT p.place, p.paper, coalesce(s.kind, ''), coalesce(s.state, ?) "
        "FROM places p LEFT JOIN standing s ON s.record = p.paper WHERE p.place >= ? AND p.place < ?"
    )
    rows = read.exec_driver_sql(sql, (int(State.HELD), start, start[:-1] + "0")).fetchall()
    written = _written(read, [row[1] for row in rows])
    return [
        _Numbered(written.get(paper, place[len(start) :].upper()), paper, kind, state)
        for place, paper, kind, state in rows
    ]


def _written(read: Connection, papers: list[Id]) -> dict[Id, str]:
    found: dict[Id, str] = {}
    for table in ("documents", "vouchers", "unused_numbers"):
        wanted = [paper for paper in papers if paper not in found]
        found |= dict(in_runs(read, " ".join(("SELECT id, number FROM", table, "WHERE id IN (RUN)")), wanted))
    return found


def _runs(type_: str, taken: Sequence[_Numbered]) -> dict[_Run, list[tuple[int, Id]]]:
    """The counters by run, each with its paper.

    The last counter of a number counts, unless only an earlier one ever changes (00483-SINV-23).
    """
    readings = [(paper, _readings(number)) for number, paper, *_rest in taken]
    first: dict[_Around, str] = {}
    varied: set[_Around] = set()
    for _paper, found in readings:
        for around, counter in found:
            if first.setdefault(around, counter) != counter:
                varied.add(around)
    counters: dict[_Around, list[tuple[str, Id]]] = {}
    for paper, found in readings:
        if found:
            around, counter = next((one for one in reversed(found) if one[0] in varied), found[-1])
            counters.setdefault(around, []).append((counter, paper))
    return {
        _Run(type_, *around, _width(n for n, _paper in found)): [(int(n), paper) for n, paper in found]
        for around, found in counters.items()
    }


def _width(counters: Iterable[str]) -> int:
    """How many digits a counter is written with at least: as many as where a nought leads."""
    return min((len(counter) for counter in counters if counter.startswith("0")), default=1)


def _readings(number: str) -> list[tuple[_Around, str]]:
    """Every counter of a number from the left, with what is around it."""
    return [
        ((number[: match.start()], number[match.end() :]), match.group())
        for match in _COUNTER.finditer(number)
    ]


def _is_aside(number: _Numbered) -> bool:
    return number.state in _STATES or number.kind == UNUSED.name


def _stood_aside(read: Connection, type_: str, number: _Numbered) -> Gap:
    """A number whose paper was cancelled, held or voided, or that was noted as never used."""
    series = number.number.rpartition("/")[0] or IMPORTED
    if number.kind == UNUSED.name:
        return Gap(type_, series, number.number, "unused", _unused_reason(read, number.paper), number.paper)
    why = _STATES[number.state]
    if not number.kind:
        words = _("The service could not read this paper. Write it again from the Inbox.")
        return Gap(type_, series, number.number, why, words)
    claim = cancellation(read, number.paper) if why == "cancelled" else None
    return Gap(type_, series, number.number, why, claim.reason if claim is not None else "", number.paper)


def _unused_reason(read: Connection, record: Id) -> str:
    unused = paper_of(read, NumberUnused, record)
    return unused.reason if unused is not None else ""


def _explained(read: Connection, year: int) -> dict[tuple[str, str], str]:
    sql = "SELECT type, number_key, words FROM gap_explanations WHERE year = ?"
    return {(type_, number): words for type_, number, words in read.exec_driver_sql(sql, (year,))}


def _owners(read: Connection) -> dict[str, Id]:
    """The device that issues from each series."""
    return dict(read.exec_driver_sql("SELECT series, device FROM series").fetchall())
