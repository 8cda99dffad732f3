"""Questions about contracts and how far their milestones have come."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.ids import Id
from core.milestones.model import Contract, Milestone, Worth
from core.milestones.rules import Stage, state, worth_paise
from core.parties.merged import family
from core.store.paging import PAGE_ROWS, Page, after, page_of
from core.store.read import record_of
from core.store.search import match_of
from core.store.tables.invoicing import documents
from core.store.tables.milestones import certifications, contracts, milestones
from core.store.tables.parties import parties
from core.store.tables.store import places, standing


class ContractRow(NamedTuple):
    """A contract as a list shows it. What is certified is not yet billed; what is billed may be paid."""

    id: Id
    code: str
    title: str
    party: Id | None
    party_name: str
    value_paise: int
    milestones: int
    certified_paise: int
    billed_paise: int
    paid_paise: int
    archived: bool


class MilestoneRow(NamedTuple):
    """A stage as a list shows it. `number` and `document` are of the paper that bills it."""

    id: Id
    contract: Id
    position: int
    title: str
    amount_paise: int
    due_on: dt.date | None
    state: Stage
    certified_on: dt.date | None
    certified_by: str
    document: Id | None
    number: str
    open_paise: int


_CONTRACT = sa.select(
    *(contracts.c[name] for name in ("id", "code", "title", "party", "value_paise", "archived")),
    sa.func.coalesce(parties.c.name, "").label("party_name"),
).join_from(contracts, parties, parties.c.id == contracts.c.party, isouter=True)

_billed_place = "milestone/" + sa.func.lower(sa.func.hex(milestones.c.id))
_STAGE = (
    sa.select(
        milestones,
        contracts.c.value_paise,
        certifications.c.certified_on,
        certifications.c.certified_by,
        places.c.paper.label("document"),
        standing.c.state,
        standing.c.open_paise,
        documents.c.number,
    )
    .join_from(milestones, contracts, contracts.c.id == milestones.c.contract)
    .join(certifications, certifications.c.milestone == milestones.c.id, isouter=True)
    .join(places, places.c.place == _billed_place, isouter=True)
    .join(standing, standing.c.record == places.c.paper, isouter=True)
    .join(documents, documents.c.id == places.c.paper, isouter=True)
    .where(milestones.c.dropped == 0)
    .order_by(milestones.c.contract, milestones.c.position, milestones.c.id)
)


def contract(read: Connection, record: Id) -> Contract | None:
    """The whole contract."""
    return record_of(read, Contract, record)


def milestone(read: Connection, record: Id) -> Milestone | None:
    """The whole milestone."""
    return record_of(read, Milestone, record)


def contract_by_code(read: Connection, code: str) -> Id | None:
    """The contract of a code, whatever its case."""
    found = read.execute(sa.select(contracts.c.id).where(contracts.c.code_key == code.casefold()).limit(1))
    return found.scalar()


def contracts_page(
    read: Connection,
    *,
    key: tuple[Any, ...] | None = None,
    limit: int = PAGE_ROWS,
    archived: bool = False,
    party: Id | None = None,
    search: str = "",
) -> Page[ContractRow]:
    """A page of contracts by title, each with what is certified, billed and paid of it."""
    order = (contracts.c.title_key, contracts.c.id)
    wanted = [after(order, key), contracts.c.archived == int(archived)]
    if party is not None:
        wanted.append(contracts.c.party.in_(family(read, party)))
    if match := match_of(search, "contract"):
        wanted.append(contracts.c.id.in_(sa.text(_FOUND).bindparams(words=match)))
    question = _CONTRACT.add_columns(contracts.c.title_key).where(*wanted).order_by(*order).limit(limit + 1)
    page = page_of(list(read.execute(question)), limit, lambda row: (row.title_key, row.id))
    return Page(_with_stages(read, page.rows), page.next_key)


def contract_rows(read: Connection, records: Sequence[Id]) -> list[ContractRow]:
    """These contracts as a list shows them, for re-reading what was touched."""
    return _with_stages(read, list(read.execute(_CONTRACT.where(contracts.c.id.in_(records)))))


def milestones_of(read: Connection, contract: Id) -> list[MilestoneRow]:
    """The stages of a contract in their order, without the dropped ones."""
    return _stages(read, milestones.c.contract == contract)


def milestone_rows(read: Connection, records: Sequence[Id]) -> list[MilestoneRow]:
    """These stages, for re-reading what was touched."""
    return _stages(read, milestones.c.id.in_(records))


def worths(read: Connection, contract: Id) -> dict[Id, Worth]:
    """What each stage of a contract is worth, as it was entered."""
    columns = (milestones.c.id, milestones.c.paise, milestones.c.tenthousandths_pct)
    wanted = sa.select(*columns).where(milestones.c.contract == contract, milestones.c.dropped == 0)
    return {row.id: Worth(row.paise, row.tenthousandths_pct) for row in read.execute(wanted)}


def _with_stages(read: Connection, rows: Sequence[Any]) -> list[ContractRow]:
    by_contract: dict[Id, list[MilestoneRow]] = {}
    for stage in _stages(read, milestones.c.contract.in_([row.id for row in rows])):
        by_contract.setdefault(stage.contract, []).append(stage)
    return [_contract_row(row, by_contract.get(row.id, [])) for row in rows]


def _contract_row(row: Any, stages: Sequence[MilestoneRow]) -> ContractRow:
    sums = {stage: sum(each.amount_paise for each in stages if each.state is stage) for stage in Stage}
    billed = sums[Stage.BILLED] + sums[Stage.CONTESTED] + sums[Stage.PAID]
    return ContractRow(
        row.id, row.code, row.title, row.party, row.party_name, row.value_paise, len(stages),
        sums[Stage.CERTIFIED], billed, sums[Stage.PAID], bool(row.archived),
    )  # fmt: skip


def _stages(read: Connection, which: Any) -> list[MilestoneRow]:
    rows = list(read.execute(_STAGE.where(which)))
    twice = _billed_twice(read, [row.id for row in rows if row.document is not None])
    return [_stage_row(row, row.id in twice) for row in rows]


def _stage_row(row: Any, also_billed: bool) -> MilestoneRow:
    how = state(
        certified=row.certified_on is not None,
        bill=None if row.state is None else State(row.state),
        open_paise=row.open_paise or 0,
        also_billed=also_billed,
    )
    return MilestoneRow(
        row.id, row.contract, row.position, row.title,
        worth_paise(Worth(paise=row.paise, tenthousandths_pct=row.tenthousandths_pct), row.value_paise),
        row.due_on, how, row.certified_on, row.certified_by or "", row.document, row.number or "", row.open_paise or 0,
    )  # fmt: skip


def _billed_twice(read: Connection, stages: Sequence[Id]) -> set[Id]:
    """The stages that a second, contested document bills as well."""
    question = (
        sa.select(documents.c.milestone)
        .join_from(documents, standing, standing.c.record == documents.c.id)
        .where(documents.c.milestone.in_(stages), standing.c.state == State.CONTESTED)
    )
    return set(read.execute(question).scalars())


_FOUND = "SELECT record FROM search WHERE search MATCH :words"
