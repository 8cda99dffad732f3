"""Bugs of money, each as a switch: planted to see that the histories find them."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

import core.ledger.projection as ledger
import core.receipts.kinds as receipts
import core.receipts.reversing as reversing
import core.tds.commands as tds_commands
import core.tds.kinds as tds
import sync.server.gate as gate
from core.book import PLAN, Book
from core.catalogue import KINDS
from core.changes.change import Outcome
from core.changes.keeper import Keeper
from core.changes.kind import Effects, Kind
from core.ids import Id, imported_id
from core.numbering.rules import problems_with_series
from core.receipts.model import Receipt
from core.tds.model import Seen
from core.tds.rules import seen_id
from tests.simulation.planted import Plant

_DRAWN = "SELECT DISTINCT claim FROM allocations WHERE credit = ? OR document = ?"


def a_bounce_forgets_what_others_settled(patch: pytest.MonkeyPatch) -> None:
    """A bounce gives back what its own device knew of, and not what another had settled meanwhile."""
    seen: dict[Id, set[Id]] = {}
    reverse, carry_out, give_back = reversing._reverse, Keeper._carry_out, Keeper._give_back

    def reverse_known(work: Any, record: Id, *told: Any) -> Id:
        known = {row[0] for row in work.read.exec_driver_sql(_DRAWN, (record, record))}
        made = reverse(work, record, *told)
        seen[made] = known
        return made

    def carry_out_as(self: Any, record: Id, effects: Effects) -> None:
        self._by = record
        carry_out(self, record, effects)

    def give_back_known(self: Any, claim: Id) -> None:
        if claim in seen.get(self._by, {claim}):
            give_back(self, claim)

    patch.setattr(reversing, "_reverse", reverse_known)
    patch.setattr(Keeper, "_carry_out", carry_out_as)
    patch.setattr(Keeper, "_give_back", give_back_known)


def a_bounce_is_taken_twice(patch: pytest.MonkeyPatch) -> None:
    """Of two devices that see one cheque bounce both take it back."""

    def admit(_record: Id, reversal: Any, standing: Any, actor: Any) -> Any:
        return problems_with_series(reversal.series, reversal.number, reversal.origin, standing, actor)

    _put(patch, dataclasses.replace(receipts.REVERSED, admit=admit), receipts, reversing, at="REVERSED")


def two_matches_of_a_line_stand(patch: pytest.MonkeyPatch) -> None:
    """A line that two devices matched apart is matched twice."""
    judge = gate.judge_claim

    def lenient(kind: Any, *about: Any) -> Any:
        verdict = judge(kind, *about)
        is_taken = kind.name == "bank.matched" and any(each.code == "TAKEN" for each in verdict.problems)
        return verdict._replace(outcome=Outcome.APPLIED, problems=()) if is_taken else verdict

    patch.setattr(gate, "judge_claim", lenient)


def a_post_dated_cheque_counts_at_once(patch: pytest.MonkeyPatch) -> None:
    """On one device a cheque counts from the day it was taken."""
    at: list[str] = [""]

    def on_device(method: Callable[..., Any]) -> Callable[..., Any]:
        def run(self: Book, *told: Any, **named: Any) -> Any:
            at[0] = self.path.name
            try:
                return method(self, *told, **named)
            finally:
                at[0] = ""

        return run

    counts_on: Any = Receipt.counts_on

    def counts(self: Receipt) -> Any:
        return self.dated_on if at[0] == "device1.bahi" else counts_on.fget(self)

    for name in ("write", "apply"):
        patch.setattr(Book, name, on_device(getattr(Book, name)))
    patch.setattr(Receipt, "counts_on", property(counts))


def a_write_off_undone_stays_posted(patch: pytest.MonkeyPatch) -> None:
    """What was given up is open again, and stands posted as given up."""
    post = ledger.post

    def post_once(rows: Any, **entry: Any) -> None:
        if "after" not in entry:
            post(rows, **entry)

    patch.setattr(ledger, "post", post_once)


def a_form_is_new_on_each_device(patch: pytest.MonkeyPatch) -> None:
    """A credit gets an id of its own wherever the form is opened."""

    def id_here(seen: Seen) -> Id:
        return imported_id("tds seen", seen_id(seen).hex(), seen.source)

    for room in (tds, tds_commands):
        patch.setattr(room, "seen_id", id_here)
    patch.setattr("core.tds.projection.line_id", id_here)
    _put(patch, dataclasses.replace(tds.SEEN, likeness=id_here), tds, tds_commands, at="SEEN")


def interest_is_charged_twice(patch: pytest.MonkeyPatch) -> None:
    """The second note on the same interest stands as the first does, and nobody is told."""
    contest = Keeper._contest

    def contest_others(self: Keeper, effects: Effects) -> None:
        if not any(place.startswith("interest/") for place, _paper in effects.holds):
            contest(self, effects)

    patch.setattr(Keeper, "_contest", contest_others)


def a_settlement_undone_stays_in_ageing(patch: pytest.MonkeyPatch) -> None:
    """What was settled and is open again counts as settled on the days between."""
    note_taken = ledger.note_taken

    def note_only_taken(rows: Any, paper: Id, paise: int, on: Any) -> None:
        if paise > 0:
            note_taken(rows, paper, paise, on)

    patch.setattr(ledger, "note_taken", note_only_taken)


def a_credit_is_claimed_twice(patch: pytest.MonkeyPatch) -> None:
    """A credit that two devices claim apart is claimed in two returns."""
    _put(
        patch,
        dataclasses.replace(tds.CLAIMED, effects=lambda *_told: Effects()),
        tds,
        tds_commands,
        at="CLAIMED",
    )


def _put(patch: pytest.MonkeyPatch, kind: Kind[Any], *rooms: Any, at: str) -> None:
    """Let a kind stand in the place of the one of its name, wherever that is known."""
    for plan in (KINDS, PLAN.kinds):
        patch.setitem(plan, kind.name, kind)
    for room in rooms:
        patch.setattr(room, at, kind)


PLANTS: tuple[Plant, ...] = (
    a_bounce_forgets_what_others_settled,
    a_bounce_is_taken_twice,
    two_matches_of_a_line_stand,
    a_post_dated_cheque_counts_at_once,
    a_write_off_undone_stays_posted,
    a_form_is_new_on_each_device,
    interest_is_charged_twice,
    a_settlement_undone_stays_in_ageing,
    a_credit_is_claimed_twice,
)
