"""Parties and items that became another, in and out: no paper is changed by it, and accounts are read together.

What was parted since is told too: what one settled of the other's bills while they were one stands.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.changes.joining import kept_in, other_way_round
from core.changes.kind import Kind
from core.changes.standing import State
from core.errors import RuleBroken
from core.exchange.model import BahiFile, FileMerged
from core.exchange.named import claims_in
from core.exchange.outgoing import Names
from core.exchange.reading import Findings
from core.exchange.register import Directory, Register
from core.exchange.report import Tally
from core.ids import Id
from core.items import kinds as item_kinds
from core.items import model as item_model
from core.parties import kinds as party_kinds
from core.parties import model as party_model
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

Pairs = set[tuple[Id, Id]]
Known = tuple[Id, Any]


class _Sort(NamedTuple):
    """What is merged: parties or items. `made` and `undone` are the bodies of the two claims."""

    key: str
    what: str
    merged: Kind[Any]
    parted: Kind[Any]
    made: Callable[[Id, Id, str, str], Any]
    undone: Callable[[Id, Id, str], Any]
    need: Callable[[Directory, str, str], Known]


_SORTS = (
    _Sort(
        "merged_parties", "party", party_kinds.MERGED, party_kinds.PARTED, party_model.Merging,
        party_model.Parting, lambda directory, code, field: directory.need_party(code, field),
    ),
    _Sort(
        "merged_items", "item", item_kinds.MERGED, item_kinds.PARTED, item_model.Merging, item_model.Parting,
        lambda directory, code, field: directory.need_item(code, field),
    ),
)  # fmt: skip


def merged_as_file(read: Connection, names: Names) -> dict[str, Any]:
    """`merged_parties` and `merged_items`: what was parted again first, then what stands, each once and by code."""
    parties = {record: code for record, (code, _body) in names.parties.items()}
    found = {}
    for sort, codes in zip(_SORTS, (parties, names.items), strict=True):
        told = {
            (is_parted, codes[pair[0]], codes[pair[1]])
            for is_parted, pairs in enumerate(_pairs(read, sort))
            for pair in pairs
            if pair[0] in codes and pair[1] in codes
        }
        order = sorted(told, key=lambda each: (not each[0], *each[1:]))
        found[sort.key] = tuple(FileMerged(code=c, into=into, parted=bool(p)) for p, c, into in order)
    return found


def take_merged(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in what became another: what was parted again first, each merging with its parting."""
    for sort in _SORTS:
        if not getattr(file, sort.key):
            continue
        standing, parted = _pairs(work.read, sort)
        joined = dict(standing)
        for path, each, first, second in _named(register, sort, file, findings):
            with findings.within(path):
                pair = (first[0], second[0])
                is_known = _is_known(pair, each, joined, parted)
                if not is_known:
                    _refuse_another(joined, each, first[0])
                    _take(work, register, sort, each, first, second)
                    if each.parted:
                        parted.add(pair)
                    else:
                        joined[pair[0]] = pair[1]
                tally.count(sort.key, was_known=is_known)


def named_pairs(directory: Directory, file: BahiFile, findings: Findings) -> Iterator[tuple[Id, Id]]:
    """What became what, parties and items, parted again or not; an unknown code is found wrong, and a circle."""
    for sort in _SORTS:
        joined: dict[Id, Id] = {}
        for path, given, (record, _kept), (into, _other) in _named(directory, sort, file, findings):
            with findings.within(path):
                if given.parted or joined.get(record) != into:
                    _refuse_another(joined, given, record)
                    if record == into or (not given.parted and kept_in(joined, into) == record):
                        raise RuleBroken([other_way_round()])
                if not given.parted:
                    joined[record] = into
                yield record, into


def _refuse_another(joined: Mapping[Id, Id], given: FileMerged, record: Id) -> None:
    if not given.parted and record in joined:
        message = _("{code} has become another one already. The two must be parted first.")
        raise RuleBroken([Problem("TAKEN", message.format(code=given.code))])


def _named(
    directory: Directory, sort: _Sort, file: BahiFile, findings: Findings
) -> Iterator[tuple[str, FileMerged, Known, Known]]:
    """Each with its path and the two that it names: what was parted again first."""
    given: tuple[FileMerged, ...] = getattr(file, sort.key)
    for n, each in sorted(enumerate(given), key=lambda one: not one[1].parted):
        path = f"{sort.key}[{n}]"
        with findings.within(path):
            yield (
                path, each, sort.need(directory, each.code, "code"), sort.need(directory, each.into, "into"),
            )  # fmt: skip


def _pairs(read: Connection, sort: _Sort) -> tuple[Pairs, Pairs]:
    """What is merged in the book, and what was and is parted."""
    pairs: tuple[Pairs, Pairs] = (set(), set())
    for _claim, state, body in claims_in(read, sort.merged, sort.merged.record):
        pairs[state is State.CANCELLED].add((getattr(body, sort.what), body.into))
    return pairs


def _is_known(pair: tuple[Id, Id], given: FileMerged, joined: Mapping[Id, Id], parted: Pairs) -> bool:
    """Whether the book tells it already: so, or, of what was parted, that they are one now or its place is taken."""
    record, into = pair
    if not given.parted:
        return joined.get(record) == into
    return pair in parted or record in joined or (into in joined and kept_in(joined, into) == record)


def _take(
    work: Work, register: Register, sort: _Sort, given: FileMerged, first: Known, second: Known
) -> None:  # fmt: skip
    (record, kept), (into, other) = first, second
    named = (sort.what, record.hex(), into.hex(), *(("parted",) if given.parted else ()))
    claim = register.id_of("merged", *named)
    if work.record(sort.merged, claim, sort.made(record, into, kept.name, other.name)) and given.parted:
        work.record(sort.parted, register.id_of("parted", *named), sort.undone(claim, record, kept.name))
