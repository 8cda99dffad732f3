"""Bugs that sync programs have had, each as a switch: planted to see that the histories find them."""

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

import core.closing.commands as closing_commands
import core.closing.kinds as closing
import core.einvoice.commands as einvoice
import core.invoicing.kinds as invoicing
import core.numbering.commands as numbering
import core.returns.kinds as returns
import core.returns.rules as return_rules
import sync.server.gate as gate
import sync.server.log as server_log
from core.book import PLAN, Book
from core.catalogue import KINDS
from core.changes.answer import Arrived
from core.changes.change import Outcome
from core.changes.keeper import Keeper
from core.changes.merge import Cells, Edit, Merged, written_over
from core.changes.standing import State
from core.ids import imported_id
from core.store import log
from core.store.replica import Replica
from sync.client.courier import Courier
from sync.protocol.messages import Push, Pushed
from sync.server.reception import Reception

Plant = Callable[[pytest.MonkeyPatch], None]


def pushed_again_is_taken_again(patch: pytest.MonkeyPatch) -> None:
    """A push whose answer was lost is appended a second time."""

    take = Reception.take

    def take_again(self: Reception, push: Push) -> Pushed:
        known = self._chain_of(push.epoch)
        if known is not None and push.changes and push.first <= known.number:
            author, before = self._author, push.first - 1
            link = server_log.link_at(self._connection, author.tenant, author.device, push.epoch, before)
            self._chain_of = lambda _epoch: known._replace(number=before, link=link)
        return take(self, push)

    patch.setattr(Reception, "take", take_again)


def cursor_before_rows(patch: pytest.MonkeyPatch) -> None:
    """The cursor is kept in a transaction of its own, before the page."""
    apply = Book.apply

    def apply_late(self: Book, page: Sequence[Arrived], cursor: Mapping[str, Any], **rest: Any) -> Any:
        before = self.facts()
        if "run" in cursor:
            self.write("cursor", lambda work: work.note(seq=page[-1].seq, run=cursor["run"]))
        read_meta = log.read_meta

        def as_before(connection: Any) -> Any:
            return {**read_meta(connection), "seq": before["seq"], "run": before["run"]}

        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(log, "read_meta", as_before)
            return apply(self, page, cursor, **rest)

    patch.setattr(Book, "apply", apply_late)


def last_arrival_wins(patch: pytest.MonkeyPatch) -> None:
    """Fields are merged in the order of arrival, and nobody is told of what was there."""

    def merge(cells: Cells, incoming: Edit, *, base: int) -> Merged:
        return Merged(written_over(cells, incoming), {}, ())

    patch.setattr(gate, "merge", merge)


def refusal_blocks_the_queue(patch: pytest.MonkeyPatch) -> None:
    """A push stops at the first change that is refused, and stops there again the next time."""
    rule = gate.Gate.rule

    class _Refused(Exception):
        pass

    def rule_or_stop(self: gate.Gate, read: gate.Read, seq: int) -> gate.Ruling:
        ruling = rule(self, read, seq)
        if ruling.outcome is Outcome.REFUSED:
            raise _Refused
        return ruling

    take = Reception.take

    def take_or_stop(self: Reception, push: Push) -> Pushed:
        try:
            return take(self, push)
        except _Refused:
            self._connection.rollback()
            return Pushed(next=push.first, head=0)

    patch.setattr(gate.Gate, "rule", rule_or_stop)
    patch.setattr(Reception, "take", take_or_stop)


def number_of_a_cancelled_paper_given_again(patch: pytest.MonkeyPatch) -> None:
    """A number whose paper was cancelled goes back to the stack."""
    sql = "SELECT count(*) FROM documents WHERE series = ? AND cancellation IS NOT NULL"
    last_number, end = numbering.last_number, Keeper._end

    def recycled(read: Any, series: str, year: int) -> int:
        return int(last_number(read, series, year) - read.exec_driver_sql(sql, (series,)).scalar())

    def end_and_free(self: Keeper, paper: Any) -> None:
        end(self, paper)
        for place in self.places_of(paper):
            self.set_place(place, None)

    patch.setattr(numbering, "last_number", recycled)
    patch.setattr(Keeper, "_end", end_and_free)


def pending_ones_stay_on_top(patch: pytest.MonkeyPatch) -> None:
    """What arrives is applied over what is pending, not beneath it."""

    def not_back(self: Replica) -> None:
        self._keep_answers()

    patch.setattr(Replica, "_step_back", not_back)


def refused_claim_keeps_its_effect(patch: pytest.MonkeyPatch) -> None:
    """The service refuses a claim, and lets it take effect all the same."""
    enact = Keeper.enact

    def enact_anyway(self: Keeper, kind: Any, record: Any, body: Any, outcome: Outcome, **rest: Any) -> bool:
        outcome = Outcome.APPLIED if outcome is Outcome.REFUSED else outcome
        return enact(self, kind, record, body, outcome, **rest)

    patch.setattr(Keeper, "enact", enact_anyway)


