"""Decides what happens while a contract is planned: sums, problems, saving all of it in one Work. Free of Qt."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import msgspec

from core.errors import RuleBroken
from core.ids import Id
from core.problems import Problem
from core.words import translate as _
from desktop.ports import Desk, Epoch
from desktop.screens.contracts.plan.lines import Plan, row_of, sums_text, with_cell, without_row
from desktop.screens.contracts.plan.saving import plan_of, save_plan


class PlanView(Protocol):
    """What the page can show."""

    def show_plan(self, plan: Plan, rows: Sequence[dict[str, Any]]) -> None: ...
    def show_row(self, row: int, values: dict[str, Any]) -> None: ...
    def show_sums(self, text: str, *, is_wrong: bool) -> None: ...
    def show_problems(self, problems: Sequence[Problem]) -> None: ...
    def show_failure(self, error: Exception) -> None: ...
    def set_busy(self, is_busy: bool) -> None: ...


class PlanPresenter:
    """One contract at a time; nothing of it is in the book before it is saved."""

    def __init__(self, desk: Desk, view: PlanView) -> None:
        self._desk = desk
        self._view = view
        self._epoch = Epoch()
        self._begun = Plan()
        self.plan = Plan()

    @property
    def is_being_written(self) -> bool:
        """Whether something was written that is not saved."""
        return self.plan != self._begun

    def is_on(self, record: Id | None) -> bool:
        """Whether this contract is being written on; None: a new one."""
        return self.is_being_written and self.plan.record == record

    def begin(self, record: Id | None) -> None:
        """Begin a new contract, or change one."""
        self._epoch.turn()
        if record is None:
            self._on_plan(Plan())
        else:
            question = partial(plan_of, record=record)
            self._desk.runner.read(question, self._on_plan, self._view.show_failure, epoch=self._epoch)

    def give(self, name: str, value: Any) -> None:
        """A field of the contract was given."""
        if name == "party":
            value = None if value is None else value.value
        elif name == "place_of_supply":
            value = "" if value is None else value.value
        elif name == "value_paise":
            value = value or 0
        self.plan = replace(self.plan, contract=msgspec.structs.replace(self.plan.contract, **{name: value}))
        if name == "value_paise":
            self._show_rows()

    def cell_left(self, row: int, name: str, value: Any) -> None:
        """A cell of a milestone was given."""
        self.plan = with_cell(self.plan, row, name, value)
        self._view.show_row(row, row_of(self.plan.stages[row], self.plan.contract.value_paise))
        self._show_sums()

    def row_removed(self, row: int) -> None:
        """A milestone was taken out."""
        self.plan = without_row(self.plan, row)
        self._show_sums()

    def save(self) -> None:
        """Keep contract and milestones, all or nothing."""
        self._view.set_busy(True)
        self._desk.runner.write(
            _("Contract"), partial(save_plan, plan=self.plan), self._on_saved, self._on_refused
        )

    def _on_plan(self, plan: Plan) -> None:
        self.plan = self._begun = plan
        rows = [row_of(stage, plan.contract.value_paise) for stage in plan.stages]
        self._view.show_plan(plan, rows)
        self._show_sums()
        self._view.set_busy(False)

    def _on_saved(self, record: Id) -> None:
        self._begun = self.plan
        self._view.set_busy(False)
        self._desk.notifier.done(_("Contract kept"))
        self._desk.navigator.go("contracts", record=record)

    def _on_refused(self, error: Exception) -> None:
        self._view.set_busy(False)
        if isinstance(error, RuleBroken):
            self._view.show_problems(error.problems)
        else:
            self._view.show_failure(error)

    def _show_rows(self) -> None:
        for row, stage in enumerate(self.plan.stages):
            self._view.show_row(row, row_of(stage, self.plan.contract.value_paise))
        self._show_sums()

    def _show_sums(self) -> None:
        text, is_wrong = sums_text(self.plan)
        self._view.show_sums(text, is_wrong=is_wrong)
