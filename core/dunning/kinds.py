"""What the ladder and its reminders write to the log."""

from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.kind import Effects, claim_kind, fields_kind, once_kind
from core.changes.standing import Standing
from core.dunning.model import Ladder, Reminder, StepTaken
from core.dunning.rules import problems_with_ladder, problems_with_reminder, step_place
from core.fiscal import financial_year
from core.ids import Id
from core.numbering.rules import number_place, problems_with_series
from core.problems import Problem
from core.words import translate as _


def admit_reminder(_id: Id, reminder: Reminder, standing: Standing, actor: Actor) -> Iterator[Problem]:
    """Whether the device issues from the reminder's series, and the party is known."""
    yield from problems_with_series(reminder.series, reminder.number, reminder.origin, standing, actor)
    if standing.stand(reminder.buyer.party) is None:
        yield Problem(
            code="PARTY", message=_("The party of this reminder is not known."), field="buyer.party"
        )


def admit_step(_id: Id, taken: StepTaken, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    """Whether the reminder and the bill are there."""
    if standing.stand(taken.reminder) is None or standing.stand(taken.document) is None:
        yield Problem(code="NOT_STANDING", message=_("The reminder or its bill is not known."))


def reminder_effects(_record: Id, reminder: Reminder) -> Effects:
    """A reminder posts nothing; its number is taken."""
    return Effects(number=number_place("RMD", financial_year(reminder.dated_on), reminder.number))


def step_effects(_record: Id, taken: StepTaken) -> Effects:
    """One reminder takes a step of a document."""
    return Effects(holds=((step_place(taken.document, taken.step), taken.reminder),))


LADDER_SET = fields_kind("dunning.ladder_set", Ladder, problems=problems_with_ladder)
REMINDED = once_kind(
    "dunning.reminded",
    Reminder,
    problems=problems_with_reminder,
    admit=admit_reminder,
    effects=reminder_effects,
    likeness=lambda reminder: reminder.stated,
    waits=True,
)
STEP_TAKEN = claim_kind("dunning.step_taken", StepTaken, admit=admit_step, effects=step_effects)
KINDS = (LADDER_SET, REMINDED, STEP_TAKEN)