def numbers_kept_in_memory(patch: pytest.MonkeyPatch) -> None:
    """The courier believes that what it sent was taken, whether or not an answer came."""
    send = Courier._send

    def send_and_forget(self: Courier) -> int:
        try:
            return send(self)
        except Exception:
            after = self._answered
            waiting = self._book.read(lambda read: log.pending(read, after_entry=after))
            self._answered = waiting[-1].entry if waiting else after
            raise

    patch.setattr(Courier, "_send", send_and_forget)


def two_returns_of_a_period_stand(patch: pytest.MonkeyPatch) -> None:
    """A return that was filed on two devices is taken from both."""
    patch.setattr(returns, "filed_place", lambda _form, _month: None)


def covered_paper_is_cancelled(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks whether a return was filed before a paper is cancelled."""
    patch.setattr(invoicing, "covering_return", lambda _document, _dated_on, _standing: None)


def late_paper_enters_the_filed_return(patch: pytest.MonkeyPatch) -> None:
    """A paper belongs to the return of its date, whenever it came."""
    patch.setattr(return_rules, "covers", lambda _filed, _mark, _filing: True)


def return_covers_its_own_device_alone(patch: pytest.MonkeyPatch) -> None:
    """A return covers the papers of its own device alone, not what had come from the others."""

    def covers(filed: return_rules.Filing, mark: return_rules.Mark, _filing: str) -> bool:
        return mark.device == filed.device and mark.number <= filed.covers_numbers.get(mark.epoch, 0)

    patch.setattr(return_rules, "covers", covers)


def registration_is_new_on_each_device(patch: pytest.MonkeyPatch) -> None:
    """A portal's answer gets an id of its own wherever it is taken in."""
    taken = itertools.count()
    patch.setattr(einvoice, "registered_id", lambda irn: imported_id("einvoice", irn, str(next(taken))))


def undoing_forgets_the_credit(patch: pytest.MonkeyPatch) -> None:
    """A settlement that is undone opens its bills, and the receipt stays used."""

    def give_back(self: Keeper, claim: Any) -> None:
        known = self.stand(claim)
        if known is None or not known.stands:
            return
        for paper, paise in self.effects_of(claim).takes[1:]:
            self._change(paper, open_paise=paise)
        self.set_stand(claim, known._replace(state=State.CANCELLED))
        self.released.append(claim)

    patch.setattr(Keeper, "_give_back", give_back)


def a_claim_is_undone_twice(patch: pytest.MonkeyPatch) -> None:
    """Of two devices that undo one settlement apart, both give it back."""
    judge = gate.judge_claim

    def lenient(kind: Any, record: Any, body: Any, likeness: bytes, standing: Any, actor: Any) -> Any:
        verdict = judge(kind, record, body, likeness, standing, actor)
        is_undoing = kind.name == "ledger.released" and verdict.outcome is Outcome.REFUSED
        is_late = is_undoing and standing.stand(body.claim) is not None
        return verdict._replace(outcome=Outcome.APPLIED, problems=()) if is_late else verdict

    def give_back(self: Keeper, claim: Any) -> None:
        known = self.stand(claim)
        assert known is not None
        for paper, paise in self.effects_of(claim).takes:
            self._change(paper, open_paise=paise)
        self.set_stand(claim, known._replace(state=State.CANCELLED))
        self.released.append(claim)

    patch.setattr(gate, "judge_claim", lenient)
    patch.setattr(Keeper, "_give_back", give_back)


def a_month_is_closed_unseen(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks whether papers of a month came in that its close had not seen."""
    admit = dataclasses.replace(closing.CLOSED, admit=lambda *_asked: ())
    patch.setattr(closing, "CLOSED", admit)
    for plan in (KINDS, PLAN.kinds):
        patch.setitem(plan, admit.name, admit)
    patch.setattr(closing_commands, "CLOSED", admit)


PLANTS: tuple[Plant, ...] = (
    pushed_again_is_taken_again,
    cursor_before_rows,
    last_arrival_wins,
    refusal_blocks_the_queue,
    number_of_a_cancelled_paper_given_again,
    pending_ones_stay_on_top,
    refused_claim_keeps_its_effect,
    numbers_kept_in_memory,
    two_returns_of_a_period_stand,
    covered_paper_is_cancelled,
    late_paper_enters_the_filed_return,
    return_covers_its_own_device_alone,
    registration_is_new_on_each_device,
    undoing_forgets_the_credit,
    a_claim_is_undone_twice,
    a_month_is_closed_unseen,
)
