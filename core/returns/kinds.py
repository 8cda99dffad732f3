"""What the returns write to the log: filed returns, amended rows, numbers never used, gaps explained."""

from collections.abc import Iterator

import msgspec

from core.changes.change import Actor
from core.changes.kind import Effects, Renumbering, fields_kind, once_kind
from core.changes.standing import Standing
from core.fiscal import financial_year
from core.ids import Id
from core.invoicing.filed import filed_place
from core.numbering.rules import IMPORTED, number_place
from core.problems import Problem
from core.returns.model import Filed, GapExplained, NumberUnused, PeriodAmendment
from core.returns.rules import (
    problems_with_amendment_row,
    problems_with_explanation,
    problems_with_filed,
    problems_with_unused,
)
from core.words import translate as _


def _admit_filed(_record: Id, filed: Filed, _standing: Standing, actor: Actor) -> Iterator[Problem]:
    if filed.origin != IMPORTED and filed.device != actor.device:
        yield Problem("DEVICE", _("A return names the device that filed it."), "device")


def _renumbered(filed: Filed, renumbering: Renumbering) -> Filed:
    """What it covers of its own device, in the numbers that these papers have now."""
    if filed.origin == IMPORTED:
        return filed
    covered = {filed.epoch: filed.covers_number, **dict(filed.covers_earlier)}
    stands = renumbering.kept
    anew = [
        n + renumbering.moved[e]
        for e, n in covered.items()
        if e in renumbering.moved and n > stands.get(e, 0)
    ]
    kept = {epoch: min(number, stands.get(epoch, 0)) for epoch, number in covered.items()}
    return msgspec.structs.replace(
        filed,
        epoch=renumbering.epoch,
        covers_number=max(anew, default=0),
        covers_earlier=tuple(sorted((epoch, number) for epoch, number in kept.items() if number)),
    )


FILED = once_kind(
    "returns.filed",
    Filed,
    problems=problems_with_filed,
    admit=_admit_filed,
    effects=lambda _record, filed: Effects(number=filed_place(filed.form, filed.period)),
    likeness=lambda filed: filed.stated,
    renumbered=_renumbered,
    waits=True,
)
AMENDED = once_kind(
    "returns.amended",
    PeriodAmendment,
    problems=problems_with_amendment_row,
    likeness=lambda row: row.stated,
)
UNUSED = once_kind(
    "returns.unused",
    NumberUnused,
    problems=problems_with_unused,
    effects=lambda _record, unused: Effects(
        number=number_place(unused.type, financial_year(unused.dated_on), unused.number)
    ),
    likeness=lambda unused: unused.stated,
)
GAP_EXPLAINED = fields_kind("returns.gap_explained", GapExplained, problems=problems_with_explanation)
KINDS = (FILED, AMENDED, UNUSED, GAP_EXPLAINED)
